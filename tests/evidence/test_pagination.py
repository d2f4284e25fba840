"""Walks over listings: how they go on, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.checks.builders import CURSORS, LINKS, NUMBERS, OFFSETS
from tests.evidence.conftest import Make, Vendor, World, contract_with, problem
from vendorproof.checks.pages import MOST_EMPTY, identities
from vendorproof.checks.shapes import Walk
from vendorproof.contract.conventions import End
from vendorproof.errors import BudgetSpent, Unavailable
from vendorproof.evidence.pagination import MOST_PAGES

Pages = Callable[[int], httpx.Response]
BY_OFFSET = contract_with(pagination=OFFSETS)


def ids(world: World, walk: Walk) -> list[str]:
    listing = world.operation("listThings")
    return [one for page in walk.pages for one in identities(world.contract, listing, page) or ()]


def answering(vendor: Vendor, page: Pages) -> Vendor:
    """The vendor, but for the pages of its listing: what `page` makes of the number of requests so far."""
    vendor.answer = lambda request: page(len(vendor.sent)) if "/things" in vendor.sent[-1] else None
    return vendor


def listed(*names: str, more: bool, cursor: object = None) -> httpx.Response:
    return httpx.Response(200, json={"data": [{"id": one} for one in names], "page": {"more": more, "next": cursor}})


def test_a_walk_goes_to_the_end(world: Make) -> None:
    asked = world()
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 3)
    assert walk.complete
    assert ids(asked, walk) == ["t1", "t2", "t3", "t4", "t5", "t6", "t7"]
    assert asked.sent == ["GET /things?limit=3", "GET /things?limit=3&after=3", "GET /things?limit=3&after=6"]


def test_a_cursor_goes_back_as_it_came(world: Make) -> None:
    pages = [listed("a", more=True, cursor="c/1+2 =&?"), listed("b", more=False)]
    asked = world(vendor=answering(Vendor(), lambda count: pages[count - 1]))
    asked.evidence.pagination.walk(asked.operation("listThings"), 1)
    assert [page.request.query.get("after") for page in asked.journal] == [None, "c/1+2 =&?"]


def test_an_offset_walk_goes_to_the_first_short_page(world: Make) -> None:
    things = [f"t{number}" for number in range(7)]

    def page(request: httpx.Request) -> httpx.Response:
        query = dict(httpx.URL("/" + asked.sent[-1].split("/", 1)[1]).params)
        start = int(query.get("skip", "0"))
        return httpx.Response(200, json={"data": [{"id": one} for one in things[start : start + int(query["limit"])]]})

    vendor = Vendor()
    asked = world(BY_OFFSET, vendor)
    vendor.answer = page
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 3)
    assert walk.complete
    assert ids(asked, walk) == things
    assert asked.sent == ["GET /things?limit=3", "GET /things?limit=3&skip=3", "GET /things?limit=3&skip=6"]


def cut_by_number(asked: Callable[[], World], things: list[str], past: Callable[[int], httpx.Response]) -> Any:
    """Answers pages of things by their numbers from 1; `past` answers a number behind the last, which it gets."""

    def page(request: httpx.Request) -> httpx.Response:
        query = dict(httpx.URL("/" + asked().sent[-1].split("/", 1)[1]).params)
        size, number = int(query.get("limit", "3")), int(query.get("page", "1"))
        last = -(-len(things) // size)
        if number > last:
            return past(last)
        return listing(things[(number - 1) * size : number * size])

    return page


def listing(names: list[str]) -> httpx.Response:
    return httpx.Response(200, json={"data": [{"id": one} for one in names]})


def test_a_walk_by_numbers_goes_to_the_first_short_page(world: Make) -> None:
    vendor = Vendor()
    asked = world(contract_with(pagination=NUMBERS), vendor)
    vendor.answer = cut_by_number(lambda: asked, list("abcdefg"), lambda last: problem(500))
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 3)
    assert walk.complete
    assert ids(asked, walk) == list("abcdefg")
    assert asked.sent == ["GET /things?limit=3", "GET /things?limit=3&page=2", "GET /things?limit=3&page=3"]


def test_pages_may_begin_at_zero(world: Make) -> None:
    pages = [["a", "b", "c"], ["d"]]
    vendor = answering(Vendor(), lambda count: listing(pages[count - 1]))
    asked = world(contract_with(pagination=replace(NUMBERS, first_page=0)), vendor)
    assert asked.evidence.pagination.walk(asked.operation("listThings"), 3).complete
    assert asked.sent == ["GET /things?limit=3", "GET /things?limit=3&page=1"]


@pytest.mark.parametrize(
    ("end", "past"),
    [
        (End.SHORT_PAGE, lambda last: listing([])),
        (End.SHORT_PAGE, lambda last: problem(404)),
        (None, lambda last: problem(404)),
        (None, lambda last: listing(list("def"))),
    ],
    ids=["nothing", "refused", "refused where no end is documented", "the last page again"],
)
def test_behind_a_full_last_page_there_is_nothing_new(
    world: Make, end: End | None, past: Callable[[int], httpx.Response]
) -> None:
    vendor = Vendor()
    asked = world(contract_with(pagination=replace(NUMBERS, end=end)), vendor)
    vendor.answer = cut_by_number(lambda: asked, list("abcdef"), past)
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 3)
    assert walk.complete
    assert ids(asked, walk) == list("abcdef")
    assert len(asked.sent) == 3


def test_a_walk_follows_links_as_they_stand(world: Make) -> None:
    links = ["/v1/things?at=%2F1&limit=2", "https://api.acme.test/v1/things/more?x=a+b", None]
    vendor = Vendor()
    vendor.answer = lambda request: listed(str(len(vendor.sent)), more=False, cursor=links[len(vendor.sent) - 1])
    asked = world(contract_with(pagination=LINKS), vendor)
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 2)
    assert (walk.complete, ids(asked, walk)) == (True, ["1", "2", "3"])
    assert asked.sent == ["GET /things?limit=2", "GET /things?at=%2F1&limit=2", "GET /things/more?x=a+b"]


@pytest.mark.parametrize(
    ("link", "why"),
    [("https://elsewhere.test/v1/things?k=1", "another host"), ("?limit=2", "loop: a link came twice")],
)
def test_no_link_leads_elsewhere_or_in_a_circle(world: Make, link: str, why: str) -> None:
    asked = world(contract_with(pagination=LINKS), answering(Vendor(), lambda _: listed("a", more=True, cursor=link)))
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 2)
    assert not walk.complete
    assert why in walk.broken_off
    assert len(asked.sent) <= 2


def test_a_cursor_that_comes_twice_ends_a_walk(world: Make) -> None:
    asked = world(vendor=answering(Vendor(), lambda count: listed(f"t{count}", more=True, cursor="c")))
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 1)
    assert not walk.complete
    assert walk.broken_off.startswith("loop")
    assert len(asked.sent) == 2


def test_a_circle_of_cursors_ends_a_walk(world: Make) -> None:
    asked = world(vendor=answering(Vendor(), lambda count: listed(f"t{count}", more=True, cursor=f"c{count % 3}")))
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 1)
    assert walk.broken_off.startswith("loop")
    assert len(asked.sent) == 4


def test_a_cursor_that_leads_nowhere_ends_a_walk(world: Make) -> None:
    things = {1: ("t1",), 5: ("t2",)}
    pages = answering(Vendor(), lambda count: listed(*things.get(count, ()), more=True, cursor=f"c{count}"))
    asked = world(vendor=pages)
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 1)
    assert walk.broken_off.startswith("loop")
    assert len(asked.sent) == 5 + MOST_EMPTY


def test_a_large_account_costs_little(world: Make) -> None:
    asked = world(vendor=Vendor(1000))
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 2)
    assert (walk.complete, len(walk.pages), len(asked.sent)) == (False, MOST_PAGES, MOST_PAGES)
    assert walk.broken_off == f"more than {MOST_PAGES} pages"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda: problem(500), "500"),
        (lambda: httpx.Response(200, text="<html></html>", headers={"Content-Type": "text/html"}), "text/html"),
        (lambda: httpx.Response(200, json={"things": []}), "200"),
    ],
)
def test_a_page_that_is_none_ends_a_walk(world: Make, answer: Callable[[], httpx.Response], why: str) -> None:
    pages = {1: lambda: listed("a", more=True, cursor="c1")}
    asked = world(vendor=answering(Vendor(), lambda count: pages.get(count, answer)()))
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 1)
    assert not walk.complete
    assert why in walk.broken_off
    assert len(walk.pages) == 2


def test_more_without_a_cursor_ends_a_walk(world: Make) -> None:
    asked = world(vendor=answering(Vendor(), lambda count: listed("a", more=True)))
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 1)
    assert walk.broken_off == "more is announced without a cursor"


def test_the_budget_ends_a_walk(world: Make) -> None:
    asked = world(vendor=Vendor(40), budget=3)
    walk = asked.evidence.pagination.walk(asked.operation("listThings"), 3)
    assert not walk.complete
    assert "budget" in walk.broken_off
    assert len(walk.pages) == len(asked.sent) == 3


def test_without_a_call_left_there_is_no_walk(world: Make) -> None:
    asked = world(budget=0)
    with pytest.raises(BudgetSpent):
        asked.evidence.pagination.walk(asked.operation("listThings"), 3)
    assert asked.sent == []


def test_two_walks_cut_the_listing_in_different_ways(world: Make) -> None:
    asked = world(vendor=Vendor(12))
    found = asked.evidence.pagination.walks(asked.operation("listThings"))
    assert [walk.limit for walk in found.walks] == [5, 4]
    assert {tuple(ids(asked, walk)) for walk in found.walks} == {tuple(asked.vendor.things)}
    assert found.again is None


def test_walks_that_disagree_are_told_from_a_listing_that_moves(world: Make) -> None:
    vendor = Vendor(12)

    def lose_one(request: httpx.Request) -> httpx.Response | None:
        if "limit=4&after=4" in vendor.sent[-1]:
            return listed("t6", "t7", "t8", more=True, cursor="8")
        return None

    vendor.answer = lose_one
    asked = world(vendor=vendor)
    found = asked.evidence.pagination.walks(asked.operation("listThings"))
    assert found.again is not None
    assert ids(asked, found.again) == ids(asked, found.walks[0])
    assert found.again.pages[0].number > found.walks[-1].pages[-1].number


def test_one_item_is_walked_once(world: Make) -> None:
    asked = world(vendor=Vendor(1))
    assert len(asked.evidence.pagination.walks(asked.operation("listThings")).walks) == 1
    assert len(asked.sent) == 1


def test_what_the_page_leaves_open_can_not_be_asked_for(world: Make) -> None:
    asked = world(contract_with(pagination=replace(CURSORS, max_page_size=None)))
    with pytest.raises(Unavailable, match="no maximum"):
        asked.evidence.pagination.beyond_maximum(asked.operation("listThings"))
    asked = world(contract_with(pagination=None))
    with pytest.raises(Unavailable, match="no pagination"):
        asked.evidence.pagination.page(asked.operation("listThings"))
    assert asked.sent == []
