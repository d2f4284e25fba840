"""When the time of a run is over, nothing leaves but what tidies up."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from vendorproof.contract.model import Effect
from vendorproof.errors import BudgetSpent, TimeOver
from vendorproof.exchange import Journal
from vendorproof.target import Client, Deadline, Draft
from vendorproof.target.clock import RealClock

PING = Draft("GET", "/ping", operation="ping")
GIVEN = {"disposable": {"things": ("t1",)}}
REMOVAL = Draft("DELETE", "/things/t1", operation="deleteThing", tidying=True)


class Ends(Deadline):
    """A deadline that a test moves."""

    def __init__(self, left: float) -> None:
        super().__init__(60)
        self.now = left

    @property
    def left(self) -> float:
        return self.now


class Sleepless(RealClock):
    """Notes what it was told to sleep, and goes forward by that at once."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return super().now() + sum(self.slept)

    def elapsed(self) -> float:
        return super().elapsed() + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def client_until(end: Deadline, contract: Any, target: Any, answer: Any, clock: Any = None) -> Client:
    return Client(contract, target, Journal(), clock or Sleepless(), httpx.MockTransport(answer), deadline=end)


def fine(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200)


def test_seconds_run_out() -> None:
    assert 0 < Deadline(60).left <= 60
    assert Deadline(0).left == 0
    with pytest.raises(BudgetSpent, match=r"the time of this run, 0 s, is over \(--max-time\)"):
        Deadline(0).check()


def test_nothing_leaves_when_the_time_is_over(contract: Any, make_target: Any) -> None:
    end = Ends(5)
    client = client_until(end, contract, make_target(allow=frozenset(Effect), ids=GIVEN), fine)
    client.send(PING)
    end.now = 0
    for draft in (PING, Draft("DELETE", "/things/t1", operation="deleteThing")):
        with pytest.raises(BudgetSpent, match="the time of this run, 60 s, is over"):
            client.send(draft)
    with pytest.raises(BudgetSpent):
        client.send_all([PING, PING])
    assert client.send(REMOVAL).succeeded
    assert len(client.journal) == 2


def test_no_wait_is_begun_that_would_not_end_in_time(contract: Any, make_target: Any) -> None:
    def limited(request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, headers={"Retry-After": "30"})

    clock = Sleepless()
    client = client_until(Ends(20), contract, make_target(), limited, clock)
    assert client.send(PING).status == 429
    with pytest.raises(BudgetSpent, match=r"to be waited for 30 s, and this run has 20 s left \(--max-time\)"):
        client.send(PING)
    assert clock.slept == []
    assert len(client.journal) == 1


def test_a_wait_that_ends_in_time_is_waited(contract: Any, make_target: Any) -> None:
    answers = [httpx.Response(200), httpx.Response(429, headers={"Retry-After": "3"})]
    clock = Sleepless()
    client = client_until(Ends(20), contract, make_target(), lambda request: answers.pop(), clock)
    assert client.send(PING).succeeded
    assert clock.slept == [pytest.approx(3, abs=0.2)]


def test_tidying_up_waits_as_told(contract: Any, make_target: Any) -> None:
    answers = [httpx.Response(204), httpx.Response(429, headers={"Retry-After": "30"})]
    clock = Sleepless()
    target = make_target(allow=frozenset(Effect), ids=GIVEN)
    client = client_until(Ends(1), contract, target, lambda request: answers.pop(), clock)
    assert client.send(REMOVAL).succeeded
    assert clock.slept == [pytest.approx(30, abs=0.2)]


def test_nothing_waits_beyond_the_end(contract: Any, make_target: Any) -> None:
    clock = Sleepless()
    client = client_until(Deadline(60), contract, make_target(), fine, clock)
    client.pause(3, "a reading may lag")
    with pytest.raises(TimeOver, match="to be waited for 90 s"):
        client.pause(90, "the limit ends")
    assert clock.slept == [3]


def test_tidying_up_has_some_time_more_and_no_more_than_that(contract: Any, make_target: Any) -> None:
    assert 10 < Deadline(1).for_tidying.left <= 11
    assert 120 < Deadline(100).for_tidying.left <= 125
    long_ago = client_until(Deadline(-20), contract, make_target(allow=frozenset(Effect), ids=GIVEN), fine)
    with pytest.raises(TimeOver):
        long_ago.send(REMOVAL)
    assert len(long_ago.journal) == 0
