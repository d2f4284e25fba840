"""What an update leaves alone: the id of the thing, and the fields that it does not name."""

from __future__ import annotations

import pytest

from tests.checks.builders import error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, reject, undecided
from vendorproof.checks.shapes import Change
from vendorproof.exchange.model import Exchange


def read(thing_id: str = "t1", **fields: object) -> Exchange:
    return exchange(200, {"id": thing_id, **fields})


def update(answered: object = None, status: int = 200, **sends: object) -> Exchange:
    return exchange(status, answered or {}, operation="updateThing", sends=sends)


OLD, NEW = read(name="a"), read(name="b")
REFUSED = error(422, operation="updateThing")
LATER = update(status=202, name="b")

KEEPS_ID = Table(
    "lifecycle.update_keeps_id",
    accept("it does", Change(OLD, update({"id": "t1", "name": "b"}, name="b"), NEW, "t1")),
    accept("the answer shows no thing", Change(OLD, update(name="b"), NEW, "t1")),
    accept("the answer shows something else", Change(OLD, update({"event": {"id": "e1"}}, name="b"), NEW, "t1")),
    accept("seen in a listing", Change(page("t1"), update(name="b"), page("t0", "t1"), "t1")),
    reject("answered otherwise", "id-changed", Change(OLD, update({"id": "t2", "name": "b"}, name="b"), NEW, "t1")),
    reject("read otherwise", "id-changed", Change(OLD, update(name="b"), read("t2", name="b"), "t1")),
    reject("no longer there", "id-lost", Change(OLD, update(name="b"), error(404), "t1")),
    undecided("gone from a listing", Change(page("t1"), update(name="b"), page("t0"), "t1")),
    undecided("nobody could look before", Change(error(404), update(name="b"), NEW, "t1")),
    undecided("nobody can look afterwards", Change(OLD, update(name="b"), error(500), "t1")),
    undecided("the update was refused", Change(OLD, REFUSED, OLD, "t1")),
    undecided("it is done later", Change(OLD, LATER, OLD, "t1"), "202"),
    undecided("no response", Change(OLD, silence(operation="updateThing"), OLD, "t1")),
    operation="updateThing",
)

FULL = read(name="a", note="n", tags=["x"], made_at="1")

KEEPS_FIELDS = Table(
    "lifecycle.update_keeps_fields",
    accept("it does", Change(FULL, update(name="b"), read(name="b", note="n", tags=["x"], made_at="2"), "t1")),
    accept("what it names", Change(FULL, update(note=""), read(name="a", tags=["x"]), "t1")),
    accept("others may follow", Change(read(name="a", slug="a"), update(name="b"), read(name="b", slug="b"), "t1")),
    accept("what was empty", Change(read(name="a", note=""), update(name="b"), NEW, "t1")),
    accept("zero is a value", Change(read(name="a", size=1), update(name="b"), read(name="b", size=0), "t1")),
    accept("a moment", Change(read(name="a", seen_at="1"), update(name="b"), NEW, "t1")),
    reject("a field is gone", "lost", Change(FULL, update(name="b"), read(name="b", tags=["x"]), "t1")),
    reject("a field is empty", "lost", Change(FULL, update(name="b"), read(name="b", note="n", tags=[]), "t1")),
    reject("a field is null", "lost", Change(FULL, update(name="b"), read(name="b", note=None, tags=["x"]), "t1")),
    undecided("a state changed", Change(FULL, update(state="closed"), read(name="a"), "t1"), "state"),
    undecided("nothing was named", Change(FULL, update(), read(name="a"), "t1")),
    undecided("the update was refused", Change(FULL, REFUSED, OLD, "t1")),
    undecided("it is done later", Change(FULL, LATER, OLD, "t1"), "202"),
    undecided("nobody can look afterwards", Change(FULL, update(name="b"), error(404), "t1")),
    operation="updateThing",
)


SECOND_PERSISTS = Table(
    "lifecycle.second_update_persists",
    accept("it shows", Change(NEW, update(name="a"), OLD, "t1")),
    reject("it does not", "not-kept", Change(NEW, update(name="a"), NEW, "t1")),
    undecided("the update was refused", Change(NEW, REFUSED, NEW, "t1")),
    operation="updateThing",
)

TABLES = [SECOND_PERSISTS, KEEPS_ID, KEEPS_FIELDS]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
