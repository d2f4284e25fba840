"""Idempotency keys: what a repeated key does, and for how long."""

from __future__ import annotations

import pytest

from tests.checks.builders import acme, error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.checks.shapes import Effects, Pair, Race, Replay
from vendorproof.contract.conventions import Idempotency
from vendorproof.contract.model import Contract
from vendorproof.exchange.model import Exchange

HEADER = "Idempotency-Key"


def duplicates(on_duplicate: str | None) -> Contract:
    return acme(idempotency=Idempotency(HEADER, on_duplicate, 86_400, None, ("creations",)))


CONFLICT, REPLAY, SILENT = duplicates("conflict"), duplicates("replay"), duplicates(None)


def made(thing: str = "t1", status: int = 201, **fields: object) -> Exchange:
    return exchange(status, {"id": thing, **fields}, operation="createThing")


def refused(status: int) -> Exchange:
    return error(status, operation="createThing")


def pageful(text: str, *, cut: bool = False) -> Exchange:
    return exchange(201, text, operation="createThing", cut=cut)


NOTHING = silence(operation="createThing")
NO_BODY = exchange(204, operation="createThing")
NAMELESS = exchange(202, operation="createThing")

DUPLICATE_CONFLICTS = Table(
    "idempotency.duplicate_conflicts",
    accept("409", Replay(made(), refused(409))),
    reject("done again", "duplicate-accepted", Replay(made(), made("t2"))),
    reject("replayed", "duplicate-accepted", Replay(made(), made())),
    reject("refused otherwise", "other-status", Replay(made(), refused(422))),
    reject("the server breaks", "other-status", Replay(made(), refused(500))),
    undecided("the first did nothing", Replay(refused(422), refused(422))),
    undecided("the rate limit", Replay(made(), refused(429))),
    undecided("the quota", Replay(made(), refused(402))),
    undecided("no response", Replay(made(), NOTHING)),
    contract=CONFLICT,
)

DUPLICATE_REPLAYS = Table(
    "idempotency.duplicate_replays",
    accept("the same answer", Replay(made(), made())),
    reject("a new thing", "other-answer", Replay(made(), made("t2"))),
    reject("another status", "other-status", Replay(made(), made(status=200))),
    reject("a conflict", "other-status", Replay(made(), refused(409))),
    accept("nothing, twice", Replay(NO_BODY, NO_BODY)),
    undecided("two answers that nobody can read", Replay(pageful("<p>1"), pageful("<p>2")), "can't be read"),
    undecided("what was cut off may differ", Replay(pageful("{", cut=True), pageful("{", cut=True)), "can't be read"),
    undecided("the first did nothing", Replay(refused(422), refused(422))),
    undecided("the rate limit", Replay(made(), refused(429))),
    undecided("the quota", Replay(made(), refused(402))),
    undecided("no response", Replay(made(), NOTHING)),
    contract=REPLAY,
)


def mismatches(on_mismatch: str | None) -> Contract:
    return acme(idempotency=Idempotency(HEADER, "replay", 86_400, on_mismatch, ("creations",)))


MISMATCH_REJECTED = Table(
    "idempotency.mismatch",
    accept("422", Replay(made(), refused(422))),
    accept("409", Replay(made(), refused(409))),
    reject("done", "mismatch-accepted", Replay(made(), made("t2"))),
    reject("replayed", "mismatch-accepted", Replay(made(), made())),
    reject("the server breaks", "mismatch-accepted", Replay(made(), refused(500))),
    undecided("the first did nothing", Replay(refused(422), refused(422))),
    undecided("the rate limit", Replay(made(), refused(429))),
    undecided("no response", Replay(made(), NOTHING)),
    passed_over("the documentation says nothing", Replay(made(), made("t2")), contract=REPLAY),
    contract=mismatches("reject"),
)
MISMATCH_CONFLICTS = Table(
    "idempotency.mismatch",
    accept("409", Replay(made(), refused(409))),
    reject("refused otherwise", "other-status", Replay(made(), refused(422))),
    reject("done", "duplicate-accepted", Replay(made(), made("t2"))),
    contract=mismatches("conflict"),
)
MISMATCH_REPLAYS = Table(
    "idempotency.mismatch",
    accept("the first answer", Replay(made(), made())),
    reject("done", "other-answer", Replay(made(), made("t2"))),
    reject("refused", "other-status", Replay(made(), refused(409))),
    contract=mismatches("replay"),
)

