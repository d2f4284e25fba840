"""What is read out of a page: its items, whether there is more, and how the next one is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.builders import ACME, BASE, CURSORS, LINKS, NUMBERS, OFFSETS, acme, error, exchange, page
from vendorproof.checks.links import linked
from vendorproof.checks.pages import (
    DeadEnd,
    LastPage,
    NextPage,
    Onward,
    Sign,
    behind_the_end,
    goes_on,
    items,
    onward,
)
from vendorproof.contract.conventions import Authentication, Carrier, End, Pagination, Style
from vendorproof.exchange.model import Exchange

UNPAGED = acme(pagination=None)
FROM_ZERO = replace(NUMBERS, first_page=0)
TOTALS = replace(NUMBERS, response={"items": "/data", "total": "/total"}, end=None)
SAYS_MORE = replace(NUMBERS, response={"items": "/data", "hasMore": "/page/more"}, end=End.HAS_MORE_FALSE)
IN_HEADER = replace(LINKS, style=Style.LINK_HEADER, response={"items": "/data"}, end=End.ABSENT_LINK)


@pytest.mark.parametrize(("status", "found"), [(200, [{"id": "t1"}]), (400, None), (404, None)])
def test_the_details_of_an_error_are_no_items(status: int, found: Any) -> None:
    open_place = acme(pagination=replace(CURSORS, response={}))
    listing = open_place.operation("listThings")
    answered = exchange(status, {"code": "wrong", "details": [{"id": "t1"}]}, operation="listThings")
    assert items(open_place, listing, answered) == found


@pytest.mark.parametrize(
    ("answered", "found"),
    [
        ({"data": {"things": [], "total": 0}}, []),
        ({"data": {"things": []}, "meta": {"filters": []}}, None),
        ({"data": {"things": [{"id": "t1"}]}, "meta": {"filters": []}}, [{"id": "t1"}]),
    ],
)
def test_items_deep_inside_are_found_though_there_are_none(answered: Any, found: Any) -> None:
    open_place = acme(pagination=replace(CURSORS, response={}))
    assert items(open_place, open_place.operation("listThings"), exchange(200, answered)) == found


@pytest.mark.parametrize(
    ("beside", "more"),
    [
        ({}, False),
        ({"total": 2}, False),
        ({"total": 3}, True),
        ({"meta": {"totalCount": 40}}, True),
        ({"totalPages": 1}, False),
        ({"totalPages": 2}, True),
        ({"hasMore": True}, True),
        ({"hasMore": False}, False),
        ({"next": None}, False),
        ({"next": ""}, False),
        ({"links": {"next": "https://api.acme.test/v1/things?page=2"}}, True),
        ({"nextCursor": "abc"}, True),
        ({"took": 40}, False),
    ],
)
def test_an_undocumented_listing_may_show_that_it_goes_on(beside: dict[str, Any], more: bool) -> None:
    listing = exchange(200, {"data": [{"id": "a"}, {"id": "b"}], **beside}, operation="listThings")
    assert goes_on(UNPAGED, UNPAGED.operation("listThings"), listing) is more


def test_a_link_shows_it_too() -> None:
    link = {"Link": '<https://api.acme.test/v1/things?page=2>; rel="next"'}
    listing = exchange(200, {"data": []}, link, operation="listThings")
    assert goes_on(UNPAGED, UNPAGED.operation("listThings"), listing)


def test_a_listing_that_has_pages_in_an_unknown_way_always_may() -> None:
    unknown = acme(pagination=replace(CURSORS, style=Style.NONE))
    listing = exchange(200, {"data": [{"id": "a"}]}, operation="listThings")
    assert goes_on(unknown, unknown.operation("listThings"), listing)
    assert not goes_on(ACME, ACME.operation("listThings"), listing)


@pytest.mark.parametrize(
    ("beside", "more"),
    [
        ({"total": 1}, False),
        ({"meta": {"totalElements": 1, "page": 1}}, False),
        ({"total": 1, "next": "abc"}, True),
        ({"total": 2}, True),
        ({"count": 1}, True),
        ({"totalPages": 1}, True),
        ({"total": True}, True),
    ],
)
def test_but_for_one_that_tells_of_no_more_in_all(beside: dict[str, Any], more: bool) -> None:
    unknown = acme(pagination=replace(CURSORS, style=Style.NONE))
    listing = exchange(200, {"data": [{"id": "a"}], **beside}, operation="listThings")
    assert goes_on(unknown, unknown.operation("listThings"), listing) is more


def after(pagination: Pagination, shown: Exchange, **how: Any) -> Onward:
    contract = acme(pagination=pagination)
    return onward(contract, contract.operation("listThings"), shown, **how)


@pytest.mark.parametrize(
    ("pagination", "query", "following"),
    [
        (OFFSETS, {}, ("skip", "3")),
        (OFFSETS, {"limit": 3, "skip": 6}, ("skip", "9")),
        (NUMBERS, {}, ("page", "2")),
        (NUMBERS, {"limit": 3, "page": 2}, ("page", "3")),
        (FROM_ZERO, {"limit": 3}, ("page", "1")),
        (FROM_ZERO, {"limit": 3, "page": 0}, ("page", "1")),
    ],
)
def test_whoever_counts_goes_on_behind_a_full_page(
    pagination: Pagination, query: dict[str, int], following: tuple[str, str]
) -> None:
    assert after(pagination, page(*"abc", query=query)) == NextPage(Sign.FULL, (following,))


@pytest.mark.parametrize("pagination", [OFFSETS, NUMBERS])
def test_a_short_page_is_the_last_where_the_documentation_says_so(pagination: Pagination) -> None:
    short, name = page("a", "b", query={"limit": 3}), list(pagination.request.values())[1]
    assert after(pagination, short) == LastPage()
    assert after(pagination, page(query={"limit": 3})) == LastPage()
    unsaid = after(replace(pagination, end=None), short)
    assert unsaid == NextPage(Sign.NONE, ((name, "3" if name == "skip" else "2"),))
    wary = after(pagination, short, wary=True)
    assert wary == NextPage(Sign.NONE, ((name, "2"),))


def test_a_short_page_may_announce_more() -> None:
    short = page("a", more=True, query={"limit": 3, "page": 4})
    assert after(SAYS_MORE, short) == NextPage(Sign.ANNOUNCED, (("page", "5"),))
    assert after(SAYS_MORE, page(*"abc", more=False, query={"limit": 3})) == LastPage()


@pytest.mark.parametrize(("total", "sign"), [(6, Sign.NONE), (7, Sign.FULL), (True, Sign.FULL), ("6", Sign.FULL)])
def test_a_total_that_is_reached_speaks_for_the_end(total: Any, sign: Sign) -> None:
    body = {"data": [{"id": one} for one in "def"], "total": total}
    shown = exchange(200, body, operation="listThings", query={"limit": 3, "page": 2})
    assert after(TOTALS, shown) == NextPage(sign, (("page", "3"),))


def test_nothing_leads_on_from_what_is_no_page() -> None:
    assert after(NUMBERS, error(500, operation="listThings")) == DeadEnd("a page was answered 500 application/json")
    assert onward(UNPAGED, UNPAGED.operation("listThings"), page(*"abc")) == LastPage()
    assert onward(ACME, ACME.operation("getThing"), page(*"abc", more=True, next="c")) == LastPage()


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        (f"{BASE}/things?after=c&limit=2", "/things?after=c&limit=2"),
        ("http://API.acme.test/v1/things?after=a%2Fb+c", "/things?after=a%2Fb+c"),
        ("?after=c", "/things?after=c"),
        ("things/2", "/things/2"),
        ("/v1/lists/17/things", "/lists/17/things"),
        (f"{BASE}/things?after=c&k%65y=secret&key=secret", "/things?after=c"),
        (f"{BASE}/things?key=secret#end", "/things"),
    ],
)
def test_a_link_is_followed_as_it_stands_but_for_the_key(link: str, asked: str) -> None:
    by_key = Authentication((Carrier("query", "query", "key"),), "ACME_KEY")
    contract = acme(pagination=LINKS, authentication=by_key)
    shown = page("a", next=link)
    assert onward(contract, contract.operation("listThings"), shown, base="/v1") == NextPage(Sign.ANNOUNCED, link=asked)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://elsewhere.test/v1/things?after=c", "another host, elsewhere.test"),
        ("//elsewhere.test/v1/things", "another host, elsewhere.test"),
        (f"{BASE}0/things", "out of /v1, to /v10/things"),
        ("/v2/things?after=c", "out of /v1, to /v2/things"),
        ("https://[/things", "Invalid IPv6 URL"),
    ],
)
def test_a_link_is_not_followed_elsewhere(link: str, why: str) -> None:
    found = after(LINKS, page("a", next=link), base="/v1")
    assert isinstance(found, DeadEnd)
    assert why in found.why


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        (('<https://a.test/?p=2>; rel="next"',), "https://a.test/?p=2"),
        (("</?p=2>;rel=next",), "/?p=2"),
        (('</?p=1>; rel="prev", </?p=3>; REL="last Next"',), "/?p=3"),
        (("</?p=1>; rel=prev", "</?p=3>; rel=next"), "/?p=3"),
        (('</?a,b;c>; title="<x>; rel=\\"next\\", y"; rel=first , </?p=2> ; title=t; rel = next',), "/?p=2"),
        (('</?p=1>; rel="prev"; rel="next"',), None),
        (('</?p=2>; rel="next"; anchor="/other"',), None),
        (('</?p=2>; rel="nextish"',), None),
        (("/?p=2; rel=next",), None),
        (("<" * 20_000,), None),
        ((), None),
    ],
)
def test_a_link_is_found_in_the_header(fields: tuple[str, ...], target: str | None) -> None:
    shown = exchange(200, {"data": []}, [("Link", field) for field in fields], operation="listThings")
    assert linked(shown, "next") == target
    on = after(IN_HEADER, shown)
    assert isinstance(on, LastPage if target is None else NextPage | DeadEnd)


REFUSED = error(404, operation="listThings")


@pytest.mark.parametrize(
    ("pagination", "sign", "behind", "ended"),
    [
        (NUMBERS, Sign.NONE, REFUSED, True),
        (NUMBERS, Sign.FULL, REFUSED, True),
        (NUMBERS, Sign.ANNOUNCED, REFUSED, False),
        (NUMBERS, Sign.NONE, error(400, operation="listThings"), True),
        # A vendor may refuse to go that deep.
        (NUMBERS, Sign.FULL, error(400, operation="listThings"), False),
        (NUMBERS, Sign.NONE, error(429, operation="listThings"), False),
        (NUMBERS, Sign.NONE, error(500, operation="listThings"), False),
        (NUMBERS, Sign.NONE, page(*"abc"), True),
        (NUMBERS, Sign.NONE, page(*"cd"), False),
        (NUMBERS, Sign.NONE, page(), False),
        (NUMBERS, Sign.FULL, page(*"abc"), False),
        (replace(NUMBERS, end=None), Sign.FULL, page(*"abc"), True),
        (replace(OFFSETS, end=None), Sign.FULL, page(*"abc"), False),
    ],
)
def test_what_is_behind_the_end_shows_it(pagination: Pagination, sign: Sign, behind: Exchange, ended: bool) -> None:
    contract = acme(pagination=pagination)
    step = NextPage(sign, (("page", "2"),))
    assert behind_the_end(contract, contract.operation("listThings"), step, [page(*"abc")], behind) is ended


@pytest.mark.parametrize(
    ("pagination", "shown", "more"),
    [
        (NUMBERS, page(*"abc", query={"limit": 3}), True),
        (NUMBERS, page(*"ab", query={"limit": 3}), False),
        (replace(NUMBERS, end=None), page(*"ab", query={"limit": 3}), False),
        (NUMBERS, page(*"abc"), True),
        (SAYS_MORE, page(*"abc", more=False), False),
        (LINKS, page("a", next="https://elsewhere.test/"), True),
        (LINKS, page(*"abc", next=None), False),
    ],
)
def test_a_page_may_be_one_of_several(pagination: Pagination, shown: Exchange, more: bool) -> None:
    contract = acme(pagination=pagination)
    assert goes_on(contract, contract.operation("listThings"), shown) is more
