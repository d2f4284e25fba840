"""What answers issue is secret from then on, whether there is a login or not; and what is no secret stays readable."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.target.conftest import operation
from vendorproof.contract.model import Contract, DocumentedResponse, Effect, Kind, Media
from vendorproof.errors import Unavailable
from vendorproof.exchange import Redactor
from vendorproof.target import Draft
from vendorproof.target.profile import Secret

KEY = "eak_fake_0123456789"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
PASSWORD = Secret("ACME_PASSWORD", "horse-9-staple")
LOGINS = {"default": {"email": Secret("ACME_EMAIL", "me@acme.example"), "password": PASSWORD}}

OPERATIONS = (
    operation("issueKey", "POST", "/ephemeral-keys", Kind.CREATE, Effect.WRITE),
    operation("exchange", "POST", "/auth/exchange", Kind.ACTION, Effect.WRITE),
    operation("createWebhook", "POST", "/webhooks", Kind.CREATE, Effect.WRITE),
    operation("listWebhooks", "GET", "/webhooks", Kind.LIST, Effect.READ),
    operation("listKeys", "GET", "/ephemeral-keys", Kind.LIST, Effect.READ),
    operation("record", "POST", "/revenues", Kind.CREATE, Effect.WRITE),
    operation("listMonkeys", "GET", "/monkeys", Kind.LIST, Effect.READ),
    operation("listKeyResults", "GET", "/key-results", Kind.LIST, Effect.READ),
    operation("listChats", "GET", "/chat-sessions", Kind.LIST, Effect.READ),
)


def sent(
    contract: Contract, make_client: Callable[..., Any], name: str, answer: Any, status: int = 200, **more: Any
) -> Redactor:
    """What the client hides after one request."""
    used = next(one for one in OPERATIONS if one.id == name)
    issuing = replace(contract, operations=(*contract.operations, *OPERATIONS))
    content = {"content": answer} if isinstance(answer, str | bytes) else {"json": answer}
    client = make_client(lambda request: httpx.Response(status, **content, **more), of=issuing)
    client.send(Draft(used.method, used.path, operation=name))
    redactor: Redactor = client.redactor
    return redactor


ISSUED: dict[str, tuple[str, Any]] = {
    "a key": ("issueKey", {"data": {"id": "ekey_1", "key": KEY}}),
    "an API key": ("issueKey", {"apiKey": KEY}),
    "a key as an object": ("issueKey", {"key": {"id": "ekey_1", "value": KEY}}),
    "a token": ("exchange", {"data": {"token": KEY, "token_type": "bearer"}}),
    "a nested secret": ("exchange", {"credentials": [{"client_secret": KEY}]}),
    "a refresh token": ("exchange", {"refresh": {"token": KEY}}),
    "a session": ("exchange", {"session": {"id": KEY, "user": "ekey_1"}}),
    "a session id": ("exchange", {"sessionId": KEY}),
    "a list": ("exchange", {"tokens": [{"scope": "read", "accessToken": KEY}]}),
    "a list of texts": ("exchange", {"tokens": ["bearer", KEY]}),
    "a code": ("exchange", {"code": KEY}),
    "a form": ("exchange", f"access_token={KEY}&token_type=bearer"),
    "a bare token": ("exchange", KEY),
    "a bare token as JSON": ("exchange", json.dumps(KEY)),
    "events": ("exchange", f'data: {{"accessToken": "{KEY}"}}\n\n'),
    "JSON in a text": ("exchange", {"body": json.dumps({"jwt": KEY})}),
    "a new signing secret": ("createWebhook", {"data": {"id": "ekey_1", "signing_secret": KEY}}),
    "a signing secret of a listing": ("listWebhooks", {"data": [{"id": "ekey_1", "secret": KEY}]}),
    "a key of a listing of keys": ("listKeys", {"data": [{"key": KEY}]}),
    "a secret anywhere": ("record", {"data": {"webhook": {"signingSecret": KEY}}}),
}


@pytest.mark.parametrize("case", ISSUED)
def test_an_issued_secret_is_hidden(case: str, contract: Contract, make_client: Callable[..., Any]) -> None:
    redactor = sent(contract, make_client, *ISSUED[case])
    assert KEY not in redactor.text(f"curl -H 'X-API-Key: {KEY}'")
    assert redactor.text("bearer, ekey_1, read") == "bearer, ekey_1, read"


@pytest.mark.parametrize(
    "headers",
    [
        {"Set-Cookie": f"session={KEY}; HttpOnly"},
        {"X-Auth-Token": KEY},
        {"Authorization": f"Bearer {KEY}"},
        {"X-Refresh-Token": KEY},
        {"Location": f"https://app.example/callback?code={KEY}"},
        {"Location": f"/callback#access_token={KEY}"},
    ],
)
def test_a_secret_in_a_header_is_hidden(
    headers: dict[str, str], contract: Contract, make_client: Callable[..., Any]
) -> None:
    redactor = sent(contract, make_client, "exchange", {}, 303 if "Location" in headers else 200, headers=headers)
    assert KEY not in redactor.text(f"curl -b 'session={KEY}'")


def test_a_json_web_token_is_a_secret_wherever_it_stands(contract: Contract, make_client: Callable[..., Any]) -> None:
    redactor = sent(contract, make_client, "record", {"note": f"see {JWT}"}, 422)
    assert redactor.text(f"see {JWT}.") == "see $ACME_TOKEN_JWT."


READABLE: dict[str, tuple[str, Any, int]] = {
    "a key that is an id": ("record", {"key": KEY}, 200),
    "what was not issued": ("issueKey", {"key": KEY}, 400),
    "an id": ("issueKey", {"id": KEY}, 200),
    "a user": ("exchange", {"user": KEY, "username": KEY, "email": f"{KEY}@acme.example"}, 200),
    "a key's id": ("issueKey", {"keyId": KEY, "key_id": KEY, "tokenId": KEY}, 200),
    "a cursor": ("listKeys", {"next_page_token": KEY, "nextToken": KEY}, 200),
    "a monkey": ("listMonkeys", {"data": [{"key": KEY}]}, 200),
    "a key result": ("listKeyResults", {"data": [{"key": KEY, "code": KEY}]}, 200),
    "a chat": ("listChats", {"session_id": KEY, "sessions": [KEY]}, 200),
    "a word": ("exchange", {"token": "not-configured", "secret": "NotConfigured"}, 200),
}


@pytest.mark.parametrize("case", READABLE)
def test_what_is_no_issued_secret_stays_readable(
    case: str, contract: Contract, make_client: Callable[..., Any]
) -> None:
    shown = f"{KEY} NotConfigured not-configured bearer Bearer"
    assert sent(contract, make_client, *READABLE[case]).text(shown) == shown


def test_a_field_that_the_contract_calls_a_password_is_one(contract: Contract, make_client: Callable[..., Any]) -> None:
    inner = {"properties": {"material": {"type": "string", "format": "password"}}}
    schema = {"type": "object", "properties": {"data": inner}}
    documented = DocumentedResponse("200", (Media("application/json", schema),), {})
    told = replace(contract, operations=tuple(replace(one, responses=(documented,)) for one in contract.operations))
    assert KEY not in sent(told, make_client, "record", {"data": {"material": KEY}}).text(KEY)
    assert KEY in sent(contract, make_client, "record", {"data": {"material": KEY}}).text(KEY)


def test_a_label_holds_no_name_that_a_server_made_up(contract: Contract, make_client: Callable[..., Any]) -> None:
    redactor = sent(contract, make_client, "exchange", {"secret": KEY, f"{KEY}-token": "another-0123456789"})
    assert KEY not in " ".join(redactor.labels)
    assert set(redactor.labels) >= {"$ACME_TOKEN_SECRET", "$ACME_TOKEN_TOKEN"}


def test_of_secrets_without_end_the_first_thousand_are_followed(
    contract: Contract, make_client: Callable[..., Any]
) -> None:
    secrets = [f"tok_{number:08d}_z" for number in range(1_200)]
    redactor = sent(contract, make_client, "exchange", {"tokens": secrets})
    assert sum(redactor.knows(secret) for secret in secrets) == 1_000


def test_a_token_that_is_too_short_to_be_hidden_is_refused_with_a_message(
    make_client: Any, login_contract: Any
) -> None:
    logins = []

    def answer(request: httpx.Request) -> httpx.Response:
        logins.append(request)
        return httpx.Response(200, json={"token": "abc-1"})

    client = make_client(answer, of=login_contract, credentials={}, logins=LOGINS)
    for _ in range(3):
        with pytest.raises(Unavailable, match="gave a token of 5 characters at /token, too short to be kept out"):
            client.send(Draft("GET", "/things", operation="listThings"))
    assert len(logins) == 1
    assert client.redactor.text("abc-1") == "abc-1"


def test_a_short_user_name_is_no_secret_and_an_address_is_hidden(make_target: Any) -> None:
    short = {"username": Secret("ACME_USER", "admin"), "password": PASSWORD}
    assert set(make_target(credentials={}, logins={"default": short}).secrets) == {"$ACME_PASSWORD"}
    assert set(make_target(credentials={}, logins=LOGINS).secrets) == {"$ACME_EMAIL", "$ACME_PASSWORD"}


def test_what_a_body_of_the_tester_calls_a_secret_is_hidden(make_target: Any) -> None:
    bodies = {"createWebhook": {"url": "https://me.example/hook", "secret": "whsec-4f1c2a9b7e6d"}}
    assert make_target(credentials={}, bodies=bodies).secrets == {"$SECRET_OF_CREATEWEBHOOK": "whsec-4f1c2a9b7e6d"}
