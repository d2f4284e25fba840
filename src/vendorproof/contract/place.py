"""Where contracts and suites are: beside the source in a checkout, inside the package once installed."""

from __future__ import annotations

import os
from pathlib import Path

from vendorproof.errors import InternalError, UsageError

_PACKAGE = Path(__file__).resolve().parents[1]

CONTRACTS_VARIABLE = "VENDORPROOF_CONTRACTS"
"""The environment variable that names another folder of contracts."""


def contracts_root() -> Path:
    """The folder that holds one folder a vendor: VENDORPROOF_CONTRACTS where set, else the shipped one.

    Raises UsageError where the variable names no folder.
    """
    named = os.environ.get(CONTRACTS_VARIABLE)
    if not named:
        return _shipped("contracts")
    folder = Path(named)
    if not folder.is_dir():
        raise UsageError(f"{CONTRACTS_VARIABLE}={named}: there is no such folder")
    return folder


def suites_root() -> Path:
    """The folder of the suites."""
    return _shipped("suites")


def schema_folder() -> Path:
    """The folder of the JSON Schemas that contract files keep; always the shipped one."""
    return _shipped("contracts") / "schema"


def _shipped(name: str, package: Path = _PACKAGE) -> Path:
    for folder in (package / "_data" / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise InternalError(f"the folder {name!r} is missing: install vendorproof again")
