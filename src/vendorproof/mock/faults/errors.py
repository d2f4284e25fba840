"""Lies about errors: the envelope, its fields, the statuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vendorproof.exchange.pointer import resolve
from vendorproof.mock import points
from vendorproof.mock.access import TENANTS
from vendorproof.mock.call import Answer, Call, Problem
from vendorproof.mock.fault import Break, fault
from vendorproof.mock.faults.fits import has_error, nests_errors
from vendorproof.mock.rewrite import edited, with_body, without

Json = Any
_HTML = b"<!doctype html><title>Not found</title><p>Fake page</p>"


def _pointer(call: Call, role: str) -> str:
    return call.mock.contract.conventions.errors.fields[role]


def _absent_everywhere(call: Call) -> bool:
    """Whether an id of the path belongs to nobody."""
    for name, value in call.arguments.items():
        resource = call.mock.contract.conventions.resource_for_parameter(name)
        if resource is not None:
            return all(call.mock.store.find(tenant, resource.name, value) is None for tenant in TENANTS)
    return False


@fault(
    "drops-the-message",
    at=points.ERROR,
    breaks=[
        Break("errors.field", "field-missing", {"field": "message"}),
        Break("errors.names_field", "field-not-named"),
    ],
    fits=has_error("message"),
)
def _no_message(document: Json, call: Call) -> Json:
    """Errors have no message."""
    return without(document, _pointer(call, "message"))


@fault(
    "drops-the-code",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-missing", {"field": "code"})],
    fits=has_error("code"),
)
def _no_code(document: Json, call: Call) -> Json:
    """Errors have no code."""
    return without(document, _pointer(call, "code"))


@fault(
    "drops-the-request-id",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-missing", {"field": "requestId"})],
    fits=has_error("requestId"),
)
def _no_request_id(document: Json, call: Call) -> Json:
    """Errors have no request id."""
    return without(document, _pointer(call, "requestId"))


@fault(
    "drops-the-trace-id",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-missing", {"field": "traceId"})],
    fits=has_error("traceId"),
)
def _no_trace_id(document: Json, call: Call) -> Json:
    """Errors have no trace id."""
    return without(document, _pointer(call, "traceId"))


@fault(
    "writes-codes-as-numbers",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-malformed", {"field": "code"})],
    fits=has_error("code"),
)
def _code_number(document: Json, call: Call) -> Json:
    """The code of an error is a number."""
    return edited(document, _pointer(call, "code"), lambda _: 4000)


@fault(
    "writes-request-ids-as-numbers",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-malformed", {"field": "requestId"})],
    fits=has_error("requestId"),
)
def _request_id_number(document: Json, call: Call) -> Json:
    """The request id of an error is a number."""
    return edited(document, _pointer(call, "requestId"), lambda _: call.number)


@fault(
    "leaves-the-message-empty",
    at=points.ERROR,
    breaks=[
        Break("errors.field", "field-malformed", {"field": "message"}),
        Break("errors.names_field", "field-not-named"),
    ],
    fits=has_error("message"),
)
def _empty_message(document: Json, call: Call) -> Json:
    """The message of an error is an empty string."""
    return edited(document, _pointer(call, "message"), lambda _: "")


@fault(
    "gives-every-error-the-same-request-id",
    at=points.ERROR,
    breaks=[Break("errors.ids_distinct", "id-repeated", {"field": "requestId"})],
    fits=has_error("requestId"),
)
def _same_request_id(document: Json, call: Call) -> Json:
    """All errors share one request id."""
    return edited(document, _pointer(call, "requestId"), lambda _: "req_fake_same")


@fault(
    "gives-every-error-the-same-trace-id",
    at=points.ERROR,
    breaks=[Break("errors.ids_distinct", "id-repeated", {"field": "traceId"})],
    fits=has_error("traceId"),
)
def _same_trace_id(document: Json, call: Call) -> Json:
    """All errors share one trace id."""
    return edited(document, _pointer(call, "traceId"), lambda _: "00000000-0000-4000-8000-000000000000")


@fault(
    "changes-the-code-each-time",
    at=points.ERROR,
    breaks=[Break("errors.code_stable", "code-changed")],
    fits=has_error("code"),
)
def _unstable_code(document: Json, call: Call) -> Json:
    """The same mistake gets another code each time."""
    return edited(document, _pointer(call, "code"), lambda code: f"{code}_{call.number}")


@fault(
    "echoes-another-status",
    at=points.ERROR,
    breaks=[Break("errors.status_echoed", "status-differs")],
    fits=has_error("status"),
)
def _other_status_in_body(document: Json, call: Call) -> Json:
    """The status in the body is not the status line's."""
    return edited(document, _pointer(call, "status"), lambda status: status + 1)