WINDOW_REPLAYS = Table(
    "idempotency.window_holds",
    accept("replayed", Replay(made(), made())),
    reject("done again", "other-answer", Replay(made(), made("t2"))),
    contract=REPLAY,
)
WINDOW_CONFLICTS = Table(
    "idempotency.window_holds",
    accept("refused", Replay(made(), refused(409))),
    reject("done again", "duplicate-accepted", Replay(made(), made("t2"))),
    reject("done again long before the end", "duplicate-accepted", Replay(made(), made("t2"), "a day is long")),
    undecided("refused long before the end", Replay(made(), refused(409), "a day is long"), "a day is long"),
    contract=CONFLICT,
)


def effects(count: int, *requests: Exchange) -> Effects:
    return Effects(requests or (made(), refused(409)), (page("t1"),), count)


NO_SECOND_EFFECT = Table(
    "idempotency.no_second_effect",
    accept("one thing", effects(1)),
    reject("two", "second-effect", effects(2, made(), refused(409))),
    undecided("none, for none was made", effects(0, refused(422), refused(422)), "did nothing"),
    undecided("none, though one was made", effects(0), "does not show"),
    undecided("no listing was read", Effects((made(), refused(409)), (), 1), "no listing"),
    undecided(
        "the listing is refused", Effects((made(), refused(409)), (error(403, operation="listThings"),), 1), "403"
    ),
    undecided("the second may never have come", effects(1, made(), NOTHING), "no response"),
    undecided("the rate limit kept the second off", effects(1, made(), refused(429)), "429"),
    undecided("nothing was asked for", Effects((), (page("t1"),), 1)),
    contract=CONFLICT,
)

CONCURRENT = Table(
    "idempotency.concurrent_duplicates",
    accept("one done, one refused", Race((made(), refused(409)), effects(1))),
    accept("whichever comes first", Race((refused(409), made()), None)),
    accept("the rate limit refuses as well", Race((made(), refused(429)), None)),
    reject("both done", "both-accepted", Race((made("t1"), made("t2")), None)),
    reject("both answered alike", "both-accepted", Race((made(), made()), effects(1))),
    reject("refused otherwise", "other-status", Race((made(), refused(500)), None)),
    reject("one done, one refused, two made", "second-effect", Race((made(), refused(409)), effects(2))),
    undecided("none done", Race((refused(409), refused(409)), None)),
    undecided("no response", Race((NOTHING, NOTHING), None)),
    undecided("one got no response", Race((made(), NOTHING), None)),
    contract=CONFLICT,
)

CONCURRENT_REPLAYS = Table(
    "idempotency.concurrent_duplicates",
    accept("both told of one thing", Race((made(), made()), effects(1))),
    accept("where no listing shows it", Race((made(), made()), None)),
    accept("one may be refused meanwhile", Race((made(), refused(409)), effects(1))),
    reject("two things", "both-made", Race((made("t1"), made("t2")), None)),
    reject("told of one thing, made two", "second-effect", Race((made(), made()), effects(2))),
    undecided("one got no response, whatever is listed yet", Race((made(), NOTHING), effects(1)), "timed out"),
    undecided("one broke the server", Race((made(), refused(500)), None), "500"),
    undecided("nothing tells what they made", Race((NAMELESS, NAMELESS), None), "neither a listing nor"),
    undecided("none done", Race((refused(409), refused(409)), None)),
    contract=REPLAY,
)

