"""The arrows between the rooms, and who may know what: read from the source, so that an unused path counts too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.repo.source import MODULES, PACKAGE, ROOT, Module, circle, imported

# What each room may import of the others; every room may import errors.
_BELOW_EVIDENCE = {"contract", "exchange", "checks", "target"}
ARROWS: dict[str, set[str]] = {
    "errors": set(),
    "contract": set(),
    "exchange": {"contract"},
    "checks": {"contract", "exchange"},
    "target": {"contract", "exchange", "checks"},
    "evidence": _BELOW_EVIDENCE,
    "mock": _BELOW_EVIDENCE,
    "cases": _BELOW_EVIDENCE | {"evidence"},
    "suite": _BELOW_EVIDENCE | {"evidence", "cases"},
    "report": _BELOW_EVIDENCE,
    "drift": {"contract", "exchange", "checks"},
    "interruption": set(),
}
# The modules that wire the rooms together.
for wiring in ("runs", "proof", "plugin", "cli"):
    ARROWS[wiring] = set(ARROWS)
ARROWS["__main__"] = {"cli"}

# A package that only these rooms may import; `suites` are the files that are read as prose.
OWNERS: dict[str, set[str]] = {
    "httpx": {"target"},
    "httpx_sse": {"target"},
    "httpcore": {"target"},
    "requests": {"target"},
    "urllib3": {"target"},
    "urllib.request": {"target"},
    "http.client": {"target"},
    "websockets": {"target", "mock"},
    "socket": {"target", "mock"},
    "allure": {"report"},
    "allure_commons": {"report"},
    "allure_pytest": {"report"},
    "schemathesis": {"cases"},
    "uvicorn": {"mock"},
    "trustme": {"mock"},
    "click": {"cli"},
    "pytest": {"plugin", "cli", "interruption", "report"},
    "hypothesis": {"cases"},
}


VENDORS = sorted(path.parent.name for path in (ROOT / "contracts").glob("*/openapi.yaml"))


def arrow_violations(module: Module) -> Iterator[str]:
    """Imports of a room that the module's own room may not know."""
    if module.room and module.room != "suites" and module.room not in ARROWS:
        yield f"{module.name}: the room {module.room!r} has no arrows; add it to ARROWS with what it may import"
        return
    for line, name in imported(module):
        parts = name.split(".")
        if parts[0] != PACKAGE or len(parts) < 2:
            continue
        room = parts[1]
        if room not in ARROWS or room in {module.room, "errors"}:
            continue
        allowed = {"suite", *ARROWS["suite"]} if module.room == "suites" else ARROWS.get(module.room, set())
        if room not in allowed:
            yield f"{module.name}:{line}: {module.room or 'the package itself'} may not import {room} ({name})"


def owner_violations(module: Module) -> Iterator[str]:
    """Imports of a package that belongs to other rooms."""
    for line, name in imported(module):
        for package, rooms in OWNERS.items():
            if (name == package or name.startswith(f"{package}.")) and module.room not in rooms:
                yield f"{module.name}:{line}: only {', '.join(sorted(rooms))} may import {package}"


