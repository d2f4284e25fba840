"""What this run did not make is not touched, however an answer puts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from tests.evidence.conftest import CONTRACT, Make, World, contract_with
from vendorproof.contract.model import Media
from vendorproof.errors import NeedsValue, Unavailable, Undocumented

CHANGES: dict[str, Callable[[World], object]] = {
    "an update": lambda here: here.evidence.attempt(here.operation("updateThing")),
    "a deletion": lambda here: here.evidence.attempt(here.operation("deleteThing")),
    "an action": lambda here: here.evidence.attempt(here.operation("closeThing")),
    "an update's life": lambda here: here.evidence.lifecycle.updated(here.operation("updateThing")),
    "an update without a credential": lambda here: here.evidence.auth.none(here.operation("updateThing")),
    "a wrong body": lambda here: here.evidence.errors.provoke("malformed-body", here.operation("updateThing")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_upsert_gives_no_right(world: Make, name: str) -> None:
    here = world()
    here.vendor.answer = lambda request: (
        httpx.Response(200, json={"id": "t3", "name": "theirs"}) if here.sent[-1] == "POST /things" else None
    )
    here.evidence.attempt(here.operation("listThings"))
    with pytest.raises(Unavailable, match="answered with 't3', which may have been there before: it is not touched"):
        CHANGES[name](here)
    assert here.evidence.clean_up(thorough=True) == ()
    assert {line for line in here.sent if not line.startswith("GET")} == {"POST /things"}


def test_an_id_that_the_request_chose_is_left_and_told(world: Make) -> None:
    body = (Media("application/json", {"type": "object"}, {"usual": {"name": "jane"}}),)
    contract = contract_with()
    operations = tuple(replace(one, request=body) if one.id == "createThing" else one for one in contract.operations)
    things = replace(contract.conventions.resources["things"], id="/name", mark=None)
    conventions = replace(contract.conventions, resources={"things": things})
    here = world(replace(contract, operations=operations, conventions=conventions))
    with pytest.raises(Unavailable, match="may have been there before"):
        here.evidence.attempt(here.operation("deleteThing"))
    (left,) = here.evidence.clean_up(thorough=True)
    assert left.why == "not touched: the request chose the id 'jane' itself, so it may have been there before"
    assert not [line for line in here.sent if line.startswith("DELETE")]


def test_the_404_of_a_change_is_asked_with_what_this_run_deleted(world: Make) -> None:
    here = world()
    exchange = here.evidence.errors.provoke("absent-id", here.operation("updateThing"))
    assert exchange.status == 404
    (gone,) = (line.rpartition("/")[2] for line in here.sent if line.startswith("DELETE"))
    assert gone.startswith("n")
    assert here.sent[-1] == f"PATCH /things/{gone}"


def test_what_is_not_really_gone_is_not_absent(world: Make) -> None:
    here = world()
    here.vendor.answer = lambda request: httpx.Response(204) if here.sent[-1].startswith("DELETE") else None
    with pytest.raises(Unavailable, match="what was deleted of things can still be asked for: 200"):
        here.evidence.errors.provoke("absent-id", here.operation("updateThing"))


def test_where_nothing_can_be_deleted_the_404_of_a_change_stays_open(world: Make) -> None:
    things = replace(CONTRACT.conventions.resources["things"], delete=None)
    here = world(contract_with(CONTRACT, resources={"things": things}))
    with pytest.raises(Undocumented, match="only a reading may name what this run did not make"):
        here.evidence.errors.provoke("absent-id", here.operation("updateThing"))


def test_an_action_on_a_thing_of_theirs_needs_one_that_was_given_away(world: Make) -> None:
    things = replace(CONTRACT.conventions.resources["things"], create=None)
    contract = contract_with(CONTRACT, resources={"things": things})
    here = world(contract, ids={"default": {"things": ("t1",)}})
    with pytest.raises(NeedsValue, match="name some to spend under"):
        here.evidence.attempt(here.operation("closeThing"))
    spare = world(contract, ids={"disposable": {"things": ("t1",)}})
    assert spare.evidence.attempt(spare.operation("closeThing")).succeeded


def test_bad_input_that_an_action_takes_is_noted_and_told(world: Make) -> None:
    here = world(ids={"disposable": {"things": ("t1",)}})
    here.evidence.auth.none(here.operation("closeThing"))
    assert list(here.created.left()) == []
    here.vendor.answer = lambda request: httpx.Response(202, json={})
    here.evidence.auth.unknown(here.operation("closeThing"))
    (noted,) = here.created.left()
    assert noted.id == ""
    assert [one.number for one in here.evidence.clean_up()] == [noted.number]


def test_what_no_server_got_is_not_left(world: Make) -> None:
    here = world()

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    here.vendor.answer = refuse
    here.evidence.attempt(here.operation("createThing"))
    assert list(here.created.left()) == []


def test_what_a_server_may_have_got_is(world: Make) -> None:
    here = world()

    def close(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("closed")

    here.vendor.answer = close
    here.evidence.attempt(here.operation("createThing"))
    assert [one.resource for one in here.created.left()] == ["things"]


def test_a_deletion_that_nobody_documents_leaves_nothing_to_be_asked_for(world: Make) -> None:
    here = world()
    here.evidence.errors.other_method(here.operation("getThing"), "DELETE")
    gone = here.sent[-1].rpartition("/")[2]
    here.evidence.attempt(here.operation("updateThing"))
    assert gone not in here.sent[-1]
