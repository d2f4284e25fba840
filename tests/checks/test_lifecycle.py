"""The life of a resource: created, read, listed, changed, deleted, gone."""

from __future__ import annotations

import pytest

from tests.checks.builders import OFFSETS, acme, error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, reject, undecided
from vendorproof.checks.shapes import Change, Pair, Sequence
from vendorproof.exchange.model import Exchange

BY_OFFSET = acme(pagination=OFFSETS)


def made(**fields: object) -> Exchange:
    return exchange(201, {"id": "t1", **fields}, operation="createThing", sends=fields)


def read(**fields: object) -> Exchange:
    return exchange(200, {"id": "t1", **fields})


def both(first: str, second: str) -> Exchange:
    """A listing of two things with these names."""
    things = [{"id": "t1", "name": first}, {"id": "t2", "name": second}]
    return exchange(200, {"data": things, "page": {"more": False}}, operation="listThings")


NAMED = {"name": "a"}
REFUSED = error(422, operation="createThing")

CREATED_IS_READABLE = Table(
    "lifecycle.created_is_readable",
    accept("as it was told", Pair(made(name="a"), read(name="a"))),
    accept("with more fields", Pair(made(name="a"), read(name="a", size=3))),
    accept("with other moments", Pair(made(made_at="1"), read(made_at="2"))),
    accept(
        "what it was not given moves on",
        Pair(exchange(201, {"id": "t1", "state": "new"}, operation="createThing", sends={}), read(state="ready")),
    ),
    accept(
        "a text is dressed up",
        Pair(exchange(201, {"id": "t1"}, operation="createThing", sends=NAMED), read(name="<p>A</p>")),
    ),
    reject(
        "another text than was given, though the creation shows none",
        "differs",
        Pair(exchange(201, {"id": "t1"}, operation="createThing", sends=NAMED), read(name="Untitled")),
    ),
    accept("under another usual key", Pair(exchange(201, {"thing": {"id": "t1"}}, operation="createThing"), read())),
    reject("it is not there", "not-readable", Pair(made(), error(404))),
    reject("another one is", "another-thing", Pair(made(), exchange(200, {"id": "t2"}))),
    reject("with another value", "differs", Pair(made(name="a"), read(name="b"))),
    undecided("nothing was created", Pair(REFUSED, error(404))),
    undecided("the creation tells no id", Pair(exchange(201, {}, operation="createThing"), read())),
    undecided("the rate limit", Pair(made(), error(429)), "429"),
    undecided("the quota", Pair(made(), error(402)), "402"),
    undecided("no response", Pair(made(), silence())),
    operation="createThing",
)

NOT_LISTED_ELSEWHERE = Table(
    "lifecycle.not_listed_elsewhere",
    accept("other things alone", Sequence((made(name="a-1"), both("b", "a-12")))),
    accept("nothing at all", Sequence((made(name="a-1"), page()))),
    reject("it stands there", "listed-elsewhere", Sequence((made(name="a-1"), both("b", "a-1")))),
    reject("in another text", "listed-elsewhere", Sequence((made(name="a-1"), page(), both("b", "see a-1.")))),
    undecided("the listing goes on", Sequence((made(name="a-1"), page("t0", more=True, next="c")))),
    undecided("the listing is refused", Sequence((made(name="a-1"), error(429))), "429"),
    undecided("nothing was created", Sequence((REFUSED, page("t0")))),
    undecided("it was sent without a text of ours", Sequence((made(), page("t0"))), "text of ours"),
    operation="createThing",
    given={"resource": "things"},
)

CREATED_IS_LISTED = Table(
    "lifecycle.created_is_listed",
    accept("it is", Sequence((made(), page("t0", "t1")))),
    accept("on a later page", Sequence((made(), page("t0"), page("t1")))),
    accept("beside one of another name", Sequence((made(name="a"), both("a", "b")))),
    accept("beside one of the same name, which was not sent", Sequence((made(), both("a", "a")))),
    reject("twice", "listed-twice", Sequence((made(name="a"), both("a", "a")))),
    reject("it is not", "not-listed", Sequence((made(), page("t0"), page("t2")))),
    reject("nothing is", "not-listed", Sequence((made(), page()))),
    undecided("no listing was read", Sequence((made(),))),
    undecided(
        "the listing goes on behind the last page that was read", Sequence((made(), page("t0", more=True, next="c")))
    ),
    undecided(
        "a full page of an offset listing goes on too",
        Sequence((made(), page("t0", "t2", query={"limit": 2}))),
        contract=BY_OFFSET,
    ),
    reject(
        "a short one does not", "not-listed", Sequence((made(), page("t0", query={"limit": 2}))), contract=BY_OFFSET
    ),
    undecided("nothing was created", Sequence((REFUSED, page("t0")))),
    undecided("the creation tells no id", Sequence((exchange(201, {}, operation="createThing"), page("t0")))),
    undecided("the listing can't be read", Sequence((made(), error(500, operation="listThings")))),
    undecided("one page of it can't", Sequence((made(), page("t0"), error(429, operation="listThings")))),
    operation="createThing",
)


