"""How values look: timestamps, ids, empty fields, decimal strings."""

from __future__ import annotations

import pytest

from tests.checks.builders import ACME, acme, documented, error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.checks.shapes import Pair
from vendorproof.contract.conventions import Formats

UTC = acme(formats=Formats(timestamps="utc"))
OFFSET = acme(formats=Formats(timestamps="any-offset"))
NOON = "2026-11-22T12:00:00Z"

TIMESTAMPS = Table(
    "formats.timestamps",
    accept("in UTC", exchange(200, {"created_at": NOON})),
    accept("deep inside", exchange(200, {"data": [{"updatedAt": NOON}, {"updatedAt": None}]})),
    accept("in an error", exchange(404, {"error": {"timestamp": NOON}})),
    accept("in an array", exchange(200, {"seen_at": [NOON, NOON]})),
    reject("with an offset", "not-a-timestamp", exchange(200, {"created_at": "2026-11-22T12:00:00+02:00"})),
    reject("without a zone", "not-a-timestamp", exchange(200, {"created_at": "2026-11-22T12:00:00"})),
    reject("in epoch seconds", "not-a-timestamp", exchange(200, {"created_at": 1_795_000_000})),
    reject("with a space", "not-a-timestamp", exchange(200, {"created_at": "2026-11-22 12:00:00Z"})),
    reject("one of many", "not-a-timestamp", exchange(200, {"data": [{"a_at": NOON}, {"a_at": "noon"}]})),
    accept("an offset where any will do", exchange(200, {"created_at": "2026-11-22T12:00:00+02:00"}), contract=OFFSET),
    reject("no zone there", "not-a-timestamp", exchange(200, {"created_at": "2026-11-22T12:00:00"}), contract=OFFSET),
    reject("a named one", "not-a-timestamp", exchange(200, {"createdAt": 1}), given={"fields": ["createdAt"]}),
    passed_over("another one", exchange(200, {"timestamp": 1}), given={"fields": ["createdAt"]}),
    passed_over("in a free field", exchange(200, {"own": {"seen_at": "noon"}}), given={"free": ["own"]}),
    reject("beside it", "not-a-timestamp", exchange(200, {"own": {}, "seen_at": "noon"}), given={"free": ["own"]}),
    passed_over("the documentation says nothing", exchange(200, {"created_at": 1}), contract=ACME),
    passed_over("no moment", exchange(200, {"format": "x", "flat": "y", "chat": "z", "what": 1})),
    passed_over("a truth value under such a name", exchange(200, {"expires_at": False})),
    passed_over("no JSON", exchange(200, "hi", {"Content-Type": "text/plain"})),
    passed_over("no response", silence()),
    contract=UTC,
)

IDS = Table(
    "formats.ids",
    accept("of a thing", exchange(200, {"id": "t1"})),
    accept("of every item", page("t1", "t2")),
    reject("a number", "not-a-string", exchange(200, {"id": 7})),
    reject("of one item", "not-a-string", page("t1", 2)),
    reject("empty", "not-a-string", exchange(200, {"id": ""})),
    reject("null", "not-a-string", exchange(200, {"id": None})),
    passed_over("an item without one", page()),
    passed_over("an error", exchange(404, {"id": 7})),
    passed_over("of no resource", exchange(200, {"id": 7}, operation="ask")),
    passed_over("no response", silence()),
    passed_over("the documentation says nothing", exchange(200, {"id": 7}), contract=ACME),
    contract=acme(formats=Formats(ids="opaque-string")),
)

ID_STABLE = Table(
    "formats.id_stable",
    accept("listed and read", Pair(page("t1", "t2"), exchange(200, {"id": "t1"}))),
    reject("read under another id", "id-changed", Pair(page("t1", "t2"), exchange(200, {"id": "x1"}))),
    reject("another one of the list is read", "id-changed", Pair(page("t1", "t2"), exchange(200, {"id": "t2"}))),
    accept("asked for under a name", Pair(page("t1", "t2"), exchange(200, {"id": "t2"}, path="/things/second"))),
    undecided("nothing is listed", Pair(page(), exchange(200, {"id": "t1"}))),
    undecided("not read", Pair(page("t1"), error(404))),
    undecided("read without an id", Pair(page("t1"), exchange(200, {}))),
    undecided("no response", Pair(page("t1"), silence())),
)

