"""Pagination: what one page holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.builders import ACME, CURSORS, LINKS, NUMBERS, OFFSETS, acme, error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.checks.shapes import Pair, Sequence, Sizes
from vendorproof.contract.conventions import End
from vendorproof.exchange.model import Exchange

NULL_ENDS = acme(pagination=replace(CURSORS, end=End.NULL_CURSOR, response={"items": "/data", "cursor": "/page/next"}))
BY_OFFSET = acme(pagination=OFFSETS)
BY_NUMBER = acme(pagination=NUMBERS)
FROM_ZERO = acme(pagination=replace(NUMBERS, first_page=0))
BY_LINK = acme(pagination=LINKS)
ABSENT_LINK = acme(pagination=replace(LINKS, end=End.ABSENT_LINK))
TOTALS = acme(pagination=replace(OFFSETS, response={"items": "/data", "total": "/total"}))
CLAMPS = acme(pagination=replace(CURSORS, over_maximum="clamp"))
REJECTS = acme(pagination=replace(CURSORS, over_maximum="reject"))
NO_MAXIMUM = acme(pagination=replace(CURSORS, max_page_size=None))


def things(count: int, *, more: bool | None = False, limit: int | None = None, **given: Any) -> Exchange:
    """A page of so many things, asked for with a limit."""
    query = {} if limit is None else {"limit": limit}
    return page(*(f"t{number}" for number in range(count)), more=more, query=query, **given)


PAGE_ENVELOPE = Table(
    "pagination.envelope",
    accept("more to come", page("t1", more=True, next="c1")),
    accept(
        "the last page without a cursor", exchange(200, {"data": [], "page": {"more": False}}, operation="listThings")
    ),
    accept("the last page with a null", page(more=False, next=None)),
    accept("the last page with one all the same", page("t1", more=False, next="c9")),
    reject("items under another key", "items-missing", page("t1", more=False, key="items")),
    reject("a bare array", "items-missing", exchange(200, [{"id": "t1"}], operation="listThings")),
    reject(
        "items that are none",
        "items-missing",
        exchange(200, {"data": {}, "page": {"more": False}}, operation="listThings"),
    ),
    reject("no end signal", "has-more-missing", page("t1", next="c1")),
    reject(
        "an end signal in words",
        "has-more-missing",
        exchange(200, {"data": [], "page": {"more": "false"}}, operation="listThings"),
    ),
    reject("more without a cursor", "cursor-missing", page("t1", more=True)),
    reject("more with an empty one", "cursor-missing", page("t1", more=True, next="")),
    reject("a number for a cursor", "cursor-not-a-string", page("t1", more=False, next=7)),
    passed_over("an error", error(400, operation="listThings")),
    passed_over("no response", silence(operation="listThings")),
    passed_over("can't be read", exchange(200, "{", operation="listThings")),
    passed_over("of no operation", page("t1", operation=None), operation="listThings"),
)

NULL_CURSOR = Table(
    "pagination.envelope",
    accept("a cursor", page("t1", next="c1")),
    accept("null", page("t1", next=None)),
    reject("none at all", "cursor-missing", exchange(200, {"data": [], "page": {}}, operation="listThings")),
    reject("an empty one", "cursor-missing", page("t1", next="")),
    contract=NULL_ENDS,
)

PARTS = Table(
    "pagination.envelope",
    accept("the items alone", exchange(200, {"data": []}, operation="listThings"), given={"part": "items"}),
    reject("missing", "items-missing", exchange(200, {}, operation="listThings"), given={"part": "items"}),
    accept(
        "the end signal alone",
        exchange(200, {"page": {"more": True}}, operation="listThings"),
        given={"part": "hasMore"},
    ),
    reject("missing", "has-more-missing", exchange(200, {}, operation="listThings"), given={"part": "hasMore"}),
    accept(
        "the cursor alone", exchange(200, {"page": {"next": "c"}}, operation="listThings"), given={"part": "cursor"}
    ),
    reject(
        "a number",
        "cursor-not-a-string",
        exchange(200, {"page": {"next": 7}}, operation="listThings"),
        given={"part": "cursor"},
    ),
)

LINK = Table(
    "pagination.envelope",
    accept("a link", page("t1", next="/v1/things?after=t1")),
    accept("null", page("t1", next=None)),
    reject("none at all", "link-missing", exchange(200, {"data": []}, operation="listThings")),
    reject("an object", "link-missing", page("t1", next={"href": "/v1/things"})),
    accept("none at the end", exchange(200, {"data": []}, operation="listThings"), contract=ABSENT_LINK),
    reject("an object", "link-not-a-string", page("t1", next={"href": "/v1/things"}), contract=ABSENT_LINK),
    contract=BY_LINK,
    given={"part": "next"},
)


def told(total: object) -> Exchange:
    return exchange(200, {"data": [{"id": "a"}, {"id": "b"}], "total": total}, operation="listThings")


TOTAL = Table(
    "pagination.envelope",
    accept("more than the page", told(9)),
    accept("the page alone", told(2)),
    reject("fewer", "total-wrong", told(1)),
    reject("in words", "total-wrong", told("9")),
    reject("a truth value", "total-wrong", told(True)),
    reject("none", "total-wrong", exchange(200, {"data": []}, operation="listThings")),
    reject("where no part is named", "total-wrong", told(1), given={}),
    contract=TOTALS,
    given={"part": "total"},
)

LIMIT_HONOURED = Table(
    "pagination.limit_honoured",
    accept("as many", things(3, limit=3)),
    accept("fewer", things(1, limit=3)),
    reject("one too many", "limit-exceeded", things(4, limit=3)),
    passed_over("no limit was asked for", things(9)),
    passed_over("more than the maximum was", things(9, limit=7)),
    passed_over("a word was", exchange(200, {"data": []}, operation="listThings", query={"limit": "many"})),
    passed_over("none was", things(3, limit=0)),
    passed_over("refused", error(400, operation="listThings", query={"limit": 3})),
    passed_over("no list", exchange(200, {}, operation="listThings", query={"limit": 3})),
    passed_over("no response", silence(operation="listThings", query={"limit": 3})),
    reject("where the documentation names no maximum", "limit-exceeded", things(8, limit=7), contract=NO_MAXIMUM),
)

DEFAULT_PAGE_SIZE = Table(
    "pagination.default_page_size",
    accept("the documented number", Pair(things(3), things(3))),
    reject("more", "default-differs", Pair(things(4), things(3, limit=3))),
    reject("fewer", "default-differs", Pair(things(2), things(3, limit=3))),
    undecided("a short listing", Pair(things(2), things(2, limit=3)), "fewer than 3"),
    undecided("no page", Pair(error(500, operation="listThings"), things(3, limit=3)), "500"),
    undecided("no page to compare with", Pair(things(2), error(429, operation="listThings")), "429"),
    undecided("no response", Pair(silence(operation="listThings"), things(3, limit=3))),
)

MAX_PAGE_SIZE = Table(
    "pagination.max_page_size",
    accept("a full page", Pair(things(3, limit=3), things(5, limit=5))),
    reject("refused", "maximum-refused", Pair(things(3, limit=3), error(400, operation="listThings"))),
    reject(
        "less, and what was announced behind it",
        "maximum-lower",
        Sizes(things(3, limit=3), things(4, limit=5, more=True, next="c"), page("behind")),
    ),
    undecided(
        "less, and nothing where more was announced",
        Sizes(things(3, limit=3), things(4, limit=5, more=True, next="c"), things(0, limit=5)),
        "fewer than 5",
    ),
    reject("less, and more behind it", "maximum-lower", Sizes(things(3, limit=3), things(4, limit=5), page("behind"))),
    undecided(
        "the same behind it, which other checks judge",
        Sizes(things(3, limit=3), things(4, limit=5), things(1, limit=1)),
        "fewer than 5",
    ),
    undecided("nothing behind it", Sizes(things(3, limit=3), things(4, limit=5), things(0, limit=1)), "fewer than 5"),
    undecided("a short listing", Pair(things(3, limit=3), things(4, limit=5)), "fewer than 5"),
    undecided(
        "pages that are never full", Pair(things(2, limit=3, more=True), things(4, limit=5, more=True)), "not full"
    ),
    undecided("no first page", Pair(error(500, operation="listThings"), things(5, limit=5))),
    undecided("the rate limit", Pair(things(3, limit=3), error(429, operation="listThings")), "429"),
    undecided("the quota", Pair(things(3, limit=3), error(402, operation="listThings")), "402"),
    undecided("the server breaks", Pair(things(3, limit=3), error(500, operation="listThings")), "500"),
    undecided("no response", Pair(things(3, limit=3), silence(operation="listThings"))),
)

OVER_MAXIMUM = Table(
    "pagination.over_maximum",
    accept("cut to the maximum", things(5, limit=6)),
    accept("refused", error(400, operation="listThings", query={"limit": 6})),
    reject("more than the maximum", "maximum-exceeded", things(6, limit=6)),
    undecided("a short listing", things(4, limit=6), "fewer than 5"),
    undecided("the rate limit", error(429, operation="listThings"), "429"),
    undecided("the quota", error(402, operation="listThings"), "402"),
    undecided("no credential", error(401, operation="listThings"), "401"),
    undecided("no permission", error(403, operation="listThings"), "403"),
    undecided("nothing there", error(404, operation="listThings"), "404"),
    undecided("the server breaks", error(500, operation="listThings"), "500"),
    undecided("no response", silence(operation="listThings")),
    undecided("the documentation names no maximum", things(6, limit=6), contract=NO_MAXIMUM),
    reject("refused where the documentation says cut", "rejected", error(400, operation="listThings"), contract=CLAMPS),
    accept("cut where it says so", things(5, limit=6), contract=CLAMPS),
    reject("cut where the documentation says refused", "clamped", things(5, limit=6), contract=REJECTS),
    reject("cut there though the listing is short", "clamped", things(2, limit=6), contract=REJECTS),
    accept("refused where it says so", error(400, operation="listThings"), contract=REJECTS),
)

NEXT: dict[str, Any] = {"more": True, "next": "c1"}
GARBAGE: dict[str, Any] = {"query": {"after": "never-issued"}}
GARBAGE_CURSOR = Table(
    "pagination.garbage_cursor",
    accept("refused", Pair(page("t1", **NEXT), error(400, operation="listThings", **GARBAGE))),
    accept("nothing behind it", Pair(page("t1", **NEXT), page(more=False, **GARBAGE))),
    reject("the first page", "first-page", Pair(page("t1", **NEXT), page("t1", **NEXT, **GARBAGE))),
    reject(
        "the server breaks", "server-error", Pair(page("t1", **NEXT), error(500, operation="listThings", **GARBAGE))
    ),
    undecided(
        "a listing of one page has nowhere else to go",
        Pair(page("t1", more=False), page("t1", more=False, **GARBAGE)),
        "fits on one page",
    ),
    undecided("no response", Pair(page("t1", **NEXT), silence(operation="listThings"))),
    undecided(
        "the credential is refused", Pair(page("t1", **NEXT), error(401, operation="listThings", **GARBAGE)), "401"
    ),
    undecided(
        "no listing", Pair(page("t1", **NEXT), exchange(200, "<html>", operation="listThings", **GARBAGE)), "no pages"
    ),
    undecided("the rate limit", Pair(page("t1", **NEXT), error(429, operation="listThings", **GARBAGE))),
    undecided("the quota", Pair(page("t1", **NEXT), error(402, operation="listThings", **GARBAGE))),
)

OFFSET_SKIPS = Table(
    "pagination.offset_skips",
    accept("so many", Pair(page("a", "b", "c", "d"), page("c", "d", query={"skip": 2}))),
    accept("to behind the first page's end", Pair(page("a", "b", "c"), page("c", "d", query={"skip": 2}))),
    reject("none", "skips-otherwise", Pair(page("a", "b", "c", "d"), page("a", "b", query={"skip": 2}))),
    reject("one too many", "skips-otherwise", Pair(page("a", "b", "c", "d"), page("d", query={"skip": 2}))),
    reject("everything", "skips-otherwise", Pair(page("a", "b", "c"), page(query={"skip": 2}))),
    undecided("a short listing", Pair(page("a", "b"), page(query={"skip": 2})), "too short"),
    undecided("no page", Pair(page("a"), error(500, operation="listThings", query={"skip": 2}))),
    undecided("no response", Pair(page("a"), silence(operation="listThings", query={"skip": 2}))),
    undecided("no offset was asked for", Pair(page("a", "b", "c"), page("c"))),
    contract=BY_OFFSET,
)

SECOND = {"limit": 2, "page": 2}
PAGE_NUMBERS = Table(
    "pagination.page_numbers",
    accept("behind one page", Pair(page("a", "b", "c", "d"), page("c", "d", query=SECOND))),
    accept("behind two, where pages begin at 0", Pair(page(*"abcde"), page("e", query=SECOND)), contract=FROM_ZERO),
    accept("the first", Pair(page("a", "b"), page("a", "b", query={"page": 1}))),
    accept("of the default size", Pair(page(*"abcd"), page("d", query={"page": 2}))),
    reject("the first again", "skips-otherwise", Pair(page(*"abcd"), page("a", "b", query=SECOND))),
    reject("the third", "skips-otherwise", Pair(page(*"abcdef"), page("e", "f", query=SECOND))),
    reject("none", "skips-otherwise", Pair(page(*"abcd"), page(query=SECOND))),
    undecided("a short listing", Pair(page("a", "b"), page(query=SECOND)), "too short"),
    undecided("no page", Pair(page("a"), error(500, operation="listThings", query=SECOND))),
    undecided(
        "pages of no known size",
        Pair(page("a", "b"), page("b", query={"page": 2})),
        contract=acme(pagination=replace(NUMBERS, default_page_size=None)),
    ),
    contract=BY_NUMBER,
)

DEFAULT_PAGE = Table(
    "pagination.default_page",
    accept("the first", Pair(page("a", "b"), page("a", "b", query={"page": 1}))),
    reject("the second", "starts-elsewhere", Pair(page("c", "d"), page("a", "b", query={"page": 1}))),
    undecided("nothing is listed", Pair(page(), page(query={"page": 1}))),
    contract=BY_NUMBER,
)

DEFAULT_OFFSET = Table(
    "pagination.default_offset",
    accept("the beginning", Pair(page("a", "b"), page("a", "b", query={"skip": 0}))),
    reject("elsewhere", "starts-elsewhere", Pair(page("b", "c"), page("a", "b", query={"skip": 0}))),
    undecided("nothing is listed", Pair(page(), page(query={"skip": 0}))),
    undecided("no page", Pair(page("a"), error(429, operation="listThings"))),
    contract=BY_OFFSET,
)

PAST_THE_END = Table(
    "pagination.past_the_end",
    accept("nothing", page(query={"skip": 1000})),
    accept("refused", error(400, operation="listThings")),
    undecided("the credential is refused", error(401, operation="listThings"), "401"),
    undecided("no permission", error(403, operation="listThings"), "403"),
    reject("something", "items-past-the-end", page("a", query={"skip": 1000})),
    reject("the server breaks", "server-error", error(500, operation="listThings")),
    undecided("the rate limit", error(429, operation="listThings")),
    undecided("the quota", error(402, operation="listThings")),
    undecided("no response", silence(operation="listThings")),
    contract=BY_OFFSET,
)


def moments(*told: object) -> Exchange:
    return exchange(200, {"data": [{"id": "t", "made": one} for one in told]}, operation="listThings")


RISING = acme(pagination=replace(CURSORS, order="oldest-first"))
NEW, OLD = "2026-11-22T12:00:00Z", "2026-11-22T11:00:00Z"
ORDER = Table(
    "pagination.order",
    accept("falling", Sequence((moments(NEW, OLD),))),
    accept("at the same moment", Sequence((moments(NEW, NEW),))),
    accept("in numbers", Sequence((moments(3, 2, 1),))),
    accept("in several zones", Sequence((moments("2026-11-22T13:30:00+02:00", OLD),))),
    accept(
        "to several precisions", Sequence((moments("2026-11-22T12:00:00.5Z", NEW, "2026-11-22T11:59:59.123456789Z"),))
    ),
    accept(
        "under the name in another spelling",
        Sequence((exchange(200, {"data": [{"madeAt": 2}, {"madeAt": 1}]}, operation="listThings"),)),
        given={"field": "/made_at"},
    ),
    reject("rising", "other-order", Sequence((moments(OLD, NEW),))),
    reject("on a later page", "other-order", Sequence((moments(9, 8), moments(6, 7)))),
    accept("rising, where the oldest comes first", Sequence((moments(OLD, NEW),)), contract=RISING),
    reject("falling there", "other-order", Sequence((moments(NEW, OLD),)), contract=RISING),
    passed_over("the documentation gives no order", Sequence((moments(OLD, NEW),)), contract=ACME),
    undecided("one item", Sequence((moments(NEW),))),
    undecided("not all can be compared", Sequence((moments(OLD, NEW, "today"), moments(None, None)))),
    undecided("no page", Sequence((error(500, operation="listThings"),))),
    contract=acme(pagination=replace(CURSORS, order="newest-first")),
    given={"field": "/made"},
)

TABLES = [
    PAGE_ENVELOPE,
    NULL_CURSOR,
    PARTS,
    LINK,
    TOTAL,
    LIMIT_HONOURED,
    DEFAULT_PAGE_SIZE,
    MAX_PAGE_SIZE,
    OVER_MAXIMUM,
    GARBAGE_CURSOR,
    OFFSET_SKIPS,
    PAGE_NUMBERS,
    DEFAULT_PAGE,
    DEFAULT_OFFSET,
    PAST_THE_END,
    ORDER,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
