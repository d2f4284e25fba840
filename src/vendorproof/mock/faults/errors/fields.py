"""Lies about the error envelope and what stands in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vendorproof.exchange.pointer import resolve
from vendorproof.mock import points
from vendorproof.mock.call import Call, Problem
from vendorproof.mock.catalogue import Break, fault
from vendorproof.mock.faults.fits import has_error, nests_errors
from vendorproof.mock.rewrite import edited, without

Json = Any


def _pointer(call: Call, role: str) -> str:
    return call.mock.contract.conventions.errors.fields[role]


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