ELSEWHERE = exchange(200, {"entries": [{"id": "t1"}]}, operation="listThings")

LISTED_IN_PLACE = Table(
    "lifecycle.listed_in_place",
    accept("it is", Sequence((made(), page("t0", "t1")))),
    accept("another is", Sequence((made(), page("t0")))),
    undecided("no listing was read", Sequence((made(),)), "no listing"),
    reject("under another name", "elsewhere", Sequence((made(), ELSEWHERE))),
    reject(
        "an object instead of an array",
        "elsewhere",
        Sequence((made(), exchange(200, {"data": {"t1": {"id": "t1"}}}, operation="listThings"))),
    ),
    undecided("nothing is listed at all", Sequence((made(), exchange(200, {}, operation="listThings")))),
    undecided("nothing was created", Sequence((REFUSED, page("t0")))),
    undecided("the listing can't be read", Sequence((made(), error(500, operation="listThings")))),
    operation="createThing",
)


def listing(**sizes: int) -> Exchange:
    """A whole listing of things with these sizes."""
    things = [{"id": name, "size": size} for name, size in sizes.items()]
    return exchange(200, {"data": things, "page": {"more": False}}, operation="listThings")


def update(status: int = 200, **sends: object) -> Exchange:
    return exchange(status, {}, operation="updateThing", sends=sends)


UPDATE_PERSISTS = Table(
    "lifecycle.update_persists",
    accept("it shows", Change(read(name="a"), update(name="b"), read(name="b"), "t1")),
    accept("in the listing", Change(page("t1"), update(id="t1"), page("t0", "t1"), "t1")),
    reject("it does not", "not-kept", Change(read(name="a"), update(name="b"), read(name="a"), "t1")),
    reject("it is gone", "not-kept", Change(read(name="a"), update(name="b"), read(name=None), "t1")),
    undecided("the thing shows no such field", Change(read(), update(name="b"), read(), "t1")),
    undecided("nothing plain was sent", Change(read(), exchange(200, {}, operation="updateThing"), read(), "t1")),
    undecided("the update was refused", Change(read(), error(422, operation="updateThing"), read(), "t1")),
    undecided("nobody can look afterwards", Change(read(), update(name="b"), error(404), "t1")),
    undecided("no response", Change(read(), silence(operation="updateThing"), read(), "t1")),
    operation="updateThing",
)

TOUCHES_NOTHING_ELSE = Table(
    "lifecycle.update_touches_nothing_else",
    accept("the rest is as before", Change(read(name="a", size=1), update(name="b"), read(name="b", size=1), "t1")),
    accept(
        "what moves by itself may",
        Change(read(updated_at="1", version=1), update(name="b"), read(updated_at="2", version=2), "t1"),
    ),
    accept("a field more", Change(read(size=1), update(name="b"), read(size=1, name="b"), "t1")),
    reject(
        "another field changed",
        "touched",
        Change(read(name="a", size=1), update(name="b"), read(name="b", size=2), "t1"),
    ),
    reject("another field is gone", "touched", Change(read(name="a", size=1), update(name="b"), read(name="b"), "t1")),
    accept(
        "it moved before as well", Change(read(size=1), update(name="b"), read(size=3, name="b"), "t1", read(size=2))
    ),
    reject(
        "it stood still before",
        "touched",
        Change(read(size=1), update(name="b"), read(size=3, name="b"), "t1", read(size=1)),
    ),
    undecided("the update was refused", Change(read(), error(422, operation="updateThing"), read(), "t1")),
    undecided("nobody could look before", Change(error(404), update(name="b"), read(), "t1")),
    undecided("nobody can look afterwards", Change(read(), update(name="b"), error(404), "t1")),
    operation="updateThing",
)


def versions(**things: tuple[int, str]) -> Exchange:
    """A listing of things with a version and a name."""
    shown = [{"id": one, "version": version, "name": name} for one, (version, name) in things.items()]
    return exchange(200, {"data": shown, "page": {"more": False}}, operation="listThings")


