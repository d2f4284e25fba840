"""Rate limits: the headers, their arithmetic, and what happens at the limit."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest

from tests.checks.builders import NOW, acme, error, exchange, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.checks.shapes import Drain, Ordered, Sequence
from vendorproof.contract.conventions import RateLimit
from vendorproof.exchange.model import Exchange

EVERY = RateLimit(
    presence="every-response",
    headers={"limit": "X-Limit", "remaining": "X-Remaining", "reset": "X-Reset"},
    reset_format="epoch-seconds",
    retry_after="seconds",
    window=60,
)
ALWAYS = acme(rate_limit=EVERY)
ON_429 = acme(rate_limit=replace(EVERY, presence="on-429"))
LEFT = acme(rate_limit=replace(EVERY, reset_format="delta-seconds"))
EITHER = acme(rate_limit=replace(EVERY, reset_format=None))
SILENT = acme(rate_limit=replace(EVERY, presence=None, retry_after=None))
NO_WINDOW = acme(rate_limit=replace(EVERY, window=None))
SOON = int(NOW) + 50


def told(
    limit: object = 10, remaining: object = 9, reset: object = SOON, *, status: int = 200, **given: Any
) -> Exchange:
    """An answer with the headers; None leaves one out."""
    values = {"X-Limit": limit, "X-Remaining": remaining, "X-Reset": reset}
    headers = {name: str(value) for name, value in values.items() if value is not None}
    return exchange(status, {}, headers, **given)


def dated(date: int, reset: int) -> Exchange:
    """An answer whose Date and reset are so many seconds from now."""
    headers = {"Date": formatdate(NOW + date, usegmt=True), "X-Reset": str(int(NOW) + reset)}
    return exchange(200, {}, headers)


def twice(header: str, *values: int) -> Exchange:
    """An answer that tells one header in several lines."""
    return exchange(200, {}, [("X-Limit", "10"), *((header, str(value)) for value in values)])


def too_many(retry_after: str | None = "7", **given: Any) -> Exchange:
    return exchange(429, {}, {"Retry-After": retry_after} if retry_after is not None else {}, **given)


def refused_for(seconds: int, reset: int = SOON) -> Exchange:
    """A 429 that names a wait beside its reset."""
    return exchange(429, {}, {"Retry-After": str(seconds), "X-Reset": str(reset)})


HEADERS_PRESENT = Table(
    "rate_limit.headers_present",
    accept("on a success", told()),
    accept("on an error", told(status=404)),
    accept("on a path that is no operation", told(status=404, operation=None)),
    accept("whatever their case", exchange(200, {}, {"x-limit": "1", "x-remaining": "1", "x-reset": "1"})),
    reject("none", "header-missing", exchange(200, {})),
    reject("one is missing", "header-missing", told(reset=None)),
    reject("on an error", "header-missing", error(404)),
    reject("on a refusal", "header-missing", error(429)),
    passed_over("no response", silence()),
    passed_over("an opened socket", exchange(101, operation="listen")),
    passed_over("a success where the documentation speaks of 429", exchange(200, {}), contract=ON_429),
    reject("a 429 there", "header-missing", too_many(), contract=ON_429),
    passed_over("the documentation does not say where", exchange(200, {}), contract=SILENT),
    accept("some of them", told(reset=None), given={"roles": ["limit", "remaining"]}),
    reject("not those", "header-missing", told(limit=None), given={"roles": ["limit", "remaining"]}),
    contract=ALWAYS,
)

REFUSAL_HEADERS = Table(
    "rate_limit.refusal_headers",
    accept("they are there", Drain((told(),), told(status=429), None)),
    reject("they are not", "header-missing", Drain((told(),), too_many(), None)),
    undecided("no refusal", Drain((told(),), None, None)),
    undecided("a refusal for another cause", Drain((told(),), error(503), None)),
    contract=ON_429,
    given={"roles": ["limit", "remaining", "reset"]},
)

HEADER_VALUES = Table(
    "rate_limit.header_values",
    accept("numbers", told()),
    accept("nothing left", told(remaining=0)),
    accept("everything left", told(10, 10)),
    reject("with a unit", "not-an-integer", told("10 per minute")),
    reject("below zero", "not-an-integer", told(remaining=-1)),
    reject("a fraction", "not-an-integer", told(remaining="9.5")),
    reject("empty", "not-an-integer", told(remaining="")),
    reject("a date", "not-an-integer", told(reset="Sun, 22 Nov 2026 12:00:00 GMT")),
    reject("more left than there is", "more-than-limit", told(10, 11)),
    reject("twice with different values", "told-twice", twice("X-Remaining", 7, 9)),
    passed_over("no headers, which another check judges", exchange(200, {})),
    passed_over("no response", silence()),
    passed_over("a success where the documentation speaks of 429", told("many"), contract=ON_429),
    accept("of some of them", told("many"), given={"roles": ["remaining"]}),
    contract=ALWAYS,
)


def counted(*left: object, pause: float = 0.1) -> Sequence:
    """Successes one after the other, with these counts; a count may be an exchange instead."""
    return Sequence(
        tuple(
            one if isinstance(one, Exchange) else told(remaining=one, sent=NOW + number * pause)
            for number, one in enumerate(left)
        )
    )


REMAINING_FALLS = Table(
    "rate_limit.remaining_falls",
    accept("one by one", counted(9, 8, 7, 6, 5)),
    accept("faster, for others count too", counted(9, 7, 4, 3, 0)),
    accept("whatever refusals take", counted(9, told(remaining=9, status=404), 8, 7, 6, 5)),
    accept("one flows back meanwhile", counted(9, 8, 7, 7, 6)),
    accept(
        "a new window begins again",
        counted(*range(9, -1, -1), *(told(remaining=left, reset=SOON + 60, sent=NOW + 1) for left in range(9, -1, -1))),
    ),
    reject("it rises once in a window", "remaining-rises", counted(9, 8, 7, 9, 8, 7, 6, 5, 4, 3)),
    accept("it rises by what flowed back", counted(9, 8, 7, 8, 6, 5, 4, 3, 2)),
    reject("it stays", "remaining-does-not-fall", counted(9, 9, 9, 9, 9)),
    reject("it rises", "remaining-does-not-fall", counted(5, 6, 7, 8, 9)),
    reject("every other request is counted", "remaining-does-not-fall", counted(9, 9, 8, 8, 7, 7)),
    undecided("too few answers", counted(9, 9, 9, 9)),
    undecided("too few with the header", counted(9, 8, exchange(200, {}), exchange(200, {}), 7)),
    undecided("too few successes", counted(9, 8, 7, told(remaining=7, status=404), silence())),
    undecided("too slow to tell what flowed back", counted(9, 9, 9, 9, 9, pause=8.0)),
    contract=ALWAYS,
)

RESET_IN_FUTURE = Table(
    "rate_limit.reset_in_future",
    accept("the end of the window", told()),
    accept("this second", told(reset=int(NOW))),
    accept("by a clock that is a little late", told(reset=int(NOW) - 20)),
    reject("in milliseconds", "reset-in-milliseconds", told(reset=SOON * 1000)),
    reject("in the past", "reset-in-past", told(reset=int(NOW) - 3600)),
    reject("seconds left instead", "reset-is-a-duration", told(reset=50)),
    accept("by a clock ten minutes ahead, as its Date", dated(600, 630)),
    accept("by a clock ten minutes behind, as its Date", dated(-600, -570)),
    accept("by our clock, whatever the Date says", dated(-400 * 86_400, 30)),
    reject("in the past by its own clock too", "reset-in-past", dated(-600, -3600)),
    reject("twice with different values", "told-twice", twice("X-Reset", SOON, SOON + 40)),
    accept("twice with the same value", twice("X-Reset", SOON, SOON)),
    reject("of another day", "reset-too-late", told(reset=SOON + 86_400)),
    passed_over("no number, which another check judges", told(reset="soon")),
    passed_over("no header", exchange(200, {})),
    passed_over("no response", silence()),
    passed_over("a success where the documentation speaks of 429", told(reset=5), contract=ON_429),
    accept("seconds left where that is documented", told(reset=50), contract=LEFT),
    reject("an epoch second there", "reset-too-late", told(), contract=LEFT),
    accept("seconds left where nothing is documented", told(reset=50), contract=EITHER),
    accept("an epoch second there too", told(), contract=EITHER),
    reject("neither", "reset-in-past", told(reset=5_000), contract=EITHER),
    contract=ALWAYS,
)

RETRY_AFTER = Table(
    "rate_limit.retry_after",
    accept("in seconds", too_many("7")),
    accept("none at all", too_many("0")),
    reject("missing", "header-missing", too_many(None)),
    reject("a date", "not-seconds", too_many("Sun, 22 Nov 2026 12:00:00 GMT")),
    reject("a fraction", "not-seconds", too_many("0.5")),
    passed_over("no refusal", exchange(200, {}, {"Retry-After": "soon"})),
    passed_over("the documentation does not say how", too_many("soon"), contract=SILENT),
    passed_over("no response", silence()),
    contract=ALWAYS,
)

ENFORCED = Table(
    "rate_limit.enforced",
    accept("refused", Drain((told(10, 1), told(10, 0)), too_many(), None)),
    accept("at once", Drain((), too_many(), None)),
    reject("never", "never-refused", Drain((told(2, 1), told(2, 0), told(2, 0)), None, None)),
    undecided("never, and nobody knows the limit", Drain((exchange(200, {}),), None, None)),
    reject("never, past a limit that was told", "never-refused", Drain((exchange(200, {}),), None, None, limit=1)),
    reject("with another status", "other-status", Drain((told(),), error(503), told())),
    undecided("with another status, for good", Drain((told(),), error(503), error(503))),
    undecided("with another status, and nobody waited", Drain((told(),), error(503), None)),
    undecided("nothing was sent", Drain((), None, None)),
    contract=ALWAYS,
)

RECOVERS = Table(
    "rate_limit.recovers",
    accept("answered", Drain((), too_many(), told())),
    reject("still refused", "still-refused", Drain((), too_many("7"), too_many())),
    undecided(
        "still refused, and nothing told for how long", Drain((), too_many(None), too_many(None)), contract=NO_WINDOW
    ),
    reject("past the documented window", "still-refused", Drain((), too_many(None), too_many(None))),
    undecided("never refused", Drain((told(),), None, None)),
    undecided("refused for another cause", Drain((told(),), error(503), told())),
    undecided("nobody waited", Drain((), too_many(None), None)),
    undecided("the server breaks after the wait", Drain((), too_many(), error(503)), "503"),
    undecided("a long wait", Drain((), refused_for(600), None)),
    undecided("a long wait, and so says the reset", Drain((), refused_for(50_000, int(NOW) + 50_000), None)),
    undecided("a long wait, and no reset", Drain((), too_many("50000"), None)),
    reject("a wait in milliseconds", "longer-than-the-reset", Drain((), refused_for(50_000), None)),
    reject(
        "beside a reset in seconds", "longer-than-the-reset", Drain((), refused_for(50_000, 50), None), contract=LEFT
    ),
    reject("or in whatever else", "longer-than-the-reset", Drain((), refused_for(50_000, 50), None), contract=EITHER),
    undecided("as the reset says", Drain((), refused_for(50_000, int(NOW) + 50_000), None), contract=EITHER),
    undecided("no response", Drain((), too_many(), silence())),
    contract=ALWAYS,
)

PER_TOKEN = Table(
    "rate_limit.per_token",
    accept("the other is answered", Drain((), too_many(), None, told())),
    reject("the other is refused too", "shared-limit", Drain((), too_many(), None, too_many())),
    undecided("never refused", Drain((told(),), None, None, told())),
    undecided("refused for another cause", Drain((told(),), error(503), None, told())),
    undecided("there is no other", Drain((), too_many(), None, None)),
    undecided("the other got no response", Drain((), too_many(), None, silence())),
    undecided("the other's credential is bad", Drain((), too_many(), None, error(401))),
    undecided("the other breaks the server", Drain((), too_many(), None, error(503)), "503"),
    contract=ALWAYS,
)


def drained(successes: int, *, refused: bool = True) -> Drain:
    return Drain(tuple(told() for _ in range(successes)), too_many() if refused else None, None)


ORDERED = Table(
    "rate_limit.ordered_by_environment",
    accept("fewer in the lower one", Ordered(drained(2), drained(4))),
    accept("no end in the higher one", Ordered(drained(2), drained(9, refused=False))),
    reject("as many", "not-ordered", Ordered(drained(2), drained(2))),
    reject("fewer in the higher one", "not-ordered", Ordered(drained(4), drained(2))),
    undecided("no end in the lower one", Ordered(drained(9, refused=False), drained(9))),
    undecided("the higher one was not drained as far", Ordered(drained(4), drained(2, refused=False))),
    undecided("the lower one breaks off", Ordered(Drain((told(),), silence(), None), drained(4)), "refused nothing"),
    undecided("the higher one breaks off", Ordered(drained(2), Drain((told(),), error(503), None)), "not reached (503"),
    contract=ALWAYS,
    given={"lower": "sandbox", "higher": "production"},
)

TABLES = [
    HEADERS_PRESENT,
    REFUSAL_HEADERS,
    HEADER_VALUES,
    REMAINING_FALLS,
    RESET_IN_FUTURE,
    RETRY_AFTER,
    ENFORCED,
    RECOVERS,
    PER_TOKEN,
    ORDERED,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
