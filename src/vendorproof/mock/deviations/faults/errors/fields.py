"""Lies about the error envelope and what stands in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vendorproof.contract.pointer import resolve
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.rewrite import edited, without
from vendorproof.mock.deviations.traits import all_of, has_error, nests_errors, omits_empty
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Problem

Json = Any
REQUIRED = {"format": None, "optional": None, "statuses": None}
"""Of the requirements about one field of an error, those that it has to be there for."""


def _pointer(call: Call, role: str) -> str:
    return call.mock.contract.conventions.errors.fields[role]


@fault(
    "drops-the-message",
    at=points.ERROR,
    breaks=[
        Break("errors.field", "field-missing", {"field": "message"}),
        Break("errors.names_field", "field-not-named"),
    ],
    applies=has_error("message"),
)
def _no_message(document: Json, call: Call) -> Json:
    """Errors have no message."""
    return without(document, _pointer(call, "message"))


@fault(
    "drops-the-code",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-missing", {"field": "code", **REQUIRED})],
    applies=has_error("code"),
)
def _no_code(document: Json, call: Call) -> Json:
    """Errors have no code."""
    return without(document, _pointer(call, "code"))


@fault(
    "drops-the-request-id",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-missing", {"field": "requestId", **REQUIRED})],
    applies=has_error("requestId"),
)
def _no_request_id(document: Json, call: Call) -> Json:
    """Errors have no request id."""
    return without(document, _pointer(call, "requestId"))


@fault(
    "drops-the-trace-id",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-missing", {"field": "traceId", **REQUIRED})],
    applies=has_error("traceId"),
)
def _no_trace_id(document: Json, call: Call) -> Json:
    """Errors have no trace id."""
    return without(document, _pointer(call, "traceId"))


@fault(
    "writes-codes-as-numbers",
    at=points.ERROR,
    breaks=[
        Break("errors.field", "field-malformed", {"field": "code", "type": "string"}),
        Break("errors.field", "field-malformed", {"field": "code", "format": "snake_case"}),
    ],
    applies=has_error("code"),
)
def _code_number(document: Json, call: Call) -> Json:
    """The code of an error is a number."""
    return edited(document, _pointer(call, "code"), lambda _: 4000)


@fault(
    "writes-request-ids-as-numbers",
    at=points.ERROR,
    breaks=[Break("errors.field", "field-malformed", {"field": "requestId", "type": "string"})],
    applies=has_error("requestId"),
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
    applies=has_error("message"),
)
def _empty_message(document: Json, call: Call) -> Json:
    """The message of an error is an empty string."""
    return edited(document, _pointer(call, "message"), lambda _: "")


@fault(
    "gives-every-error-the-same-request-id",
    at=points.ERROR,
    breaks=[Break("errors.ids_distinct", "id-repeated", {"field": "requestId"})],
    applies=has_error("requestId"),
)
def _same_request_id(document: Json, call: Call) -> Json:
    """All errors share one request id."""
    return edited(document, _pointer(call, "requestId"), lambda _: "req_fake_same")


@fault(
    "gives-every-error-the-same-trace-id",
    at=points.ERROR,
    breaks=[Break("errors.ids_distinct", "id-repeated", {"field": "traceId"})],
    applies=has_error("traceId"),
)
def _same_trace_id(document: Json, call: Call) -> Json:
    """All errors share one trace id."""
    return edited(document, _pointer(call, "traceId"), lambda _: "00000000-0000-4000-8000-000000000000")


@fault(
    "changes-the-code-each-time",
    at=points.ERROR,
    breaks=[Break("errors.code_stable", "code-changed")],
    applies=has_error("code"),
)
def _unstable_code(document: Json, call: Call) -> Json:
    """The same mistake gets another code each time."""
    return edited(document, _pointer(call, "code"), lambda code: f"{code}_{call.number}")


@fault(
    "echoes-another-status",
    at=points.ERROR,
    breaks=[Break("errors.status_echoed", "status-differs")],
    applies=has_error("status"),
)
def _other_status_in_body(document: Json, call: Call) -> Json:
    """The status in the body is not the status line's."""
    return edited(document, _pointer(call, "status"), lambda status: status + 1)


@fault(
    "echoes-the-path-without-its-method",
    at=points.ERROR,
    breaks=[Break("errors.path_echoed", "path-differs")],
    applies=has_error("path"),
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
    breaks=[
        Break("errors.envelope", "envelope-missing"),
        Break("errors.names_field", "field-not-named"),
        Break("errors.validation_details", "details-missing"),
        Break("errors.details", "details-not-present", {"presence": "present", "code": None}),
        Break("streaming.error_before_start", "envelope-missing"),
    ],
    applies=nests_errors,
)
def _flat(document: Json, call: Call) -> Json:
    """The fields of an error stand at the top of the body."""
    parent = _pointer(call, "message").rpartition("/")[0]
    return resolve(document, parent)


