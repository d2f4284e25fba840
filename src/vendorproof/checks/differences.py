"""What a change of one thing did to what it does not name, and to the other things of a listing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vendorproof.checks.pages import identities, items, view
from vendorproof.checks.reading import moves_by_itself, operation_of, sent
from vendorproof.checks.shapes import Change
from vendorproof.contract.model import Contract
from vendorproof.contract.pointer import MISSING
from vendorproof.exchange.model import Exchange


def touched(contract: Contract, change: Change) -> str | None:
    """The first plain field that a change does not name, and that has another value afterwards or is gone."""
    before, after, control = (_seen(contract, page, change.thing) for page in _pages(change))
    named = sent(change.action)
    return next((key for key in _differing(before, after, control) if key not in named), None)


def others_gone(contract: Contract, change: Change) -> list[str]:
    """The ids of the other things that the listing showed before, and shows no longer."""
    before, after = (listed_things(contract, page) or {} for page in (change.before, change.after))
    return [name for name in before if name != change.thing and name not in after]


def others_changed(contract: Contract, change: Change) -> list[str]:
    """The ids of the other things that the listing shows with another value in a plain field."""
    before, after, control = (listed_things(contract, page) if page else None for page in _pages(change))
    if before is None or after is None:
        return []
    common = [name for name in before if name != change.thing and name in after]
    return [
        name
        for name in common
        if any(key in after[name] for key in _differing(before[name], after[name], (control or {}).get(name, MISSING)))
    ]


def listed_things(contract: Contract, page: Exchange) -> dict[str, Any] | None:
    """The things of a listing by id, None where it can't be read."""
    operation = operation_of(contract, page)
    ids = identities(contract, operation, page) if operation else None
    if operation is None or ids is None:
        return None
    return dict(zip(ids, items(contract, operation, page) or (), strict=True))


def _pages(change: Change) -> tuple[Exchange, Exchange, Exchange | None]:
    return change.before, change.after, change.control


def _seen(contract: Contract, page: Exchange | None, thing: str) -> Any:
    return MISSING if page is None else view(contract, page, thing)


def _differing(before: Any, after: Any, control: Any) -> Iterator[str]:
    """The plain fields of a thing that have another value afterwards, or are gone; but for what moves by itself, by its
    name or because it had moved already when nothing had been done."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return
    for key, value in before.items():
        if moves_by_itself(key) or not isinstance(value, str | int | float) or after.get(key, MISSING) == value:
            continue
        if not isinstance(control, Mapping) or control.get(key, MISSING) == value:
            yield key
