"""The gate that every request passes: whether the target allows what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vendorproof.contract.model import Contract, Effect, Kind, Operation
from vendorproof.errors import NeedsRight
from vendorproof.target.draft import Draft
from vendorproof.target.profile import Target

_OF_METHOD: Final[Mapping[str, Effect]] = {
    "GET": Effect.READ,
    "HEAD": Effect.READ,
    "OPTIONS": Effect.READ,
    "TRACE": Effect.READ,
    "DELETE": Effect.DELETE_OWN,
}


def effects_of(draft: Draft, contract: Contract, target: Target) -> frozenset[Effect]:
    """What a request may do to the account.

    The contract's word on the operation is added to the draft's own, so that no draft can claim less. A method that the
    operation does not have may do whatever such a method does: a vendor that should refuse it may not. Logging in
    changes nothing.
    """
    operation = _operation(draft, contract)
    of_method = frozenset({_OF_METHOD.get(draft.method, Effect.WRITE)})
    if operation is None:
        return draft.effects | of_method
    binding = target.bindings.get(operation.id)
    if draft.method not in (operation.method, binding.method if binding else operation.method):
        return draft.effects | of_method | (operation.effects & {Effect.COSTLY, Effect.DANGEROUS})
    effects = draft.effects | operation.effects
    return effects - {Effect.WRITE} if operation.kind is Kind.LOGIN else effects


def check_rights(draft: Draft, contract: Contract, target: Target) -> None:
    """Raises NeedsRight, naming the first right that the target does not give.

    That a deletion only removes what this run created is the caller's to know; here it needs `delete-own`.
    """
    needed = effects_of(draft, contract, target)
    for effect in Effect:
        if effect in needed and not target.allows(effect):
            raise NeedsRight(effect.value, draft.operation or f"{draft.method} {draft.path}")


def _operation(draft: Draft, contract: Contract) -> Operation | None:
    return next((operation for operation in contract.operations if operation.id == draft.operation), None)
