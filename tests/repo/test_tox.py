"""The environments of tox.ini that the documents promise, and the variables that they let through."""

from __future__ import annotations

import configparser
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from vendorproof.contract import contracts_root, load_contracts
from vendorproof.target import read_targets

ROOT = Path(__file__).parents[2]
TOX = configparser.ConfigParser(interpolation=None)
TOX.read(ROOT / "tox.ini", "utf-8")


@pytest.mark.parametrize("name", ["tests", "mock", "live", "nightly", "prove", "lint", "bench", "steady"])
def test_an_environment_is_there_and_says_what_it_is_for(name: str) -> None:
    section = TOX[f"testenv:{name}"]
    assert section["description"]
    assert section.get("commands") or TOX["testenv"]["commands"]


def test_every_environment_that_a_document_names_is_there() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    named = {name for page in pages for name in re.findall(r"tox -e (\w+)", page.read_text("utf-8"))}
    assert named
    assert {name for name in named if f"testenv:{name}" not in TOX} == set()


def test_credentials_reach_a_live_run() -> None:
    """Those of the contracts, and those that the shipped targets files name."""
    wanted: set[str] = {"VENDORPROOF_CONTRACTS", "VENDORPROOF_STATE"}
    for contract in load_contracts(contracts_root()).values():
        authentication = contract.conventions.authentication
        wanted |= {authentication.variable, *(context.variable for context in authentication.context)}
        wanted |= set(authentication.login.request.values()) if authentication.login else set()
    for path in (ROOT / "targets.example.toml", ROOT / ".github" / "targets.toml"):
        for table in read_targets(path).source.data["targets"].values():
            for named in table.get("credentials", {}).values():
                wanted |= {named} if isinstance(named, str) else set(named.values())
    passed = TOX["live"]["variables"].split()
    assert {name for name in wanted if not any(fnmatchcase(name, pattern) for pattern in passed)} == set()
    for name in ("live", "nightly"):
        assert "{[live]variables}" in TOX[f"testenv:{name}"]["pass_env"]
