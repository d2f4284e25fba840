"""pyproject.toml declares what the source imports, no less and no more."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
DEV = [Requirement(text) for text in PROJECT["optional-dependencies"]["dev"]]

# Needed though no module imports them.
INDIRECT = {
    "allure-pytest": "pytest loads it as a plugin",
    "websockets": "uvicorn serves WebSockets with it",
}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported_packages(*folders: str) -> Iterator[str]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Import(names):
                        yield from (alias.name.split(".")[0] for alias in names)
                    case ast.ImportFrom(str(module), _, 0):
                        yield module.split(".")[0]


def _imported_distributions() -> set[str]:
    owners = packages_distributions()
    foreign = set(_imported_packages("src", "suites")) - set(sys.stdlib_module_names) - {"vendorproof"}
    return {_canonical(name) for package in foreign for name in owners.get(package, [package])[:1]}


def test_every_import_is_declared() -> None:
    assert _imported_distributions() - {_canonical(requirement.name) for requirement in RUNTIME} == set()


def test_every_dependency_is_imported() -> None:
    declared = {_canonical(requirement.name) for requirement in RUNTIME}
    assert declared - _imported_distributions() - set(INDIRECT) == set()


def test_schemathesis_is_pinned() -> None:
    (requirement,) = (one for one in RUNTIME if one.name == "schemathesis")
    assert [specifier.operator for specifier in requirement.specifier] == ["=="]


@pytest.mark.parametrize("requirement", RUNTIME + DEV, ids=lambda requirement: requirement.name)
def test_each_dependency_has_one_bound_that_this_environment_meets(requirement: Requirement) -> None:
    (specifier,) = requirement.specifier
    assert specifier.operator in {">=", "=="}
    assert Version(version(requirement.name)) >= Version(specifier.version)
