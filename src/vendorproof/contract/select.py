"""Which operations a list of selectors means: `on:` of a requirement, `applies:` of a convention."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from vendorproof.contract.model import Contract, Kind, Operation
from vendorproof.contract.wording import suggest
from vendorproof.errors import UsageError

ONCE: Final = "once"
"""The selector of a requirement about the API as a whole, at no operation."""

WORDS: Final[Mapping[str, Callable[[Operation], bool]]] = {
    "all": lambda operation: True,
    "errors": lambda operation: True,
    ONCE: lambda operation: False,
    "public": lambda operation: operation.public,
    "authenticated": lambda operation: not operation.public,
    "writes": lambda operation: operation.method not in ("GET", "HEAD"),
    "lists": lambda operation: operation.kind is Kind.LIST,
    "reads": lambda operation: operation.kind is Kind.READ,
    "creations": lambda operation: operation.kind is Kind.CREATE,
    "updates": lambda operation: operation.kind is Kind.UPDATE,
    "deletions": lambda operation: operation.kind is Kind.DELETE,
    "actions": lambda operation: operation.kind is Kind.ACTION,
    "streams": lambda operation: operation.kind is Kind.STREAM,
    "sockets": lambda operation: operation.kind is Kind.SOCKET,
    "uploads": lambda operation: operation.kind is Kind.UPLOAD,
    "logins": lambda operation: operation.kind is Kind.LOGIN,
}
"""The words that select by what an operation is; PAGINATED and IDEMPOTENT select what a convention applies to."""

PAGINATED: Final = "paginated"
IDEMPOTENT: Final = "idempotent"


def select(contract: Contract, selectors: Sequence[str]) -> tuple[Operation, ...]:
    """The operations that the selectors mean, in the contract's order.

    A selector is a word (`lists`, `creations`, `paginated`, …), an operationId or a tag, looked up in this order;
    `!x` excludes what x selects. Selectors that all exclude start from every operation. `once` selects none.

    Raises UsageError for a selector that is nothing of these.
    """
    excluded: set[str] = set()
    included: set[str] = set()
    only_exclusions = True
    for selector in selectors:
        name = selector.removeprefix("!")
        if name != selector:
            excluded |= _named(contract, name)
        else:
            included |= _named(contract, name)
            only_exclusions = False
    return tuple(
        operation
        for operation in contract.operations
        if operation.id not in excluded and (only_exclusions or operation.id in included)
    )


def selectable(contract: Contract) -> Collection[str]:
    """Every name that `select` knows for a contract: words, operationIds, tags."""
    names = [*WORDS, PAGINATED, IDEMPOTENT]
    names += [operation.id for operation in contract.operations]
    names += [tag for operation in contract.operations for tag in operation.tags]
    return dict.fromkeys(names)


def _named(contract: Contract, name: str) -> set[str]:
    conventions = contract.conventions
    if name == PAGINATED:
        return _applied(contract, conventions.pagination.applies if conventions.pagination else None)
    if name == IDEMPOTENT:
        return _applied(contract, conventions.idempotency.applies if conventions.idempotency else None)
    word = WORDS.get(name)
    if word is not None:
        return {operation.id for operation in contract.operations if word(operation)}
    chosen = {operation.id for operation in contract.operations if operation.id == name}
    chosen = chosen or {operation.id for operation in contract.operations if name in operation.tags}
    if not chosen:
        fix = suggest(name, selectable(contract))
        raise UsageError(f"{contract.vendor}: {name!r} is no operation, tag or selecting word ({fix})")
    return chosen


def _applied(contract: Contract, selectors: Sequence[str] | None) -> set[str]:
    return {operation.id for operation in select(contract, selectors)} if selectors else set()
