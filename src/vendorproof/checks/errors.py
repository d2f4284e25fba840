"""Error answers: the envelope, its fields, and which status answers what."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from vendorproof.checks.content import documented_media, is_json, violation
from vendorproof.checks.outcome import Inconclusive, NotApplicable, Outcome, answer, failed, passed, shown, unanswered
from vendorproof.checks.reading import document
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.checks.shapes import Pair, Sequence
from vendorproof.contract.check_parameters import (
    ERROR,
    ERROR_FIELD,
    ERRORS,
    FLAG,
    PATTERN,
    PROVOCATION,
    TEXT,
    may,
    needs,
    one_of,
)
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.exchange.model import Exchange

_TURNED_AWAY = frozenset({401, 402, 429})
"""Statuses that are about the credential, a quota or a limit, and not about what was sent."""

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "object": dict,
    "array": list,
    "boolean": bool,
    "number": (int, float),
}


def is_error(exchange: Exchange) -> bool:
    """Whether a 4xx or 5xx came back."""
    return exchange.response is not None and exchange.status >= 400


def field_of(obligation: Obligation, exchange: Exchange, field: str) -> Any:
    """The value of a field of the error envelope, MISSING where it is absent."""
    return resolve(document(exchange), obligation.contract.conventions.errors.fields[field])


@response_check("errors.envelope", on="all")
def envelope(obligation: Obligation, exchange: Exchange) -> Outcome:
    """An error answer is a JSON object with the documented nesting.

    Which fields the envelope holds is decided field by field, by `errors.field`.
    """
    response = exchange.response
    if response is None or not is_error(exchange):
        return NotApplicable("not an error")
    if response.cut:
        return Inconclusive("the body was longer or slower than the target's limits allow")
    if exchange.request.method == "HEAD":
        return NotApplicable("an answer to HEAD has no body")
    found = document(exchange)
    if found is MISSING:
        return failed("not-json", exchange, expected="the documented JSON envelope", observed=_as_it_came(exchange))
    parents = {pointer.rpartition("/")[0] for pointer in obligation.contract.conventions.errors.fields.values()}
    for parent in sorted(parents):
        if not isinstance(resolve(found, parent), dict):
            expected = f"an object at {parent or 'the top'}"
            return failed("envelope-missing", exchange, expected=expected, observed=shown(found))
    return passed(exchange)


def _as_it_came(exchange: Exchange) -> str:
    body = exchange.response.body if exchange.response else b""
    return f"{answer(exchange)}: {shown(body.decode('utf-8', 'replace'))}"


def _is_uuid4(value: Any) -> bool:
    try:
        return isinstance(value, str) and UUID(value).version == 4 and len(value) == 36
    except ValueError:
        return False


def is_utc(value: Any) -> bool:
    """Whether a value is an ISO 8601 date and time in UTC, to the second or finer."""
    return _offset(value) == timedelta(0)


def is_date_time(value: Any) -> bool:
    """Whether a value is an ISO 8601 date and time with an offset (RFC 3339)."""
    return _offset(value) is not None


def _offset(value: Any) -> timedelta | None:
    """The offset of a date and time; None where it has none, or the value is no date and time."""
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value):
        return None
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value)).utcoffset()
    except ValueError:
        return None


_FORMATS = {
    "uuid4": _is_uuid4,
    "snake_case": lambda value: isinstance(value, str) and _SNAKE_CASE.fullmatch(value) is not None,
    "date-time-utc": is_utc,
    "date-time": is_date_time,
}


@response_check(
    "errors.field",
    on="all",
    takes=[
        needs("field", ERROR_FIELD, "the field of the error envelope"),
        may("type", one_of(*_TYPES), "its JSON type"),
        may("pattern", PATTERN, "what the whole text is like", beside=("type", "string")),
        may("format", one_of(*_FORMATS), "its form, where the field is there", beside=("type", "string")),
        may("statuses", ERRORS, "the statuses that the documentation speaks of, where it does not speak of all"),
        may("optional", FLAG, "whether an error may be without it"),
    ],
)
def field(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A field of the error envelope is there and has the documented form."""
    if not is_error(exchange):
        return NotApplicable("not an error")
    wanted = obligation.parameters
    if "statuses" in wanted and exchange.status not in wanted["statuses"]:
        return NotApplicable(f"the documentation says nothing of it for {exchange.status}")
    name = wanted["field"]
    parent = obligation.contract.conventions.errors.fields[name].rpartition("/")[0]
    if not isinstance(resolve(document(exchange), parent), dict):
        return NotApplicable("the answer is not the documented envelope")
    value = field_of(obligation, exchange, name)
    if value is MISSING:
        if wanted.get("format") or wanted.get("optional"):
            return NotApplicable(f"the answer has no {name}")
        return failed("field-missing", exchange, expected=f"the field {name}", observed=shown(document(exchange)))
    problem = _malformed(value, wanted)
    if problem is None:
        return passed(exchange)
    return failed("field-malformed", exchange, expected=f"{name} {problem}", observed=shown(value))


