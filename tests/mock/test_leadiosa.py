"""Leadiosa's mock keeps its contract: every operation, every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from vendorproof.contract import Contract


@pytest.fixture
def call(leadiosa: Contract, calling: Callable[..., Any]) -> Any:
    return calling(leadiosa)


def _conforms(contract: Contract, operation_id: str, got: Any) -> None:
    """The answer is documented, and keeps its schema."""
    documented = contract.operation(operation_id).response_for(got.status)
    assert documented is not None
    media = [one for one in documented.media if one.content_type == "application/json"]
    if not media:
        assert got.body == b""
        return
    assert got.headers["content-type"] == "application/json"
    jsonschema_rs.validator_for(dict(media[0].schema), validate_formats=True).validate(got.json)
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(got.headers)


def test_every_operation_answers_a_valid_request_in_the_documented_form(leadiosa: Contract, call: Any) -> None:
    ids = call.facts.ids["disposable"]
    deletions_last = sorted(leadiosa.operations, key=lambda one: one.method == "DELETE")
    for operation in deletions_last:
        path = operation.path
        for resource in leadiosa.conventions.resources.values():
            if resource.parameter:
                path = path.replace(f"{{{resource.parameter}}}", ids[resource.name][0])
        examples = [example for media in operation.request for example in media.examples.values()]
        for role, success in (("default", True), (None, False), ("revoked", False)):
            got = call(operation.method, path, examples[0] if examples else None, role=role)
            assert (200 <= got.status < 300) is success, (operation.id, got)
            _conforms(leadiosa, operation.id, got)
        for body, query in ((None, {"limit": "many"}), ({"subject": 1, "title": 1, "name": 1}, {})):
            _conforms(leadiosa, operation.id, call(operation.method, path, body, **query))


def test_a_closed_conversation_takes_no_assignee(call: Any) -> None:
    own = call("POST", "/conversations", {"subject": "x"})["/data/id"]
    assert call("PATCH", f"/conversations/{own}", {"assignee_id": "member_1"})["/data/assignee_id"] == "member_1"
    assert call("PATCH", f"/conversations/{own}", {"assignee_id": "nobody"}).status == 422
    assert call("PATCH", f"/conversations/{own}", {"status": "closed"})["/data/status"] == "closed"
    refused = call("PATCH", f"/conversations/{own}", {"assignee_id": "member_2"})
    assert (refused.status, refused["/error/code"]) == (409, "conversation_closed")
    assert call("PATCH", f"/conversations/{own}", {"status": "open"}).status == 200
    assert call("PATCH", f"/conversations/{own}", {"assignee_id": "member_2"}).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/workspace"),
        ("GET", "/workspace/archive-status"),
        ("POST", "/workspace/close"),
        ("POST", "/workspace/restore"),
    ],
)
def test_the_workspace_is_the_owner_s(call: Any, method: str, path: str) -> None:
    assert call(method, path, role="non_owner").status == 403
    assert call(method, path).status == 200


def test_a_workspace_is_closed_and_restored(call: Any) -> None:
    assert call("GET", "/workspace/archive-status")["/data/archived"] is False
    assert call("POST", "/workspace/close")["/data/status"] == "closed"
    status = call("GET", "/workspace/archive-status").json["data"]
    assert (status["archived"], status["closed_at"]) == (True, "2026-11-18T11:06:40.000Z")
    assert call("GET", "/workspace/archive-status", role="second_tenant")["/data/archived"] is False
    assert "closed_at" not in call("POST", "/workspace/restore").json["data"]


def test_the_error_for_a_foreign_conversation_is_the_page_s_example(call: Any) -> None:
    foreign = call.facts.ids["second_tenant"]["conversations"][0]
    got = call("GET", f"/conversations/{foreign}")
    assert (got.status, got["/error/code"]) == (404, "conversation_not_found")
    assert foreign in got["/error/message"]
    assert got["/error/request_id"].startswith("req_")


def test_what_can_only_be_read_refuses_every_write(call: Any) -> None:
    for path in ("/audit", "/billing/subscription"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert call(method, path, {}).status == 405


def test_everything_is_visibly_fake(call: Any) -> None:
    shown = b"".join(call("GET", path).body for path in ("/conversations", "/contacts", "/knowledge", "/webhooks"))
    assert b"example.com" in shown
    assert b"whsec_fake" in shown
    assert all("fake" in secret for secret in call.secrets.values())
