"""Requests that look for one mistake: ids that name nothing, pages behind the largest one, limits without a 429."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.checks.builders import OFFSETS, TOKEN, error
from tests.checks.builders import exchange as answered
from tests.evidence.conftest import CONTRACT, Make, Vendor, contract_with, problem
from tests.evidence.mocked import mocked
from vendorproof.contract.conventions import Carrier, ContextHeader, End
from vendorproof.evidence.rate_limit import Burst
from vendorproof.evidence.requests.drafting import absent_twin, malformed_twin, overlong_twin


@pytest.mark.parametrize(
    "known",
    [
        "5mczBhCjbBgoWwf6Vbp5sC",
        "conv_1f83ab52c0",
        "0192c3f4-5d6e-7f80-9a1b-2c3d4e5f6a7b",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "1234567890123",
        "ab",
    ],
)
def test_an_absent_twin_keeps_to_the_letters_of_the_known_id(known: str) -> None:
    twin = absent_twin(known)
    assert twin != known
    assert sorted(twin) == sorted(known)
    assert twin[:-6] == known[:-6]


@pytest.mark.parametrize("known", ["1", "21", "0042", "123456", "99999999"])
def test_what_is_numbered_upwards_has_its_absent_twin_far_behind(known: str) -> None:
    twin = absent_twin(known)
    assert 900_000_000 <= int(twin) < 2**31


@pytest.mark.parametrize(("known", "head"), [("cus_42", "cus_"), ("goal-ab12", "goal-"), ("ag:7", "ag:")])
def test_an_absent_twin_keeps_the_prefix_that_tells_the_kind(known: str, head: str) -> None:
    twin = absent_twin(known)
    assert twin.startswith(head)
    assert twin != known


@pytest.mark.parametrize("known", ["aaaaaa", "x", "abcba", "a-b_c.", ""])
def test_an_id_that_reads_the_same_backwards_is_moved_on(known: str) -> None:
    assert absent_twin(known) != known


def test_a_malformed_twin_ends_in_what_no_id_has() -> None:
    assert malformed_twin("5mczBhCjbBgoWwf6Vbp5sC") == "5mczBhCjbBgoWwf6Vbp5s!"


def test_a_malformed_id_is_asked_for_encoded(world: Make) -> None:
    here = world(ids={"default": {"things": ("t1",)}})
    exchange = here.evidence.errors.provoke("malformed-id", here.operation("getThing"))
    assert here.sent[-1] == "GET /things/t%21"
    assert exchange.status == 404


def test_an_overlong_twin_begins_like_a_known_id_and_is_neither_short_nor_ascii() -> None:
    twin = overlong_twin("t1")
    assert twin.startswith("t1")
    assert len(twin) > 64
    assert not twin.isascii()


def test_readings_share_the_ways_in_which_an_id_is_wrong_and_each_thing_is_once_absent() -> None:
    with mocked("lensai") as session:
        readings = [session.contract.operation(name) for name in ("getAgent", "getCustomer", "getRevenue")]
        asked = [session.evidence.errors.bad_inputs(one, readings).exchanges for one in readings]
        assert [[(one.purpose, one.status) for one in made] for made in asked] == [
            [("asks for what is no id", 400), ("asks for what does not exist", 404)],
            [("asks for what is no id by far", 400), ("asks for what does not exist", 404)],
            [("asks for what does not exist", 404)],
        ]


def test_a_made_up_id_is_for_readings_alone() -> None:
    with mocked("athena") as session:
        names = ("listConversationMessages", "executeAgent", "streamAgentExecution", "cancelExecution")
        operations = [session.contract.operation(name) for name in names]
        asked = [session.evidence.errors.bad_inputs(one, operations).exchanges for one in operations]
        absent = [any(one.purpose == "asks for what does not exist" for one in made) for made in asked]
        assert absent == [True, False, False, False]


class Shelf(Vendor):
    """Lists by offset, at most `most` things a page; `grows` puts a new one in front before each page."""

    def __init__(self, count: int, most: int, *, grows: bool = False) -> None:
        super().__init__(count)
        self._most = most
        self._grows = grows

    def _page(self, query: dict[str, str]) -> httpx.Response:
        if self._grows:
            self.things = {f"n{len(self.things)}": {"id": f"n{len(self.things)}"}, **self.things}
        limit, skip = min(int(query.get("limit", "3")), self._most), int(query.get("skip", "0"))
        return httpx.Response(200, json={"data": list(self.things.values())[skip : skip + limit]})


BY_OFFSET = contract_with(CONTRACT, pagination=replace(OFFSETS, end=None))


@pytest.mark.parametrize(
    ("shelf", "behind", "calls"),
    [
        (Shelf(9, 4), 1, 4),
        (Shelf(9, 5), None, 2),
        (Shelf(4, 5), 0, 3),
        (Shelf(2, 5), None, 2),
        (Shelf(2, 5, grows=True), None, 4),
    ],
)
def test_what_is_behind_a_largest_page_that_is_too_short(
    world: Make, shelf: Shelf, behind: int | None, calls: int
) -> None:
    here = world(BY_OFFSET, shelf)
    sizes = here.evidence.pagination.small_and_largest(here.operation("listThings"))
    found = None if sizes.behind is None or sizes.behind.response is None else sizes.behind.response.json["data"]
    assert (found if found is None else len(found)) == behind
    assert len(here.sent) == calls


@pytest.mark.parametrize(
    ("announced", "behind"), [({"more": True, "next": "c"}, 1), ({"more": False, "next": "c"}, None), ({}, None)]
)
def test_what_a_short_page_announces_is_looked_at(world: Make, announced: dict[str, Any], behind: int | None) -> None:
    first, second = ({"data": [{"id": one}], "page": page} for one, page in (("a", announced), ("b", {"more": False})))
    here = world()
    here.vendor.answer = lambda request: httpx.Response(200, json=second if "after=c" in here.sent[-1] else first)
    sizes = here.evidence.pagination.small_and_largest(here.operation("listThings"))
    found = None if sizes.behind is None or sizes.behind.response is None else sizes.behind.response.json["data"]
    assert (found if found is None else len(found)) == behind


class Sieve(Vendor):
    """Lists by offset and leaves every third thing out of its page; past the end there is a refusal."""

    def _page(self, query: dict[str, str]) -> httpx.Response:
        limit, skip = int(query.get("limit", "3")), int(query.get("skip", "0"))
        if skip >= len(self.things):
            return problem(416)
        found = list(self.things.values())[skip : skip + limit]
        return httpx.Response(200, json={"data": [one for one in found if int(one["id"][1:]) % 3]})


def test_pages_may_be_short_for_what_was_filtered_out(world: Make) -> None:
    here = world(BY_OFFSET, Sieve(12))
    walks = here.evidence.pagination.walks(here.operation("listThings"))
    assert walks.again is None
    assert all(walk.complete and walk.pages[-1].succeeded for walk in walks.walks)
    assert [sum(len(page.response.json["data"]) for page in walk.pages if page.response) for walk in walks.walks] == [
        8,
        8,
    ]


@pytest.mark.parametrize(("end", "calls"), [(End.SHORT_PAGE, 2), (None, 3)])
def test_a_short_page_is_the_last_where_it_is_documented_so(world: Make, end: End | None, calls: int) -> None:
    here = world(contract_with(CONTRACT, pagination=replace(OFFSETS, end=end)), Shelf(7, 5))
    walk = here.evidence.pagination.walk(here.operation("listThings"), 5, sure=True)
    assert walk.complete
    assert len(here.sent) == calls


def burst(*statuses: int) -> Burst:
    return Burst([answered(200, {}) if status == 200 else error(status) for status in statuses])


@pytest.mark.parametrize(
    ("statuses", "allowed"),
    [
        ((200, 200, *[503] * 10), 2),
        ((200, *[403] * 10), 1),
        ((200, *[503] * 9), None),
        ((200, *[503] * 5, 500, *[503] * 5), None),
        ((503,) * 12, None),
        ((200,) * 12, None),
        ((200, *[503] * 9, 200), None),
    ],
)
def test_ten_refusals_in_a_row_are_a_limit(statuses: tuple[int, ...], allowed: int | None) -> None:
    one = burst(*statuses)
    assert one.turned_away() is (allowed is not None)
    if allowed is not None:
        assert len(one.allowed) == allowed
        assert one.refused is not None
        assert one.refused.status == statuses[allowed]


def test_a_burst_may_find_the_limit_reached_already() -> None:
    one = burst(*[503] * 11)
    one.before = True
    assert one.turned_away()
    assert (one.allowed, one.refused and one.refused.status) == ([], 503)


def test_a_limit_that_answers_otherwise_is_waited_out(world: Make) -> None:
    seen: list[float] = []
    vendor = Vendor()
    here = world(vendor=vendor, drain=True)

    def limited(request: httpx.Request) -> httpx.Response | None:
        now: Any = here.clock.now()
        seen[:] = [at for at in seen if at > now - 30] + [now]
        return problem(503) if len(seen) > 20 else None

    vendor.answer = limited
    drain = here.evidence.rate_limit.drained()
    assert drain.refused is not None
    assert drain.recovered is not None
    assert (drain.refused.status, drain.recovered.status) == (503, 200)
    assert all(exchange.succeeded for exchange in drain.allowed)


@pytest.mark.parametrize(
    ("statuses", "sent"), [((200,), 1), ((401, 200), 2), ((404, 404), 2), ((429,), 1), ((500,), 1)]
)
def test_what_refuses_everybody_is_asked_with_credentials(world: Make, statuses: tuple[int, ...], sent: int) -> None:
    context = ContextHeader("X-Team", "team", "ACME_TEAM", "team:{value}", ("things",), True)
    authentication = replace(CONTRACT.conventions.authentication, context=(context,))
    here = world(contract_with(CONTRACT, authentication=authentication), values={"team": "a"}, max_wait=0)
    headers: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        headers.append(request.headers)
        status = statuses[min(len(headers), len(statuses)) - 1]
        return httpx.Response(200, json={}) if status == 200 else problem(status)

    here.vendor.answer = answer
    found = here.evidence.auth.public(here.operation("ping")).exchanges
    assert len(found) == sent
    assert "authorization" not in headers[0]
    if sent > 1:
        assert (headers[-1]["authorization"], headers[-1]["x-team"]) == (f"Bearer {TOKEN}", "team:a")


def test_a_thing_that_scopes_every_request_is_known_by_that(world: Make) -> None:
    things = replace(CONTRACT.conventions.resources["things"], scope="team")
    here = world(contract_with(CONTRACT, resources={"things": things}), values={"team": "t4"})
    assert here.evidence.attempt(here.operation("getThing")).request.path.endswith("/things/t4")
    assert here.sent == ["GET /things/t4"]


@pytest.mark.parametrize(("hidden", "listings"), [(0, 1), (1, 2), (9, 2)])
def test_a_listing_may_show_what_was_made_a_moment_later(world: Make, hidden: int, listings: int) -> None:
    here = world(vendor=Vendor(0))
    asked: list[str] = []

    def late(request: httpx.Request) -> httpx.Response | None:
        if not here.sent[-1].startswith("GET /things?"):
            return None
        asked.append(here.sent[-1])
        return httpx.Response(200, json={"data": [], "page": {"more": False}}) if len(asked) <= hidden else None

    here.vendor.answer = late
    begun = here.clock.now()
    creation, *pages = here.evidence.lifecycle.created_and_listed(here.operation("createThing")).exchanges
    assert creation.succeeded
    assert len(asked) == listings
    assert bool(pages[-1].response and pages[-1].response.json["data"]) is (hidden < listings)
    assert (here.clock.now() > begun) is (listings > 1)


@pytest.mark.parametrize(
    ("place", "among", "sent"),
    [
        (0, 0, [f"Basic {TOKEN}", "Bearer"]),
        (0, 1, [f"Basic {TOKEN}", "Bearer"]),
        (0, 2, [f"Basic {TOKEN}", "Bearer"]),
        (1, 2, [TOKEN, "Bearer"]),
        (2, 3, [f"Basic {TOKEN}", "Bearer"]),
    ],
)
def test_the_forms_of_a_malformed_credential_are_dealt_out(
    world: Make, place: int, among: int, sent: list[str]
) -> None:
    here = world(ids={"default": {"things": ("t1",)}, "disposable": {"things": ("t1",)}})
    names = ("listThings", "getThing", "closeThing")
    operations = tuple(here.operation(name) for name in names[:among])
    found: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        found.append(request.headers["authorization"])
        return problem(401)

    here.vendor.answer = refuse
    here.evidence.auth.malformed(here.operation(names[place]), operations)
    assert found == sent


def test_another_scheme_is_another_one_than_the_documented(world: Make) -> None:
    carriers = (Carrier("basic", "header", "Authorization", "Basic {credential}"),)
    authentication = replace(CONTRACT.conventions.authentication, carriers=carriers)
    here = world(contract_with(CONTRACT, authentication=authentication))
    found: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        found.append(request.headers["authorization"])
        return problem(401)

    here.vendor.answer = refuse
    here.evidence.auth.malformed(here.operation("listThings"))
    assert found == [f"Bearer {TOKEN}", "Basic"]


def test_what_was_deleted_is_asked_for_behind_its_deletion() -> None:
    with mocked("lensai") as session:
        deletion = session.contract.operation("deleteGoalType")
        found = session.evidence.errors.provoked("deleted-id", deletion).exchanges
    assert [(one.operation, one.status) for one in found] == [("deleteGoalType", 204), ("getGoalType", 404)]


def test_any_other_mistake_stands_alone(world: Make) -> None:
    here = world(ids={"default": {"things": ("t1",)}})
    found = here.evidence.errors.provoked("malformed-id", here.operation("getThing"))
    assert found.exchanges == (here.evidence.errors.provoke("malformed-id", here.operation("getThing")),)
