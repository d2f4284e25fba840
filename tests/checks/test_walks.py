"""Pagination: what walks over all pages of a listing add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.checks.builders import CURSORS, LINKS, OFFSETS, acme, error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, reject, undecided
from vendorproof.checks.shapes import Walk, Walks
from vendorproof.contract.conventions import End
from vendorproof.exchange.model import Exchange

NULL_ENDS = acme(pagination=replace(CURSORS, end=End.NULL_CURSOR, response={"items": "/data", "cursor": "/page/next"}))
ABSENT_ENDS = acme(
    pagination=replace(CURSORS, end=End.ABSENT_CURSOR, response={"items": "/data", "cursor": "/page/next"})
)
BY_OFFSET = acme(pagination=OFFSETS)
BY_LINK = acme(pagination=LINKS)
ABSENT_LINK = acme(pagination=replace(LINKS, end=End.ABSENT_LINK))


def walk(*pages: Sequence[str], limit: int = 2, broken_off: str = "", last: Exchange | None = None) -> Walk:
    """A walk over pages whose ids are the letters of each text, with end signals that are true; and `last`."""
    made = [
        page(*ids, more=number < len(pages), next=f"c{number}" if number < len(pages) else None, query={"limit": limit})
        for number, ids in enumerate(pages, 1)
    ]
    return Walk((*made, *([last] if last else [])), limit, not broken_off, broken_off)


def walks(*made: Walk, again: Walk | None = None) -> Walks:
    return Walks(made, again)


WHOLE = walk("abcde", limit=5)
MANY = tuple(map(str, range(200_000)))
"""So many that a search in each of them for each would take hours."""

NAMELESS = exchange(200, {"data": [{"name": "a"}, {"name": "b"}], "page": {"more": False}}, operation="listThings")
REFUSED = error(429, operation="listThings")

NOTHING_TWICE = Table(
    "pagination.nothing_twice",
    accept("each once", walks(WHOLE, walk("ab", "cd", "e"))),
    accept("in each walk", walks(walk("abc", "de"), walk("ab", "cd", "e"))),
    accept("as far as a broken walk went", walks(walk("ab", "cd", broken_off="more than 12 pages"))),
    reject("on two pages", "item-twice", walks(WHOLE, walk("ab", "bc", "de"))),
    reject("on one page", "item-twice", walks(walk("aa", "bc"))),
    reject("though the walk broke off", "item-twice", walks(walk("ab", "ab", broken_off="loop: a cursor came twice"))),
    reject("on one page of a listing that moved", "item-twice", walks(walk("aa", "bc"), again=walk("ab", "bc"))),
    undecided(
        "an item moved on while it was walked", walks(WHOLE, walk("ab", "bc", "de"), again=walk("xabcde")), "changed"
    ),
    undecided("one page", walks(WHOLE, walk("ab")), "one page"),
    undecided("no page", walks(walk(last=REFUSED, broken_off="a page was answered 429"))),
    undecided("pages with nothing on them", walks(walk("", "", "")), "holds nothing"),
    undecided("a walk that took no step", walks(Walk((), 2, False, "the budget is spent")), "no page"),
)

NOTHING_MISSING = Table(
    "pagination.nothing_missing",
    reject("one of very many", "item-missing", walks(walk(MANY, limit=200_000), walk(MANY[:-1], limit=7))),
    accept("very many", walks(walk(MANY, limit=200_000), walk(MANY[:9], MANY[9:], limit=7))),
    accept("the same items", walks(WHOLE, walk("ab", "cd", "e"))),
    accept("whatever their order", walks(WHOLE, walk("ba", "dc", "e"))),
    accept("one of them twice, which another check judges", walks(WHOLE, walk("ab", "bc", "de"))),
    reject("one is lost", "item-missing", walks(WHOLE, walk("ab", "d", "e"))),
    reject("the last is lost", "item-missing", walks(WHOLE, walk("ab", "cd"))),
    reject("the first walk lost one", "item-missing", walks(walk("abc", limit=5), walk("ab", "cd"))),
    reject("and loses it again", "item-missing", walks(WHOLE, walk("ab", "d", "e"), again=walk("abcde", limit=5))),
    reject("the end is told after one page of many", "item-missing", walks(WHOLE, walk("ab"))),
    undecided("the listing moved", walks(WHOLE, walk("ab", "d", "e"), again=walk("abde", limit=5)), "changed"),
    undecided(
        "a page with a cursor that nobody can pass on",
        walks(WHOLE, Walk((page("a", "b", next=4711),), 2, True)),
        "one page",
        contract=NULL_ENDS,
    ),
    undecided("items that nothing tells apart", walks(Walk((NAMELESS,), 2, True), Walk((NAMELESS,), 1, True)), "no id"),
    undecided("one walk broke off", walks(WHOLE, walk("ab", broken_off="the budget is spent")), "the budget is spent"),
    undecided("one page", walks(WHOLE, walk("abcde", limit=6)), "one page"),
    undecided("one walk", walks(walk("ab", "cd"))),
    undecided("a walk that took no step", walks(WHOLE, Walk((), 2, True)), "no page"),
)

SAME_ORDER = Table(
    "pagination.same_order",
    accept("the same", walks(WHOLE, walk("ab", "cd", "e"))),
    accept("one twice, which another check judges", walks(WHOLE, walk("ab", "bc", "de"))),
    reject("two changed places", "order-differs", walks(WHOLE, walk("ba", "cd", "e"))),
    reject("backwards", "order-differs", walks(WHOLE, walk("ed", "cb", "a"), again=walk("abcde", limit=5))),
    undecided("the listing moved", walks(WHOLE, walk("ba", "cd", "e"), again=walk("bacde", limit=5)), "changed"),
    undecided("other items", walks(WHOLE, walk("ab", "d", "e")), "different items"),
    undecided("a walk that took no step", walks(WHOLE, Walk((), 2, True)), "no page"),
    undecided("one walk broke off", walks(WHOLE, walk("ab", broken_off="x"))),
    undecided("one page", walks(WHOLE, walk("abcde", limit=6))),
)

LAST = page("e", more=False)
END_SIGNAL = Table(
    "pagination.end_signal",
    accept("it says so", walks(WHOLE, walk("ab", "cd", "e"))),
    accept("a listing of one page", walks(WHOLE)),
    reject("a cursor that comes again", "never-ends", walks(walk("ab", "cd", broken_off="loop: a cursor came twice"))),
    reject("the last page announces more", "end-not-signalled", walks(Walk((page("a", more=True),), 2, True))),
    reject("the last page says nothing", "end-not-signalled", walks(Walk((page("a"),), 2, True))),
    undecided("more pages than we ask for", walks(walk("ab", "cd", broken_off="more than 12 pages"))),
    undecided("no walk", walks(), "no page"),
    undecided("a walk that took no step", walks(WHOLE, Walk((), 2, True)), "no page"),
    undecided(
        "an error at the end", walks(Walk((error(404, operation="listThings"),), 2, True)), "404", contract=ABSENT_ENDS
    ),
    undecided(
        "no listing at the end",
        walks(Walk((exchange(200, {}, operation="listThings"),), 2, True)),
        contract=ABSENT_ENDS,
    ),
    undecided("a page is refused", walks(walk("ab", last=REFUSED, broken_off="a page was answered 429"))),
    accept("null", walks(Walk((page("a", next=None),), 2, True)), contract=NULL_ENDS),
    reject(
        "absent where null is documented",
        "end-not-signalled",
        walks(Walk((page("a", key="data"),), 2, True)),
        contract=acme(
            pagination=replace(CURSORS, end=End.NULL_CURSOR, response={"items": "/data", "cursor": "/nowhere"})
        ),
    ),
    reject(
        "null where absence is documented",
        "end-not-signalled",
        walks(Walk((page("a", next=None),), 2, True)),
        contract=ABSENT_ENDS,
    ),
    accept(
        "absent",
        walks(Walk((page("a"),), 2, True)),
        contract=acme(
            pagination=replace(CURSORS, end=End.ABSENT_CURSOR, response={"items": "/data", "cursor": "/nowhere"})
        ),
    ),
    accept("a short page", walks(Walk((page("a"),), 2, True)), contract=BY_OFFSET),
    accept("a null link", walks(Walk((page("a", next=None),), 2, True)), contract=BY_LINK),
    reject("no link for a null", "end-not-signalled", walks(Walk((NAMELESS,), 2, True)), contract=BY_LINK),
    accept("no link", walks(Walk((NAMELESS,), 2, True)), contract=ABSENT_LINK),
    reject(
        "a null for no link", "end-not-signalled", walks(Walk((page("a", next=None),), 2, True)), contract=ABSENT_LINK
    ),
)

HAS_MORE_TRUTHFUL = Table(
    "pagination.has_more_truthful",
    accept("true", walks(WHOLE, walk("ab", "cd", "e"))),
    reject("more, and nothing comes", "more-announced-falsely", walks(WHOLE, walk("abcde", "", limit=5))),
    reject("the end, and there was more", "end-announced-early", walks(WHOLE, walk("ab", "cd"))),
    reject(
        "for whoever walks in large pages too",
        "end-announced-early",
        walks(walk("abcd", limit=4), walk("ab", "cd", "e")),
    ),
    accept("an item lost in the middle is no early end", walks(WHOLE, walk("ab", "d", "e"))),
    accept("the listing moved", walks(WHOLE, walk("ab", "cd"), again=walk("abcd", limit=5))),
    accept("a walk that broke off ended nowhere", walks(WHOLE, walk("ab", "cd", broken_off="more than 12 pages"))),
    undecided("one page", walks(WHOLE)),
    undecided("no walk", walks(), "no page"),
    undecided("a walk that took no step", walks(WHOLE, Walk((), 2, True)), "no page"),
    undecided("pages with nothing on them", walks(walk("", last=page(more=False))), "holds nothing"),
)

CURSOR_CONTINUES = Table(
    "pagination.cursor_continues",
    accept("another page", walks(WHOLE, walk("ab", "cd", "e"))),
    reject("the same page", "same-page-again", walks(walk("ab", "ab", broken_off="loop: a cursor came twice"))),
    reject("in another order", "same-page-again", walks(walk("ab", "ba"))),
    reject(
        "its own cursor is refused",
        "cursor-refused",
        walks(walk("ab", last=error(400, operation="listThings"), broken_off="x")),
    ),
    reject(
        "its own link is",
        "link-refused",
        walks(walk("ab", last=error(404, operation="listThings"), broken_off="x")),
        contract=BY_LINK,
    ),
    reject(
        "or breaks the server",
        "cursor-refused",
        walks(walk("ab", last=error(500, operation="listThings"), broken_off="x")),
    ),
    undecided("the rate limit", walks(walk("ab", last=REFUSED, broken_off="x")), "429"),
    undecided("the quota", walks(walk("ab", last=error(402, operation="listThings"), broken_off="x")), "402"),
    undecided("no response", walks(walk("ab", last=silence(operation="listThings"), broken_off="x"))),
    undecided("one page", walks(WHOLE), "one page"),
    undecided("pages without items", walks(walk("", "")), "nothing by which"),
    undecided("items that nothing tells apart", walks(Walk((NAMELESS, NAMELESS), 2, True)), "nothing by which"),
)

TABLES = [NOTHING_TWICE, NOTHING_MISSING, SAME_ORDER, END_SIGNAL, HAS_MORE_TRUTHFUL, CURSOR_CONTINUES]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
