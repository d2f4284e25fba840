"""What a run made is removed: the newest first, also what no answer told of; and what can't be is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.checks.builders import CURSORS, LINKS, NUMBERS, OFFSETS
from tests.evidence.conftest import CONTRACT, Make, Vendor, World, contract_with, problem
from vendorproof.checks.pages import MOST_EMPTY
from vendorproof.contract.conventions import Pagination, Resource
from vendorproof.contract.model import Contract, Effect
from vendorproof.evidence import Created, CreatedLedger, Evidence
from vendorproof.evidence.created.ledger import Origin

MARK = "vendorproof-run1-1"


def noted(*things: Created) -> CreatedLedger:
    """A ledger that an earlier process left."""
    ledger = CreatedLedger()
    ledger.begin(Origin("acme", "test", "https://api.acme.test/v1", "run1"))
    for thing in things:
        ledger.note(thing)
    return ledger


def thing(number: int, **given: Any) -> Created:
    return Created(number, "things", "default", **given)


def vendor_with(**names: str) -> Vendor:
    """A vendor that has these things besides its usual ones, by id and name."""
    vendor = Vendor()
    vendor.things |= {one: {"id": one, "name": name} for one, name in names.items()}
    return vendor


def resource_with(**given: Any) -> Contract:
    return contract_with(resources={"things": replace(CONTRACT.conventions.resources["things"], **given)})


def reasons(one: World, **how: bool) -> list[str]:
    """Why each thing that is left is left."""
    return [left.why for left in one.evidence.clean_up(**how)]


def test_the_newest_goes_first(world: Make) -> None:
    vendor = vendor_with(a="1", b="2", c="3")
    one = world(vendor=vendor, created=noted(thing(1, id="a"), thing(2, id="b"), thing(3, id="c")))
    assert one.evidence.clean_up() == ()
    assert one.sent == ["DELETE /things/c", "DELETE /things/b", "DELETE /things/a"]
    assert set(vendor.things) == {f"t{number}" for number in range(1, 8)}


def test_what_is_gone_already_is_gone(world: Make) -> None:
    one = world(created=noted(thing(1, id="absent"), thing(2, id="removed", removed=True)))
    assert one.evidence.clean_up() == ()
    assert one.sent == ["DELETE /things/absent"]


WAYS = {"cursors": CURSORS, "offsets": OFFSETS, "numbers": NUMBERS, "links": LINKS, "none": None}


@pytest.mark.parametrize("pagination", WAYS.values(), ids=WAYS)
def test_what_no_answer_told_of_is_found_by_its_mark(pagination: Pagination | None, world: Make) -> None:
    vendor = vendor_with(lost=MARK, alike=f"{MARK}0")
    usual = vendor.answer

    def paged(request: httpx.Request) -> httpx.Response | None:
        query = dict(httpx.QueryParams(request.extensions["target"].decode().partition("?")[2]))
        things = list(vendor.things.values())
        if request.method != "GET" or pagination is CURSORS:
            return usual(request)
        limit = int(query.get("limit", len(things)))
        start = int(query.get("skip", 0)) + (int(query.get("page", 1)) - 1) * limit
        link = f"?limit={limit}&skip={start + limit}" if start + limit < len(things) else None
        return httpx.Response(200, json={"data": things[start : start + limit], "page": {"next": link}})

    vendor.answer = paged
    one = world(contract_with(pagination=pagination), vendor, noted(thing(1, mark=MARK)))
    assert one.evidence.clean_up() == ()
    assert "lost" not in vendor.things
    assert "alike" in vendor.things
    assert one.sent[-1] == "DELETE /things/lost"


@pytest.mark.parametrize("pagination", [OFFSETS, NUMBERS], ids=["offsets", "numbers"])
def test_nothing_is_overlooked_where_pages_are_shorter_than_documented(pagination: Pagination, world: Make) -> None:
    vendor = vendor_with(lost=MARK)

    def capped(request: httpx.Request) -> httpx.Response | None:
        query = dict(httpx.QueryParams(request.extensions["target"].decode().partition("?")[2]))
        things = list(vendor.things.values())
        start = int(query.get("skip", 0)) + (int(query.get("page", 1)) - 1) * 2
        return httpx.Response(200, json={"data": things[start : start + 2]}) if request.method == "GET" else None

    vendor.answer = capped
    one = world(contract_with(pagination=pagination), vendor, noted(thing(1, mark=MARK)))
    assert one.evidence.clean_up() == ()
    assert "lost" not in vendor.things


def test_pages_that_lead_nowhere_are_left(world: Make) -> None:
    vendor = Vendor()
    vendor.answer = lambda request: httpx.Response(
        200, json={"data": [], "page": {"more": True, "next": len(vendor.sent) * "c"}}
    )
    one = world(vendor=vendor, created=noted(thing(1, mark=MARK)))
    assert "its pages lead nowhere" in reasons(one)[0]
    assert len(one.sent) == MOST_EMPTY


def test_what_was_never_made_is_not_left(world: Make) -> None:
    one = world(created=noted(thing(1, mark=MARK)))
    assert one.evidence.clean_up() == ()
    assert {sent.split()[0] for sent in one.sent} == {"GET"}


def test_what_was_never_made_is_not_left_where_nothing_can_be_deleted(world: Make) -> None:
    one = world(resource_with(delete=None), vendor=vendor_with(there=f"{MARK}1"), created=noted(thing(1, mark=MARK)))
    assert one.evidence.clean_up() == ()
    one = world(resource_with(delete=None), vendor=vendor_with(there=MARK), created=noted(thing(1, mark=MARK)))
    assert reasons(one) == ["the documentation names no way to delete things"]


def test_a_listing_is_read_once_for_all(world: Make) -> None:
    vendor = vendor_with(lost=MARK, other="vendorproof-run1-2")
    one = world(vendor=vendor, created=noted(thing(1, mark=MARK), thing(2, mark="vendorproof-run1-2")))
    assert one.evidence.clean_up() == ()
    pages = ["GET /things?limit=5", "GET /things?limit=5&after=5"]
    assert one.sent == [*pages, "DELETE /things/other", "DELETE /things/lost"]


@pytest.mark.parametrize(
    ("given", "contract", "why"),
    [
        ({"id": "a"}, resource_with(delete=None), "the documentation names no way to delete things"),
        ({}, CONTRACT, "no answer told its id, and it carries no mark: look for it by hand"),
        (
            {"mark": MARK},
            resource_with(list=None),
            "no answer told its id, and the documentation names no listing of things",
        ),
        (
            {"mark": MARK},
            resource_with(mark="title"),
            "no answer told its id, and the listing does not show its mark: look for it by hand",
        ),
    ],
)
def test_what_can_not_be_removed_is_left_with_the_reason(
    given: dict[str, Any], contract: Contract, why: str, world: Make
) -> None:
    assert reasons(world(contract, created=noted(thing(1, **given)))) == [why]


def test_what_the_contract_does_not_know_is_left(world: Make) -> None:
    assert reasons(world(created=noted(Created(1, "gadgets", "default", id="g")))) == [
        "the contract names no thing that it makes: look for what came of it by hand"
    ]


def test_a_right_that_is_missing_is_told(world: Make) -> None:
    one = world(created=noted(thing(1, id="t1")), allow=frozenset({Effect.READ}))
    assert reasons(one)[0].startswith("needs the right 'delete-own'")


def test_a_refusal_is_tried_once_more(world: Make) -> None:
    vendor = vendor_with(a="1")
    answers = [problem(503)]
    vendor.answer = lambda request: answers.pop() if answers else None
    one = world(vendor=vendor, created=noted(thing(1, id="a")))
    assert one.evidence.clean_up() == ()
    assert one.sent == ["DELETE /things/a"] * 2


def test_a_refusal_that_stays_is_told(world: Make) -> None:
    vendor = vendor_with(a="1")
    vendor.answer = lambda request: problem(403)
    one = world(vendor=vendor, created=noted(thing(1, id="a")))
    assert reasons(one)[0].startswith("answered 403")
    assert len(one.sent) == 2


def test_a_listing_that_ends_early_proves_nothing(world: Make) -> None:
    vendor = Vendor()
    vendor.answer = lambda request: problem(500)
    one = world(vendor=vendor, created=noted(thing(1, mark=MARK)))
    assert reasons(one)[0].startswith("no answer told its id, and the listing was not read to the end: GET")


def test_a_listing_without_end_is_given_up(world: Make) -> None:
    vendor = Vendor()
    numbers: Iterator[int] = iter(range(10_000))

    def endless(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": [{"id": "x", "name": "x"}], "page": {"next": str(next(numbers))}})

    vendor.answer = endless
    one = world(vendor=vendor, created=noted(thing(1, mark=MARK)))
    assert reasons(one) == ["no answer told its id, and the listing was not read to the end: more than 100 pages"]
    assert len(one.sent) == 100


def test_a_dead_target_is_not_asked_for_long(world: Make) -> None:
    def dead(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    vendor = Vendor()
    vendor.answer = dead
    one = world(vendor=vendor, created=noted(*(thing(number, id=f"x{number}") for number in range(1, 30))))
    assert len(reasons(one)) == 29
    assert len(one.sent) == 3


def test_who_made_it_removes_it(world: Make) -> None:
    seen: list[str] = []
    vendor = Vendor()

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(204)

    vendor.answer = note
    one = world(vendor=vendor, created=noted(Created(1, "things", "second_tenant", id="x")))
    assert one.evidence.clean_up() == ()
    assert seen == ["Bearer acme_live_fedcba9876543210"]


def test_a_thorough_look_finds_what_a_vendor_made_twice(world: Make) -> None:
    vendor = vendor_with(first=MARK, second=MARK)
    ledger = noted(thing(1, id="first", mark=MARK))
    assert world(vendor=vendor, created=ledger).evidence.clean_up(thorough=True) == ()
    assert not {"first", "second"} & set(vendor.things)


def test_a_thorough_look_finds_what_only_seemed_removed_or_refused(world: Make) -> None:
    vendor = vendor_with(stays=MARK, made="vendorproof-run1-2")
    ledger = noted(thing(1, id="stays", mark=MARK, removed=True), thing(2, mark="vendorproof-run1-2", removed=True))
    assert world(vendor=vendor, created=ledger).evidence.clean_up(thorough=True) == ()
    assert not {"stays", "made"} & set(vendor.things)


def test_things_of_others_are_never_touched(world: Make) -> None:
    vendor = vendor_with(theirs="vendorproof-run2-1", quoted="vendorproof", named="vendorproof-run1-11")
    before = set(vendor.things)
    world(vendor=vendor, created=noted(thing(1, mark=MARK), thing(2, id="gone"))).evidence.clean_up(thorough=True)
    assert set(vendor.things) == before


def test_a_child_goes_before_its_parent_or_with_it(make_nested: Any, tmp_path: Path) -> None:
    sent, evidence = make_nested(
        noted(
            Created(1, "boxes", "default", id="b/1"),
            Created(2, "parts", "default", within={"boxId": "b/1"}, id="p1"),
            Created(3, "labels", "default", within={"boxId": "b/1"}, id="l1"),
        )
    )
    assert [left.resource for left in evidence.clean_up()] == []
    assert sent == ["DELETE /boxes/b%2F1/parts/p1", "DELETE /boxes/b%2F1"]


@pytest.fixture
def make_nested(world: Make) -> Any:
    """A vendor of boxes that hold parts, which can be deleted, and labels, which can't."""
    from tests.checks.builders import acme, operation
    from vendorproof.contract.model import Kind

    delete = frozenset({Effect.DELETE_OWN})
    contract = acme(
        (
            operation("deleteBox", "DELETE", "/boxes/{boxId}", Kind.DELETE, effects=delete),
            operation("deletePart", "DELETE", "/boxes/{boxId}/parts/{partId}", Kind.DELETE, effects=delete),
        ),
        resources={
            "boxes": Resource("boxes", "boxId", "/id", "", "/data", delete="deleteBox"),
            "parts": Resource("parts", "partId", "/id", "", "/data", delete="deletePart", parent="boxes"),
            "labels": Resource("labels", "", "/id", "", "/data", parent="boxes"),
        },
        pagination=None,
    )

    def make(ledger: CreatedLedger) -> tuple[list[str], Evidence]:
        vendor = Vendor()
        vendor.answer = lambda request: httpx.Response(204)
        one = world(contract, vendor, ledger)
        return one.sent, one.evidence

    return make
