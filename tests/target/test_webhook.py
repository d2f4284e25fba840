"""A message leaves for a webhook, whose address is a secret."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from tests.webhook import Hook, listening
from vendorproof.errors import Unreachable, UsageError
from vendorproof.target import post_webhook


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as hook:
        yield hook


def test_the_message_arrives_as_json(hook: Hook) -> None:
    post_webhook(f"  {hook.url}\n", json.dumps({"text": "größer"}).encode(), name="HOOK")
    ((path, kind, body),) = hook.got
    assert path == "/services/T0/secret-part"
    assert kind.startswith("application/json")
    assert json.loads(body) == {"text": "größer"}


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_a_refusal_is_told_without_the_address(status: int, hook: Hook) -> None:
    hook.status = status
    with pytest.raises(Unreachable, match=rf"the webhook of \$HOOK answered HTTP {status}") as told:
        post_webhook(hook.url, b"{}", name="HOOK")
    assert "secret-part" not in str(told.value)
    assert len(hook.got) == 1, "a redirect is not followed"


def test_nobody_there_is_told_without_the_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/secret-part"
        with pytest.raises(Unreachable, match=r"the webhook of \$HOOK was not reached: \w+") as told:
            post_webhook(url, b"{}", name="HOOK")
    assert "secret-part" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.parametrize(
    "url", ["", "hooks.example.com/x", "http://hooks.example.com/x", "file:///etc/passwd", "https://", "http://[::1"]
)
def test_what_is_no_safe_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"^\$HOOK holds no https URL\n"):
        post_webhook(url, b"{}", name="HOOK")
