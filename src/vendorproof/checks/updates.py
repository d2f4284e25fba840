"""What an update leaves alone: the id of the thing, and the fields that it does not name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vendorproof.checks.lifecycle import undone, update_persists
from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed, shown
from vendorproof.checks.pages import view
from vendorproof.checks.reading import document, identity, item, moves_by_itself, operation_of, resource_of, sent
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Change
from vendorproof.contract.model import Kind
from vendorproof.contract.pointer import MISSING
from vendorproof.exchange.model import Exchange

_STATES = frozenset({"status", "state", "stage"})
"""Names of fields whose change may have others come and go."""


@check("lifecycle.second_update_persists", on="updates")
def second_update_persists(obligation: Obligation, change: Change) -> Outcome:
    """After a second update, moments after the first, the thing shows what the second one named."""
    return update_persists(obligation, change)


@check("lifecycle.update_keeps_id", on="updates")
def update_keeps_id(obligation: Obligation, change: Change) -> Outcome:
    """An update leaves the thing under its id: its answer and the next reading show no other."""
    if why := undone(change.action, "updated"):
        return why
    if view(obligation.contract, change.before, change.thing) is MISSING:
        return Inconclusive(f"the thing could not be seen before ({answer(change.before)})")
    for exchange in (change.action, change.after):
        told = _told_id(obligation, exchange, sent(change.action))
        if told not in (None, change.thing):
            return failed("id-changed", change.before, exchange, expected=shown(change.thing), observed=shown(told))
    reading = operation_of(obligation.contract, change.after)
    if change.after.status in (404, 410) and reading is not None and reading.kind is Kind.READ:
        observed = answer(change.after)
        return failed("id-lost", change.before, change.action, change.after, expected="the thing", observed=observed)
    if view(obligation.contract, change.after, change.thing) is MISSING:
        return Inconclusive(f"the thing can't be seen afterwards ({answer(change.after)})")
    return passed(change.before, change.action, change.after)


def _told_id(obligation: Obligation, exchange: Exchange, named: Mapping[str, Any]) -> str | None:
    """The id of the one thing in an answer that shows what the update named, so that it is no other thing's."""
    resource = resource_of(obligation.contract.conventions, obligation.operation)
    thing = item(resource, document(exchange)) if resource is not None and exchange.succeeded else MISSING
    if not isinstance(thing, Mapping) or not any(thing.get(key, MISSING) == value for key, value in named.items()):
        return None
    return identity(resource, thing)


@check("lifecycle.update_keeps_fields", on="updates")
def update_keeps_fields(obligation: Obligation, change: Change) -> Outcome:
    """A partial update takes away or empties nothing that it does not name. What changes otherwise may follow."""
    if why := undone(change.action, "updated"):
        return why
    before, after = (view(obligation.contract, one, change.thing) for one in (change.before, change.after))
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return Inconclusive("the thing can't be seen before and after")
    named = sent(change.action)
    if not named or _STATES & {key.lower() for key in named}:
        return Inconclusive("the update names no field, or a state, which others may depend on")
    held = [key for key, value in before.items() if not _empty(value) and not moves_by_itself(key) and key not in named]
    lost = next((key for key in held if _empty(after.get(key))), None)
    if lost is not None:
        observed = shown(after.get(lost, MISSING))
        evidence = (change.before, change.action, change.after)
        return failed("lost", *evidence, expected=f"{lost}: {shown(before[lost])}", observed=observed)
    return passed(change.before, change.action, change.after)


def _empty(value: object) -> bool:
    return value is None or value in ("", [], {})
