"""The names that each room exports, locked.

A name that comes or goes is a decision: look at the difference, then write the list again with

    python tests/repo/test_public_api.py
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("public_api.txt")
SOURCE = ROOT / "src" / "vendorproof"
ROOMS = [
    "vendorproof",
    *sorted(f"vendorproof.{path.parent.name}" for path in SOURCE.glob("*/__init__.py")),
]


def exported() -> list[str]:
    """Every exported name with its room, in order."""
    return [f"{room}.{name}" for room in ROOMS for name in sorted(_room(room).__all__)]


def _room(name: str) -> ModuleType:
    return importlib.import_module(name)


def test_the_exported_names_are_the_locked_ones() -> None:
    assert exported() == GOLDEN.read_text("utf-8").split()


@pytest.mark.parametrize("room", ROOMS)
def test_every_exported_name_is_there_once_and_documented(room: str) -> None:
    module = _room(room)
    assert len(module.__all__) == len(set(module.__all__))
    missing = [name for name in module.__all__ if not hasattr(module, name)]
    assert missing == []
    things = [getattr(module, name) for name in module.__all__]
    ours = [thing for thing in things if getattr(thing, "__module__", "").startswith("vendorproof.")]
    silent = [thing.__qualname__ for thing in ours if not (thing.__doc__ or "").strip()]
    assert silent == []


if __name__ == "__main__":
    GOLDEN.write_text("".join(f"{name}\n" for name in exported()), "utf-8")
