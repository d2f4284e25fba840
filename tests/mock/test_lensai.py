"""LensAI's mock: bare things, codes that are words, ids with a form, replays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from vendorproof.contract import Contract, contracts_root, load_contract

AGENT = "7Jx2mQv9TzRkLw4HnYpB3d"
REVENUE = {"agentId": AGENT, "amount": "100"}


@pytest.fixture(scope="session")
def lensai() -> Contract:
    return load_contract(contracts_root() / "lensai")


@pytest.fixture
def call(lensai: Contract, calling: Callable[..., Any]) -> Any:
    return calling(lensai)


def test_every_operation_answers_a_valid_request_in_the_documented_form(lensai: Contract, call: Any) -> None:
    for operation in sorted(lensai.operations, key=lambda one: one.method == "DELETE"):
        path = operation.path
        for resource in lensai.conventions.resources.values():
            path = path.replace(f"{{{resource.parameter}}}", call.facts.ids["default"].get(resource.name, ("",))[0])
        bodies = [value for media in operation.request for value in media.examples.values()]
        for role, success in (("default", True), (None, False), ("revoked", False)):
            got = call(operation.method, path, bodies[0] if bodies else None, role=role)
            assert (200 <= got.status < 300) is success, (operation.id, got)
            documented = operation.response_for(got.status)
            assert documented is not None
            if not documented.media:
                assert got.body == b""
                continue
            schema = dict(documented.media[0].schema)
            jsonschema_rs.validator_for(schema, validate_formats=True).validate(got.json)


def test_a_new_revenue_has_every_field_of_the_page(call: Any) -> None:
    made = call("POST", "/revenues", REVENUE)
    assert made.status == 201
    empty = [name for name, value in made.json.items() if value is None]
    assert sorted(empty) == ["customerId", "description", "eventId", "goalId"]
    assert (made["/agentId"], made["/amount"], made["/source"]) == (AGENT, "100", "Manual")
    assert call("GET", f"/revenues/{made['/id']}").json == made.json
    assert call("GET", "/revenues")["/0/id"] == made["/id"]


@pytest.mark.parametrize(
    "change",
    [{"amount": 100}, {"amount": "ten"}, {"amount": None}, {"agentId": "x"}, {"agentId": 5}, {"agentId": None}],
)
def test_a_revenue_that_is_none_is_refused(call: Any, change: dict[str, Any]) -> None:
    got = call("POST", "/revenues", {name: value for name, value in (REVENUE | change).items() if value is not None})
    assert (got.status, got["/status"]) == (400, 400)


def test_an_error_repeats_the_request_and_the_status(call: Any) -> None:
    got = call("GET", "/revenues/5mczBhCjbBgoWwf6Vbp5s!")
    assert (got.status, got["/code"], got["/message"]) == (400, "Invalid ID", "Invalid ID")
    assert (got["/path"], got["/status"]) == ("GET /v1/revenues/5mczBhCjbBgoWwf6Vbp5s!", 400)
    lost = call("GET", f"/revenues/{AGENT}")
    assert (lost.status, lost["/code"], lost["/path"]) == (404, "Not Found", f"GET /v1/revenues/{AGENT}")
    assert call("GET", "/agents", role=None)["/code"] == "Unauthorized"
    assert call("POST", "/revenues", REVENUE, role="read_only")["/code"] == "Forbidden"


@pytest.mark.parametrize("path", ["/revenues", "/events", "/outcomes"])
def test_a_repeated_key_gets_the_first_answer_and_makes_nothing(call: Any, path: str) -> None:
    key = {"Idempotency-Key": "unique_key_123"}
    first = call("POST", path, REVENUE, headers=key)
    again = call("POST", path, REVENUE, headers=key)
    assert (again.status, again.json) == (first.status, first.json)
    assert call("POST", path, REVENUE, headers={"Idempotency-Key": "other"})["/id"] != first["/id"]
    if path != "/outcomes":
        assert [one["id"] for one in call("GET", path, limit=3).json].count(first["/id"]) == 1


def test_a_key_of_one_account_is_nothing_to_another(call: Any) -> None:
    key = {"Idempotency-Key": "k"}
    first = call("POST", "/revenues", REVENUE, headers=key)
    assert call("POST", "/revenues", REVENUE, headers=key, role="second_tenant")["/id"] != first["/id"]


def test_pages_are_cut_by_limit_and_offset(call: Any) -> None:
    everything = [one["id"] for one in call("GET", "/agents", limit=1000).json]
    assert len(everything) == 1000
    assert [one["id"] for one in call("GET", "/agents").json] == everything[:100]
    assert [one["id"] for one in call("GET", "/agents", limit=7, offset=93).json] == everything[93:100]
    behind = call("GET", "/agents", limit=1000, offset=1000).json
    assert behind
    assert not {one["id"] for one in behind} & set(everything)
    assert call("GET", "/agents", offset=5000).json == []
    assert len(call("GET", "/agents", limit=1001).json) == 1000
    assert len(call("GET", "/customers", limit=1000).json) % 100 == 0


@pytest.mark.parametrize("query", [{"limit": "many"}, {"limit": 0}, {"limit": -1}, {"offset": "x"}, {"offset": -1}])
def test_a_page_that_is_none_is_refused(call: Any, query: dict[str, Any]) -> None:
    assert call("GET", "/agents", **query).status == 400


def test_a_goal_type_is_defined_changed_and_deleted(call: Any) -> None:
    made = call("POST", "/goal-types", {"name": "x"})
    path = f"/goal-types/{made['/id']}"
    assert call("PATCH", path, {"name": "y"})["/name"] == "y"
    assert call("GET", path)["/name"] == "y"
    assert (call("DELETE", path).status, call("GET", path).status) == (204, 404)


def test_a_completion_is_of_a_goal(call: Any) -> None:
    goal = call.facts.ids["default"]["goals"][0]
    made = call("POST", f"/goals/{goal}/completions", {})
    assert (made.status, made["/goalId"]) == (201, goal)
    assert call("POST", f"/goals/{AGENT}/completions", {}).status == 404
