"""What one tenant sees of another: nothing."""

from __future__ import annotations

import pytest

from tests.checks.builders import error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, reject, undecided
from vendorproof.checks.shapes import Change, Foreign, Pair
from vendorproof.exchange.model import Exchange

OURS = exchange(200, {"id": "t1", "name": "ours"})


def thing(**fields: object) -> Exchange:
    return exchange(200, {"id": "t1", **fields})


NOT_READABLE = Table(
    "tenants.not_readable",
    accept("as if it were absent", Foreign(OURS, error(404), error(404))),
    accept("forbidden", Foreign(OURS, error(403), None)),
    reject("read", "readable", Foreign(OURS, thing(name="ours"), error(404))),
    undecided("the owner can't read it either", Foreign(error(404), error(404), error(404)), "404"),
    undecided("no response", Foreign(OURS, silence(), None)),
    undecided("the other's credential is bad", Foreign(OURS, error(401), error(404)), "401"),
    undecided("the rate limit refuses for another reason", Foreign(OURS, error(429), None), "429"),
    undecided("so does the server's mistake", Foreign(OURS, error(503), None), "503"),
)

NOTHING_ADDED = Table(
    "tenants.nothing_added",
    accept("as if it were absent", Foreign(OURS, error(404))),
    accept("forbidden", Foreign(OURS, error(403))),
    reject("added", "added", Foreign(OURS, OURS)),
    undecided("the owner can't either", Foreign(error(404), error(404)), "404"),
    undecided("the other's credential is bad", Foreign(OURS, error(401)), "401"),
    undecided("no response", Foreign(OURS, silence())),
)

BEHIND_OURS = page("a", "b")
NOT_LISTED_BEHIND = Table(
    "tenants.not_readable",
    accept("refused", Foreign(BEHIND_OURS, error(404, operation="listThings"), None)),
    accept("a listing of nothing", Foreign(BEHIND_OURS, page(), None)),
    accept("a listing of the other's own", Foreign(BEHIND_OURS, page("c"), None)),
    reject("ours", "readable", Foreign(BEHIND_OURS, page("b"), None)),
    undecided("there is nothing to see", Foreign(page(), page(), None)),
    undecided("the answer can't be read", Foreign(BEHIND_OURS, exchange(200, "x", operation="listThings"), None)),
    operation="listThings",
)

LIKE_ABSENT = Table(
    "tenants.like_absent",
    accept("both are absent", Foreign(OURS, error(404), error(404))),
    reject("told apart", "told-apart", Foreign(OURS, error(403), error(404))),
    undecided("readable, which another check judges", Foreign(OURS, thing(), error(404))),
    undecided("the absent one is there", Foreign(OURS, error(404), thing())),
    undecided("nothing to compare with", Foreign(OURS, error(404), None)),
    undecided("the other's credential is bad", Foreign(OURS, error(401), error(404)), "401"),
    undecided("no response", Foreign(OURS, silence(), error(404))),
    undecided("the rate limit", Foreign(OURS, error(429), error(404)), "429"),
    undecided("the server's mistake", Foreign(OURS, error(404), error(500)), "500"),
)

NOT_LISTED = Table(
    "tenants.not_listed",
    accept("very many of each", Pair(page(*range(200_000)), page(*range(-200_000, 0)))),
    accept("nothing in both", Pair(page("a", "b"), page("c"))),
    accept("the other has none", Pair(page("a"), page())),
    reject("something in both", "listed", Pair(page("a", "b"), page("c", "b"))),
    undecided("nothing of ours", Pair(page(), page("c"))),
    undecided("the other may not list", Pair(page("a"), error(403, operation="listThings"))),
    undecided("no response", Pair(page("a"), silence(operation="listThings"))),
)

