"""The same request with one idempotency key, where nobody can wait for the end of its window."""

from __future__ import annotations

import httpx
import pytest

from tests.evidence.conftest import Make, contract_with, problem
from vendorproof.contract.conventions import Idempotency
from vendorproof.target import RealClock

KEYS = Idempotency("X-Key", "conflict", 86400, None, ("createThing",))


@pytest.mark.parametrize("remembers", [True, False])
def test_a_window_too_long_to_wait_for_is_asked_of_a_third_request(world: Make, remembers: bool) -> None:
    seen: set[str] = set()

    def answer(request: httpx.Request) -> httpx.Response | None:
        key = request.headers.get("x-key", "")
        if key in seen:
            # A vendor that takes the duplicate for the end of the matter.
            seen.symmetric_difference_update(() if remembers else (key,))
            return problem(409)
        seen.add(key)
        return None

    here = world(contract_with(idempotency=KEYS))
    here.client.clock = RealClock()
    here.vendor.answer = answer
    create = here.operation("createThing")
    assert here.evidence.idempotency.again(create).duplicate.status == 409
    late = here.evidence.idempotency.before_expiry(create)
    assert late.original.succeeded
    assert late.duplicate.status == (409 if remembers else 201)
    assert late.early
    assert len({exchange.request.headers.get("x-key") for exchange in (late.original, late.duplicate)}) == 1
