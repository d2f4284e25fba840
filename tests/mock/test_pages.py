"""Listings are cut into pages that add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.mock.conftest import CONTRACTS
from vendorproof.contract import Contract, load_contract


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 19, 20, 21, 30, 40, 999])
def test_any_page_size_gives_the_same_list(call: Any, limit: int) -> None:
    pages = call.pages("/crates", limit=limit)
    assert [item["id"] for page in pages for item in page] == call.ids("/crates")
    size = min(limit, 40)
    assert {len(page) for page in pages[:-1]} == {size}
    assert 0 < len(pages[-1]) <= size


def test_listings_are_longer_than_two_default_pages_and_the_largest_page(call: Any) -> None:
    crate = call.ids("/crates")[0]
    lengths = {path: len(call.ids(path)) for path in ("/crates", f"/crates/{crate}/items")}
    assert all(length > 40 for length in lengths.values())
    assert len(set(lengths.values())) == len(lengths)
    assert lengths["/crates"] % 20 == 0


@pytest.mark.parametrize("vendor", ["acme", "bolt", "leadiosa"])
def test_things_of_one_moment_lie_on_both_sides_of_a_page_s_end(
    vendor: str, calling: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    contract = request.getfixturevalue(vendor)
    size = contract.conventions.pagination.default_page_size
    rows = calling(contract).mock.store.rows("default", next(iter(contract.conventions.resources)))
    assert rows[size - 1].created == rows[size].created
    assert len({row.created for row in rows}) > len(rows) // 4


def test_the_newest_thing_comes_first(call: Any) -> None:
    moments = [item["created_at"] for page in call.pages("/crates") for item in page]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "", "1.5", "1e2", "9" * 30, "²"])
def test_a_limit_that_is_no_page_size_is_refused(call: Any, limit: str) -> None:
    got = call("GET", "/crates", limit=limit)
    assert (got.status, "limit" in got["/error/message"]) == (400, True)


def test_a_cursor_is_good_for_its_listing_alone(call: Any) -> None:
    cursor = call("GET", "/crates")["/next_cursor"]
    crate = call.ids("/crates")[0]
    assert call("GET", "/crates", cursor=cursor).status == 200
    assert call("GET", "/crates", cursor=cursor, role="second_tenant").status == 400
    assert call("GET", f"/crates/{crate}/items", cursor=cursor).status == 400


@pytest.mark.parametrize("cursor", ["", "cur_", "cur_AAAA", "x", "cur_WzEsMiwzXQ", "cur_é", "cur_bnVsbA"])
def test_a_made_up_cursor_is_refused(call: Any, cursor: str) -> None:
    got = call("GET", "/crates", cursor=cursor)
    assert (got.status, got["/error/code"]) == (400, "invalid_cursor")


def test_a_walk_goes_on_where_its_last_thing_was_deleted(call: Any) -> None:
    ids = call.ids("/crates")
    first = call("GET", "/crates", limit=4)
    call("DELETE", f"/crates/{ids[3]}")
    following = call("GET", "/crates", limit=4, cursor=first["/next_cursor"]).json["data"]
    assert following[0]["id"] in ids[4:6]


def test_a_walk_is_not_disturbed_by_new_things(call: Any) -> None:
    ids = call.ids("/crates")
    first = call("GET", "/crates", limit=4)
    call("POST", "/crates", {"label": "New"})
    following = call("GET", "/crates", limit=4, cursor=first["/next_cursor"]).json["data"]
    assert [item["id"] for item in following] == ids[4:8]


def test_offsets_skip_and_end(calling: Callable[..., Any], bolt: Contract) -> None:
    call = calling(bolt)
    first = call("GET", "/crates").json
    assert len(first["data"]) == 10
    assert first["total"] > 20
    assert call("GET", "/crates", offset=3, limit=2).json["data"] == first["data"][3:5]
    last = call("GET", "/crates", offset=first["total"] - 1).json
    assert len(last["data"]) == 1
    assert call("GET", "/crates", offset=first["total"] + 5).json["data"] == []
    assert call("GET", "/crates", offset=-1).status == 400
    assert call("GET", "/crates", limit=16).status == 400
    moments = [item["created_at"] for item in first["data"]]
    assert moments == sorted(moments)


def test_a_listing_without_pages_shows_everything(calling: Callable[..., Any], bolt: Contract) -> None:
    call = calling(bolt)
    crate = call("GET", "/crates").json["data"][-1]["id"]
    newest = call.mock.store.rows("default", "crates")[0].id
    assert call("GET", f"/crates/{crate}/items", limit=1).json == {"data": []}
    shown = call("GET", f"/crates/{newest}/items", limit=1).json
    assert set(shown) == {"data"}
    assert len(shown["data"]) > 1


def test_numbers_count_the_pages(calling: Callable[..., Any], numbered: Contract) -> None:
    call, pagination = calling(numbered), numbered.conventions.pagination
    assert pagination is not None
    path = numbered.operations[0].path
    number, size, items = pagination.request["page"], pagination.request["limit"], pagination.response["items"]

    def shown(**query: Any) -> list[Any]:
        found: list[Any] = call("GET", path, **query)[items]
        return found

    first, largest = pagination.first_page or 0, shown(**{size: pagination.max_page_size})
    assert shown() == shown(**{number: first}) == largest[: pagination.default_page_size]
    for place in range(3):
        assert shown(**{number: first + place, size: 4}) == largest[place * 4 : place * 4 + 4]
    assert shown(**{number: 1000}) == []
    for wrong in (str(first - 1), "many", ""):
        assert call("GET", path, **{number: wrong}).status == 400


def test_a_link_in_the_header_leads_to_the_next_page(calling: Callable[..., Any]) -> None:
    call = calling(load_contract(CONTRACTS / "echo"))
    first = call("GET", "/calls", role=None, per_page=2, key=call.secrets["default"])
    link, _, relation = first.headers["link"].partition(">; ")
    assert (relation, link.partition("?")[0]) == ('rel="next"', "<https://mock.example/v1/calls")
    assert parse_qsl(link.partition("?")[2])[0] == ("per_page", "2")
    rest = call("GET", "/calls", role=None, per_page=30, key=call.secrets["default"])
    following = call("GET", "/calls", role=None, key=call.secrets["default"], **dict(parse_qsl(link.partition("?")[2])))
    assert first.json + following.json == rest.json[:4]


def test_a_link_in_the_body_is_null_at_the_end(calling: Callable[..., Any]) -> None:
    call = calling(load_contract(CONTRACTS / "flux"))
    page = call("GET", "/beads", size=25)
    seen = [page]
    while (link := page["/links/next"]) is not None:
        page = call("GET", "/beads", **dict(parse_qsl(link.partition("?")[2])))
        seen.append(page)
    ids = [bead["id"] for shown in seen for bead in shown["/items"]]
    assert (len(seen), len(ids)) == (2, len(set(ids)))
    assert "links" in page.json