OMITTED = acme(formats=Formats(empty_fields="omitted", empty_exceptions=("/page/next",)))
MAYBE = {
    "type": "object",
    "properties": {
        "note": {"type": ["string", "null"]},
        "size": {"oneOf": [{"type": "integer"}, {"type": "null"}]},
        "name": {"type": "string"},
        "parts": {"type": "array", "items": {"type": "object", "properties": {"of": {"type": ["string", "null"]}}}},
    },
}
SHOWN = documented("getThing", "200", MAYBE, acme(formats=Formats(empty_fields="null")))
LISTED = {"properties": {"data": {"type": "array", "items": MAYBE}}}
ENVELOPED = documented("listThings", "200", LISTED, acme(formats=Formats(empty_fields="null")))
NO_NULLS = documented("getThing", "200", {"type": "object"}, acme(formats=Formats(empty_fields="null")))

EMPTY_FIELDS = Table(
    "formats.empty_fields",
    accept("left out", exchange(200, {"id": "t1"})),
    accept("empty is not null", exchange(200, {"note": "", "parts": [], "more": {}})),
    passed_over("no field", exchange(200, {}), "no field"),
    passed_over("no item", exchange(200, []), "no field"),
    accept("where null is documented", page("t1", next=None)),
    reject("null", "null-field", exchange(200, {"id": "t1", "note": None})),
    reject("null in an item", "null-field", exchange(200, {"data": [{"id": "t1", "note": None}]})),
    reject("null in an error", "null-field", error(404, details=None)),
    reject("null in an array", "null-field", exchange(200, {"parts": [None]})),
    accept("null in a free field", exchange(200, {"own": {"a": None, "b": [None]}}), given={"free": ["own"]}),
    reject("a free field that is null", "null-field", exchange(200, {"own": None}), given={"free": ["own"]}),
    passed_over("no JSON", exchange(204)),
    passed_over("no response", silence()),
    passed_over("the documentation says nothing", exchange(200, {"note": None}), contract=ACME),
    contract=OMITTED,
)

NULLS_SHOWN = Table(
    "formats.empty_fields",
    accept("null", exchange(200, {"note": None, "size": None})),
    accept("a value", exchange(200, {"note": "n", "size": 1})),
    accept("what may not be empty may be left out", exchange(200, {"note": "n", "size": 1})),
    reject("left out", "field-left-out", exchange(200, {"note": None})),
    reject("left out of an item", "field-left-out", exchange(200, {"note": "n", "size": 1, "parts": [{}]})),
    accept(
        "null within an envelope",
        exchange(200, {"data": [{"note": None, "size": 1, "parts": []}]}, operation="listThings"),
        contract=ENVELOPED,
    ),
    passed_over("an error", error(404)),
    passed_over("no body", exchange(204)),
    passed_over("nothing documented may be null", exchange(200, {}), contract=NO_NULLS),
    contract=SHOWN,
)

DECIMAL_STRINGS = Table(
    "formats.decimal_strings",
    accept("a decimal string", exchange(200, {"amount": "12.50"})),
    accept("without a fraction", exchange(200, {"amount": "12"})),
    accept("below zero", exchange(200, {"amount": "-0.5"})),
    reject("a number", "not-a-decimal-string", exchange(200, {"amount": 12.5})),
    reject("with a currency", "not-a-decimal-string", exchange(200, {"amount": "12.50 EUR"})),
    reject("with a comma", "not-a-decimal-string", exchange(200, {"amount": "12,50"})),
    reject("as a power", "not-a-decimal-string", exchange(200, {"amount": "1e3"})),
    reject("one of many", "not-a-decimal-string", exchange(200, {"data": [{"amount": "1"}, {"amount": 1}]})),
    reject("empty", "not-a-decimal-string", exchange(200, {"amount": ""})),
    passed_over("none", exchange(200, {"amount": None})),
    passed_over("no amount", exchange(200, {"size": 1})),
    passed_over("an error", exchange(404, {"amount": 1})),
    passed_over("no response", silence()),
    contract=acme(formats=Formats(decimal_strings=("amount",))),
)

TABLES = [TIMESTAMPS, IDS, ID_STABLE, EMPTY_FIELDS, NULLS_SHOWN, DECIMAL_STRINGS]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
