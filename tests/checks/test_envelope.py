"""What wraps the payload of a success."""

from __future__ import annotations

import pytest

from tests.checks.builders import acme, error, exchange, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject

DATA = Table(
    "envelope.data",
    accept("an object", exchange(200, {"data": {"id": "t1"}})),
    accept("nothing in it", exchange(200, {"data": None})),
    reject("bare", "payload-missing", exchange(200, {"id": "t1"})),
    reject("under another key", "payload-missing", exchange(200, {"result": {"id": "t1"}})),
    reject("a bare array", "payload-missing", exchange(200, [{"id": "t1"}])),
    passed_over("an error", error(404)),
    passed_over("no body", exchange(204)),
    passed_over("no JSON", exchange(200, "hi", {"Content-Type": "text/plain"})),
    passed_over("can't be read", exchange(200, "{", {"Content-Type": "application/json"})),
    passed_over("no response", silence()),
    passed_over("successes have no envelope", exchange(200, {"id": "t1"}), contract=acme()),
    contract=acme(data="/data"),
)

TABLES = [DATA]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
