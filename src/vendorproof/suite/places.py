"""How far a requirement holds at an operation whose place the documentation leaves open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from vendorproof.checks.pages import items
from vendorproof.checks.reading import document, identity, item, resource_of
from vendorproof.checks.registry import Obligation
from vendorproof.contract.model import Basis, Contract, Kind, Operation
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.evidence.errors import NO_SUCH_PATH
from vendorproof.exchange.model import Exchange
from vendorproof.target import DEFAULT, Target

_ALONE: Final = ("schema.", "operations.", "streaming.", "websocket.", "uploads.", "content.documented_headers")
"""Checks of what we guessed about an operation alone: its fields, its own statuses, its events."""

_BY_BODY: Final = ("lifecycle.", "identity.")
"""Checks of what comes of a body, and so of our reading of it where the documentation shows none."""

_BODIES: Final = frozenset({"invalid-body", "empty-body"})
"""Provocations that are wrong by our reading of a body."""


@dataclass(frozen=True)
class Standing:
    """On what a requirement rests at an operation; `confirmed` is the number of the exchange that confirmed its place,
    None where the documentation or the tester tells it, or nothing did."""

    basis: Basis
    confirmed: int | None = None

    @property
    def place(self) -> str:
        """The same in words, "" where there is nothing to say."""
        return "" if self.confirmed is None else f"assumed, confirmed by #{self.confirmed}"


def standing(obligation: Obligation, target: Target, of: Callable[[str | None], Iterable[Exchange]]) -> Standing:
    """On what a requirement rests at its operation; `of` gives the exchanges of this run by the id of their operation.

    Where the tester bound the operation to its real place, it is no longer our reading. A place that we assumed is
    confirmed once it answered a valid, authorised request in the form of its kind, in this run: from then on what the
    documentation says of every answer, list or key holds there as well. What we guessed about that operation alone
    stays our reading, and a server that answers whatever it is asked confirms nothing.
    """
    operation, stated = obligation.operation, obligation.requirement.basis
    if operation is None or operation.basis is Basis.STATED or operation.id in target.bindings:
        return Standing(stated)
    if stated is not Basis.STATED or _guessed(obligation, operation):
        return Standing(obligation.basis)
    if any(one.succeeded and one.request.path.endswith(NO_SUCH_PATH) for one in of(None)):
        return Standing(obligation.basis)
    found = next((one for one in of(operation.id) if _confirms(obligation.contract, operation, one)), None)
    return Standing(obligation.basis) if found is None else Standing(stated, found.number)


def _guessed(obligation: Obligation, operation: Operation) -> bool:
    check = obligation.requirement.check or ""
    if check.startswith(_ALONE):
        return True
    if "body" not in operation.assumed:
        return False
    return check.startswith(_BY_BODY) or obligation.parameters.get("provoke") in _BODIES


def _confirms(contract: Contract, operation: Operation, exchange: Exchange) -> bool:
    if not exchange.succeeded or exchange.role != DEFAULT or exchange.generated:
        return False
    if exchange.response is not None and not exchange.response.body:
        return operation.kind in (Kind.UPDATE, Kind.DELETE, Kind.ACTION)
    answered = document(exchange)
    if not isinstance(answered, dict | list):
        return False
    envelope = contract.conventions.data
    if envelope is not None and resolve(answered, envelope) is MISSING:
        return False
    match operation.kind:
        case Kind.LIST:
            return items(contract, operation, exchange) is not None
        case Kind.READ | Kind.CREATE:
            resource = resource_of(contract.conventions, operation)
            return resource is None or identity(resource, item(resource, answered)) is not None
        case _:
            return True
