"""Content types, body schemas, the envelope of successes."""

from __future__ import annotations

import pytest

from tests.checks.builders import acme, documented, error, exchange, silence, with_operation
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.contract.model import Contract, DocumentedResponse, Media
from vendorproof.exchange.model import Exchange

JSON = {"Content-Type": "application/json"}

JSON_RESPONSES = Table(
    "content.json_responses",
    accept("a document", exchange(200, {"id": "t1"})),
    accept("with a charset", exchange(200, "{}", {"Content-Type": "application/json; charset=utf-8"})),
    accept("in capitals", exchange(200, "{}", {"Content-Type": "Application/JSON"})),
    accept("of a JSON dialect", exchange(404, "{}", {"Content-Type": "application/problem+json"})),
    accept("a scalar", exchange(200, "true", JSON)),
    accept("an error", error(404)),
    accept("an answer of a path that is no operation", error(404, operation=None)),
    accept("the error of a stream", error(401, operation="ask")),
    reject("a page", "not-json-type", exchange(502, "<html></html>", {"Content-Type": "text/html"})),
    reject("a document that does not say so", "not-json-type", exchange(200, "{}", {"Content-Type": "text/plain"})),
    reject("a document without a type", "not-json-type", exchange(200, "{}")),
    reject("a document and something behind it", "not-json", exchange(200, "{}x", JSON)),
    reject("not a number", "not-json", exchange(200, '{"a": NaN}', JSON)),
    reject("a key twice", "not-json", exchange(200, '{"a": 1, "a": 2}', JSON)),
    reject("broken UTF-8", "not-json", exchange(200, b'{"a": "\xff"}', JSON)),
    reject("too deep to be read", "not-json", exchange(200, "[" * 100_000, JSON)),
    passed_over("nothing", exchange(204)),
    passed_over("an empty success", exchange(200, "", JSON)),
    passed_over("a redirection's page", exchange(302, "<html></html>", {"Content-Type": "text/html"})),
    passed_over("not modified", exchange(304, "x")),
    passed_over("an opened socket", exchange(101, "x", operation="listen")),
    passed_over(
        "an event stream", exchange(200, "data: 1\n\n", {"Content-Type": "text/event-stream"}, operation="ask")
    ),
    passed_over("an answer to HEAD", exchange(200, "", {"Content-Type": "text/html"}, method="HEAD")),
    passed_over("no response", silence()),
    undecided("cut by our own limit", exchange(200, '{"a": ', JSON, cut=True), "limits"),
)

SUCCESSES_ALONE = Table(
    "content.json_responses",
    reject("a success", "not-json-type", exchange(200, "hi", {"Content-Type": "text/plain"})),
    passed_over("an error", exchange(502, "<html></html>", {"Content-Type": "text/html"})),
    given={"answers": "successes"},
)

ALL_BUT_204_HAVE_A_BODY = Table(
    "content.json_responses",
    accept("a document", exchange(200, {"id": "t1"})),
    reject("an empty success", "no-body", exchange(200, "", JSON)),
    reject("an empty creation", "no-body", exchange(201, "", operation="createThing")),
    passed_over("nothing to return", exchange(204)),
    passed_over("an empty error", exchange(404, "")),
    passed_over("an answer to HEAD", exchange(200, "", JSON, method="HEAD")),
    given={"answers": "successes", "bodiless": [204]},
)

ERRORS_ALONE = Table(
    "content.json_responses",
    reject("an error", "not-json-type", exchange(502, "<html></html>", {"Content-Type": "text/html"})),
    passed_over("a success", exchange(200, "hi", {"Content-Type": "text/plain"})),
    given={"answers": "errors"},
)

JSON_ACCEPTED = Table(
    "content.json_accepted",
    accept("a success", exchange(201, {"id": "t1"}, operation="createThing")),
    accept("a reading with the header", exchange(200, {"id": "t1"}, asks=JSON)),
    reject("not a medium that it knows", "json-refused", error(415, operation="createThing")),
    reject("a reading that the header spoils", "json-refused", error(400, asks=JSON)),
    reject("with 406", "json-refused", error(406, asks=JSON)),
    undecided("a body that is wrong otherwise", error(422, operation="createThing")),
    undecided("no permission", error(403, operation="createThing")),
    undecided("the rate limit", error(429, asks=JSON)),
    undecided("no response", silence(operation="createThing")),
)

THING = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "size": {"type": "integer"},
        "made": {"type": "string", "format": "date-time"},
    },
}

SUCCESS_BODY = Table(
    "schema.success_body",
    accept("the documented fields", exchange(200, {"id": "t1", "size": 3})),
    accept("a field that nobody documented", exchange(200, {"id": "t1", "colour": "red"})),
    accept("a whole number written as a fraction", exchange(200, '{"id": "t1", "size": 3.0}', JSON)),
    reject("a field is missing", "schema-violated", exchange(200, {"size": 3})),
    reject("of another type", "schema-violated", exchange(200, {"id": 7})),
    reject("in another format", "schema-violated", exchange(200, {"id": "t1", "made": "yesterday"})),
    reject("an array instead", "schema-violated", exchange(200, [])),
    undecided("not JSON though it says so", exchange(200, "{", JSON)),
    passed_over("not JSON and does not say so", exchange(200, "hi", {"Content-Type": "text/plain"})),
    passed_over("an error", error(404)),
    passed_over("another success than the documented one", exchange(202, {"size": "x"})),
    passed_over("cut by our own limit", exchange(200, '{"size": ', JSON, cut=True)),
    passed_over("of no operation", exchange(200, {}, operation=None), operation="getThing"),
    passed_over("no response", silence()),
    contract=documented("getThing", "200", THING),
)

