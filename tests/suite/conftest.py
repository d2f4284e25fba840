"""Suites and contracts of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.checks.builders import ACME
from vendorproof.contract.model import Basis, Contract, Level, Requirement
from vendorproof.errors import Place
from vendorproof.suite.verifies import SuiteTest


def requirement(name: str, check: str | None, *on: str, **given: Any) -> Requirement:
    """A requirement of Acme; `given` replaces fields."""
    usual: dict[str, Any] = {
        "id": f"acme.{name}",
        "vendor": "acme",
        "page": "acme",
        "section": "Things",
        "level": Level.MUST,
        "basis": Basis.STATED,
        "text": "A thing is as it is.",
        "check": check,
        "undecidable": None if check else "nobody can tell",
        "on": on,
        "parameters": {},
        "fingerprint": "0" * 16,
        "place": Place(Path("acme/requirements.yaml"), 1),
    }
    return Requirement(**{**usual, **given})


def with_requirements(*requirements: Requirement, contract: Contract = ACME) -> Contract:
    return replace(contract, requirements=requirements)


Suite = Callable[..., ModuleType]


@pytest.fixture
def suite() -> Suite:
    """Makes a module of suite tests."""

    def make(name: str = "suites.test_acme", /, **tests: SuiteTest) -> ModuleType:
        module = ModuleType(name)
        for key, test in tests.items():
            test.__module__ = name
            test.__name__ = key
            setattr(module, key, test)
        return module

    return make
