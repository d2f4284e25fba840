"""Whose fault a verdict is that is no pass: read from why the evidence is missing and from the exchanges themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from vendorproof.checks.outcome import Blame, Fail, Inconclusive, Outcome
from vendorproof.checks.reading import operation_of
from vendorproof.checks.registry import Obligation
from vendorproof.contract.model import Basis
from vendorproof.errors import (
    BudgetSpent,
    NeedsRight,
    NeedsRole,
    NeedsValue,
    OperationAbsent,
    Unavailable,
    Undocumented,
)
from vendorproof.exchange.model import Exchange, Trouble
from vendorproof.target import DEFAULT

_ON_THE_WAY: Final = frozenset({Trouble.REFUSED, Trouble.DNS, Trouble.TLS, Trouble.PROXY})
"""Troubles before the vendor's own server had a word."""

_LIMITS: Final = frozenset({402, 429})
"""Statuses of a spent quota and of a limit that was reached: the account's, not a broken promise."""


def blame_for(
    obligation: Obligation,
    outcome: Outcome,
    exchanges: Sequence[Exchange],
    key_is_good: Callable[[], bool],
    basis: Basis,
) -> Blame:
    """Whose fault the outcome of a check is.

    `exchanges` are those that the test used. `key_is_good` tells whether the tester's own credential was ever accepted;
    it is asked only where one was refused with 401. `basis` is what the requirement rests on at the operation.
    """
    match outcome:
        case Fail(judged=judged):
            shown = [exchange for exchange in exchanges if exchange.number in judged]
            if any(_on_the_way(exchange) for exchange in shown):
                return Blame.ENVIRONMENT
            if shown and all(_refused_us(exchange) for exchange in shown) and not key_is_good():
                return Blame.ENVIRONMENT
            # What the documentation does not say is our reading of it.
            return Blame.CONTRACT if basis is Basis.IMPLIED else Blame.VENDOR
        case Inconclusive():
            return _of_exchanges(obligation, exchanges, key_is_good) or Blame.ENVIRONMENT
        case _:
            return Blame.NOBODY


def blame_of(
    reason: Unavailable, obligation: Obligation, exchanges: Sequence[Exchange], key_is_good: Callable[[], bool]
) -> Blame:
    """Whose fault missing evidence is: the contract's where the documentation leaves open what it takes, the
    environment's where the target lacks it, else of whoever gave the answers that the test could not go on with."""
    causes = list(_causes(reason))
    if any(isinstance(cause, OperationAbsent | Undocumented) for cause in causes):
        return Blame.CONTRACT
    if any(isinstance(cause, NeedsRight | NeedsRole | NeedsValue | BudgetSpent) for cause in causes):
        return Blame.ENVIRONMENT
    return _of_exchanges(obligation, exchanges, key_is_good) or Blame.ENVIRONMENT


def _causes(reason: BaseException) -> Iterable[BaseException]:
    cause: BaseException | None = reason
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _of_exchanges(
    obligation: Obligation, exchanges: Sequence[Exchange], key_is_good: Callable[[], bool]
) -> Blame | None:
    """Whose fault it is that requests of the tester's own credential did not succeed; None where all of them did."""
    quota = obligation.contract.conventions.quota
    limits = _LIMITS | ({quota.status} if quota else set())
    if any(_on_the_way(one) or one.status in limits or _too_large(one) for one in exchanges):
        return Blame.ENVIRONMENT
    if any(one.failure is not None or one.status >= 500 for one in exchanges):
        return Blame.VENDOR
    # What is of no operation was asked for to be refused.
    own = [one for one in exchanges if one.role == DEFAULT and one.status >= 400 and one.operation is not None]
    if any(one.status == 403 for one in own):
        return Blame.ENVIRONMENT
    if any(one.status == 401 for one in own):
        return Blame.VENDOR if key_is_good() else Blame.ENVIRONMENT
    if own:
        asked = [operation_of(obligation.contract, one) for one in own]
        return Blame.CONTRACT if any(one is not None and one.assumed for one in asked) else Blame.VENDOR
    return None


def _on_the_way(exchange: Exchange) -> bool:
    return exchange.failure is not None and exchange.failure.trouble in _ON_THE_WAY


def _too_large(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.cut


def _refused_us(exchange: Exchange) -> bool:
    return exchange.role == DEFAULT and exchange.status == 401
