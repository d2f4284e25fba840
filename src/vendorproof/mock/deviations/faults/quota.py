"""Lies about fixed allowances of calls."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Problem

_CALLS = "faults/calls"


@fault("spends-no-allowance", at=points.QUOTA, breaks=[Break("quota.exhausted", "never-spent")])
def _endless(problem: Problem | None, call: Call) -> Problem | None:
    """No allowance ever ends."""
    return None


@fault("ends-an-allowance-with-403", at=points.QUOTA, breaks=[Break("quota.exhausted", "other-status")])
def _forbidden(problem: Problem | None, call: Call) -> Problem | None:
    """A spent allowance is answered like a missing permission."""
    return None if problem is None else replace(problem, status=403)


@fault("shares-an-allowance", at=points.QUOTA, breaks=[Break("quota.per_token", "shared")])
def _shared(problem: Problem | None, call: Call) -> Problem | None:
    """The keys of one account spend the same allowance."""
    mock, own = call.mock, call.principal
    spent = 0
    for credential, calls in mock.spent.items():
        other = mock.directory.find(credential)
        alike = own is not None and other is not None and other.environment == own.environment
        spent += calls if alike and other is not None and own is not None and other.tenant == own.tenant else 0
    over = Problem(402, "quota_exhausted", "The allowance of the account is spent.")
    return over if spent >= mock.character.quota else problem


@fault("gives-every-environment-an-allowance", at=points.PERMISSION, breaks=[Break("quota.absent", "spent")])
def _everywhere(problem: Problem | None, call: Call) -> Problem | None:
    """Keys of every environment have an allowance."""
    mock, own = call.mock, call.principal
    quota = mock.contract.conventions.quota
    if own is None or quota is None or own.role not in mock.character.environments or own.role in quota.environments:
        return problem
    calls: dict[str, int] = mock.memory.setdefault(_CALLS, {})
    calls[own.role] = calls.get(own.role, 0) + 1
    over = Problem(quota.status, "quota_exhausted", "The allowance is spent.")
    return over if calls[own.role] > mock.character.quota else problem