@fault(
    "shows-null-details",
    at=points.ERROR,
    breaks=[Break("formats.empty_fields", "null-field")],
    applies=all_of(nests_errors, omits_empty),
)
def _null_details(document: Json, call: Call) -> Json:
    """Errors without details have details that are null."""
    parent = _pointer(call, "message").rpartition("/")[0]
    return edited(document, parent, lambda found: {**found, "details": None})


@fault(
    "drops-details",
    at=points.PROBLEM,
    breaks=[
        Break("errors.details", "details-not-present", {"presence": "present"}),
        Break("errors.validation_details", "details-missing"),
    ],
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


def _about(field: str, reason: str, **more: Any) -> list[Break]:
    return [Break("errors.field", reason, {"field": field, **more})]


@fault("drops-the-timestamp", at=points.ERROR, breaks=_about("timestamp", "field-missing", **REQUIRED))
def _no_timestamp(document: Json, call: Call) -> Json:
    """Errors have no timestamp."""
    return without(document, _pointer(call, "timestamp"))


@fault("drops-the-path", at=points.ERROR, breaks=_about("path", "field-missing", **REQUIRED))
def _no_path(document: Json, call: Call) -> Json:
    """Errors do not say which path was asked for."""
    return without(document, _pointer(call, "path"))


@fault("drops-the-status", at=points.ERROR, breaks=_about("status", "field-missing", **REQUIRED))
def _no_status(document: Json, call: Call) -> Json:
    """Errors do not repeat their status."""
    return without(document, _pointer(call, "status"))


@fault(
    "writes-error-timestamps-as-epoch-seconds",
    at=points.ERROR,
    breaks=[
        *_about("timestamp", "field-malformed", type="string"),
        *_about("timestamp", "field-malformed", format="date-time-utc"),
        Break("formats.timestamps", "not-a-timestamp", {"fields": None}),
    ],
    applies=has_error("timestamp"),
)
def _epoch(document: Json, call: Call) -> Json:
    """The timestamp of an error is a number."""
    return edited(document, _pointer(call, "timestamp"), lambda _: int(call.now))


@fault(
    "writes-error-timestamps-in-another-zone",
    at=points.ERROR,
    breaks=_about("timestamp", "field-malformed", format="date-time-utc"),
)
def _zone(document: Json, call: Call) -> Json:
    """The timestamp of an error is not in UTC."""
    return edited(document, _pointer(call, "timestamp"), lambda stamp: f"{str(stamp).removesuffix('Z')}+02:00")


@fault(
    "writes-codes-in-camel-case",
    at=points.ERROR,
    breaks=_about("code", "field-malformed", format="snake_case"),
)
def _camel(document: Json, call: Call) -> Json:
    """The code of an error is not in snake case."""
    return edited(document, _pointer(call, "code"), lambda code: str(code).title().replace("_", ""))


@fault(
    "writes-trace-ids-that-are-no-uuids",
    at=points.ERROR,
    breaks=_about("traceId", "field-malformed", format="uuid4"),
)
def _no_uuid(document: Json, call: Call) -> Json:
    """The trace id of an error is a word."""
    return edited(document, _pointer(call, "traceId"), lambda own: f"trace-{str(own)[:8]}")


@fault(
    "writes-details-as-text", at=points.ERROR, breaks=_about("details", "field-malformed"), applies=has_error("details")
)
def _text(document: Json, call: Call) -> Json:
    """The details of an error are a sentence."""
    return edited(document, _pointer(call, "details"), lambda _: "More about it (fake).")


@fault(
    "writes-the-status-as-text",
    at=points.ERROR,
    breaks=[*_about("status", "field-malformed"), Break("errors.status_echoed", "status-differs")],
)
def _status_text(document: Json, call: Call) -> Json:
    """The status in an error's body is a string."""
    return edited(document, _pointer(call, "status"), str)


@fault(
    "writes-the-path-as-a-list",
    at=points.ERROR,
    breaks=[*_about("path", "field-malformed"), Break("errors.path_echoed", "path-differs")],
)
def _path_list(document: Json, call: Call) -> Json:
    """The path in an error's body is an array."""
    return edited(document, _pointer(call, "path"), lambda path: str(path).split("/"))