def _malformed(value: Any, wanted: Any) -> str | None:
    """What a value should have been, None where it is that."""
    kind = wanted.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return f"of type {kind}"
    if kind == "string" and not value.strip():
        return "that is not empty"
    if "pattern" in wanted and not (isinstance(value, str) and re.fullmatch(wanted["pattern"], value)):
        return f"like {wanted['pattern']}"
    form = wanted.get("format")
    return None if form is None or _FORMATS[form](value) else f"in the form {form}"


@response_check("errors.schema", on="all")
def schema(obligation: Obligation, exchange: Exchange) -> Outcome:
    """An error body matches the documented schema as a whole."""
    response = exchange.response
    media = documented_media(obligation, exchange)
    if response is None or not is_error(exchange) or media is None or not is_json(response.content_type):
        return NotApplicable("no documented JSON error")
    found = document(exchange)
    if found is MISSING:
        return NotApplicable("the body can't be read")
    problem = violation(media.schema, found)
    if problem is None:
        return passed(exchange)
    return failed("schema-violated", exchange, expected="the documented error", observed=shown(problem))


@check(
    "errors.status",
    on="once",
    takes=[
        needs("status", ERROR, "the documented status"),
        needs("provoke", PROVOCATION, "how the request is wrong"),
        may("lenient", FLAG, "whether the documentation leaves open that such a request is refused at all"),
    ],
)
def status(obligation: Obligation, sequence: Sequence) -> Outcome:
    """A documented class of error is answered with its status.

    The wrong request is the last of the sequence; before it comes what led to it. With `lenient` the documentation does
    not say that such a request is refused at all.
    """
    wanted = obligation.parameters["status"]
    if not sequence.exchanges:
        return Inconclusive("nothing was asked wrongly")
    *before, exchange = sequence.exchanges
    undone = next((one for one in before if not one.succeeded), None)
    if undone is not None:
        return Inconclusive(f"what should lead to the mistake was not done ({answer(undone)})")
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status == wanted:
        return passed(*sequence.exchanges)
    if exchange.status in (402, 429):
        return Inconclusive(f"a limit or quota answered first ({exchange.status})")
    if exchange.succeeded and obligation.parameters.get("lenient"):
        return Inconclusive(f"the request was taken for a good one ({answer(exchange)})")
    return failed("other-status", *sequence.exchanges, expected=str(wanted), observed=answer(exchange))


@check("errors.code_stable", on="once")
def code_stable(obligation: Obligation, pair: Pair) -> Outcome:
    """The same mistake gets the same code again."""
    other = unanswered(pair.first, pair.second)
    if other is not None:
        return other
    codes = [field_of(obligation, exchange, "code") for exchange in (pair.first, pair.second)]
    if MISSING in codes:
        return Inconclusive("an answer has no code to compare")
    if codes[0] == codes[1]:
        return passed(pair.first, pair.second)
    return failed("code-changed", pair.first, pair.second, expected=shown(codes[0]), observed=shown(codes[1]))


@check("errors.ids_distinct", on="once", takes=[needs("field", ERROR_FIELD, "the field that tells errors apart")])
def ids_distinct(obligation: Obligation, sequence: Sequence) -> Outcome:
    """No two error answers carry the same id."""
    name = obligation.parameters["field"]
    seen: dict[str, Exchange] = {}
    for exchange in sequence.exchanges:
        value = field_of(obligation, exchange, name) if is_error(exchange) else MISSING
        if not isinstance(value, str):
            continue
        if value in seen:
            expected = f"another {name} for each answer"
            return failed("id-repeated", seen[value], exchange, expected=expected, observed=shown(value))
        seen[value] = exchange
    if len(seen) < 2:
        return Inconclusive(f"fewer than two error answers carry {name}")
    return passed(*seen.values())


