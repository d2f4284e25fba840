"""What is done to one of several things."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.evidence.conftest import Make, Vendor
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
    change = here.evidence.lives.beside_others(here.operation(name))
    assert change.action.succeeded
    assert _others(change)
    assert set(_others(change)) <= set(_ids(change.after))


@pytest.mark.parametrize(("count", "made"), [(0, 2), (1, 1), (2, 1)])
def test_a_second_thing_is_made_only_where_nothing_else_is_there(world: Make, count: int, made: int) -> None:
    here = world(vendor=Vendor(count))
    sent = here.sent_by(lambda: here.evidence.lives.beside_others(here.operation("deleteThing")))
    assert sum(one.startswith("POST") for one in sent) == made
