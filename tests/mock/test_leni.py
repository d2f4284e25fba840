"""Leni's mock: three ways to send a key, runs that become chats, memory with files, allowances by key."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.mock import facts

FORM = "multipart/form-data; boundary=here"


@pytest.fixture(scope="session")
def leni() -> Contract:
    return load_contract(contracts_root() / "leni")


@pytest.fixture
def call(leni: Contract, calling: Callable[..., Any]) -> Any:
    return calling(leni)


def form(*parts: tuple[str, str, str]) -> bytes:
    """A multipart body; a part with a file name is a file."""
    body = ""
    for name, file_name, text in parts:
        named = f'; filename="{file_name}"' if file_name else ""
        body += f'--here\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n{text}\r\n'
    return f"{body}--here--\r\n".encode()


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"X-Api-Key": "{key}"}, {}),
        ({"X-Api-Key": None, "Authorization": "Bearer {key}"}, {}),
        ({"X-Api-Key": None}, {"apiKey": "{key}"}),
    ],
)
def test_each_carrier_opens_the_same_list(call: Any, headers: dict[str, Any], query: dict[str, str]) -> None:
    key = call.facts.credentials["default"]
    sent = {name: value.format(key=key) if value else None for name, value in headers.items()}
    asked = {name: value.format(key=key) for name, value in query.items()}
    got = call("GET", "/users/custom-analysts", headers=sent, **asked)
    assert got.status == 200
    assert got.json == call("GET", "/users/custom-analysts").json


def test_a_run_becomes_messages_of_a_session(call: Any) -> None:
    run = call("POST", "/users/run-models", {"prompt": "What is new?"}).json
    messages = call("GET", "/users/me/chat-messages")["/messages"]
    assert [message["role"] for message in messages[:2]] == ["assistant", "user"]
    assert messages[0]["id"] == run["messageId"]
    assert messages[0]["created_at"] >= messages[-1]["created_at"]
    assert call("GET", f"/users/me/chat-messages/{run['messageId']}")["/sessionId"] == run["sessionId"]
    transcript = call("GET", f"/users/me/chat-sessions/{run['sessionId']}/messages")["/messages"]
    assert {message["id"] for message in transcript} == {message["id"] for message in messages[:2]}
    again = call("POST", "/users/run-models", {"prompt": "And then?", "sessionId": run["sessionId"]}).json
    assert again["sessionId"] == run["sessionId"]
    assert call("POST", "/users/run-models", {"prompt": "x", "sessionId": "ses_gone"}).status == 404
    rows = call("POST", "/users/me/chat-sessions/message-responses", {"messageIds": [run["messageId"], "msg_x"]})
    assert [row["messageId"] for row in rows["/message_responses"]] == [run["messageId"]]


def test_one_owner_sees_nothing_of_another(call: Any) -> None:
    run = call("POST", "/users/run-models", {"prompt": "A secret"}).json
    assert call("GET", f"/users/me/chat-sessions/{run['sessionId']}", role="second_tenant").status == 404
    assert "A secret" not in str(call("GET", "/users/me/chat-messages", role="second_tenant").json)


@pytest.mark.parametrize("field", ["files", "filesBase64"])
def test_files_come_as_parts_or_in_base64(call: Any, field: str) -> None:
    sent = form(("text", "", "A note"), ("files", "Übersicht.txt", "12345"), ("files", "b.txt", ""))
    parts = call("POST", "/users/add-to-memory", raw=sent, headers={"Content-Type": FORM})
    arrays = call("POST", "/users/add-to-memory", {"text": "A note", field: [coded("12345"), coded("")]})
    assert parts.status == arrays.status == 201
    assert [(file["name"], file["size"]) for file in parts["/files"]] == [("Übersicht.txt", 5), ("b.txt", 0)]
    assert [file["size"] for file in arrays["/files"]] == [5, 0]
    listed = call("POST", "/users/get-user-memory", {})["/memory"]
    assert [note["files"] for note in listed[:2]] == [arrays["/files"], parts["/files"]]
    anchors = [parts["/files/0/id"], "file_of_nobody"]
    found = call("POST", "/users/me/chat-sessions/attachments", {"anchors": anchors})
    assert [file["name"] for file in found["/attachments"]] == ["Übersicht.txt"]


@pytest.mark.parametrize(
    "body",
    [{"text": "a", "files": ["no base64!"]}, {"text": "a", "files": [5]}, {"files": []}, {"text": ""}],
)
def test_a_note_that_is_none_is_refused(call: Any, body: Any) -> None:
    assert call("POST", "/users/add-to-memory", body).status == 400


@pytest.mark.parametrize("raw", [b"", b"--here--", form(("", "", "x")).replace(b'; name=""', b""), b"no form"])
def test_a_form_that_is_none_is_refused(call: Any, raw: bytes) -> None:
    assert call("POST", "/users/add-to-memory", raw=raw, headers={"Content-Type": FORM}).status == 400
    bare = {"Content-Type": "multipart/form-data"}
    assert call("POST", "/users/add-to-memory", raw=form(("text", "", "a")), headers=bare).status == 400


def test_an_update_changes_the_note_that_it_names(call: Any) -> None:
    note = call("POST", "/users/add-to-memory", {"text": "Old"}).json
    changed = call("POST", "/users/update-memory", {"noteId": note["id"], "text": "New", "files": [coded("abc")]})
    assert (changed["/text"], changed["/files/0/size"]) == ("New", 3)
    assert call("POST", "/users/get-user-memory", {})["/memory/0/text"] == "New"
    assert call("POST", "/users/update-memory", {"noteId": note["id"], "text": "x"}, role="second_tenant").status == 404


def test_whoever_the_body_names_the_key_decides(call: Any) -> None:
    user = {"user": {"id": call.facts.values_of["second_tenant"]["user"]}}
    call("POST", "/users/add-to-memory", {"text": "Mine", **user})
    assert call("POST", "/users/get-user-memory", user)["/memory/0/text"] == "Mine"
    assert "Mine" not in str(call("POST", "/users/get-user-memory", {}, role="second_tenant").json)


def test_a_sandbox_key_has_an_allowance_of_its_own(call: Any) -> None:
    allowance = int(call.facts.values["sandboxAllowance"])
    answers = []
    for _ in range(allowance + 1):
        call.clock.sleep(60)
        answers.append(call("GET", "/users/custom-analysts", role="sandbox").status)
    assert answers == [200] * allowance + [402]
    assert call("GET", "/users/custom-analysts", role="second_sandbox").status == 200
    assert call("GET", "/users/custom-analysts", role="development").status == 200


@pytest.mark.parametrize(("lower", "higher"), [("sandbox", "development"), ("development", "production")])
def test_environments_have_rising_limits(call: Any, lower: str, higher: str) -> None:
    def burst(role: str, most: int) -> int:
        for count in range(most):
            if call("GET", "/users/custom-analysts", role=role).status == 429:
                return count
        return most

    assert burst(higher, burst(lower, 1_000) + 1) > burst(lower, 1)


def test_a_tester_knows_ids_that_are_there(leni: Contract) -> None:
    known = facts(leni)
    assert known.bodies["updateMemory"]["noteId"].startswith("mem_")
    assert known.bodies["getMessageResponses"]["messageIds"][0].startswith("msg_")
