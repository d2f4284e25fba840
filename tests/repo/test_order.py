"""The order among modules: no circle anywhere, and inside the rooms with floors nothing leads up."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.repo.source import MODULES, PACKAGE, SOURCE, Module, circle, imported

# The parts of a room, floor by floor: a module may import its own part and what is on the floors below. "" are the
# modules beside the parts. A room's face may import all of them. What a vendor alone has is imported by name.
FLOORS: dict[str, tuple[set[str], ...]] = {
    "mock": ({"data"}, {"request"}, {"stages"}, {"deviations"}, {"", "vendors"}),
    "evidence": ({"requests"}, {"created"}, {"broker"}, {""}, {"stories"}, {"evidence"}),
}


def _way_to(name: str) -> list[str]:
    """A dotted name and the packages around it, the outermost first."""
    parts = name.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def needed(module: Module, known: Iterable[str]) -> set[str]:
    """The modules that must be there before this one is: what it imports, under TYPE_CHECKING too, and the packages
    around that. Those around the module itself are under way already."""
    found: set[str] = set()
    for _, name in imported(module):
        way = [one for one in _way_to(name) if one in known]
        found |= set(way) - set(_way_to(module.name)) | set(way[-1:])
    return found - {module.name}


def module_circle(modules: Iterable[Module]) -> list[str]:
    """A circle among the imports of modules, empty where there is none."""
    known = {module.name: module for module in modules}
    return circle({name: needed(module, known) for name, module in known.items()})


def _place(name: str) -> tuple[int, str]:
    """The floor on which a module lies in its room, and the part."""
    _, room, top, *_ = name.split(".")
    part = top if any(top in parts for parts in FLOORS[room]) else ""
    return next(level for level, parts in enumerate(FLOORS[room]) if part in parts), part


def floor_violations(module: Module) -> Iterator[str]:
    """Imports of a part of the module's own room that lies above it or beside it."""
    room = f"{PACKAGE}.{module.room}"
    if module.room not in FLOORS or module.name == room:
        return
    floor, own = _place(module.name)
    for line, name in imported(module):
        if name.startswith(f"{room}."):
            other, part = _place(name)
            if other > floor or (other == floor and part != own):
                yield f"{module.name}:{line}: may not import {name}, which lies above it or beside it"


def test_modules_have_no_circle() -> None:
    assert module_circle(MODULES) == []


def test_imports_follow_the_floors_of_a_room() -> None:
    assert [problem for module in MODULES for problem in floor_violations(module)] == []


@pytest.mark.parametrize("room", FLOORS)
def test_every_folder_of_a_room_has_its_floor(room: str) -> None:
    assert {path.parent.name for path in (SOURCE / room).glob("*/__init__.py")} <= set().union(*FLOORS[room])


def _modules(sources: dict[str, str]) -> list[Module]:
    """Modules by name; those that others lie below are packages."""
    return [
        Module(name, ast.parse(source), package=any(other.startswith(f"{name}.") for other in sources))
        for name, source in sources.items()
    ]


@pytest.mark.parametrize(
    "sources",
    [
        {"v.a": "from v.b import x", "v.b": "from v.c import x", "v.c": "import v.a"},
        {"v.a": "from v.b import x", "v.b": "if TYPE_CHECKING:\n    from v.a import X"},
        {"v.a": "from v import b", "v.b": "def late():\n    from .a import x"},
        {"v": "from v.a import A", "v.a": "from v import A"},
        {"v.p": "from v.a import x", "v.p.b": "", "v.a": "from v.p.b import x"},
        {"v.p": "from .b import B", "v.p.b": "import v.a", "v.a": "from v.p import B"},
    ],
    ids=["three", "type-checking", "late", "own-face", "around", "through-a-face"],
)
def test_a_circle_of_modules_is_noticed(sources: dict[str, str]) -> None:
    assert module_circle(_modules(sources))


def test_a_face_and_what_lies_behind_it_are_no_circle() -> None:
    sources = {"v.p": "from v.p.a import A", "v.p.a": "from v.p import b", "v.p.b": "import v.c", "v.c": "import json"}
    assert module_circle(_modules(sources)) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vendorproof.mock.data.store", "from vendorproof.mock.request.call import Call"),
        ("vendorproof.mock.stages.rate", "if TYPE_CHECKING:\n    from vendorproof.mock.app import Mock"),
        ("vendorproof.mock.stages.rate", "from ..deviations import fault"),
        ("vendorproof.mock.app", "from vendorproof.mock.vendors import acme"),
        ("vendorproof.mock.vendors.acme", "from vendorproof.mock.facts import facts"),
        ("vendorproof.evidence.requests.keys", "from vendorproof.evidence.broker.broker import Broker"),
        ("vendorproof.evidence.auth", "from vendorproof.evidence import stories"),
    ],
)
def test_an_import_from_a_floor_above_is_noticed(name: str, source: str) -> None:
    assert len(list(floor_violations(*_modules({name: source})))) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vendorproof.mock.stages.rate", "from vendorproof.mock.stages import access"),
        ("vendorproof.mock.facts", "from vendorproof.mock.app import Mock"),
        ("vendorproof.mock.vendors.acme", "from vendorproof.mock.deviations.catalogue import fault"),
        ("vendorproof.mock", "from vendorproof.mock.app import Mock"),
        ("vendorproof.evidence.auth", "from vendorproof.checks.outcome import Pass"),
        ("vendorproof.checks.auth", "from vendorproof.checks import walks"),
    ],
)
def test_an_import_from_a_floor_below_passes(name: str, source: str) -> None:
    assert list(floor_violations(*_modules({name: source}))) == []
