"""Fixed allowances of calls."""

from __future__ import annotations

import pytest

from tests.checks.builders import acme, error, exchange, silence
from tests.checks.table import Example, Table, accept, examples, reject, undecided
from vendorproof.checks.shapes import Spending
from vendorproof.contract.conventions import Quota
from vendorproof.exchange.model import Exchange

LIMITED = acme(quota=Quota(402, ("sandbox",)))
OTHERWISE = acme(quota=Quota(403, ("trial",)))


def calls(count: int) -> tuple[Exchange, ...]:
    return tuple(exchange(200, {}) for _ in range(count))


EXHAUSTED = Table(
    "quota.exhausted",
    accept("refused as documented", Spending(calls(3), error(402))),
    accept("spent before", Spending((), error(402))),
    accept("another documented status", Spending(calls(3), error(403)), contract=OTHERWISE),
    reject("refused otherwise", "other-status", Spending(calls(3), error(403))),
    reject("refused like a rate limit", "other-status", Spending(calls(3), error(429))),
    reject("never refused", "never-spent", Spending(calls(9), None)),
    undecided("nothing sent", Spending((), None)),
    contract=LIMITED,
)

PER_TOKEN = Table(
    "quota.per_token",
    accept("the other is answered", Spending(calls(3), error(402), exchange(200, {}))),
    accept("the other is refused for something else", Spending(calls(3), error(402), error(403))),
    reject("the other's is spent too", "shared", Spending(calls(3), error(402), error(402))),
    undecided("nothing was spent", Spending(calls(3), None, exchange(200, {}))),
    undecided("there is no other", Spending(calls(3), error(402))),
    undecided("refused for something else", Spending(calls(3), error(403), exchange(200, {})), "no allowance"),
    undecided("the other gets no response", Spending(calls(3), error(402), silence()), "no response"),
    undecided("the other breaks the server", Spending(calls(3), error(402), error(500)), "500"),
    undecided("the other's credential is bad", Spending(calls(3), error(402), error(401)), "401"),
    contract=LIMITED,
)

ABSENT = Table(
    "quota.absent",
    accept("still answered", Spending(calls(9), None)),
    undecided("refused for something else", Spending(calls(9), error(403)), "after 9 calls (403"),
    reject("an allowance is spent", "spent", Spending(calls(9), error(402))),
    reject("from the first call", "spent", Spending((), error(402))),
    undecided("nothing was answered", Spending((), None)),
    contract=LIMITED,
    given={"environments": ["production"]},
)

TABLES = [EXHAUSTED, PER_TOKEN, ABSENT]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
