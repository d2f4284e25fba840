"""Error answers: the envelope, its fields, and which status answers what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.builders import acme, documented, error, exchange, silence
from tests.checks.table import Example, Table, accept, alone, examples, passed_over, reject, undecided
from vendorproof.checks.shapes import Pair, Sequence
from vendorproof.contract.conventions import Errors

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}

ENVELOPE = Table(
    "errors.envelope",
    accept("the documented nesting", error(404)),
    accept("of the server's own mistake", error(500)),
    accept("with a field more", exchange(404, {"error": {"code": "x"}, "trace": 1})),
    accept("whose type says otherwise, which another check judges", exchange(404, '{"error": {}}')),
    reject("nothing", "not-json", exchange(404)),
    reject("a page", "not-json", exchange(502, "<html></html>", HTML)),
    reject("broken JSON", "not-json", exchange(404, '{"error": {', JSON)),
    reject("flat", "envelope-missing", exchange(404, {"code": "x", "message": "y"})),
    reject("a text under its key", "envelope-missing", exchange(404, {"error": "not found"})),
    reject("an array of errors", "envelope-missing", exchange(404, [{"code": "x"}])),
    accept(
        "flat where that is documented", exchange(404, {"code": "x"}), contract=acme(errors=Errors({"code": "/code"}))
    ),
    reject(
        "no object there",
        "envelope-missing",
        exchange(404, "[]", JSON),
        contract=acme(errors=Errors({"code": "/code"})),
    ),
    passed_over("a success", exchange(200, [])),
    passed_over("a redirection", exchange(302)),
    passed_over("an answer to HEAD", exchange(404, method="HEAD")),
    passed_over("no response", silence()),
    undecided("cut by our own limit", exchange(500, '{"error', JSON, cut=True), "limits"),
)

FIELD = Table(
    "errors.field",
    accept("it is there", error(404, "not_found")),
    reject("it is not", "field-missing", exchange(404, {"error": {"message": "m"}})),
    reject("it is null", "field-malformed", error(404, None)),
    reject("it is a number", "field-malformed", error(404, 12)),
    reject("it is true", "field-malformed", error(404, True)),
    reject("it is empty", "field-malformed", error(404, "  ")),
    passed_over("a success", exchange(200, {"error": {"code": 1}})),
    passed_over("no envelope at all, which another check judges", exchange(502, "<html></html>", HTML)),
    passed_over("no response", silence()),
    given={"field": "code", "type": "string"},
)

UUID4, UUID1 = "f81d4fae-7dec-4bd0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"


def field(**given: object) -> dict[str, object]:
    return {"field": "id", **given}


NOON = "2026-11-22T12:00:00"
UTC, ZONED = field(format="date-time-utc"), field(format="date-time")

FIELD_FORMS = Table(
    "errors.field",
    accept("a whole number", error(404, id=3), given=field(type="integer")),
    reject("a truth value is no whole number", "field-malformed", error(404, id=True), given=field(type="integer")),
    reject("nor is a fraction", "field-malformed", error(404, id=1.5), given=field(type="integer")),
    accept("a fraction is a number", error(404, id=1.5), given=field(type="number")),
    accept("a truth value", error(404, id=False), given=field(type="boolean")),
    accept("an object", error(404, id={}), given=field(type="object")),
    reject("an array is none", "field-malformed", error(404, id=[]), given=field(type="object")),
    accept("an array", error(404, id=[]), given=field(type="array")),
    accept("like the pattern", error(404, id="req_12"), given=field(pattern=r"req_\d+")),
    reject("the whole of it", "field-malformed", error(404, id="req_12x"), given=field(pattern=r"req_\d+")),
    reject("a number matches none", "field-malformed", error(404, id=12), given=field(pattern=r"\d+")),
    accept("a UUID of version 4", error(404, id=UUID4), given=field(format="uuid4")),
    reject("of version 1", "field-malformed", error(404, id=UUID1), given=field(format="uuid4")),
    reject("without its dashes", "field-malformed", error(404, id=UUID4.replace("-", "")), given=field(format="uuid4")),
    reject("no UUID", "field-malformed", error(404, id="x"), given=field(format="uuid4")),
    accept("snake case", error(404, id="not_found_2"), given=field(format="snake_case")),
    accept("one word", error(404, id="conflict"), given=field(format="snake_case")),
    reject("capitals", "field-malformed", error(404, id="NotFound"), given=field(format="snake_case")),
    reject("dashes", "field-malformed", error(404, id="not-found"), given=field(format="snake_case")),
    accept("a moment in UTC", error(404, id=f"{NOON}Z"), given=UTC),
    accept("to the nanosecond", error(404, id=f"{NOON}.123456789Z"), given=UTC),
    accept("with a zero offset", error(404, id=f"{NOON}+00:00"), given=UTC),
    reject("with another offset", "field-malformed", error(404, id=f"{NOON}+01:00"), given=UTC),
    reject("without a zone", "field-malformed", error(404, id=NOON), given=UTC),
    reject("of no month", "field-malformed", error(404, id="2026-13-22T12:00:00Z"), given=UTC),
    accept("an offset where any will do", error(404, id=f"{NOON}+01:00"), given=ZONED),
    reject("none there", "field-malformed", error(404, id=NOON), given=ZONED),
    reject("of no day", "field-malformed", error(404, id="2026-11-32T12:00:00Z"), given=ZONED),
    reject("a date alone", "field-malformed", error(404, id="2026-11-22"), given=ZONED),
    passed_over("a form says nothing of a missing field", error(404), given=field(format="uuid4")),
    passed_over("an optional field", error(404), given=field(type="string", optional=True)),
    reject(
        "an optional field of another type",
        "field-malformed",
        error(404, id=1),
        given=field(type="string", optional=True),
    ),
    passed_over("another status", error(404), given=field(statuses=[409])),
    reject("that status", "field-missing", error(409), given=field(statuses=[409])),
)

SCHEMA = Table(
    "errors.schema",
    accept("the documented error", error(404)),
    reject("not all of it", "schema-violated", exchange(404, {"error": {"code": "x"}})),
    reject("something else", "schema-violated", exchange(404, [])),
    passed_over("an undocumented status", exchange(500, [])),
    passed_over("a success", exchange(200, [])),
    passed_over("a page", exchange(404, "<html></html>", HTML)),
    passed_over("broken JSON, which another check judges", exchange(404, "{", JSON)),
    passed_over("no response", silence()),
    contract=documented(
        "getThing",
        "4XX",
        {
            "type": "object",
            "required": ["error"],
            "properties": {"error": {"type": "object", "required": ["code", "message"]}},
        },
    ),
)

STATUS = Table(
    "errors.status",
    *alone(
        accept("the documented one", error(404)),
        reject("another", "other-status", error(400)),
        reject("a success", "other-status", exchange(200, {})),
        reject("the server's own mistake", "other-status", error(500)),
        undecided("the rate limit came first", error(429)),
        undecided("the quota came first", error(402)),
        undecided("no response", silence()),
        accept(
            "a limit's status where that is what the documentation says",
            error(429),
            given={"status": 429, "provoke": "flood"},
        ),
    ),
    accept("behind what led to it", Sequence((exchange(204, operation="deleteThing"), error(404)))),
    undecided("nothing was asked", Sequence(())),
    undecided("what should lead to it did not", Sequence((error(403, operation="deleteThing"), error(404))), "403"),
    given={"status": 404, "provoke": "absent-id"},
)

CODE_STABLE = Table(
    "errors.code_stable",
    accept("the same code", Pair(error(404, "not_found"), error(404, "not_found"))),
    accept("whatever the message", Pair(error(404, "not_found", "a"), error(404, "not_found", "b"))),
    reject("another code", "code-changed", Pair(error(404, "not_found"), error(404, "missing"))),
    undecided("no code", Pair(error(404), exchange(404))),
    undecided("no response", Pair(error(404), silence())),
    undecided("the rate limit answered the second", Pair(error(404, "not_found"), error(429, "slow_down")), "429"),
    undecided("the server broke down between", Pair(error(404, "not_found"), error(503, "down")), "503"),
)

IDS_DISTINCT = Table(
    "errors.ids_distinct",
    accept("each its own", Sequence((error(404, id="a"), error(401, id="b")))),
    accept("between successes, which have none", Sequence((error(404, id="a"), exchange(200, {}), error(401, id="b")))),
    reject("the same twice", "id-repeated", Sequence((error(404, id="a"), error(401, id="b"), error(404, id="a")))),
    undecided("one answer", Sequence((error(404, id="a"),))),
    undecided("answers without one", Sequence((error(404), error(404)))),
    undecided("answers with something else there", Sequence((error(404, id=1), error(404, id=1)))),
    given={"field": "id"},
)

STATUS_ECHOED = Table(
    "errors.status_echoed",
    accept("the same", exchange(404, {"error": {"status": 404}})),
    reject("another", "status-differs", exchange(404, {"error": {"status": 400}})),
    reject("as text", "status-differs", exchange(404, {"error": {"status": "404"}})),
    passed_over("not there", error(404)),
    passed_over("a success", exchange(200, {"error": {"status": 404}})),
    passed_over("no response", silence()),
    given={"field": "status"},
)

PATH = {"field": "path"}
PATH_ECHOED = Table(
    "errors.path_echoed",
    accept("method and path", exchange(404, {"error": {"path": "GET /v1/things/t1"}})),
    accept("with its query", exchange(404, {"error": {"path": "GET /v1/things/t1?a=b"}}, query={"a": "b"})),
    accept("percent-encoded", exchange(404, {"error": {"path": "GET /v1/things/a%20b"}}, path="/things/a%20b")),
    accept("or not", exchange(404, {"error": {"path": "GET /v1/things/a b"}}, path="/things/a%20b")),
    accept("from behind a gateway", exchange(404, {"error": {"path": "GET /v1/things/t1"}}, path="/eu/v1/things/t1")),
    reject("no base path", "path-differs", exchange(404, {"error": {"path": "GET /things/t1"}})),
    reject("the path alone", "path-differs", exchange(404, {"error": {"path": "/v1/things/t1"}})),
    reject("another path", "path-differs", exchange(404, {"error": {"path": "GET /v1/things/t2"}})),
    reject("the template", "path-differs", exchange(404, {"error": {"path": "GET /v1/things/{thingId}"}})),
    reject("null", "path-differs", exchange(404, {"error": {"path": None}})),
    passed_over("not there", error(404)),
    passed_over("a success", exchange(200, {"error": {"path": "x"}})),
    given={"field": "path"},
)

NAMES_FIELD = Table(
    "errors.names_field",
    accept("it names it", error(400, message="name has to be a text", purpose="a field of the wrong type: name")),
    accept("in capitals", error(422, message="Name is wrong", purpose="a field of the wrong type: name")),
    reject(
        "it does not", "field-not-named", error(400, message="bad request", purpose="a field of the wrong type: name")
    ),
    reject("there is no message", "field-not-named", exchange(400, {}, purpose="a field of the wrong type: name")),
    undecided("not about the field", error(404, purpose="a field of the wrong type: name"), "404"),
    undecided("accepted", exchange(200, {}, purpose="a field of the wrong type: name")),
    undecided("the rate limit", error(429, purpose="a field of the wrong type: name")),
    undecided("no response", silence()),
)

BAD_INPUT = Table(
    "errors.bad_input_is_not_5xx",
    accept("refused", Sequence((error(400), error(422), error(404)))),
    accept("or gone along with", Sequence((exchange(200, []),))),
    accept("some of it", Sequence((silence(), error(400)))),
    reject("the server breaks", "server-error", Sequence((error(400), error(500, purpose="a body that is not JSON")))),
    undecided("nothing was answered", Sequence((silence(),))),
    undecided("turned away before it was looked at", Sequence((error(429), error(402), error(401)))),
    passed_over("there is no input", Sequence(()), operation="listThings"),
)

VALIDATION: dict[str, Any] = {"statuses": [400, 422], "presence": "present", "code": "validation"}
DETAILS = Table(
    "errors.details",
    accept("they are there", error(400, details=[])),
    reject("they are not", "details-not-present", error(400)),
    passed_over("another status", error(404)),
    passed_over("a success", exchange(200, {})),
    accept("they are left out", error(404), given={"statuses": [404], "presence": "absent"}),
    passed_over("left out, as is all else", exchange(404, "<html>"), given={"statuses": [404], "presence": "absent"}),
    reject(
        "they are there all the same",
        "details-not-absent",
        error(404, details={}),
        given={"statuses": [404], "presence": "absent"},
    ),
    reject("as null", "details-not-absent", error(404, details=None), given={"statuses": [404], "presence": "absent"}),
    reject("they are not for a code", "details-not-present", error(422, "validation_failed"), given=VALIDATION),
    passed_over("another code", error(422, "key_reused"), given=VALIDATION),
    passed_over("no code", exchange(422, {}), given=VALIDATION),
    given={"statuses": [400, 422], "presence": "present"},
)

VALIDATION_DETAILS = Table(
    "errors.validation_details",
    accept("they are there", error(422, details=[{"field": "name"}])),
    reject("they are not", "details-missing", error(400)),
    undecided("no validation error", error(404)),
    undecided("accepted", exchange(200, {})),
    undecided("no response", silence()),
    given={"provoke": "invalid-body"},
)

TABLES = [
    ENVELOPE,
    FIELD,
    FIELD_FORMS,
    SCHEMA,
    STATUS,
    CODE_STABLE,
    IDS_DISTINCT,
    STATUS_ECHOED,
    PATH_ECHOED,
    NAMES_FIELD,
    BAD_INPUT,
    DETAILS,
    VALIDATION_DETAILS,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
