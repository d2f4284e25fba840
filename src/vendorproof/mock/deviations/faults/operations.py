"""Lies about what operations there are and what they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from vendorproof.contract.model import Contract, Operation
from vendorproof.mock.data.seeds import NEWEST
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.choosing import SUCCESSES, creations_of, nested_lists, reads_by_id
from vendorproof.mock.deviations.traits import promises_bodies
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import (
    Answer,
    Data,
    Document,
    Events,
    Many,
    Nothing,
    One,
    Problem,
    Refused,
    Result,
    refuse,
)

Json = Any


def _broken() -> Refused:
    return refuse(500, "internal_error", "Something broke on our side (fake).")


def _fails_on_a_page(document: Json, call: Call) -> Json:
    raise _broken()


@fault(
    "fails-a-valid-request",
    at=points.RESULT,
    breaks=[
        Break("operations.answers", "not-answered"),
        Break("lifecycle.created_is_readable", "not-readable", seen_at=creations_of),
        Break("uploads.accepted", "refused"),
        Break("auth.login_issues_token", "no-token"),
        Break("idempotency.key_forms", "key-refused", certain=False),
        Break("idempotency.key_optional", "key-demanded", certain=False),
        Break("errors.bad_input_is_not_5xx", "server-error", certain=False),
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


@fault(
    "answers-with-a-status-that-nobody-knows",
    at=points.ANSWER,
    breaks=[
        Break("operations.standard_status", "unregistered-status"),
        Break("errors.status_echoed", "status-differs"),
        Break("operations.documented_status", "undocumented-status"),
        Break("errors.status", "other-status", {"status": 404}),
    ],
)
def _unregistered(answer: Answer, call: Call) -> Answer:
    """What is not there is answered with 460."""
    return replace(answer, status=460) if answer.status == 404 and call.operation is not None else answer


@fault("ignores-the-method", at=points.ROUTE, breaks=[Break("operations.read_only", "write-accepted")])
def _any_method(operation: Operation | None, call: Call) -> Operation | None:
    """A write to what can only be read is answered like a read."""
    if operation is not None or not call.inside:
        return operation
    match = call.mock.blueprint.router.match("GET", call.path)
    return match.operation if match else None


@fault(
    "creates-with-another-status",
    at=points.RESULT,
    breaks=[
        Break("operations.success_status", "other-status"),
        Break("operations.documented_status", "undocumented-status"),
        Break("content.json_responses", "no-body", SUCCESSES, when=promises_bodies, certain=False),
    ],
)
def _other_success(result: Result, call: Call) -> Result:
    """Successes have the status 203."""
    return replace(result, status=203) if isinstance(result, One | Data | Document | Nothing | Events) else result


@fault(
    "answers-with-an-undocumented-status",
    at=points.PROBLEM,
    breaks=[
        Break("operations.documented_status", "undocumented-status"),
        Break("errors.status", "other-status", {"status": 404}),
    ],
)
def _teapot(problem: Problem, call: Call) -> Problem:
    """What is not there is answered with 410."""
    return replace(problem, status=410) if problem.status == 404 and call.operation is not None else problem


@fault(
    "fails-on-what-was-just-made",
    at=points.RESULT,
    breaks=[Break("lifecycle.created_is_readable", "not-readable", seen_at=creations_of)],
    on=reads_by_id,
)
def _fails_on_new(result: Result, call: Call) -> Result:
    """Reading a new thing is answered with 500."""
    if isinstance(result, One) and result.row.created > NEWEST:
        raise _broken()
    return result


def _behind_a_thing(contract: Contract) -> Iterable[str]:
    """The lists behind another thing whose answers the documentation does not show."""
    return [name for name in nested_lists(contract) if "response" in contract.operation(name).assumed]


@fault(
    "hides-what-another-operation-shows",
    at=points.RESULT,
    breaks=[Break("operations.answers", "not-answered")],
    on=_behind_a_thing,
    spread="one",
)
def _unknown_here(result: Result, call: Call) -> Result:
    """What one operation shows under an id is not there at another."""
    raise refuse(404, "not_found", "There is no such thing (fake).")
