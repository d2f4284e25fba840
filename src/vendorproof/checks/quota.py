"""Fixed allowances of calls, apart from the rate."""

from __future__ import annotations

from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed, unanswered
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
    if spending.refused is None or spending.refused.status != _status(obligation):
        return Inconclusive("no allowance was spent")
    if spending.other is None:
        return Inconclusive("there is no other credential to ask with")
    if spending.other.status == _status(obligation):
        return failed("shared", spending.refused, spending.other, expected="an answer", observed=answer(spending.other))
    if spending.other.status == 401:
        return Inconclusive("the other credential is refused altogether (401)")
    return unanswered(spending.other) or passed(spending.refused, spending.other)


@check(
    "quota.absent",
    on="once",
    takes=[needs("environments", ENVIRONMENTS, "the environments whose credentials have no allowance")],
)
def absent(obligation: Obligation, spending: Spending) -> Outcome:
    """Credentials of these environments have no allowance: past the sandbox's, they are still answered."""
    if spending.refused is not None and spending.refused.status == _status(obligation):
        return failed("spent", spending.refused, expected="an answer", observed=answer(spending.refused))
    if spending.refused is not None:
        count = len(spending.allowed)
        return Inconclusive(f"refused for something else after {count} calls ({answer(spending.refused)})")
    answered = [one for one in spending.allowed if one.succeeded]
    return passed(*answered[-2:]) if answered else Inconclusive("nothing was answered")
