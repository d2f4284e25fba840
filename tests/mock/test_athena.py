"""Athena's mock: executions that wait and run, conversations that answer, keys that end, uploads, a live view."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from vendorproof.checks.event_stream import read
from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.contract.model import Kind
from vendorproof.mock import Mock

DAY = 86_400
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.fixture(scope="session")
def athena() -> Contract:
    return load_contract(contracts_root() / "athena")


@pytest.fixture
def call(athena: Contract, calling: Callable[..., Any]) -> Any:
    return calling(athena)


def form(name: str, filename: str, data: bytes) -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'.encode()
    return head + data + b"\r\n--b--\r\n"


def events(got: Any) -> list[Any]:
    assert got.headers["content-type"] == "text/event-stream"
    assert "content-length" not in got.headers
    return [json.loads(event.data) for event in read(got.body).events]


def _conforms(contract: Contract, operation_id: str, got: Any) -> None:
    """The answer is documented, and keeps its schema."""
    documented = contract.operation(operation_id).response_for(got.status)
    assert documented is not None
    media = [one for one in documented.media if one.content_type == "application/json"]
    if got.headers.get("content-type") == "application/json":
        assert media
        jsonschema_rs.validator_for(dict(media[0].schema), validate_formats=True).validate(got.json)


def test_every_operation_answers_a_valid_request_in_the_documented_form(athena: Contract, call: Any) -> None:
    executions = iter(call.facts.ids["default"]["executions"])
    own = {
        "keyId": call("POST", "/ephemeral-keys", {"name": "x"})["/data/id"],
        "attachmentId": call("POST", "/attachments", raw=form("file", "a.txt", b"a"), headers=FORM)["/data/id"],
        "agentId": call.facts.ids["default"]["agents"][0],
        "conversationId": call.facts.ids["default"]["conversations"][0],
        "ws": call.facts.values["ws"],
    }
    for operation in athena.operations:
        if operation.kind is Kind.SOCKET:
            continue
        values = own | ({"executionId": next(executions)} if "{executionId}" in operation.path else {})
        path = operation.path
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", value)
        bodies = [value for media in operation.request for value in media.examples.values()]
        sent = {"raw": form("file", "b.txt", b"b"), "headers": FORM} if operation.kind is Kind.UPLOAD else {}
        body = None if sent or not bodies else bodies[0]
        refused = call(operation.method, path, body, role=None, **sent)
        assert refused.status == (200 if operation.public else 401), operation.id
        _conforms(athena, operation.id, refused)
        got = call(operation.method, path, body, **sent)
        assert 200 <= got.status < 300, (operation.id, got)
        _conforms(athena, operation.id, got)
        assert (operation.kind is Kind.STREAM) == (got.headers["content-type"] == "text/event-stream")


def test_an_execution_that_waits_for_input_is_resumed_once(call: Any) -> None:
    waiting = call.facts.ids["default"]["executions"][0]
    done = call("POST", f"/executions/{waiting}/resume", {"input": {}})
    assert done["/data/status"] == "completed"
    again = call("POST", f"/executions/{waiting}/resume", {"input": {}})
    assert (again.status, again["/error/code"]) == (409, "execution_not_waiting")
    assert call("POST", f"/executions/{waiting}/cancel").status == 409


def test_the_result_of_a_tool_is_no_input(call: Any) -> None:
    first, second, *_ = call.facts.ids["default"]["executions"]
    assert call("POST", f"/executions/{first}/tool-result", {}).status == 409
    assert call("POST", f"/executions/{second}/tool-result", {})["/data/status"] == "completed"


def test_an_execution_that_was_cancelled_does_not_go_on(call: Any) -> None:
    waiting = call.facts.ids["default"]["executions"][0]
    assert call("POST", f"/executions/{waiting}/cancel")["/data/status"] == "cancelled"
    assert call("POST", f"/executions/{waiting}/resume", {}).status == 409


@pytest.mark.parametrize(
    ("accept", "streams"),
    [
        ("text/event-stream", True),
        ("text/event-stream;q=0.9, application/json;q=0.1", True),
        ("application/json", False),
        ("*/*", False),
        (None, False),
    ],
)
def test_accept_decides_how_a_resumed_execution_answers(call: Any, accept: str | None, streams: bool) -> None:
    waiting = call.facts.ids["default"]["executions"][0]
    got = call("POST", f"/executions/{waiting}/resume", {}, headers={"Accept": accept})
    if streams:
        assert [event["type"] for event in events(got)][-1] == "execution.completed"
    else:
        assert got["/data/id"] == waiting


def test_a_streamed_execution_tells_its_steps_one_by_one(call: Any) -> None:
    agent = call.facts.ids["default"]["agents"][0]
    got = call("POST", f"/agents/{agent}/execute/stream", {"message": "x"})
    told = events(got)
    assert [event["type"] for event in told] == ["execution.started", "delta", "delta", "execution.completed"]
    assert len(got.chunks) == len(told)
    assert call("POST", f"/executions/{told[0]['execution_id']}/cancel").status == 409


def test_a_batch_tells_its_progress(call: Any) -> None:
    agent = call.facts.ids["default"]["agents"][0]
    told = events(call("POST", f"/agents/{agent}/execute/batch", {"inputs": [{}, {}, {}]}))
    assert [event["completed"] for event in told if event["type"] == "progress"] == [1, 2, 3]


@pytest.mark.parametrize("path", ["execute", "execute/stream", "execute/batch", "execute/preview"])
def test_an_agent_that_does_not_exist_is_no_stream(call: Any, path: str) -> None:
    got = call("POST", f"/agents/agent_none/{path}", {"message": "x"})
    assert (got.status, got["/error/code"]) == (404, "agent_not_found")


def test_executions_cost_credits(call: Any) -> None:
    agent = call.facts.ids["default"]["agents"][0]
    before = call("GET", "/my/credits")["/data/balance"]
    call("POST", f"/agents/{agent}/execute", {"message": "x"})
    call("POST", f"/agents/{agent}/execute/preview", {"message": "x"})
    assert call("GET", "/my/credits")["/data/balance"] == before - 1
    assert call("GET", "/my/credits", role="second_tenant")["/data/balance"] == 10_000


@pytest.mark.parametrize("later", [0, DAY - 1, DAY])
def test_a_key_is_good_for_a_day(call: Any, later: int) -> None:
    def opened(key: str) -> int:
        status: int = call("POST", "/my/conversations", {"title": "x"}, headers={"Idempotency-Key": key}).status
        return status

    assert opened("one") == 201
    call.clock.sleep(later)
    assert opened("one") == (201 if later == DAY else 409)
    assert opened("two") == 201
    assert opened("three") == 201


def test_of_two_requests_with_one_key_at_once_one_acts(call: Any) -> None:
    async def both() -> list[int]:
        key = {"Idempotency-Key": "k"}
        sending = [call.sending("POST", "/my/conversations", {"title": "both"}, headers=key) for _ in range(2)]
        return sorted(got.status for got in await asyncio.gather(*sending))

    assert asyncio.run(both()) == [201, 409]
    titles = [item["title"] for page in call.pages("/my/conversations", limit=100) for item in page]
    assert titles.count("both") == 1


def test_what_is_said_is_answered(call: Any) -> None:
    own = call("POST", "/my/conversations", {"title": "x"})["/data/id"]
    call("POST", f"/my/conversations/{own}/messages", {"content": "hello"})
    said = call("GET", f"/my/conversations/{own}/messages")["/data"]
    assert [(item["role"], item["content"]) for item in said] == [("assistant", "Fake reply"), ("user", "hello")]


@pytest.mark.parametrize("path", ["/auth/token", "/ephemeral-keys"])
def test_a_key_that_was_issued_opens_until_it_ends(call: Any, path: str) -> None:
    issued = call("POST", path, {"ttl_seconds": 300})
    call.secrets["issued"] = issued["/data/token"] or issued["/data/key"]
    assert call.secrets["issued"].startswith("eak_fake_")
    assert call("GET", "/my/conversations", role="issued").status == 200
    call.clock.sleep(300)
    assert call("GET", "/my/conversations", role="issued").status == 401


def test_a_key_that_was_revoked_opens_nothing(call: Any) -> None:
    issued = call("POST", "/ephemeral-keys", {})
    call.secrets["issued"] = issued["/data/key"]
    assert call("DELETE", f"/ephemeral-keys/{issued['/data/id']}")["/data/revoked"] is True
    assert call("GET", "/my/conversations", role="issued").status == 401


@pytest.mark.parametrize("seconds", [0, -1, DAY + 1, "300", True])
def test_a_lifetime_that_is_none_is_refused_with_details(call: Any, seconds: Any) -> None:
    got = call("POST", "/ephemeral-keys", {"ttl_seconds": seconds})
    assert (got.status, got["/error/code"], got["/error/details/field"]) == (400, "validation_error", "ttl_seconds")


@pytest.mark.parametrize(("name", "data"), [("a.txt", b"abc"), ("empty.bin", b""), ("grüße 👋.txt", "ü".encode())])
def test_a_file_is_uploaded_listed_and_deleted(call: Any, name: str, data: bytes) -> None:
    made = call("POST", "/attachments", raw=form("file", name, data), headers=FORM)
    assert (made.status, made["/data/filename"], made["/data/size"]) == (201, name, len(data))
    assert call("GET", "/my/attachments")["/data/0/id"] == made["/data/id"]
    assert call("DELETE", f"/my/attachments/{made['/data/id']}")["/data/deleted"] is True
    assert made["/data/id"] not in call.ids("/my/attachments")


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (form("other", "a.txt", b"a"), FORM),
        (b"--b\r\n\r\n", FORM),
        (form("file", "a.txt", b"a"), {"Content-Type": "multipart/form-data"}),
        (b'{"file": "a"}', {"Content-Type": "application/json"}),
    ],
)
def test_what_is_no_form_with_a_file_is_refused(call: Any, raw: bytes, headers: dict[str, str]) -> None:
    assert call("POST", "/attachments", raw=raw, headers=headers).status == 400


def test_preferences_are_kept_for_each_workspace(call: Any) -> None:
    assert call("PATCH", "/my/preferences", {"push_enabled": False})["/data/push_enabled"] is False
    assert call("GET", "/my/preferences")["/data/push_enabled"] is False
    assert call("GET", "/my/preferences", role="second_tenant")["/data/push_enabled"] is True
    assert call("PATCH", "/my/preferences", raw=b"[]").status == 400


def test_everybody_sees_the_same_storefront(call: Any) -> None:
    open_to_all = call.ids("/public/cms/agents", role=None, limit=100)
    assert open_to_all == call.ids("/public/cms/agents", role="second_tenant", limit=100)
    assert len(open_to_all) > 100


def test_a_subscription_event_is_for_the_workspace_in_the_path(call: Any) -> None:
    event = {"event": {"id": "e1", "type": "TEST"}}
    own = call.facts.values["ws"]
    assert call("POST", f"/webhooks/{own}/revenuecat", event)["/data/duplicate"] is False
    assert call("POST", f"/webhooks/workspace:{own}/revenuecat", event)["/data/duplicate"] is True
    assert call("POST", "/webhooks/another/revenuecat", event).status == 404
    assert call("POST", f"/webhooks/{own}/revenuecat", {}).status == 400


def test_another_workspace_is_out_of_reach(call: Any) -> None:
    other = f"workspace:{call.facts.values_of['second_tenant']['workspace']}"
    assert call("GET", "/my/conversations", headers={"X-Workspace-Id": other}).status == 403
    assert call("GET", "/my/conversations", headers={"X-Workspace-Id": None}).status == 400


def test_the_swagger_ui_is_a_page_for_everybody(call: Any) -> None:
    got = call("GET", "/swagger-ui/", role=None)
    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert call("POST", "/swagger-ui/", {}).status == 404


def test_a_limit_tells_when_to_come_back(call: Any) -> None:
    for _ in range(300):
        assert call("GET", "/my/credits").status == 200
    refused = call("GET", "/my/credits")
    assert (refused.status, refused.headers["x-ratelimit-limit"]) == (429, "300")
    assert refused["/error/details/limit"] == 300
    assert "x-ratelimit-limit" not in call("GET", "/my/credits", role="second_tenant").headers
    call.clock.sleep(int(refused.headers["retry-after"]))
    assert call("GET", "/my/credits").status == 200


def test_who_watches_the_workspace_hears_what_happens_there(athena: Contract, call: Any) -> None:
    heard = asyncio.run(_watched(call.mock, call))
    assert [event["type"] for event in heard] == ["connected", "conversation.created"]


async def _watched(mock: Mock, call: Any) -> list[Any]:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    inbox: asyncio.Queue[Any] = asyncio.Queue()
    inbox.put_nowait({"type": "websocket.connect"})
    headers = {"Host": "mock.example", **call.headers("default")}
    scope = {
        "type": "websocket",
        "scheme": "wss",
        "path": "/realtime/ws",
        "raw_path": b"/realtime/ws",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "subprotocols": [],
        "extensions": {},
    }
    watching = asyncio.create_task(mock(scope, inbox.get, heard.put))
    assert (await heard.get())["type"] == "websocket.accept"
    told = [json.loads((await heard.get())["text"])]
    await call.sending("POST", "/my/conversations", {"title": "x"}, role="second_tenant")
    await call.sending("POST", "/my/conversations", {"title": "x"})
    told.append(json.loads((await heard.get())["text"]))
    inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await watching
    await call.sending("POST", "/my/conversations", {"title": "x"})
    assert heard.empty()
    return told
