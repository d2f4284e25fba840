"""Where contracts and suites are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from vendorproof.contract.place import _shipped, contracts_root, schema_folder, suites_root
from vendorproof.errors import InternalError, UsageError


def test_the_shipped_folders_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENDORPROOF_CONTRACTS", raising=False)
    assert (contracts_root() / "schema").samefile(schema_folder())
    assert (schema_folder() / "conventions.schema.json").is_file()
    assert suites_root().is_dir()


def test_the_environment_names_other_contracts_but_no_other_schemas(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VENDORPROOF_CONTRACTS", str(tmp_path))
    assert contracts_root() == tmp_path
    assert (schema_folder() / "conventions.schema.json").is_file()


def test_an_environment_that_names_no_folder_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VENDORPROOF_CONTRACTS", str(tmp_path / "absent"))
    with pytest.raises(UsageError, match="there is no such folder"):
        contracts_root()


def test_data_inside_the_package_comes_before_data_beside_the_source(tmp_path: Path) -> None:
    package = tmp_path / "src" / "vendorproof"
    beside = tmp_path / "contracts"
    beside.mkdir()
    inside = package / "_data" / "contracts"
    assert _shipped("contracts", package) == beside
    inside.mkdir(parents=True)
    assert _shipped("contracts", package) == inside


def test_a_package_without_its_data_says_so(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="'contracts' is missing"):
        _shipped("contracts", tmp_path / "src" / "vendorproof")
