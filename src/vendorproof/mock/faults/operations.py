"""Lies about what operations there are and what they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from vendorproof.contract.model import Contract, Operation
from vendorproof.mock import points
from vendorproof.mock.call import Call, Data, Document, Events, Many, Nothing, One, Problem, Refused, Result, refuse
from vendorproof.mock.catalogue import Break, fault

Json = Any


def _broken() -> Refused:
    return refuse(500, "internal_error", "Something broke on our side (fake).")


def _fails_on_a_page(document: Json, call: Call) -> Json:
    raise _broken()


def _creations_of(contract: Contract, operation: str) -> Iterable[str]:
    """The operations that make what an operation reads."""
    resources = contract.conventions.resources.values()
    return [one.create for one in resources if one.read == operation and one.create is not None]


@fault(
    "fails-a-valid-request",
    at=points.RESULT,
    breaks=[
        Break("operations.answers", "not-answered"),
        Break("lifecycle.created_is_readable", "not-readable", seen_at=_creations_of),
    ],
    on=["all"],
    spread="each",
    also=[(points.DOCUMENT, _fails_on_a_page)],
)
def _fails(result: Result, call: Call) -> Result:
    """A valid request to one operation is answered with 500."""
    # What is wrong with the page that was asked for is found out later.
    if isinstance(result, Many):
        return result
    raise _broken()


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
