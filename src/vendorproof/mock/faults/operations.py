"""Lies about what operations there are and what they answer."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.contract.model import Operation
from vendorproof.mock import points
from vendorproof.mock.call import Call, Data, Document, Events, Nothing, One, Problem, Result, refuse
from vendorproof.mock.fault import Break, fault


@fault(
    "fails-a-valid-request",
    at=points.RESULT,
    breaks=[Break("operations.answers", "not-answered")],
    on=["all"],
    spread="each",
)
def _fails(result: Result, call: Call) -> Result:
    """A valid request to one operation is answered with 500."""
    raise refuse(500, "internal_error", "Something broke on our side (fake).")


@fault("ignores-the-method", at=points.ROUTE, breaks=[Break("operations.read_only", "write-accepted")])
def _any_method(operation: Operation | None, call: Call) -> Operation | None:
    """A write to what can only be read is answered like a read."""
    if operation is not None or not call.inside:
        return operation
    match = call.mock.blueprint.router.match("GET", call.path)
    return match.operation if match else None


@fault("creates-with-another-status", at=points.RESULT, breaks=[Break("operations.success_status", "other-status")])
def _other_success(result: Result, call: Call) -> Result:
    """Successes have the status 203."""
    return replace(result, status=203) if isinstance(result, One | Data | Document | Nothing | Events) else result


@fault(
    "answers-with-an-undocumented-status",
    at=points.PROBLEM,
    breaks=[Break("operations.documented_status", "undocumented-status")],
)
def _teapot(problem: Problem, call: Call) -> Problem:
    """What is not there is answered with 410."""
    return replace(problem, status=410) if problem.status == 404 and call.operation is not None else problem
