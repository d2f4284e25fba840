"""Content types, header fields and body schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from vendorproof.checks.outcome import Inconclusive, NotApplicable, Outcome, answer, failed, passed, shown
from vendorproof.checks.reading import operation_of
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.contract.check_parameters import STATUSES, may, one_of
from vendorproof.contract.model import Kind, Media
from vendorproof.exchange.model import Exchange, NotJson, parse_json

_BODILESS = frozenset({101, 204, 304})


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 8259, RFC 6839)."""
    return media_type == "application/json" or media_type.endswith("+json")


@response_check(
    "content.json_responses",
    on="all",
    takes=[
        may(
            "answers",
            one_of("successes", "errors"),
            "the answers that the documentation speaks of, where it does not speak of all",
        ),
        may("bodiless", STATUSES, "the statuses that come without a body, where all others have one"),
    ],
)
def json_responses(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Every body is a JSON document and says so; `answers` narrows to successes or errors.

    `bodiless` lists the statuses that come without a body where the documentation says that all others have one.
    """
    response = exchange.response
    answers = obligation.parameters.get("answers")
    if (answers == "successes" and not exchange.succeeded) or (answers == "errors" and exchange.status < 400):
        return NotApplicable(f"the documentation speaks of {answers} alone")
    if response is None or not response.status >= 200 or response.status in _BODILESS:
        return NotApplicable("no body to judge")
    if 300 <= response.status < 400 or exchange.request.method == "HEAD":
        return NotApplicable("a redirection needs no body")
    operation = operation_of(obligation.contract, exchange)
    if exchange.succeeded and operation is not None and operation.kind in (Kind.STREAM, Kind.SOCKET):
        return NotApplicable("a stream is not one document")
    if response.cut:
        return Inconclusive("the body was longer or slower than the target's limits allow")
    if not response.body:
        if response.status in obligation.parameters.get("bodiless", (response.status,)):
            return NotApplicable("no body to judge")
        return failed("no-body", exchange, expected="a JSON document", observed=f"{response.status} without a body")
    if not is_json(response.content_type):
        return failed("not-json-type", exchange, expected="application/json", observed=answer(exchange))
    try:
        _ = response.json
    except NotJson as problem:
        return failed("not-json", exchange, expected="a JSON document (RFC 8259)", observed=str(problem))
    return passed(exchange)


@check("content.json_accepted", on="writes")
def json_accepted(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A request sent as application/json is understood. A reading has no body and succeeds without the header."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    reading = exchange.request.method in ("GET", "HEAD")
    if exchange.status == 415 or (reading and exchange.status in (400, 406, 422)):
        return failed("json-refused", exchange, expected="application/json accepted", observed=answer(exchange))
    if exchange.succeeded:
        return passed(exchange)
    return Inconclusive(f"the request was refused for another reason ({answer(exchange)})")


@lru_cache(maxsize=4096)
def _validator(schema: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(schema), validate_formats=True)


def violation(schema: Mapping[str, Any], value: Any) -> str | None:
    """The first way in which a value breaks a schema, worded with its place; None where it keeps it."""
    error = next(iter(_validator(json.dumps(schema, sort_keys=True)).iter_errors(value)), None)
    if error is None:
        return None
    place = "/".join(str(part) for part in error.instance_path)
    return f"at /{place}: {error.message}"


def documented_media(obligation: Obligation, exchange: Exchange) -> Media | None:
    """The documented JSON body of an exchange's status, None where none is documented."""
    operation = operation_of(obligation.contract, exchange)
    documented = operation.response_for(exchange.status) if operation else None
    if operation is None or documented is None:
        return None
    if exchange.succeeded and documented.status == "default" and operation.successes:
        # What the documentation names for everything else are errors: a success is like the other successes.
        documented = operation.successes[0]
    return next((media for media in documented.media if is_json(media.content_type)), None)


@response_check("schema.success_body", on="all")
def success_body(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A success body has the documented fields with the documented types."""
    response = exchange.response
    if response is None or not exchange.succeeded:
        return NotApplicable("not a success")
    media = documented_media(obligation, exchange)
    if media is None or not is_json(response.content_type) or response.cut:
        return NotApplicable("no documented JSON body")
    try:
        problem = violation(media.schema, response.json)
    except NotJson as error:
        return Inconclusive(f"the body is not JSON: {error}")
    if problem is None:
        return passed(exchange)
    return failed("schema-violated", exchange, expected="the documented fields and types", observed=shown(problem))


@response_check("content.documented_headers", on="all")
def documented_headers(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Every header that is documented for an answer is there, unless it may be left out, and holds what its schema
    says."""
    operation = operation_of(obligation.contract, exchange)
    documented = operation.response_for(exchange.status) if operation else None
    if exchange.response is None or documented is None or (exchange.succeeded and documented.status == "default"):
        return NotApplicable("the documentation has no such answer")
    seen = False
    for name, header in documented.headers.items():
        told = exchange.response.headers.all(name)
        if name.lower() == "content-type":
            # OpenAPI 3.1, 4.8.17.1: a header of this name is ignored; the content of the response tells it.
            continue
        if not told and header.get("required"):
            return failed("header-missing", exchange, expected=name, observed=f"{answer(exchange)} without it")
        if told and not _fits(header["schema"], told):
            expected = f"{name} as documented: {shown(header['schema'])}"
            return failed("header-malformed", exchange, expected=expected, observed=shown(", ".join(told)))
        seen = seen or bool(told)
    return passed(exchange) if seen else NotApplicable("none of the documented headers is there, and none has to be")


def _fits(schema: Mapping[str, Any], told: tuple[str, ...]) -> bool:
    """Whether the lines of a header field keep its schema: as one list, which is what several lines are (RFC 9110,
    5.3), or each by itself."""
    return _keeps(schema, ", ".join(told)) or all(_keeps(schema, line) for line in told)


def _keeps(schema: Mapping[str, Any], text: str) -> bool:
    return any(violation(schema, value) is None for value in _readings(text.strip()))


def _readings(text: str) -> Iterator[Any]:
    """What a header's text can be: itself, a value, or a list or an object of texts or values in the style `simple`,
    the only one of headers (OpenAPI 3.1, 4.8.21)."""
    yield text
    yield _value(text)
    parts = [part.strip() for part in text.split(",")] if text else []
    yield parts
    yield [_value(part) for part in parts]
    pairs = [part.partition("=")[::2] for part in parts if "=" in part] or [*zip(parts[::2], parts[1::2], strict=False)]
    if pairs:
        yield dict(pairs)
        yield {name: _value(part) for name, part in pairs}


def _value(text: str) -> Any:
    """A text as the number, truth value or other JSON that it writes, as itself where it writes none."""
    if re.fullmatch(r"[+-]?[0-9]{1,300}", text):
        return int(text)
    try:
        return parse_json(text.lower().encode() if text in ("True", "False") else text.encode())
    except NotJson:
        return text
