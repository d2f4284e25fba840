"""What a request may do to the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from vendorproof.contract.model import Contract, Effect, Kind, Operation
from vendorproof.target.draft import Draft
from vendorproof.target.profile import Target
from vendorproof.target.route import route, values_in

_OF_METHOD: Final[Mapping[str, Effect]] = {
    "GET": Effect.READ,
    "HEAD": Effect.READ,
    "OPTIONS": Effect.READ,
    "TRACE": Effect.READ,
    "DELETE": Effect.DELETE_OWN,
}
_TO_EVERYTHING: Final = frozenset({"PUT", "PATCH", "DELETE"})


def effects_of(draft: Draft, contract: Contract, target: Target) -> frozenset[Effect]:
    """What a request may do to the account: the strongest of what the draft says, what the contract says of its
    operation, what the contract says of whatever operation has this method and path, and what the method may do where
    it is not the operation's own.

    So no draft can claim less, and no binding lift a right: a reading that is bound to DELETE is a deletion. A
    method that nobody documents, at a place which names no one thing, may be about everything there, as DELETE at a
    listing is for some vendors: that is dangerous. Logging in changes nothing.
    """
    operation = contract.find(draft.operation)
    effects = draft.effects
    if operation is None or draft.method != operation.method:
        effects |= {_OF_METHOD.get(draft.method, Effect.WRITE)}
    if operation is not None:
        own = draft.method in (operation.method, route(operation, target).method)
        effects |= operation.effects if own else operation.effects & {Effect.COSTLY, Effect.DANGEROUS}
    documented = list(_documented_at(draft, contract))
    for other in documented:
        effects |= other.effects
    bound = operation is not None and route(operation, target).bound and route(operation, target).method == draft.method
    if not documented and not bound and draft.method in _TO_EVERYTHING and not _names_one(draft, contract, target):
        effects |= {Effect.DANGEROUS}
    login = operation is not None and operation.kind is Kind.LOGIN and draft.method == operation.method
    return effects - {Effect.WRITE} if login else effects


def _names_one(draft: Draft, contract: Contract, target: Target) -> bool:
    """Whether the path of a request ends in the id of a thing."""
    places = {route(operation, target).path for operation in contract.operations}
    return any(place.endswith("}") and values_in(place, draft.path) is not None for place in places)


def _documented_at(draft: Draft, contract: Contract) -> Iterator[Operation]:
    """The operations that the contract has at this method and path, whatever the draft is called."""
    for operation in contract.operations:
        if operation.method == draft.method and values_in(operation.path, draft.path) is not None:
            if operation.id == draft.operation or operation.kind is not Kind.LOGIN:
                yield operation