OTHER_SUCCESS = Table(
    "schema.success_body",
    accept("like the documented success", exchange(202, {"id": "t1"})),
    reject("unlike it", "schema-violated", exchange(202, {"error": "x"})),
    passed_over("an error", exchange(404, {"id": 7})),
    contract=with_operation(
        "getThing",
        responses=(
            DocumentedResponse("200", (Media("application/json", THING),), {}),
            DocumentedResponse("default", (Media("application/json", {"required": ["error"]}),), {}),
        ),
    ),
)


def told(schema: object, **given: object) -> Contract:
    """Acme with one documented header of successes, X-Told."""
    header = {"schema": schema, **given}
    success = DocumentedResponse("2XX", (), {"X-Told": header, "Content-Type": {"required": True, "schema": False}})
    others = DocumentedResponse("default", (), {"X-Error": {"required": True, "schema": {"type": "string"}}})
    return with_operation("getThing", responses=(success, others))


def holding(*texts: str) -> Exchange:
    return exchange(200, {}, [("x-told", text) for text in texts])


INTEGER = {"type": "integer", "minimum": 0}
NUMBERS = {"type": "array", "items": {"type": "integer"}, "maxItems": 3}
DOCUMENTED_HEADERS = Table(
    "content.documented_headers",
    accept("a number", holding("7"), contract=told(INTEGER)),
    accept("a number with zeros before it", holding(" 007 "), contract=told(INTEGER)),
    reject("a word", "header-malformed", holding("seven"), contract=told(INTEGER)),
    reject("too little", "header-malformed", holding("-7"), contract=told(INTEGER)),
    reject("nothing in it", "header-malformed", holding(""), contract=told(INTEGER)),
    reject("one that can't be", "header-malformed", holding("1e999"), contract=told(INTEGER)),
    reject("a word among several lines", "header-malformed", holding("7", "x"), contract=told(INTEGER)),
    accept("several lines", holding("7", "8"), contract=told(INTEGER)),
    accept("a fraction", holding("0.5"), contract=told({"type": "number"})),
    accept("a text of digits", holding("007"), contract=told({"type": "string", "pattern": "^00"})),
    reject("another text", "header-malformed", holding("7"), contract=told({"type": "string", "pattern": "^00"})),
    accept("any text", holding(""), contract=told({"type": "string"})),
    accept("a truth value", holding("True"), contract=told({"type": "boolean"})),
    reject("no truth value", "header-malformed", holding("yes"), contract=told({"type": "boolean"})),
    accept("one of some", holding("2"), contract=told({"enum": [1, 2]})),
    accept("a list", holding("1, 2,3"), contract=told(NUMBERS)),
    accept("a list in several lines", holding("1", "2, 3"), contract=told(NUMBERS)),
    accept("an empty list", holding(""), contract=told(NUMBERS)),
    reject("a list of too many", "header-malformed", holding("1, 2, 3, 4"), contract=told(NUMBERS)),
    reject("a list of words", "header-malformed", holding("1, two"), contract=told(NUMBERS)),
    accept("an object", holding("a,1,b,x"), contract=told({"type": "object", "required": ["a", "b"]})),
    accept("an exploded object", holding("a=1,b=x"), contract=told({"type": "object", "required": ["a", "b"]})),
    accept("an object as JSON", holding('{"a": 1}'), contract=told({"type": "object", "required": ["a"]})),
    reject("no object", "header-malformed", holding("a"), contract=told({"type": "object"})),
    accept("a moment", holding("2026-11-22T12:00:00Z"), contract=told({"type": "string", "format": "date-time"})),
    reject("missing", "header-missing", exchange(200, {}), contract=told(INTEGER, required=True)),
    reject("missing on an error", "header-missing", error(404), contract=told(INTEGER)),
    accept("on an error", exchange(404, {}, {"X-Error": "e1"}), contract=told(INTEGER)),
    passed_over("left out", exchange(200, {}), contract=told(INTEGER)),
    passed_over("no header is documented", exchange(200, {}, {"X-Told": "x"}), contract=acme()),
    passed_over("a success that is not documented", exchange(200, {}), contract=told(INTEGER), operation="listThings"),
    passed_over("of no operation", error(404, operation=None), contract=told(INTEGER)),
    passed_over("no response", silence(), contract=told(INTEGER)),
)

SUCCESS_LIKE_NO_OTHER = Table(
    "content.documented_headers",
    passed_over("what the errors have", exchange(202, {})),
    contract=with_operation(
        "getThing",
        responses=(
            DocumentedResponse("200", (), {}),
            DocumentedResponse("default", (), {"X-Error": {"required": True, "schema": {"type": "string"}}}),
        ),
    ),
)

TABLES = [
    JSON_RESPONSES,
    SUCCESSES_ALONE,
    ALL_BUT_204_HAVE_A_BODY,
    ERRORS_ALONE,
    JSON_ACCEPTED,
    SUCCESS_BODY,
    OTHER_SUCCESS,
    DOCUMENTED_HEADERS,
    SUCCESS_LIKE_NO_OTHER,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
