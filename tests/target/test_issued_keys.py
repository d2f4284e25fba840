"""Keys that an operation issues are secrets from then on, whether there is a login or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.target.conftest import operation
from vendorproof.contract.model import Contract, Effect, Kind
from vendorproof.exchange import Redactor
from vendorproof.target import Draft

KEY = "eak_fake_0123456789"

OPERATIONS = (
    operation("issueKey", "POST", "/ephemeral-keys", Kind.CREATE, Effect.WRITE),
    operation("exchange", "POST", "/auth/exchange", Kind.ACTION, Effect.WRITE),
    operation("listKeys", "GET", "/ephemeral-keys", Kind.LIST, Effect.READ),
    operation("record", "POST", "/revenues", Kind.CREATE, Effect.WRITE),
)


def sent(contract: Contract, make_client: Callable[..., Any], name: str, answer: Any, status: int = 200) -> Redactor:
    """What the client hides after one request."""
    used = next(one for one in OPERATIONS if one.id == name)
    issuing = replace(contract, operations=(*contract.operations, *OPERATIONS))
    client = make_client(lambda request: httpx.Response(status, json=answer), of=issuing)
    client.send(Draft(used.method, used.path, operation=name))
    redactor: Redactor = client.redactor
    return redactor


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("issueKey", {"data": {"id": "ekey_1", "key": KEY}}),
        ("issueKey", {"apiKey": KEY}),
        ("exchange", {"data": {"token": KEY, "token_type": "bearer"}}),
        ("exchange", {"credentials": [{"client_secret": KEY}]}),
        ("listKeys", {"data": [{"key": KEY}]}),
    ],
)
def test_an_issued_key_is_hidden(contract: Contract, make_client: Callable[..., Any], name: str, answer: Any) -> None:
    redactor = sent(contract, make_client, name, answer)
    assert KEY not in redactor.text(f"curl -H 'X-API-Key: {KEY}'")
    assert redactor.text("bearer, ekey_1") == "bearer, ekey_1"


@pytest.mark.parametrize(
    ("name", "answer", "status"),
    [
        ("record", {"key": KEY}, 200),
        ("issueKey", {"key": KEY}, 400),
        ("issueKey", {"id": KEY}, 200),
    ],
)
def test_what_is_no_issued_key_stays_readable(
    contract: Contract, make_client: Callable[..., Any], name: str, answer: Any, status: int
) -> None:
    assert sent(contract, make_client, name, answer, status).text(KEY) == KEY