@fault(
    "echoes-the-path-without-its-method",
    at=points.ERROR,
    breaks=[Break("errors.path_echoed", "path-differs")],
    fits=has_error("path"),
)
def _path_alone(document: Json, call: Call) -> Json:
    """The path in the body lacks the method."""
    return edited(document, _pointer(call, "path"), lambda path: str(path).partition(" ")[2])


@fault(
    "forgets-the-field-in-the-message",
    at=points.PROBLEM,
    breaks=[Break("errors.names_field", "field-not-named")],
)
def _field_not_named(problem: Problem, call: Call) -> Problem:
    """The message of a validation error does not say which field is wrong."""
    return replace(problem, message="The request breaks the rules.") if problem.status == 400 else problem


@fault(
    "flattens-the-error-envelope",
    at=points.ERROR,
    breaks=[Break("errors.envelope", "envelope-missing"), Break("errors.names_field", "field-not-named")],
    fits=nests_errors,
)
def _flat(document: Json, call: Call) -> Json:
    """The fields of an error stand at the top of the body."""
    parent = _pointer(call, "message").rpartition("/")[0]
    return resolve(document, parent)


@fault(
    "answers-absent-things-with-a-page",
    at=points.ANSWER,
    breaks=[Break("errors.envelope", "not-json"), Break("content.json_responses", "not-json-type")],
)
def _html_404(answer: Answer, call: Call) -> Answer:
    """A 404 is an HTML page."""
    return with_body(answer, _HTML, "text/html") if answer.status == 404 else answer


@fault(
    "answers-one-error-with-broken-json",
    at=points.ANSWER,
    breaks=[Break("errors.envelope", "not-json"), Break("content.json_responses", "not-json")],
)
def _cut_json(answer: Answer, call: Call) -> Answer:
    """The body of a 401 ends in the middle."""
    return replace(answer, body=answer.body[:-2]) if answer.status == 401 else answer


@fault(
    "answers-absent-things-with-200",
    at=points.PROBLEM,
    breaks=[Break("errors.status", "other-status", {"status": 404, "provoke": "absent-id"})],
)
def _absent_as_200(problem: Problem, call: Call) -> Problem:
    """An id that belongs to nobody gets 200 and an error in the body."""
    return replace(problem, status=200) if problem.status == 404 and _absent_everywhere(call) else problem


@fault(
    "answers-absent-things-with-400",
    at=points.PROBLEM,
    breaks=[Break("errors.status", "other-status", {"status": 404, "provoke": "absent-id"})],
)
def _absent_as_400(problem: Problem, call: Call) -> Problem:
    """An id that is not there is called a bad request."""
    return replace(problem, status=400) if problem.status == 404 and call.operation is not None else problem


@fault(
    "answers-bad-bodies-with-422",
    at=points.PROBLEM,
    breaks=[Break("errors.status", "other-status", {"status": 400})],
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
    ],
)
def _validation_as_500(problem: Problem, call: Call) -> Problem:
    """Bad input breaks the server."""
    return replace(problem, status=500, code="internal_error") if problem.status == 400 else problem


@fault(
    "accepts-bad-bodies",
    at=points.FINDINGS,
    breaks=[Break("errors.status", "other-status", {"status": 400, "provoke": "invalid-body"})],
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


@fault(
    "names-absent-things-otherwise-than-the-example",
    at=points.PROBLEM,
    breaks=[Break("errors.field", "field-malformed", {"field": "code", "statuses": [404]})],
)
def _other_code(problem: Problem, call: Call) -> Problem:
    """The code for an absent thing is not the documented one."""
    return replace(problem, code="not_found") if problem.status == 404 else problem


@fault(
    "shows-null-details",
    at=points.ERROR,
    breaks=[Break("formats.empty_fields", "null-field")],
    fits=nests_errors,
)
def _null_details(document: Json, call: Call) -> Json:
    """Errors without details have details that are null."""
    parent = _pointer(call, "message").rpartition("/")[0]
    return edited(document, parent, lambda found: {**found, "details": None})


@fault(
    "drops-details",
    at=points.PROBLEM,
    breaks=[Break("errors.details", "details-not-present", {"presence": "present"})],
)
def _no_details(problem: Problem, call: Call) -> Problem:
    """Errors that have to carry details have none."""
    return replace(problem, details=None)


@fault(
    "adds-details-to-every-error",
    at=points.PROBLEM,
    breaks=[Break("errors.details", "details-not-absent", {"presence": "absent"})],
)
def _always_details(problem: Problem, call: Call) -> Problem:
    """Errors that have no details carry some."""
    return replace(problem, details=problem.details or {"fake": True})
