"""Fixed allowances of calls, apart from the rate."""

from __future__ import annotations

from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Spending
from vendorproof.contract.check_parameters import ENVIRONMENTS, needs


def _status(obligation: Obligation) -> int:
    quota = obligation.contract.conventions.quota
    return quota.status if quota else 402


@check("quota.exhausted", on="once")
def exhausted(obligation: Obligation, spending: Spending) -> Outcome:
    """Once the allowance is spent, a call is refused with the documented status."""
    if spending.refused is None:
        if not spending.allowed:
            return Inconclusive("nothing was sent")
        count = len(spending.allowed)
        expected = f"{_status(obligation)} once the allowance is spent"
        return failed("never-spent", spending.allowed[-1], expected=expected, observed=f"{count} successes")
    if spending.refused.status == _status(obligation):
        return passed(*spending.allowed[-2:], spending.refused)
    return failed(
        "other-status", spending.refused, expected=str(_status(obligation)), observed=answer(spending.refused)
    )


@check("quota.per_token", on="once")
def per_token(obligation: Obligation, spending: Spending) -> Outcome:
    """Spending one credential's allowance takes nothing from another's."""
    if spending.refused is None or spending.other is None:
        return Inconclusive("no allowance was spent")
    if spending.other.status == _status(obligation):
        return failed("shared", spending.refused, spending.other, expected="an answer", observed=answer(spending.other))
    return passed(spending.refused, spending.other)


@check(
    "quota.absent",
    on="once",
    takes=[needs("environments", ENVIRONMENTS, "the environments whose credentials have no allowance")],
)
def absent(obligation: Obligation, spending: Spending) -> Outcome:
    """Credentials of these environments have no allowance: past the sandbox's, they are still answered."""
    if spending.refused is not None and spending.refused.status == _status(obligation):
        return failed("spent", spending.refused, expected="an answer", observed=answer(spending.refused))
    return passed(*spending.allowed[-2:]) if spending.allowed else Inconclusive("nothing was answered")
