"""When an id that a request named is known to be good."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.evidence.conftest import Make, World, problem


def without_closing(world: Make, **listed: Any) -> World:
    """Things that can't be closed, as if that route were missing; `listed` are more fields of each."""
    here = world(ids={"default": {"things": ("t1",)}, "disposable": {"things": ("t1",)}})
    for thing in here.vendor.things.values():
        thing.update(listed)
    here.vendor.answer = lambda request: (
        problem(404) if request.extensions["target"].endswith((b"/close", b"/t2")) else None
    )
    return here


def known(here: World, name: str = "closeThing") -> bool:
    return here.evidence.attempted(here.operation(name)).known


def test_nothing_vouches_for_an_id_that_nothing_else_named(world: Make) -> None:
    assert not known(without_closing(world))


def test_an_id_that_another_operation_took_is_known(world: Make) -> None:
    here = without_closing(world)
    assert here.evidence.attempt(here.operation("getThing")).succeeded
    assert known(here)


def test_an_id_that_another_operation_refused_is_not(world: Make) -> None:
    here = without_closing(world)
    here.vendor.answer = lambda request: problem(404)
    assert here.evidence.attempt(here.operation("getThing")).status == 404
    assert not known(here)


def test_an_id_that_was_deleted_is_not(world: Make) -> None:
    here = world()
    deleted = here.evidence.attempt(here.operation("deleteThing"))
    assert deleted.succeeded
    gone = deleted.request.path.rpartition("/")[2]
    there = world(ids={"disposable": {"things": (gone,)}})
    there.client.journal._exchanges.extend(here.client.journal)
    assert not known(there)


@pytest.mark.parametrize(("field", "vouches"), [("title", True), ("uuid", False), ("externalId", False)])
def test_a_listing_vouches_for_an_id_where_nothing_else_can_be_meant(world: Make, field: str, vouches: bool) -> None:
    here = without_closing(world, **{field: "a"})
    assert here.evidence.attempt(here.operation("listThings")).succeeded
    assert known(here) is vouches


def test_what_takes_no_id_needs_no_voucher(world: Make) -> None:
    here = world()
    here.vendor.answer = lambda request: httpx.Response(404)
    assert not known(here, "listThings")