OTHERS_UNTOUCHED = Table(
    "lifecycle.others_untouched",
    accept("the one alone changed", Change(listing(t0=1, t1=1), update(size=2), listing(t0=1, t1=2), "t1")),
    accept("the one alone is gone", Change(listing(t0=1, t1=1), update(), listing(t0=1), "t1")),
    accept("somebody else made one", Change(listing(t0=1, t1=1), update(), listing(t0=1, t1=1, t2=1), "t1")),
    accept(
        "another is behind the page",
        Change(page("t0", "t1", more=True, next="c"), update(), page("t2", "t1", more=True, next="c"), "t1"),
    ),
    reject("another changed", "others-changed", Change(listing(t0=1, t1=1), update(), listing(t0=2, t1=2), "t1")),
    reject("another is gone", "others-gone", Change(listing(t0=1, t1=1), update(), listing(t1=1), "t1")),
    accept(
        "another moved before as well",
        Change(listing(t0=1, t1=1), update(), listing(t0=3, t1=1), "t1", listing(t0=2, t1=1)),
    ),
    reject(
        "another stood still before",
        "others-changed",
        Change(listing(t0=1, t1=1), update(), listing(t0=3, t1=1), "t1", listing(t0=1, t1=1)),
    ),
    reject(
        "another changed, and what moves by itself stands before it",
        "others-changed",
        Change(versions(t0=(1, "a"), t1=(1, "a")), update(), versions(t0=(2, "b"), t1=(1, "a")), "t1"),
    ),
    reject("all are gone", "others-gone", Change(listing(t0=1, t1=1), update(), listing(), "t1")),
    undecided("there is no other", Change(listing(t1=1), update(), listing(), "t1")),
    undecided("the change was refused", Change(listing(t0=1), error(409), listing(), "t1")),
    undecided("nobody can look afterwards", Change(listing(t0=1), update(), error(500), "t1")),
    operation="updateThing",
)


def shelf(**fields: object) -> Exchange:
    """A whole listing of one thing with these fields."""
    return exchange(200, {"data": [{"id": "t1", **fields}], "page": {"more": False}}, operation="listThings")


GONE = exchange(204, operation="deleteThing")
DELETED_IS_GONE = Table(
    "lifecycle.deleted_is_gone",
    accept("absent", Change(read(), GONE, error(404), "t1")),
    accept("gone for ever", Change(read(), GONE, error(410), "t1")),
    accept("no longer listed", Change(page("t0", "t1"), GONE, page("t0"), "t1")),
    undecided(
        "nobody can read what comes instead", Change(read(), GONE, exchange(200, "<html>"), "t1"), "can't be read"
    ),
    reject("read", "still-there", Change(read(), GONE, read(), "t1")),
    reject("listed", "still-there", Change(page("t0", "t1"), GONE, page("t0", "t1"), "t1")),
    reject("read, and a moment moved", "still-there", Change(read(made_at="1"), GONE, read(made_at="2"), "t1")),
    reject("read, and a number moved", "still-there", Change(read(views=1), GONE, read(views=2), "t1")),
    undecided("archived", Change(read(state="open"), GONE, read(state="archived"), "t1"), "archived"),
    undecided("archived by a moment", Change(read(), GONE, read(archived_at="2"), "t1"), "archived"),
    undecided("emptied", Change(read(name="a"), GONE, read(), "t1"), "archived"),
    undecided("nothing was deleted", Change(read(), error(403, operation="deleteThing"), read(), "t1")),
    undecided("it was not there before", Change(error(404), GONE, error(404), "t1")),
    undecided("the rate limit hides it", Change(read(), GONE, error(429), "t1"), "429"),
    undecided("the server's mistake hides it", Change(read(), GONE, error(500), "t1"), "500"),
    undecided("the credential went bad", Change(read(), GONE, error(401), "t1"), "401"),
    undecided("no response", Change(read(), GONE, silence(), "t1")),
    operation="deleteThing",
)

DELETED_LEAVES_LIST = Table(
    "lifecycle.deleted_leaves_list",
    accept("it does", Sequence((GONE, page("t0"), page("t2")))),
    accept("nothing is left", Sequence((GONE, page()))),
    undecided("no listing was read", Sequence((GONE,))),
    accept("another id ends alike", Sequence((GONE, page("xt1")))),
    reject("it does not", "still-listed", Sequence((GONE, page("t0"), page("t1")))),
    undecided(
        "the listing goes on behind the last page that was read", Sequence((GONE, page("t0", more=True, next="c")))
    ),
    undecided("archived", Sequence((GONE, shelf(status="Archived")))),
    undecided("flagged", Sequence((GONE, shelf(isDeleted=True)))),
    undecided("dated", Sequence((GONE, shelf(deleted_at="2026-01-01T00:00:00Z")))),
    reject("a flag that is not set", "still-listed", Sequence((GONE, shelf(archived=False)))),
    undecided("nothing was deleted", Sequence((error(403, operation="deleteThing"), page("t1")))),
    undecided("the listing can't be read", Sequence((GONE, error(500, operation="listThings")))),
    operation="deleteThing",
)

TABLES = [
    CREATED_IS_READABLE,
    CREATED_IS_LISTED,
    NOT_LISTED_ELSEWHERE,
    LISTED_IN_PLACE,
    OTHERS_UNTOUCHED,
    UPDATE_PERSISTS,
    TOUCHES_NOTHING_ELSE,
    DELETED_IS_GONE,
    DELETED_LEAVES_LIST,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