DONE = exchange(200, {}, operation="updateThing")
DENIED = error(404, operation="updateThing")
SIZED = exchange(200, {}, operation="updateThing", sends={"size": 2})
NOT_CHANGEABLE = Table(
    "tenants.not_changeable",
    accept("refused, and nothing changed", Change(thing(name="a"), DENIED, thing(name="a"), "t1")),
    accept("answered kindly, and nothing changed", Change(thing(name="a"), DONE, thing(name="a"), "t1")),
    accept("what was left out is null", Change(thing(name="a"), DENIED, thing(name="a", x=None), "t1")),
    accept("moments move by themselves", Change(thing(seen_at="1"), DENIED, thing(seen_at="2"), "t1")),
    accept("numbers move by themselves", Change(thing(views=1), DENIED, thing(views=2), "t1")),
    accept("so do versions", Change(thing(etag="a"), DENIED, thing(etag="b"), "t1")),
    reject("a number that was named", "changed", Change(thing(size=1), SIZED, thing(size=2), "t1")),
    reject("a flag", "changed", Change(thing(on=False), DENIED, thing(on=True), "t1")),
    accept("seen in a listing", Change(page("t0", "t1"), DENIED, page("t1"), "t1")),
    reject("refused, and it changed", "changed", Change(thing(name="a"), DENIED, thing(name="b"), "t1")),
    reject("a field more", "changed", Change(thing(name="a"), DONE, thing(name="a", x=1), "t1")),
    reject("refused, and it is gone", "gone", Change(thing(name="a"), DENIED, error(404), "t1")),
    reject("gone from the listing", "gone", Change(page("t0", "t1"), DONE, page("t0"), "t1")),
    reject("done, though nobody can look", "changeable", Change(error(404), DONE, error(404), "t1")),
    undecided(
        "the other's credential is bad",
        Change(thing(name="a"), error(401, operation="updateThing"), thing(name="a"), "t1"),
    ),
    reject(
        "and yet it changed",
        "changed",
        Change(thing(name="a"), error(401, operation="updateThing"), thing(name="b"), "t1"),
    ),
    undecided("refused, and nobody can look", Change(error(404), DENIED, error(404), "t1")),
    undecided("refused, and the server broke then", Change(thing(name="a"), DENIED, error(500), "t1")),
    undecided("refused, and the rate limit came then", Change(thing(name="a"), DENIED, error(429), "t1")),
    undecided(
        "the request met the rate limit",
        Change(thing(name="a"), error(429, operation="updateThing"), thing(name="a"), "t1"),
    ),
    undecided("no response to look at then", Change(thing(name="a"), DENIED, silence(), "t1")),
    undecided("no response", Change(thing(name="a"), silence(operation="updateThing"), thing(name="a"), "t1")),
    operation="updateThing",
)

CHANGE_NOT_FOUND = Table(
    "tenants.change_not_found",
    accept("as if it were absent", Change(thing(), DENIED, thing(), "t1")),
    accept("and nobody can look then", Change(thing(), DENIED, error(429), "t1")),
    reject("taken", "accepted", Change(thing(), DONE, thing(), "t1")),
    reject("taken for later", "accepted", Change(thing(), exchange(202, operation="updateThing"), thing(), "t1")),
    undecided("may not change anything", Change(thing(), error(403, operation="updateThing"), thing(), "t1"), "403"),
    undecided("the body was looked at first", Change(thing(), error(422, operation="updateThing"), thing(), "t1")),
    undecided("the other's credential is bad", Change(thing(), error(401, operation="updateThing"), thing(), "t1")),
    undecided("the rate limit", Change(thing(), error(429, operation="updateThing"), thing(), "t1"), "429"),
    undecided("no response", Change(thing(), silence(operation="updateThing"), thing(), "t1")),
    undecided("the owner can't see it", Change(error(404), DENIED, thing(), "t1")),
    operation="updateThing",
    given={"status": 404},
)

FOREIGN_CONTEXT_REFUSED = Table(
    "tenants.foreign_context_refused",
    accept("refused", Pair(page("a"), error(403, operation="listThings"))),
    accept("our own things all the same", Pair(page("a"), page("c"))),
    reject("theirs", "listed", Pair(page("a", "b"), page("b"))),
    undecided("nothing of theirs to look for", Pair(page(), page("c"))),
    undecided("the server breaks", Pair(page("a"), error(500, operation="listThings"))),
    undecided("the rate limit", Pair(page("a"), error(429, operation="listThings")), "429"),
    undecided("no response", Pair(page("a"), silence(operation="listThings"))),
    given={"header": "X-Team-Id"},
)

TABLES = [
    NOT_READABLE,
    NOTHING_ADDED,
    NOT_LISTED_BEHIND,
    LIKE_ABSENT,
    NOT_LISTED,
    NOT_CHANGEABLE,
    CHANGE_NOT_FOUND,
    FOREIGN_CONTEXT_REFUSED,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
