"""What a deletion may leave behind: a thing that says that it was put away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vendorproof.checks.reading import moves_by_itself

_AWAY = frozenset({"archived", "deleted", "erased", "removed", "trashed", "inactive", "disabled"})
"""Words by which a thing that is kept says that it was put away."""


def put_away(before: Any, after: Any) -> bool:
    """Whether a deletion left a thing that says so: a field more or less, or another text or flag in one. A moment that
    moved on and a number say nothing."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return False
    standing = [key for key in before if key in after and not moves_by_itself(key)]
    changed = (before[key] != after[key] for key in standing if isinstance(after[key], str | bool | dict | list | None))
    return before.keys() != after.keys() or any(changed)


def says_away(thing: Any) -> bool:
    """Whether a thing says of itself that it was put away: by the value of a field, or by a field of that name."""
    if not isinstance(thing, Mapping):
        return False
    flags = {key.lower().removeprefix("is").removesuffix("at").strip("_") for key, value in thing.items() if value}
    return bool(_AWAY & flags) or any(isinstance(value, str) and value.lower() in _AWAY for value in thing.values())
