"""Requests leave when the limits allow it, on the run's clock."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import httpx
import pytest

from vendorproof.errors import BudgetSpent, Unavailable
from vendorproof.target import Draft, Environment, VirtualClock

PING = Draft("GET", "/ping", operation="ping")
DRAIN = Draft("GET", "/ping", operation="ping", pace=False, keep_429=True)
NOW = 1_795_000_000.0


def script(*answers: tuple[int, dict[str, Any]]) -> Callable[[httpx.Request], httpx.Response]:
    """Gives the answers in turn, then plain successes."""
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        status, headers = left.pop(0) if left else (200, {})
        return httpx.Response(status, headers=headers)

    return answer


def times(client: Any) -> list[float]:
    return [round(exchange.sent - NOW, 3) for exchange in client.journal]


def test_the_testers_rate_spaces_requests(make_client: Any) -> None:
    client = make_client(script(), rate=4)
    for _ in range(4):
        client.send(PING)
    assert times(client) == [0, 0.25, 0.5, 0.75]


def test_time_that_passed_anyway_counts(make_client: Any) -> None:
    client = make_client(script(), rate=2)
    client.send(PING)
    client.clock.sleep(10)
    client.send(PING)
    client.send(PING)
    assert times(client) == [0, 10, 10.5]


def test_without_limits_nothing_waits(make_client: Any) -> None:
    client = make_client(script())
    for _ in range(3):
        client.send(PING)
    assert times(client) == [0, 0, 0]


def test_a_used_up_limit_is_waited_out_until_its_reset(make_client: Any) -> None:
    client = make_client(script((200, {"X-Remaining": "0", "X-Reset": str(int(NOW) + 30)})))
    client.send(PING)
    client.send(PING)
    assert times(client) == [0, 30]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Remaining": "1", "X-Reset": str(int(NOW) + 30)},
        {"X-Remaining": "0"},
        {"X-Remaining": "0", "X-Reset": "soon"},
        {"X-Remaining": "0", "X-Reset": str(int(NOW) - 5)},
        {"X-Remaining": "0", "X-Reset": str(int(NOW) * 1000)},
        {"X-Remaining": "zero", "X-Reset": str(int(NOW) + 30)},
    ],
    ids=["some left", "no reset", "no number", "in the past", "in milliseconds", "remaining is no number"],
)
def test_headers_that_ask_for_no_sane_wait_cause_none(headers: dict[str, str], make_client: Any) -> None:
    client = make_client(script((200, headers)))
    client.send(PING)
    client.send(PING)
    assert times(client) == [0, 0]


def test_the_wait_is_the_credentials_own(make_client: Any) -> None:
    client = make_client(script((200, {"X-Remaining": "0", "X-Reset": str(int(NOW) + 30)})))
    client.send(PING)
    client.send(Draft("GET", "/ping", operation="ping", role="second_tenant"))
    client.send(Draft("GET", "/ping", operation="ping", role="none"))
    assert times(client) == [0, 0, 0]


WAITS: dict[str, tuple[dict[str, Any], int]] = {
    "seconds": ({"Retry-After": "7"}, 7),
    "seconds with spaces": ({"Retry-After": " 7 "}, 7),
    "a date": ({"Retry-After": formatdate(NOW + 9, usegmt=True)}, 9),
    "a date without zone": ({"Retry-After": formatdate(NOW + 9).replace("-0000", "").strip()}, 9),
    "a date in the past": ({"Retry-After": formatdate(NOW - 9, usegmt=True)}, 0),
    "a date by a clock ten minutes ahead": (
        {"Retry-After": formatdate(NOW + 609, usegmt=True), "Date": formatdate(NOW + 600, usegmt=True)},
        9,
    ),
    "a reset by a clock ten minutes behind": (
        {"X-Reset": str(int(NOW) - 588), "Date": formatdate(NOW - 600, usegmt=True)},
        12,
    ),
    "a Date that nobody's clock shows": (
        {"X-Reset": str(int(NOW) + 12), "Date": "Thu, 01 Jan 1970 00:00:00 GMT"},
        12,
    ),
    "only a reset": ({"X-Reset": str(int(NOW) + 12)}, 12),
    "Retry-After before the reset": ({"Retry-After": "3", "X-Reset": str(int(NOW) + 12)}, 3),
    "nothing": ({}, 1),
    "rubbish": ({"Retry-After": "a while"}, 1),
    "a fraction": ({"Retry-After": "1.5"}, 1),
    "another digit": ({"Retry-After": "²".encode("latin-1")}, 1),
}


@pytest.mark.parametrize("case", WAITS)
def test_a_429_is_waited_out_as_told_and_sent_again(case: str, make_client: Any) -> None:
    headers, wait = WAITS[case]
    client = make_client(script((429, headers)))
    assert client.send(PING).status == 200
    assert [exchange.status for exchange in client.journal] == [429, 200]
    assert times(client) == [0, wait]


def test_a_wait_that_was_told_too_short_is_a_second_longer_once(make_client: Any) -> None:
    client = make_client(script((429, {"Retry-After": "1"}), (429, {"Retry-After": "2"})))
    assert client.send(PING).status == 200
    assert times(client) == [0, 1, 4]


def test_a_limit_that_refuses_whatever_was_waited_is_asked_three_times_and_no_more(make_client: Any) -> None:
    client = make_client(script(*[(429, {"Retry-After": "2"})] * 9))
    assert [client.send(PING).status for _ in range(2)] == [429, 429]
    assert times(client) == [0, 2, 5, 7, 9]


def test_nothing_that_ever_remains_is_believed_twice(make_client: Any) -> None:
    told: list[str] = []

    def used_up(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"X-Remaining": "0", "X-Reset": str(int(client.clock.now()) + 30)})

    client = make_client(used_up, tell=told.append)
    for _ in range(9):
        client.send(PING)
    assert times(client) == [0, 30, 60, 60, 60, 60, 60, 60, 60]
    assert told[2:] == ["nothing remains of the rate limit whenever it was waited for: no longer believed"]


def test_a_429_that_was_asked_for_is_kept_and_others_wait(make_client: Any) -> None:
    client = make_client(script((429, {"Retry-After": "40"})), drain=True)
    assert client.send(DRAIN).status == 429
    assert len(client.journal) == 1
    client.send(DRAIN)
    client.send(PING)
    assert times(client) == [0, 0, 40]


def test_draining_is_not_paced_only_where_it_is_allowed(make_client: Any) -> None:
    for drain, expected in ((True, [0, 0, 0]), (False, [0, 0.5, 1])):
        client = make_client(script(), rate=2, drain=drain)
        for _ in range(3):
            client.send(DRAIN)
        assert times(client) == expected


def test_an_unpaced_request_waits_out_its_429(make_client: Any) -> None:
    client = make_client(script((429, {"Retry-After": "5"})), drain=True)
    assert client.send(Draft("GET", "/ping", operation="ping", pace=False)).status == 200
    assert times(client) == [0, 5]


def test_a_longer_wait_than_allowed_is_not_taken(make_client: Any) -> None:
    told = (429, {"Retry-After": "3600"})
    client = make_client(script(told, told), max_wait=60)
    assert client.send(PING).status == 429
    assert times(client) == [0]
    assert client.send(PING).status == 429
    assert times(client) == [0, 60]
    with pytest.raises(Unavailable, match="rate limited for another 3600 s, and this run waits 60 s at most"):
        client.send(PING)
    assert client.budget.spent == 2
    client.clock.sleep(3600)
    assert client.send(PING).status == 200


def test_a_wait_that_somebody_would_notice_is_told(make_client: Any) -> None:
    told: list[str] = []
    client = make_client(script((200, {"X-Remaining": "0", "X-Reset": str(int(NOW) + 30)})), tell=told.append, rate=1.0)
    for _ in range(3):
        client.send(PING)
    client.pause(3, "a reading may lag")
    client.pause(0.1, "nobody sees this")
    assert told == ["waiting 30 s: the vendor's rate limit is used up until then", "waiting 3 s: a reading may lag"]


def test_a_clock_that_is_set_back_makes_no_wait_longer(make_client: Any) -> None:
    class SetBack(VirtualClock):
        hours = 0

        def now(self) -> float:
            return super().now() - 3600 * self.hours

    clock = SetBack(NOW)
    client = make_client(script((200, {"X-Remaining": "0", "X-Reset": str(int(NOW) + 30)})), clock=clock)
    client.send(PING)
    clock.hours = 1
    client.send(PING)
    assert clock.elapsed() == NOW + 30


def test_a_success_forgives_a_long_wait(make_client: Any) -> None:
    told = (429, {"Retry-After": "3600"})
    client = make_client(script(told, (200, {}), told), max_wait=60)
    assert [client.send(PING).status for _ in range(4)] == [429, 200, 429, 200]


@pytest.mark.parametrize(
    ("environment", "statuses"),
    [(Environment.SANDBOX, [402]), (Environment.PRODUCTION, [402, 402]), (Environment.MOCK, [402, 402])],
)
def test_a_spent_quota_ends_spending_where_there_is_one(
    environment: Environment, statuses: list[int], make_client: Any
) -> None:
    client = make_client(lambda request: httpx.Response(402), environment=environment)
    client.send(PING)
    if len(statuses) == 1:
        with pytest.raises(
            BudgetSpent, match="the vendor's quota for the role 'default' is spent: it answered HTTP 402"
        ):
            client.send(PING)
        client.send(Draft("GET", "/ping", operation="ping", role="second_tenant"))
        client.send(DRAIN)
        assert client.budget.spent == 3
    else:
        client.send(PING)
        assert [exchange.status for exchange in client.journal] == statuses


def test_a_limit_that_says_nothing_is_waited_out_for_longer_and_longer(make_client: Any) -> None:
    client = make_client(script(*[(429, {})] * 4))
    begun = client.clock.now()
    assert client.send(PING).status == 200
    assert [exchange.status for exchange in client.journal] == [429] * 4 + [200]
    assert client.clock.now() - begun == 1 + 2 + 4 + 8


def test_a_limit_that_never_recovers_costs_some_minutes_and_no_more(make_client: Any) -> None:
    client = make_client(script(*[(429, {})] * 1_000))
    begun = client.clock.now()
    statuses = {client.send(PING).status for _ in range(50)}
    assert statuses == {429}
    assert client.clock.now() - begun < 300
