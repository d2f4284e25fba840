"""Answers that lag behind, and answers that hold a thing elsewhere or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.evidence.conftest import Make, Vendor, World
from vendorproof.contract.pointer import MISSING
from vendorproof.errors import Unavailable


class Late(Vendor):
    """Answers some readings as they were before: so many of them, after the first write of a method."""

    def __init__(self, method: str, count: int) -> None:
        super().__init__()
        self._method, self._left = method, count
        self._old: dict[str, Any] | None = None
        self.answer = self._late

    def _late(self, request: httpx.Request) -> httpx.Response | None:
        if request.method == self._method and self._old is None:
            self._old = json.loads(json.dumps(self.things))
        if request.method != "GET" or self._old is None or self._left == 0:
            return None
        self._left -= 1
        one = request.extensions["target"].decode("ascii").rpartition("/")[2]
        return httpx.Response(200, json=self._old[one]) if one in self._old else httpx.Response(404)


def _created(here: World) -> Any:
    return here.evidence.lifecycle.created_and_read(here.operation("createThing")).second.status


def _updated(here: World) -> Any:
    return json.loads(here.evidence.lifecycle.updated(here.operation("updateThing")).after.response.body)["name"]  # type: ignore[union-attr]


def _deleted(here: World) -> Any:
    return here.evidence.lifecycle.deleted(here.operation("deleteThing")).after.status


@pytest.mark.parametrize(
    ("method", "look", "late", "settled"),
    [
        ("POST", _created, 404, 200),
        ("PATCH", _updated, "vendorproof-run1-1", "changed"),
        ("DELETE", _deleted, 200, 404),
    ],
)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_reading_that_lags_behind_is_made_once_more(
    world: Make, method: str, look: Callable[[World], Any], late: Any, settled: Any, count: int
) -> None:
    here = world(vendor=Late(method, count))
    began = here.clock.now()
    assert look(here) == (late if count == 2 else settled)
    assert (here.clock.now() > began) is (count > 0)


def _closing(answer: Any) -> Vendor:
    """A vendor that answers the closing of a thing with this."""
    vendor = Vendor()

    def closed(request: httpx.Request) -> httpx.Response | None:
        path = request.extensions["target"].decode("ascii")
        if not path.endswith("/close"):
            return None
        one = path.split("/")[-2]
        vendor.things[one]["closed"] = True  # type: ignore[assignment]
        return httpx.Response(204) if answer is MISSING else httpx.Response(200, json=answer(vendor.things[one]))

    vendor.answer = closed
    return vendor


@pytest.mark.parametrize(
    ("answer", "confirmed", "reason"),
    [
        (lambda thing: thing, (), None),
        (lambda thing: {"thing": thing}, (), None),
        (lambda thing: {**thing, "closed": False}, ("change-closed",), "false at /closed"),
        (lambda thing: {"ok": True}, ("change-closed",), "nothing at /closed"),
        (MISSING, (), "nothing at /closed"),
        (MISSING, ("change-closed",), None),
    ],
)
def test_a_step_is_told_by_the_thing_wherever_it_stands(
    world: Make, answer: Any, confirmed: tuple[str, ...], reason: str | None
) -> None:
    here = world(vendor=_closing(answer), confirmed=frozenset(confirmed))
    if reason is None:
        assert here.evidence.errors.provoke("change-closed").status == 409
        return
    with pytest.raises(Unavailable, match=reason):
        here.evidence.errors.provoke("change-closed")


def test_the_tester_may_know_of_a_body_that_the_page_does_not_give(world: Make) -> None:
    here = world(bodies={"closeThing": {"why": "done"}}, ids={"default": {"things": ("t1",)}})
    here.evidence.attempt(here.operation("closeThing"))
    assert json.loads(here.vendor.bodies[-1]) == {"why": "done"}


def test_a_second_update_gives_back_what_the_first_one_changed(world: Make) -> None:
    here = world()
    here.evidence.lifecycle.updated_again(here.operation("updateThing"))
    assert [json.loads(body)["name"] for body in here.vendor.bodies if body] == [
        "vendorproof-run1-1",
        "changed",
        "vendorproof-run1-1",
    ]


def test_there_is_no_second_update_where_the_first_one_was_refused(world: Make) -> None:
    here = world()
    here.vendor.answer = lambda request: httpx.Response(409) if request.method == "PATCH" else None
    with pytest.raises(Unavailable, match="409"):
        here.evidence.lifecycle.updated_again(here.operation("updateThing"))
