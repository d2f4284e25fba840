"""The same request with one idempotency key, where nobody can wait for the end of its window."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from tests.evidence.conftest import CONTRACT, Make, contract_with, problem
from vendorproof.checks.reading import sent
from vendorproof.contract.conventions import Idempotency
from vendorproof.errors import Unavailable
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


def test_another_request_with_a_used_key_differs_in_its_mark_alone(world: Make) -> None:
    here = world(contract_with(idempotency=KEYS))
    create = here.operation("createThing")
    asked = here.evidence.idempotency.another_body(create)
    first, second = asked.original.request, asked.duplicate.request
    assert first.headers.get("x-key") == second.headers.get("x-key")
    assert sent(asked.original).keys() == sent(asked.duplicate).keys()
    assert first.body != second.body
    assert here.evidence.idempotency.another_body(create) is asked


def test_a_thing_without_a_text_for_a_mark_has_no_other_body(world: Make) -> None:
    unmarked = replace(CONTRACT.conventions.resources["things"], mark=None)
    here = world(contract_with(idempotency=KEYS, resources={"things": unmarked}))
    with pytest.raises(Unavailable, match="nothing in the body of POST /things may be changed"):
        here.evidence.idempotency.another_body(here.operation("createThing"))
