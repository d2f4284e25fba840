"""Evidence that can't be had: for which reason, and at what cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.checks.builders import with_operation
from tests.evidence.conftest import CONTRACT, Make, Vendor, World, problem
from vendorproof.contract.model import Effect
from vendorproof.errors import BudgetSpent, Lack, Need, NeedsRight, NeedsRole, NeedsValue, OperationAbsent, Unavailable
from vendorproof.evidence import CreatedLedger, Evidence
from vendorproof.evidence.broker.memory import MOST_WASTED
from vendorproof.exchange import Exchange
from vendorproof.target import Draft

READ_ONLY = frozenset({Effect.READ})


def test_the_budget_is_a_reason(world: Make) -> None:
    asked = world(budget=1)
    asked.evidence.attempt(asked.operation("listThings"))
    with pytest.raises(BudgetSpent, match="budget"):
        asked.evidence.auth.none(asked.operation("listThings"))
    assert len(asked.sent) == 1


@pytest.mark.parametrize("name", ["createThing", "updateThing", "deleteThing", "closeThing"])
def test_a_right_that_the_target_has_not_is_a_reason(world: Make, name: str) -> None:
    asked = world(allow=READ_ONLY)
    with pytest.raises(NeedsRight, match=r"needs the right .*allow = \["):
        asked.evidence.attempt(asked.operation(name))
    assert [one for one in asked.sent if not one.startswith("GET")] == []


@pytest.mark.parametrize("name", ["updateThing", "deleteThing", "closeThing", "createThing"])
def test_nothing_is_written_without_the_right_though_it_would_be_refused(world: Make, name: str) -> None:
    asked = world(allow=READ_ONLY)
    with pytest.raises(NeedsRight):
        asked.evidence.auth.none(asked.operation(name))
    assert [one for one in asked.sent if not one.startswith("GET")] == []


def test_a_role_that_nobody_gave_is_a_reason(world: Make) -> None:
    asked = world()
    with pytest.raises(NeedsRole, match="needs a credential for the role 'revoked'"):
        asked.evidence.auth.role(asked.operation("listThings"), "revoked")


def test_an_id_that_nobody_knows_is_a_reason(world: Make) -> None:
    asked = world(vendor=Vendor(0), allow=READ_ONLY)
    with pytest.raises(NeedsValue, match=r"no id of things is known: GET /things lists none; .*ids.default"):
        asked.evidence.attempt(asked.operation("getThing"))


def test_a_known_id_is_not_looked_for(world: Make) -> None:
    asked = world(ids={"default": {"things": ("t5",)}})
    assert asked.sent_by(lambda: asked.evidence.attempt(asked.operation("getThing"))) == ["GET /things/t5"]


def test_a_body_that_nobody_knows_is_a_reason(world: Make) -> None:
    asked = world(with_operation("createThing", CONTRACT, request=(), request_required=True))
    with pytest.raises(NeedsValue, match=r"bodies\]: createThing"):
        asked.evidence.attempt(asked.operation("createThing"))
    assert asked.sent == []


def test_a_place_that_is_our_reading_and_is_not_there_is_a_reason(world: Make) -> None:
    asked = world(with_operation("ping", CONTRACT, assumed=("path",)))
    asked.vendor.answer = lambda request: problem(404)
    with pytest.raises(OperationAbsent, match=r"bind the real one: \[targets.NAME.bindings\] ping"):
        asked.evidence.attempt(asked.operation("ping"))


def test_a_mistake_at_a_place_that_is_not_there_proves_nothing(world: Make) -> None:
    asked = world(with_operation("createThing", CONTRACT, assumed=("path",)))
    asked.vendor.answer = lambda request: problem(404)
    with pytest.raises(OperationAbsent):
        asked.evidence.errors.provoke("malformed-body", asked.operation("createThing"))


def test_a_place_that_the_page_gives_is_no_excuse(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(404)
    assert asked.evidence.attempt(asked.operation("ping")).status == 404


def test_a_success_that_does_not_come_is_a_reason(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(500)
    with pytest.raises(Unavailable, match="GET /things did not succeed: 500 application/json"):
        asked.evidence.success(asked.operation("listThings"))


def test_a_step_that_fails_is_a_reason(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(404) if asked.sent[-1].endswith("/close") else None
    with pytest.raises(Unavailable, match="step 2 of change-closed was answered 404"):
        asked.evidence.errors.provoke("change-closed")


def test_a_step_that_has_no_effect_is_a_reason(world: Make) -> None:
    asked = world()
    quiet = httpx.Response(200, json={"id": "t1"})
    asked.vendor.answer = lambda request: quiet if asked.sent[-1].endswith("/close") else None
    with pytest.raises(Unavailable, match="step 2 of change-closed shows nothing at /closed"):
        asked.evidence.errors.provoke("change-closed")


def test_a_limit_is_not_drained_without_the_right(world: Make) -> None:
    asked = world()
    with pytest.raises(Unavailable, match="drain = true") as lacking:
        asked.evidence.rate_limit.drained()
    assert lacking.value.need == Need(Lack.DRAIN, "the rate limit")
    assert len(asked.sent) <= 1


class Slow:
    """The client, but every answer takes its time on the clock and never ends."""

    def __init__(self, world: World, seconds: float) -> None:
        self._client = world.client
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def send(self, draft: Draft) -> Exchange:
        exchange = self._client.send(draft)
        assert exchange.response is not None
        return replace(exchange, elapsed=self._seconds, response=replace(exchange.response, cut=True))


def test_a_target_that_never_ends_its_answers_is_left_alone_in_time(world: Make) -> None:
    asked = world()
    evidence = Evidence(asked.contract, Slow(asked, 20.0), CreatedLedger(), "run1")
    answered, refused = 0, []
    for limit in range(1, 9):
        try:
            evidence.pagination.page(asked.operation("listThings"), limit=limit)
        except Unavailable as reason:
            refused.append(str(reason))
        else:
            answered += 1
    assert answered == len(asked.sent) == int(MOST_WASTED // 20) + 1
    assert set(refused) == {"the target is no longer asked: answers that never ended took 60 seconds"}


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_quick_failures_do_not_count(world: Make, seconds: float) -> None:
    asked = world()
    evidence = Evidence(asked.contract, Slow(asked, seconds), CreatedLedger(), "run1")
    for limit in range(1, 9):
        evidence.pagination.page(asked.operation("listThings"), limit=limit)
    assert len(asked.sent) == 8


def test_an_answer_that_takes_long_and_ends_does_not_count(world: Make) -> None:
    class Late(Slow):
        def send(self, draft: Draft) -> Exchange:
            return replace(self._client.send(draft), elapsed=self._seconds)

    asked = world()
    evidence = Evidence(asked.contract, Late(asked, 30.0), CreatedLedger(), "run1")
    for limit in range(1, 9):
        evidence.pagination.page(asked.operation("listThings"), limit=limit)
    assert len(asked.sent) == 8
