"""What is done to one of several things."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.evidence.conftest import CONTRACT, Make, Vendor
from vendorproof.checks.differences import others_changed, touched
from vendorproof.checks.shapes import Change


def _ids(page: Any) -> list[str]:
    return [thing["id"] for thing in json.loads(page.response.body)["data"]]


def _others(change: Change) -> list[str]:
    return [one for one in _ids(change.before) if one != change.thing]


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("name", ["updateThing", "deleteThing"])
def test_something_stands_beside_what_is_changed_even_in_an_account_that_was_empty(
    world: Make, name: str, count: int
) -> None:
    here = world(vendor=Vendor(count))
    change = here.evidence.lifecycle.beside_others(here.operation(name))
    assert change.action.succeeded
    assert _others(change)
    assert set(_others(change)) <= set(_ids(change.after))


@pytest.mark.parametrize(("count", "made"), [(0, 2), (1, 1), (2, 1)])
def test_a_second_thing_is_made_only_where_nothing_else_is_there(world: Make, count: int, made: int) -> None:
    here = world(vendor=Vendor(count))
    sent = here.sent_by(lambda: here.evidence.lifecycle.beside_others(here.operation("deleteThing")))
    assert sum(one.startswith("POST") for one in sent) == made


class Moving(Vendor):
    """Things that have one more field, which says how many requests there were; at most `until` of them."""

    def __init__(self, until: int, count: int = 2) -> None:
        super().__init__(count)
        self._until = until
        self.answer = self._move

    def _move(self, request: httpx.Request) -> None:
        for thing in self.things.values():
            thing["moved"] = str(min(len(self.sent), self._until))


class Careless(Vendor):
    """An update changes a field of every thing that it does not name."""

    def __init__(self) -> None:
        super().__init__(2)
        self.answer = self._change

    def _change(self, request: httpx.Request) -> None:
        for thing in self.things.values():
            thing.setdefault("owner", "0")
            thing["owner"] = str(int(thing["owner"]) + (request.method == "PATCH"))


@pytest.mark.parametrize(
    ("vendor", "again"), [(Vendor(2), 0), (Moving(4), 1), (Moving(9999), 1)], ids=["still", "a while", "always"]
)
def test_what_moves_by_itself_was_not_touched_by_an_update(world: Make, vendor: Vendor, again: int) -> None:
    here = world(vendor=vendor)
    operation = here.operation("updateThing")
    here.evidence.lifecycle.created_and_read(here.operation("createThing"))
    sent = here.sent_by(lambda: here.evidence.lifecycle.updated(operation))
    assert touched(CONTRACT, here.evidence.lifecycle.updated(operation)) is None
    assert sum(one.startswith("PATCH") for one in sent) == 1 + again


@pytest.mark.parametrize("vendor", [Vendor(2), Moving(6), Moving(9999)], ids=["still", "a while", "always"])
@pytest.mark.parametrize("name", ["updateThing", "deleteThing"])
def test_others_that_move_by_themselves_were_not_changed(world: Make, vendor: Vendor, name: str) -> None:
    here = world(vendor=vendor)
    change = here.evidence.lifecycle.beside_others(here.operation(name))
    assert _others(change)
    assert others_changed(CONTRACT, change) == []


def test_what_an_update_does_beside_is_seen_a_second_time(world: Make) -> None:
    here = world(vendor=Careless())
    operation = here.operation("updateThing")
    assert touched(CONTRACT, here.evidence.lifecycle.updated(operation)) == "owner"
    assert others_changed(CONTRACT, here.evidence.lifecycle.beside_others(operation))
