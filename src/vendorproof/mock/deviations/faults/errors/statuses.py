"""Lies about which mistake gets which status."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.mock.data.principals import TENANTS
from vendorproof.mock.data.store import Row
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.choosing import ERRORS
from vendorproof.mock.deviations.rewrite import with_body
from vendorproof.mock.deviations.traits import asks_for_absent
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Problem

_HTML = b"<!doctype html><title>Not found</title><p>Fake page</p>"


_NOT_THERE = {"status": 404, "provoke": ("absent-id", "deleted-id")}


def _absent_everywhere(call: Call) -> bool:
    """Whether an id of the path belongs to nobody."""
    for name, value in call.arguments.items():
        resource = call.mock.contract.conventions.resource_for_parameter(name)
        if resource is not None:
            return all(call.mock.store.find(tenant, resource.name, value) is None for tenant in TENANTS)
    return False


@fault(
    "answers-absent-things-with-a-page",
    at=points.ANSWER,
    breaks=[
        Break("errors.envelope", "not-json", when=asks_for_absent),
        Break("content.json_responses", "not-json-type", ERRORS, when=asks_for_absent),
    ],
)
def _html_404(answer: Answer, call: Call) -> Answer:
    """A 404 is an HTML page."""
    return with_body(answer, _HTML, "text/html") if answer.status == 404 else answer


@fault(
    "answers-one-error-with-broken-json",
    at=points.ANSWER,
    breaks=[
        Break("errors.envelope", "not-json"),
        Break("content.json_responses", "not-json", ERRORS),
        Break("streaming.error_before_start", "not-json"),
    ],
)
def _cut_json(answer: Answer, call: Call) -> Answer:
    """The body of a 401 ends in the middle."""
    return replace(answer, body=answer.body[:-2]) if answer.status == 401 else answer


@fault(
    "answers-absent-things-with-200",
    at=points.PROBLEM,
    breaks=[
        Break("errors.status", "other-status", _NOT_THERE),
        Break("schema.success_body", "schema-violated", certain=False),
        Break("formats.empty_fields", "field-left-out", certain=False),
    ],
    on=["reads", "updates", "deletions"],
)
def _absent_as_200(problem: Problem, call: Call) -> Problem:
    """An id that belongs to nobody gets 200 and an error in the body."""
    return replace(problem, status=200) if problem.status == 404 and _absent_everywhere(call) else problem


@fault(
    "answers-absent-things-with-400",
    at=points.PROBLEM,
    breaks=[Break("errors.status", "other-status", _NOT_THERE)],
)
def _absent_as_400(problem: Problem, call: Call) -> Problem:
    """An id that is not there is called a bad request."""
    return replace(problem, status=400) if problem.status == 404 and call.operation is not None else problem


_DELETED = "deleted ids"


def _note_deletion(row: Row | None, call: Call) -> Row | None:
    if row is not None:
        call.mock.memory.setdefault(_DELETED, set()).add(row.id)
    return row


@fault(
    "breaks-at-what-was-deleted",
    at=points.PROBLEM,
    breaks=[Break("errors.status", "other-status", {"provoke": "deleted-id"})],
    also=[(points.REMOVAL, _note_deletion)],
)
def _deleted_as_500(problem: Problem, call: Call) -> Problem:
    """What was deleted is answered as the server's own mistake."""
    deleted = call.mock.memory.get(_DELETED, set())
    return replace(problem, status=500) if deleted.intersection(call.arguments.values()) else problem


@fault(
    "answers-bad-bodies-with-422",
    at=points.PROBLEM,
    breaks=[
        Break("errors.status", "other-status", {"status": 400}),
        Break("operations.documented_status", "undocumented-status"),
    ],
)
def _validation_as_422(problem: Problem, call: Call) -> Problem:
    """A validation error is answered with 422."""
    return replace(problem, status=422) if problem.status == 400 else problem


@fault(
    "answers-bad-bodies-with-500",
    at=points.PROBLEM,
    breaks=[
        Break("errors.status", "other-status", {"status": 400}),
        Break("errors.bad_input_is_not_5xx", "server-error"),
        Break("auth.context_required", "not-refused"),
        Break("pagination.garbage_cursor", "server-error"),
        Break("auth.context_required_somewhere", "never-required"),
    ],
)
def _validation_as_500(problem: Problem, call: Call) -> Problem:
    """Bad input breaks the server."""
    return replace(problem, status=500, code="internal_error") if problem.status == 400 else problem


@fault(
    "accepts-bad-bodies",
    at=points.FINDINGS,
    breaks=[Break("errors.status", "other-status", {"status": 400, "provoke": "invalid-body", "lenient": None})],
    on=["creations", "updates"],
    spread="one",
)
def _no_validation(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """One write takes whatever JSON it gets."""
    return () if call.payload is not None else findings


@fault(
    "answers-conflicts-with-400",
    at=points.PROBLEM,
    breaks=[Break("errors.status", "other-status", {"status": 409})],
)
def _conflict_as_400(problem: Problem, call: Call) -> Problem:
    """A conflict is called a bad request."""
    return replace(problem, status=400) if problem.status == 409 else problem


@fault(
    "answers-unprocessable-bodies-with-400",
    at=points.PROBLEM,
    breaks=[Break("errors.status", "other-status", {"status": 422})],
)
def _unprocessable_as_400(problem: Problem, call: Call) -> Problem:
    """A body that makes no sense is called a bad request."""
    return replace(problem, status=400) if problem.status == 422 else problem
