"""The budget is never exceeded, not by one call."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from vendorproof.contract.model import Effect
from vendorproof.errors import BudgetSpent
from vendorproof.target import Budget, Draft

PING = Draft("GET", "/ping", operation="ping")


class Counting:
    """Answers with the given statuses in turn, then with the last one, and counts."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.count = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        status = self.statuses[min(self.count, len(self.statuses) - 1)]
        self.count += 1
        return httpx.Response(status, headers={"Retry-After": "1"})


def test_exactly_the_budget_leaves(make_client: Any) -> None:
    answer = Counting(200)
    client = make_client(answer, budget=3)
    for _ in range(3):
        client.send(PING)
    with pytest.raises(BudgetSpent, match="the budget of 3 calls is spent: no call is left"):
        client.send(PING)
    assert (answer.count, client.budget.spent, len(client.journal)) == (3, 3, 3)


def test_threads_together_do_not_exceed_it(make_client: Any) -> None:
    answer = Counting(200)
    client = make_client(answer, budget=50)

    def send(_: int) -> None:
        with contextlib.suppress(BudgetSpent):
            client.send(PING)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, range(200)))
    assert (answer.count, client.budget.spent, len(client.journal)) == (50, 50, 50)


def test_of_several_at_once_all_leave_or_none(make_client: Any) -> None:
    answer = Counting(200)
    client = make_client(answer, budget=3)
    with pytest.raises(BudgetSpent, match="4 calls are needed and 3 left"):
        client.send_all([PING] * 4)
    assert answer.count == 0
    assert len(client.send_all([PING] * 3)) == 3


def test_the_second_try_after_a_429_counts(make_client: Any) -> None:
    answer = Counting(429, 200)
    client = make_client(answer, budget=2)
    assert client.send(PING).status == 200
    assert client.budget.spent == 2


def test_without_a_call_left_a_429_is_the_answer(make_client: Any) -> None:
    answer = Counting(429, 200)
    client = make_client(answer, budget=1)
    assert client.send(PING).status == 429
    assert (answer.count, client.budget.spent) == (1, 1)


def test_each_hop_of_a_redirect_counts(make_client: Any) -> None:
    client = make_client(lambda request: httpx.Response(302, headers={"Location": "/v1/ping"}), budget=2)
    with pytest.raises(BudgetSpent):
        client.send(Draft("GET", "/ping", operation="ping", follow=True))
    assert client.budget.spent == 2


def test_what_is_left() -> None:
    budget = Budget(2)
    assert (budget.left, budget.offer(), budget.offer(), budget.offer()) == (2, True, True, False)
    assert (budget.spent, budget.left) == (2, 0)


def test_no_limit() -> None:
    budget = Budget()
    budget.take(10_000)
    assert (budget.spent, budget.left) == (10_000, None)


def test_a_call_that_is_set_aside_is_there_in_the_end(make_client: Any) -> None:
    answer = Counting(200)
    client = make_client(answer, budget=3, allow=frozenset(Effect), ids={"disposable": {"things": ("t1",)}})
    client.reserve()
    client.send(PING)
    client.send(PING)
    with pytest.raises(BudgetSpent, match="no call is left beside 1 set aside for tidying up"):
        client.send(PING)
    assert client.send(Draft("DELETE", "/things/t1", operation="deleteThing", tidying=True)).succeeded
    assert (answer.count, client.budget.left) == (3, 0)


def test_a_search_takes_nothing_that_is_set_aside(make_client: Any) -> None:
    client = make_client(Counting(200), budget=1)
    client.reserve()
    with pytest.raises(BudgetSpent):
        client.send(Draft("GET", "/ping", operation="ping", tidying=True))


def test_what_tidies_up_takes_any_call_where_none_is_set_aside(make_client: Any) -> None:
    client = make_client(Counting(200), budget=1, allow=frozenset(Effect), ids={"disposable": {"things": ("t1",)}})
    removal = Draft("DELETE", "/things/t1", operation="deleteThing", tidying=True)
    client.send(removal)
    with pytest.raises(BudgetSpent):
        client.send(removal)


def test_a_call_that_is_given_back_is_anybodys() -> None:
    budget = Budget(2)
    budget.reserve()
    budget.take()
    assert not budget.offer()
    budget.release()
    budget.release()
    assert (budget.left, budget.offer(), budget.offer(), budget.spent) == (1, True, False, 2)