OTHER_KEY_ACTS = Table(
    "idempotency.other_key_acts",
    accept("a new thing", Pair(made("t1"), made("t2"))),
    accept("one without an id, where duplicates are refused", Pair(NAMELESS, NAMELESS), contract=CONFLICT),
    undecided("one without an id, which may be the first again", Pair(NAMELESS, NAMELESS), "no id", contract=REPLAY),
    reject("the same thing", "same-thing", Pair(made("t1"), made("t1"))),
    reject("refused", "refused", Pair(made("t1"), refused(409))),
    undecided("the first did nothing", Pair(refused(422), made("t2"))),
    undecided("the rate limit", Pair(made(), refused(429))),
    undecided("the quota", Pair(made(), refused(402))),
    undecided("no response", Pair(made(), NOTHING)),
    contract=SILENT,
)

KEY_EXPIRES = Table(
    "idempotency.key_expires",
    accept("done again", Replay(made("t1"), made("t2"))),
    reject("still refused", "still-known", Replay(made(), refused(409))),
    reject("still replayed", "still-replayed", Replay(made("t1"), made("t1")), contract=REPLAY),
    undecided("done or replayed, and no id tells", Replay(NAMELESS, NAMELESS), "no id", contract=REPLAY),
    undecided("the first did nothing", Replay(refused(422), refused(422))),
    undecided("the rate limit", Replay(made(), refused(429)), "429"),
    undecided("the quota", Replay(made(), refused(402)), "402"),
    undecided("no response", Replay(made(), NOTHING)),
    contract=CONFLICT,
)


def keyed(status: int = 201) -> Exchange:
    return exchange(status, {"id": "t1"}, operation="createThing", asks={HEADER: "unique_key_7"})


KEY_FORMS = Table(
    "idempotency.key_forms",
    accept("taken", Pair(made(), keyed())),
    accept("taken where another one is not", Pair(refused(400), keyed())),
    reject("refused", "key-refused", Pair(made(), keyed(400))),
    reject("refused as used", "key-refused", Pair(made(), keyed(409))),
    reject("the server breaks", "key-refused", Pair(made(), keyed(500))),
    undecided("refused with another one too", Pair(refused(422), keyed(422)), "422"),
    undecided("no permission", Pair(made(), keyed(403)), "403"),
    undecided("the rate limit", Pair(made(), keyed(429)), "429"),
    undecided("the quota", Pair(made(), keyed(402)), "402"),
    undecided("no response", Pair(made(), NOTHING)),
    contract=SILENT,
    given={"forms": ["words"]},
)

KEY_OPTIONAL = Table(
    "idempotency.key_optional",
    accept("taken", Pair(keyed(), made())),
    reject("refused", "key-demanded", Pair(keyed(), refused(400))),
    reject("whatever else it is", "key-demanded", Pair(keyed(), refused(409))),
    passed_over("there is a key", Pair(keyed(), keyed())),
    undecided("refused with a key too", Pair(keyed(422), refused(422)), "422"),
    undecided("no permission", Pair(keyed(), refused(403)), "403"),
    undecided("the rate limit", Pair(keyed(), refused(429)), "429"),
    undecided("the quota", Pair(keyed(), refused(402)), "402"),
    undecided("no response", Pair(keyed(), NOTHING)),
    contract=SILENT,
)

EVERY_DUPLICATE_REPLAYS = Table(
    "idempotency.every_duplicate_replays",
    accept("the same answer", Replay(made(), made())),
    reject("a new thing", "other-answer", Replay(made(), made("t2"))),
    reject("a conflict", "other-status", Replay(made(), refused(409))),
    undecided("the first did nothing", Replay(refused(422), refused(422))),
    undecided("the rate limit", Replay(made(), refused(429))),
    contract=REPLAY,
)

TABLES = [
    DUPLICATE_CONFLICTS,
    DUPLICATE_REPLAYS,
    EVERY_DUPLICATE_REPLAYS,
    MISMATCH_REJECTED,
    MISMATCH_CONFLICTS,
    MISMATCH_REPLAYS,
    WINDOW_REPLAYS,
    WINDOW_CONFLICTS,
    NO_SECOND_EFFECT,
    CONCURRENT,
    CONCURRENT_REPLAYS,
    OTHER_KEY_ACTS,
    KEY_EXPIRES,
    KEY_FORMS,
    KEY_OPTIONAL,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