@response_check(
    "errors.status_echoed", on="all", takes=[needs("field", ERROR_FIELD, "the field that repeats the status")]
)
def status_echoed(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The status in the error body equals the status line."""
    value = field_of(obligation, exchange, obligation.parameters["field"]) if is_error(exchange) else MISSING
    if value is MISSING:
        return NotApplicable("no status in the body")
    if value == exchange.status:
        return passed(exchange)
    return failed("status-differs", exchange, expected=str(exchange.status), observed=shown(value))


@response_check(
    "errors.path_echoed",
    on="all",
    takes=[
        needs("field", ERROR_FIELD, "the field that repeats the path"),
    ],
)
def path_echoed(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The path in the error body is the method and path that were asked for."""
    value = field_of(obligation, exchange, obligation.parameters["field"]) if is_error(exchange) else MISSING
    if value is MISSING:
        return NotApplicable("no path in the body")
    expected = f"{exchange.request.method} {exchange.request.path}"
    # Whether the path is shown with its query, and percent-encoded or not, is no part of the statement. What stands
    # before the documented base path was put there by who stands before the API.
    method, _, path = expected.partition(" ")
    base = urlsplit(obligation.contract.base_url).path
    own = f"{method} {path[path.rindex(f'{base}/') :]}" if base and f"{base}/" in path else expected
    if isinstance(value, str) and unquote(value.partition("?")[0]) in (unquote(expected), unquote(own)):
        return passed(exchange)
    return failed("path-differs", exchange, expected=expected, observed=shown(value))


@check("errors.names_field", on="once")
def names_field(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The message of a validation error names the field that is wrong; `purpose` of the exchange names it."""
    if exchange.status not in (400, 422):
        return Inconclusive(f"no validation error to judge ({answer(exchange)})")
    wrong = exchange.purpose.rpartition(":")[2].strip()
    message = field_of(obligation, exchange, "message")
    if isinstance(message, str) and wrong.lower() in message.lower():
        return passed(exchange)
    return failed("field-not-named", exchange, expected=f"a message that names {wrong!r}", observed=shown(message))


@check("errors.bad_input_is_not_5xx", on="all")
def bad_input_is_not_5xx(obligation: Obligation, sequence: Sequence) -> Outcome:
    """Bad input is never answered as the server's own mistake."""
    if not sequence.exchanges:
        return NotApplicable("the operation takes no input that could be wrong")
    for exchange in sequence.exchanges:
        if exchange.status >= 500:
            expected = f"a 4xx status for {exchange.purpose}"
            return failed("server-error", exchange, expected=expected, observed=answer(exchange))
    # What was turned away before anybody looked at it says nothing of how it is looked at.
    looked_at = [one for one in sequence.exchanges if one.response is not None and one.status not in _TURNED_AWAY]
    return passed(*looked_at) if looked_at else Inconclusive("no bad input was answered")


@response_check(
    "errors.details",
    on="all",
    takes=[
        needs("statuses", ERRORS, "the statuses that the documentation speaks of"),
        needs("presence", one_of("present", "absent"), "whether details are there"),
        may("code", TEXT, "a word that the codes have which it speaks of"),
    ],
)
def details(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Errors of the named statuses carry details, or leave them out; `code` narrows to codes that hold this word."""
    if not is_error(exchange) or exchange.status not in obligation.parameters["statuses"]:
        return NotApplicable("the documentation says nothing of details for this answer")
    if obligation.parameters.get("code", "") not in str(field_of(obligation, exchange, "code")):
        return NotApplicable("the documentation says nothing of details for an error of this code")
    value = field_of(obligation, exchange, "details")
    wanted = obligation.parameters["presence"]
    if value is MISSING and wanted == "absent" and not isinstance(document(exchange), dict):
        return NotApplicable("the body can't be read")
    if (value is not MISSING) == (wanted == "present"):
        return passed(exchange)
    return failed(f"details-not-{wanted}", exchange, expected=f"details {wanted}", observed=shown(document(exchange)))


@check("errors.validation_details", on="once", takes=[needs("provoke", PROVOCATION, "how the request is wrong")])
def validation_details(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A validation error carries details."""
    if exchange.status not in (400, 422):
        return Inconclusive(f"no validation error to judge ({answer(exchange)})")
    if field_of(obligation, exchange, "details") is not MISSING:
        return passed(exchange)
    return failed("details-missing", exchange, expected="details", observed=shown(document(exchange)))
