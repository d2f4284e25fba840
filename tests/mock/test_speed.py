"""The mock is fast enough for proofs that build hundreds of it and ask each hundreds of times."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from vendorproof.contract import Contract
from vendorproof.mock import Mock, embedded

REQUESTS = 1_000


def test_a_mock_is_built_in_a_moment(leadiosa: Contract) -> None:
    def built() -> float:
        started = perf_counter()
        embedded(leadiosa)
        return perf_counter() - started

    built()
    assert median(built() for _ in range(5)) < 0.02


def test_it_answers_thousands_a_second(leadiosa: Contract, calling: Callable[..., Any]) -> None:
    call = calling(leadiosa)
    headers = [(b"host", b"mock.example"), (b"authorization", f"Bearer {call.secrets['default']}".encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "https",
        "path": "/api/v1/billing/subscription",
        "query_string": b"",
        "headers": headers,
    }
    answers: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        answers.append(message.get("status", 0))

    async def many(mock: Mock) -> None:
        for _ in range(REQUESTS):
            call.clock.sleep(1)
            await mock(dict(scope), receive, send)

    started = perf_counter()
    asyncio.run(many(call.mock))
    assert answers.count(200) == REQUESTS
    assert REQUESTS / (perf_counter() - started) > 3_000
