"""Lies that LeanCore's mock alone can tell."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Problem

_EXHAUSTED = {"role": "exhausted", "status": 402}


@fault(
    "answers-on-an-exhausted-budget",
    at=points.PERMISSION,
    breaks=[Break("auth.role_refused", "accepted", _EXHAUSTED)],
    family="quota",
)
def _for_nothing(problem: Problem | None, call: Call) -> Problem | None:
    """A message is answered though the budget is exhausted."""
    if call.principal is not None and call.principal.role == "exhausted":
        call.principal = replace(call.principal, role="default")
    return problem


@fault(
    "answers-an-exhausted-budget-with-403",
    at=points.PROBLEM,
    breaks=[Break("auth.role_refused", "other-status", _EXHAUSTED)],
    family="quota",
)
def _forbidden(problem: Problem, call: Call) -> Problem:
    """An exhausted budget is called a missing permission."""
    return replace(problem, status=403) if problem.status == 402 else problem
