"""LeanCore's mock: tokens that end, organizations, chats that cost credits, uploads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.exchange.tokens import claims

ACCOUNT = {"email": "user@example.com", "password": "fake-password-default"}
FORM = {"Content-Type": "multipart/form-data; boundary=here"}
FILE = b'--here\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc\r\n--here--\r\n'


@pytest.fixture(scope="session")
def leancore() -> Contract:
    return load_contract(contracts_root() / "leancore")


@pytest.fixture
def call(leancore: Contract, calling: Callable[..., Any]) -> Any:
    return calling(leancore)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_login_issues_a_token_that_ends(call: Any) -> None:
    token = call("POST", "/auth/login", ACCOUNT, role=None)["/accessToken"]
    told = claims(token)
    assert told is not None
    assert told["exp"] > call.clock.now()
    assert call("GET", "/users/me", headers=bearer(token)).status == 200
    fresh = call("POST", "/auth/refresh", headers=bearer(token))["/accessToken"]
    call.clock.sleep(3_600)
    assert call("GET", "/users/me", headers=bearer(token)).status == 401
    assert call("GET", "/auth/verify", headers=bearer(fresh)).status == 401


def test_a_refreshed_token_lives_on(call: Any) -> None:
    token = call("POST", "/auth/login", ACCOUNT, role=None)["/accessToken"]
    call.clock.sleep(1_800)
    fresh = call("POST", "/auth/refresh", headers=bearer(token))["/accessToken"]
    call.clock.sleep(1_800)
    assert call("GET", "/auth/verify", headers=bearer(fresh)).json == {"valid": True}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**ACCOUNT, "password": "wrong"}, 401),
        ({**ACCOUNT, "email": "nobody@example.com"}, 401),
        ({"email": "user@example.com"}, 400),
        ({**ACCOUNT, "email": ["x"]}, 400),
    ],
)
def test_another_login_is_refused(call: Any, body: Any, status: int) -> None:
    got = call("POST", "/auth/login", body, role=None)
    assert got.status == status
    assert "accessToken" not in got.json


def test_a_registration_makes_an_organization_that_holds_nothing(call: Any) -> None:
    account = {"email": "new@example.com", "password": "fake-new"}
    made = call("POST", "/register", {"organizationName": "New", **account}, role=None)
    assert made.status == 201
    token = call("POST", "/auth/login", account, role=None)["/accessToken"]
    own = {**bearer(token), "X-Org-Id": made["/organizationId"]}
    assert call("GET", "/workspaces", role=None, headers=own).json == []
    assert [one["name"] for one in call("GET", "/orgs", role=None, headers=own).json] == ["New"]
    assert call("POST", "/register", {"organizationName": "Again", **account}, role=None).status == 400


def test_some_endpoints_need_the_organization(call: Any) -> None:
    assert call("GET", "/users", headers={"X-Org-Id": None}).status == 400
    assert call("GET", "/users/me", headers={"X-Org-Id": None}).status == 200
    other = call.facts.values_of["second_tenant"]["orgId"]
    assert call("GET", "/users", headers={"X-Org-Id": other}).status == 403


def test_specialists_come_in_pages(call: Any) -> None:
    first = call("GET", "/specialists").json
    second = call("GET", "/specialists", page=2).json
    assert (first["page"], second["page"], first["total"]) == (1, 2, second["total"])
    ids = [one["id"] for page in (first, second) for one in page["specialists"]]
    assert len(ids) == len(set(ids)) == 40
    made = call("POST", "/specialists/wizard", {"description": "Somebody who is polite."})
    assert call("GET", f"/specialists/{made['/id']}")["/instructions"] == "Somebody who is polite."


def test_messages_cost_credits_and_stand_in_their_session(call: Any) -> None:
    before = call("GET", "/billing/credits/balance")["/balance"]
    session = call("POST", "/api/chat/async", {"message": "Hello there"})["/sessionId"]
    streamed = call("POST", "/api/chat/stream", {"message": "And again", "sessionId": session})
    assert streamed.headers["content-type"] == "text/event-stream"
    assert len(streamed.chunks) > 2
    texts = [message["text"] for message in call("GET", f"/api/chat/sessions/{session}")["/messages"]]
    assert texts == ["Hello there", "Fake answer to: Hello there", "And again", "Fake answer to: And again"]
    assert call("GET", "/billing/credits/balance")["/balance"] == before - 2
    assert call("POST", "/billing/credits/grant", {"amount": 5})["/balance"] == before + 3
    assert "messages" not in call("GET", "/api/chat/sessions").json[0]


def test_an_exhausted_budget_refuses_messages(call: Any) -> None:
    for path in ("/api/chat/async", "/api/chat/stream"):
        assert call("POST", path, {"message": "Hello"}, role="exhausted").status == 402
    assert call("GET", "/billing/credits/balance", role="exhausted").json == {"balance": 0}


def test_a_role_that_reads_may_not_write(call: Any) -> None:
    assert call("POST", "/workspaces", {"name": "x"}, role="read_only").status == 403
    assert call("GET", "/workspaces", role="read_only").status == 200


def test_files_of_a_workspace_come_and_go(call: Any) -> None:
    place = f"/workspaces/{call.facts.ids['default']['workspaces'][0]}/files"
    made = call("POST", place, raw=FILE, headers=FORM)
    assert (made.status, made["/name"], made["/size"]) == (201, "a.txt", 3)
    assert made.json in call("GET", place).json
    assert call("DELETE", f"{place}/{made['/id']}").status == 200
    assert made.json not in call("GET", place).json
    assert call("POST", place, raw=FILE.replace(b'name="file"', b'name="other"'), headers=FORM).status == 400
    assert call("POST", "/api/chat/upload", raw=FILE, headers=FORM)["/size"] == 3


def test_switches_and_alerts_keep_what_was_done(call: Any) -> None:
    assert call("GET", "/billing/circuit").json == {"open": False}
    assert call("POST", "/billing/circuit/toggle").json == {"open": True}
    assert call("GET", "/billing/circuit").json == {"open": True}
    assert call("POST", "/billing/alerts/acknowledge", {"alertId": "alr_0001"})["/acknowledged"] is True
    assert call("GET", "/billing/alerts").json[0] == {"id": "alr_0001", "acknowledged": True}
    assert call("POST", "/billing/alerts/acknowledge", {"alertId": "alr_9"}).status == 404


def test_systems_belong_to_their_organization(call: Any) -> None:
    own = f"/orgs/{call.facts.values['orgId']}/mcps"
    made = call("POST", own, {"name": "New", "catalogId": "cat_0001"})
    assert made.status == 201
    assert call("POST", f"{own}/{made['/id']}/sync").json == {"synced": 0}
    assert call("PUT", f"{own}/{made['/id']}", {"name": "Other"})["/name"] == "Other"
    assert call("DELETE", f"{own}/{made['/id']}").status == 200
    other = {"X-Org-Id": call.facts.values_of["second_tenant"]["orgId"]}
    assert call("GET", own, role="second_tenant", headers=other).status == 404
