"""A repeated idempotency key: conflicts, replays, windows, tenants, and what runs side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from vendorproof.contract import Contract
from vendorproof.mock.deviations.fault import Fault
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.used_keys import Claim

KEY = {"Idempotency-Key": "fake-1"}
BODY = {"label": "Once"}


def _count(call: Any, tenant: str = "default") -> int:
    return int(call.mock.store.count(tenant, "crates"))


def test_a_duplicate_conflicts_within_the_window(call: Any) -> None:
    before = _count(call)
    assert call("POST", "/crates", BODY, headers=KEY).status == 201
    call.clock.sleep(86_399)
    again = call("POST", "/crates", BODY, headers=KEY)
    assert (again.status, again["/error/code"]) == (409, "idempotency_conflict")
    assert _count(call) == before + 1
    call.clock.sleep(1)
    assert call("POST", "/crates", BODY, headers=KEY).status == 201


def test_other_keys_tenants_operations_and_no_key_act(call: Any) -> None:
    crate = call.ids("/crates")[0]
    for _ in range(2):
        assert call("POST", "/crates", BODY).status == 201
    assert call("POST", "/crates", BODY, headers=KEY).status == 201
    assert call("POST", "/crates", BODY, headers={"Idempotency-Key": "fake-2"}).status == 201
    assert call("POST", "/crates", BODY, headers=KEY, role="second_tenant").status == 201
    assert call("POST", f"/crates/{crate}/items", {"name": "x"}, headers=KEY).status == 201


def test_a_refused_request_does_not_burn_its_key(call: Any) -> None:
    assert call("POST", "/crates", {}, headers=KEY).status == 400
    assert call("POST", "/crates", BODY, headers=KEY).status == 201


def test_a_duplicate_is_replayed(calling: Callable[..., Any], bolt: Contract) -> None:
    call = calling(bolt)
    before = _count(call)
    first = call("POST", "/crates", BODY, headers=KEY)
    call.clock.sleep(10**7)
    again = call("POST", "/crates", BODY, headers=KEY)
    assert (again.status, again.body) == (201, first.body)
    assert _count(call) == before + 1


@pytest.mark.parametrize(("documented", "status"), [("reject", 422), ("conflict", 409), ("replay", 201), (None, 201)])
def test_another_body_under_the_same_key_gets_what_the_documentation_says(
    calling: Callable[..., Any], bolt: Contract, documented: str | None, status: int
) -> None:
    assert bolt.conventions.idempotency is not None
    idempotency = replace(bolt.conventions.idempotency, on_mismatch=documented)
    call = calling(replace(bolt, conventions=replace(bolt.conventions, idempotency=idempotency)))
    first = call("POST", "/crates", BODY, headers=KEY)
    other = call("POST", "/crates", {"label": "Other"}, headers=KEY)
    assert (first.status, other.status) == (201, status)
    assert (other.body == first.body) == (status == 201)


def _waits(seconds: float, call: Call) -> float:
    return 0.05 if call.header("idempotency-key") else seconds


def _forgets_what_is_under_way(claim: Claim, call: Call) -> Claim:
    return replace(claim, used=None) if claim.overlaps(call.arrived) else claim


def _at_once(call: Any) -> list[int]:
    async def both() -> list[int]:
        sent = [call.sending("POST", "/crates", BODY, headers=KEY) for _ in range(2)]
        return [got.status for got in await asyncio.gather(*sent)]

    return asyncio.run(both())


def test_of_two_at_once_one_acts_and_a_fault_can_tell_them_from_successors(
    acme: Contract, calling: Callable[..., Any]
) -> None:
    slow = Fault("slow", "", ((points.ARRIVAL, _waits),))
    racing = Fault("racing", "", ((points.ARRIVAL, _waits), (points.CLAIM, _forgets_what_is_under_way)))
    faithful, faulty = calling(acme, faults=[slow]), calling(acme, faults=[racing])
    assert sorted(_at_once(faithful)) == [201, 409]
    assert sorted(_at_once(faulty)) == [201, 201]
    assert faulty("POST", "/crates", BODY, headers=KEY).status == 409