def vendor_violations(module: Module, vendors: list[str]) -> Iterator[str]:
    """Vendors named in code: in a string that is no docstring, in an identifier, in an import."""
    words = re.compile(rf"(?<![a-z0-9])({'|'.join(map(re.escape, vendors))})(?![a-z0-9])", re.IGNORECASE)
    docstrings = {
        id(statement.value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(module.tree):
        match node:
            case ast.Constant(str(text)) if id(node) not in docstrings:
                # An example in a command's help names a vendor, as every example must.
                example = module.room == "cli" and "vendorproof " in text
                found = None if example else words.search(text)
            case ast.Name(text) | ast.Attribute(attr=text) | ast.arg(text):
                found = words.search(text)
            case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text) | ast.ClassDef(name=text):
                found = words.search(text)
            case _:
                continue
        if found:
            yield f"{module.name}:{node.lineno}: names {found[1]!r}; vendor knowledge is data under contracts/"
    for line, name in imported(module):
        if found := words.search(name):
            yield f"{module.name}:{line}: imports what only the vendor {found[1]!r} has ({name})"


def _names_vendors(module: Module) -> bool:
    return module.name.startswith(f"{PACKAGE}.mock.vendors")


def test_there_is_something_to_guard() -> None:
    assert len(MODULES) > 10
    assert VENDORS


def test_imports_follow_the_arrows() -> None:
    assert [problem for module in MODULES for problem in arrow_violations(module)] == []


def test_each_package_is_known_to_its_rooms_alone() -> None:
    assert [problem for module in MODULES for problem in owner_violations(module)] == []


def test_the_engine_names_no_vendor() -> None:
    engine = [module for module in MODULES if not _names_vendors(module)]
    assert [problem for module in engine for problem in vendor_violations(module, VENDORS)] == []


def test_arrows_have_no_circle() -> None:
    assert circle(ARROWS) == []


def _module(name: str, source: str) -> Module:
    return Module(name, ast.parse(source))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vendorproof.checks.auth", "from vendorproof.target.client import Client"),
        ("vendorproof.checks.auth", "from vendorproof import target"),
        ("vendorproof.checks.auth", "from ..target import clock"),
        ("vendorproof.checks.auth", "def late():\n    import vendorproof.target"),
        ("vendorproof.checks.auth", "import importlib\nimportlib.import_module('vendorproof.cli')"),
        ("vendorproof.evidence.broker.broker", "from vendorproof.mock import app"),
        ("vendorproof.report.ledger", "from vendorproof.suite import verifies"),
        ("vendorproof.errors", "from vendorproof.contract import model"),
        ("vendorproof.attic", "x = 1"),
        ("suites.test_auth", "from vendorproof.report import ledger"),
    ],
)
def test_a_wrong_arrow_is_noticed(name: str, source: str) -> None:
    assert len(list(arrow_violations(_module(name, source)))) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vendorproof.checks.auth", "from vendorproof.exchange.model import Exchange"),
        ("vendorproof.checks.auth", "from vendorproof.checks import outcome"),
        ("vendorproof.checks.auth", "from vendorproof.errors import InternalError"),
        ("vendorproof.checks.auth", "from . import outcome"),
        ("vendorproof.cli.run", "from vendorproof.plugin import run"),
        ("suites.test_auth", "from vendorproof.suite import verifies"),
    ],
)
def test_a_right_arrow_passes(name: str, source: str) -> None:
    assert list(arrow_violations(_module(name, source))) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vendorproof.checks.auth", "import httpx"),
        ("vendorproof.checks.auth", "import pytest"),
        ("vendorproof.mock.app", "from httpx import ASGITransport"),
        ("vendorproof.evidence.broker.broker", "from urllib.request import urlopen"),
        ("vendorproof.suite.judge", "import allure_commons.types"),
        ("vendorproof.evidence.broker.broker", "from schemathesis import openapi"),
        ("suites.test_auth", "import httpx"),
    ],
)
def test_a_package_in_the_wrong_room_is_noticed(name: str, source: str) -> None:
    assert len(list(owner_violations(_module(name, source)))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "if vendor == 'acme':\n    pass",
        "KEY = 'ACME_TOKEN'",
        "PATH = 'contracts/acme/openapi.yaml'",
        "text = f'the {x} of Acme'",
        "def acme_only(): pass",
        "acme = 1",
        "from vendorproof.mock.vendors import acme",
    ],
)
def test_a_vendor_named_in_code_is_noticed(source: str) -> None:
    assert list(vendor_violations(_module("vendorproof.evidence.broker.broker", source), ["acme", "other"]))


def test_a_vendor_in_a_docstring_or_inside_another_word_passes() -> None:
    source = '"""Ids look like `acme.pagination`."""\n\n\ndef f():\n    """As acme does."""\n    return "acmeist"\n'
    assert list(vendor_violations(_module("vendorproof.evidence.broker.broker", source), ["acme"])) == []
