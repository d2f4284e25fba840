"""LensAI's mock: what its things look like, which ids are well-formed, and codes that are words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from vendorproof.mock.data.character import Character, Seed
from vendorproof.mock.data.names import base58, digest, stamp, uuid4
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Data, Result, refuse
from vendorproof.mock.request.vendor import Vendor
from vendorproof.mock.stages.handlers import thing

Json = Any

_ID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{21,22}")
_OTHER_ID = re.compile(r"[^!\s]+")
_AMOUNT = re.compile(r"-?\d{1,12}(\.\d{1,8})?")
_INVALID_ID = "invalid_id"


def _identifier(resource: str, seed: bytes) -> str:
    return base58(seed)


def _code(code: str, status: int) -> str:
    """Codes are the words of the status line, but for an id that is none."""
    return "Invalid ID" if code == _INVALID_ID else HTTPStatus(status).phrase


def _moments(seed: Seed) -> dict[str, Json]:
    # One with milliseconds and one without, as the documentation's example shows them.
    return {"createdAt": stamp(seed.moment), "updatedAt": f"{stamp(seed.moment)[:19]}Z"}


def _named(word: str) -> Callable[[Seed], Mapping[str, Json]]:
    def filled(seed: Seed) -> Mapping[str, Json]:
        return {"name": f"Fake {word} {seed.number}", "description": None, **_moments(seed)}

    return filled


def _customer(seed: Seed) -> Mapping[str, Json]:
    return {"name": f"Fake customer {seed.number}", "metadata": {"tier": "fake"}, **_moments(seed)}


def _revenue(seed: Seed) -> Mapping[str, Json]:
    linked = not seed.fresh and seed.number % 3 == 0
    return {
        "agentId": base58(digest("lensai", seed.tenant, "agents", seed.number % 7)),
        "amount": f"{100 + seed.number}.{seed.number % 100:02d}" if seed.number % 2 else str(100 + seed.number),
        "customerId": base58(digest("lensai", seed.tenant, "customers", seed.number % 7)) if linked else None,
        "description": None if seed.fresh or seed.number % 4 else f"Fake revenue {seed.number}",
        "eventId": None,
        "goalId": None,
        "key": uuid4(digest("revenue", seed.id)),
        "recordedAt": stamp(seed.moment),
        "source": "Manual",
        **_moments(seed),
    }


def _event(seed: Seed) -> Mapping[str, Json]:
    return {"name": f"fake.event.{seed.number}", "agentId": None, "recordedAt": stamp(seed.moment), **_moments(seed)}


def _is_id(value: Json, call: Call) -> bool:
    """Whether a value has the form of an id, as this mock writes them."""
    form = _OTHER_ID if call.mock.deviates(points.IDENTIFIER) else _ID
    return isinstance(value, str) and form.fullmatch(value) is not None


def _well_formed(call: Call) -> None:
    """Refuses a path whose id can be none."""
    if not all(_is_id(value, call) for value in call.arguments.values()):
        raise refuse(400, _INVALID_ID, "Invalid ID")


def _acceptable_revenue(call: Call) -> None:
    """A revenue needs an agent and a decimal amount in a string."""
    agent, amount = call.payload.get("agentId"), call.payload.get("amount")
    if not _is_id(agent, call):
        raise refuse(400, _INVALID_ID, "agentId is no id.")
    if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
        raise refuse(400, "validation_error", "amount is no decimal number in a string.")


def _record_completion(call: Call) -> Result:
    goal = thing(call, "goals")
    own = base58(digest("lensai", call.tenant, "completion", call.number))
    return Data({"id": own, "goalId": goal.id, "recordedAt": stamp(call.now)}, 201)


_BY_ID = ("getAgent", "getCustomer", "getGoalType", "updateGoalType", "deleteGoalType", "getGoal", "getRevenue")

CHARACTER = Character(
    credential="sk_fake_lensai_{role}",
    identifier=_identifier,
    rate_limits={"": 300},
    seeds={
        "agents": _named("agent"),
        "customers": _customer,
        "goalTypes": _named("goal type"),
        "goals": _named("goal"),
        "outcomes": _named("outcome"),
        "revenues": _revenue,
        "events": _event,
    },
    long=frozenset({"agents", "events"}),
    exact_multiple="customers",
    code=_code,
)

VENDOR = Vendor(
    handlers={"recordGoalCompletion": _record_completion},
    guards={name: _well_formed for name in (*_BY_ID, "recordGoalCompletion")} | {"createRevenue": _acceptable_revenue},
)
