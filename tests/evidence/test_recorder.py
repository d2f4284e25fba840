"""Whatever may make something is noted down before it leaves, whoever asked for it and why."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.evidence.conftest import CONTRACT, Make, Vendor, World, contract_with, problem
from vendorproof.contract.conventions import Idempotency
from vendorproof.contract.model import Effect
from vendorproof.errors import BudgetSpent, NeedsRight, NeedsRole, Unavailable
from vendorproof.evidence import Created, CreatedLedger
from vendorproof.evidence.created.ledger import read
from vendorproof.target import Draft, Environment
from vendorproof.target.route import values_in

KEYS = contract_with(idempotency=Idempotency("Idempotency-Key", "replay", 86_400, None, ("creations",)))
CREATION = Draft("POST", "/things", body=b'{"name": "a"}', operation="createThing", effects=frozenset({Effect.WRITE}))

WAYS: dict[str, Callable[[World], object]] = {
    "an attempt": lambda w: w.evidence.attempt(w.operation("createThing")),
    "no credential": lambda w: w.evidence.auth.none(w.operation("createThing")),
    "an unknown credential": lambda w: w.evidence.auth.unknown(w.operation("createThing")),
    "another role": lambda w: w.evidence.auth.role(w.operation("createThing"), "second_tenant"),
    "a malformed body": lambda w: w.evidence.errors.malformed_body(w.operation("createThing")),
    "an invalid body": lambda w: w.evidence.errors.invalid_body(w.operation("createThing")),
    "a method that a listing has not": lambda w: w.evidence.errors.other_method(w.operation("listThings"), "POST"),
    "a provocation": lambda w: w.evidence.errors.provoke("change-closed"),
    "a replay": lambda w: w.evidence.idempotency.again(w.operation("createThing")),
    "a race": lambda w: w.evidence.idempotency.race(w.operation("createThing")),
    "a thing to change": lambda w: w.evidence.attempt(w.operation("updateThing")),
    "a thing to delete": lambda w: w.evidence.lifecycle.deleted(w.operation("deleteThing")),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_on_disk_when_it_leaves(way: str, world: Make, tmp_path: Path) -> None:
    path = tmp_path / "created.jsonl"
    vendor = Vendor()
    posted: list[int] = []

    def look(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.extensions["target"].endswith(b"/things"):
            posted.append(len(posted))
            assert sum(not thing.id and not thing.removed for thing in read(path)[1]) >= 1
        return problem(405) if request.read() == b"{}" else None

    vendor.answer = look
    one = world(KEYS, vendor, CreatedLedger(path))
    with contextlib.suppress(Unavailable):
        WAYS[way](one)
    assert posted
    assert len(read(path)[1]) == len(posted)
    assert {thing.id for thing in one.created.left()} == {made for made in vendor.things if made.startswith("n")}


def only(one: World) -> Created:
    (thing,) = one.created.things
    return thing


def creation(one: World, draft: Draft = CREATION) -> None:
    one.evidence._broker.ask(draft)


def test_a_thing_is_known_by_its_id_mark_and_place(world: Make) -> None:
    one = world()
    one.evidence.attempt(one.operation("createThing"))
    assert only(one) == Created(1, "things", "default", "vendorproof-run1-1", {}, "n1")
    assert b"vendorproof-run1-1" in one.vendor.bodies[-1]


@pytest.mark.parametrize(("status", "left"), [(400, False), (401, False), (307, False), (429, False), (500, True)])
def test_what_was_refused_was_not_made(status: int, left: bool, world: Make) -> None:
    vendor = Vendor()
    vendor.answer = lambda request: problem(status)
    one = world(vendor=vendor)
    creation(one)
    assert only(one).removed is not left


def test_what_was_not_answered_may_have_been_made(world: Make) -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("lost")

    vendor = Vendor()
    vendor.answer = lost
    one = world(vendor=vendor)
    creation(one)
    assert list(one.created.left()) == [Created(1, "things", "default")]


@pytest.mark.parametrize(
    ("target", "draft", "error"),
    [
        ({"allow": frozenset({Effect.READ})}, CREATION, NeedsRight),
        ({}, replace(CREATION, role="revoked"), NeedsRole),
        ({"budget": 0}, CREATION, BudgetSpent),
        ({"budget": 1}, CREATION, BudgetSpent),
    ],
)
def test_what_did_not_leave_is_not_left(target: object, draft: Draft, error: type[Exception], world: Make) -> None:
    one = world(**target)  # type: ignore[arg-type]
    with pytest.raises(error):
        creation(one, draft)
    assert (one.sent, list(one.created.left())) == ([], [])


def test_what_can_not_be_written_down_is_not_sent(world: Make, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    one = world(created=CreatedLedger(tmp_path / "file" / "created.jsonl"))
    with pytest.raises(Unavailable, match="not sent, since what it makes can't be written down"):
        creation(one)
    assert one.sent == []


def test_reading_changing_and_asking_make_nothing(world: Make) -> None:
    one = world(ids={"disposable": {"things": ("t1",)}})
    for name in ("listThings", "getThing", "ask", "ping", "closeThing"):
        one.evidence.attempt(one.operation(name))
    assert one.created.things == ()


def test_a_call_for_the_removal_is_set_aside(world: Make) -> None:
    one = world(budget=4)
    creation(one)
    assert one.client.budget.left == 2
    pings = [Draft("GET", "/ping", operation="ping", query=(("n", str(number)),)) for number in range(3)]
    for ping in pings[:2]:
        creation(one, ping)
    with pytest.raises(BudgetSpent, match="no call is left beside 1 set aside for tidying up"):
        creation(one, pings[2])
    assert one.evidence.clean_up() == ()
    assert one.sent == ["POST /things", "GET /ping?n=0", "GET /ping?n=1", "DELETE /things/n1"]


def test_a_refused_creation_gives_the_call_back(world: Make) -> None:
    vendor = Vendor()
    vendor.answer = lambda request: problem(400)
    one = world(vendor=vendor, budget=3)
    creation(one)
    assert one.client.budget.left == 2


def test_a_deletion_by_a_test_gives_the_call_back(world: Make) -> None:
    one = world(budget=20)
    one.evidence.lifecycle.deleted(one.operation("deleteThing"))
    assert one.client.budget.left == 20 - len(one.sent)


def test_nothing_is_set_aside_at_a_mock(world: Make) -> None:
    one = world(budget=2, environment=Environment.MOCK)
    creation(one)
    assert one.client.budget.left == 1
    assert one.evidence.removable == {1}


def test_what_costs_a_removal(world: Make) -> None:
    one = world()
    one.evidence.attempt(one.operation("createThing"))
    assert one.evidence.removable == {len(one.sent)}
    one.evidence.lifecycle.deleted(one.operation("deleteThing"))
    assert one.evidence.removable == frozenset()


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("/things", "/things", {}),
        ("/things", "/things?limit=3", {}),
        ("/things/{a}", "/things/x%2Fy", {"a": "x/y"}),
        ("/a/{b}/c/{d}", "/a/1/c/2", {"b": "1", "d": "2"}),
        ("/things/{a}", "/things", None),
        ("/a.b", "/axb", None),
    ],
)
def test_path_parameters_of_a_filled_path(template: str, path: str, values: object) -> None:
    assert values_in(template, path) == values


def test_the_contract_of_these_tests_can_delete() -> None:
    assert CONTRACT.conventions.resources["things"].delete == "deleteThing"
