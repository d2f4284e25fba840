"""A secret is sent, and shown nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from vendorproof.errors import NeedsRole, Unavailable
from vendorproof.exchange import curl, write_har
from vendorproof.target import Draft, Secret

TOKEN = "acme_live_0123456789abcdef"
LISTED = Draft("GET", "/things", operation="listThings")
LOGINS = {
    "default": {"email": Secret("ACME_EMAIL", "me@acme.example"), "password": Secret("ACME_PASSWORD", "correct horse")},
    "second_tenant": {
        "email": Secret("ACME_EMAIL_2", "you@b.example"),
        "password": Secret("ACME_PASSWORD_2", "battery staple"),
    },
}


class Vendor:
    """Issues a token at /login, and tells everybody whose credential it got."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.logins: list[Any] = []
        self.answers = list(answers)
        self.seen: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.extensions["target"] != b"/v1/login":
            self.seen.append(request.headers.get("authorization"))
            return httpx.Response(200, json={"you": request.headers.get("authorization")})
        self.logins.append(json.loads(request.read()))
        status, body = self.answers.pop(0) if self.answers else (200, None)
        issued = {"token": f"jwt.{len(self.logins)}.{self.logins[-1]['email']}", "refreshToken": "refresh-0123456789"}
        return httpx.Response(status, json=issued if body is None else body)


def test_a_login_gets_the_credential_once_and_only_when_needed(make_client: Any, login_contract: Any) -> None:
    vendor = Vendor()
    client = make_client(vendor, of=login_contract, credentials={}, logins=LOGINS)
    client.send(Draft("GET", "/ping", role="none"))
    assert vendor.logins == []
    client.send(LISTED)
    client.send(LISTED)
    assert vendor.logins == [{"email": "me@acme.example", "password": "correct horse"}]
    assert vendor.seen == [None, "Bearer jwt.1.me@acme.example", "Bearer jwt.1.me@acme.example"]
    login = client.journal.by_operation("logIn")[0]
    assert (login.role, login.purpose, client.budget.spent) == ("none", "logs in as default", 4)
    assert client.secret() == "jwt.1.me@acme.example"


def test_each_role_has_its_own_login(make_client: Any, login_contract: Any) -> None:
    vendor = Vendor()
    client = make_client(vendor, of=login_contract, credentials={}, logins=LOGINS)
    client.send(LISTED)
    client.send(Draft("GET", "/things", operation="listThings", role="second_tenant"))
    assert vendor.seen == ["Bearer jwt.1.me@acme.example", "Bearer jwt.2.you@b.example"]


def test_a_ready_token_needs_no_login(make_client: Any, login_contract: Any) -> None:
    vendor = Vendor()
    make_client(vendor, of=login_contract, logins=LOGINS).send(LISTED)
    assert (vendor.logins, vendor.seen) == ([], [f"Bearer {TOKEN}"])


def test_the_login_itself_needs_none(make_client: Any, login_contract: Any) -> None:
    vendor = Vendor()
    client = make_client(vendor, of=login_contract, credentials={}, logins=LOGINS)
    body = json.dumps({"email": "x", "password": "wrong"}).encode()
    exchange = client.send(Draft("POST", "/login", operation="logIn", body=body))
    assert (exchange.role, len(vendor.logins)) == ("none", 1)


def test_a_role_without_login_or_token_is_missing(make_client: Any, login_contract: Any) -> None:
    client = make_client(Vendor(), of=login_contract, credentials={}, logins={})
    with pytest.raises(NeedsRole):
        client.send(LISTED)


@pytest.mark.parametrize(
    "answer", [(401, {}), (500, {}), (200, {}), (200, {"token": 5}), (200, {"token": ""}), (200, [1])]
)
def test_a_failed_login_is_tried_three_times_in_all(answer: Any, make_client: Any, login_contract: Any) -> None:
    vendor = Vendor(*[answer] * 9)
    client = make_client(vendor, of=login_contract, credentials={}, logins=LOGINS)
    for _ in range(5):
        with pytest.raises(Unavailable, match=rf"logging in as 'default' gave no token at /token: .*HTTP {answer[0]}"):
            client.send(LISTED)
    assert len(vendor.logins) == 3


def test_a_login_that_works_later_is_enough(make_client: Any, login_contract: Any) -> None:
    client = make_client(Vendor((503, {})), of=login_contract, credentials={}, logins=LOGINS)
    with pytest.raises(Unavailable):
        client.send(LISTED)
    assert client.send(LISTED).succeeded


def test_a_login_that_is_no_json_or_no_answer(make_client: Any, login_contract: Any) -> None:
    def html(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="<html>")

    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    for answer, words in ((html, "HTTP 200"), (gone, "connection refused")):
        client = make_client(answer, of=login_contract, credentials={}, logins=LOGINS)
        with pytest.raises(Unavailable, match=words):
            client.send(LISTED)


@pytest.mark.parametrize("kept", ["default", "second_tenant"])
def test_issued_tokens_are_secrets(kept: str, tmp_path: Path, make_client: Any, login_contract: Any) -> None:
    client = make_client(Vendor(), of=login_contract, credentials={}, logins=LOGINS)
    client.send(Draft("GET", "/things", operation="listThings", role=kept))
    write_har(tmp_path / "x.har", client.journal, client.redactor)
    written = (tmp_path / "x.har").read_text()
    for secret in ("jwt.1", "refresh-0123456789", "correct horse", "battery staple"):
        assert secret not in written
    label = "$ACME_TOKEN" if kept == "default" else "$ACME_TOKEN_SECOND_TENANT"
    assert f"Bearer {label}" in written
    assert "$ACME_TOKEN_REFRESH_TOKEN" in written


def test_a_made_up_credential_is_hidden_as_well(tmp_path: Path, make_client: Any) -> None:
    client = make_client(lambda request: httpx.Response(401, text=request.headers.get("authorization", "")))
    twin = TOKEN.replace("0123", "1234")
    client.send(Draft("GET", "/ping", operation="ping", credential=twin))
    client.send(
        Draft("GET", "/ping", operation="ping", role="none", headers=(("authorization", f"Basic {twin[::-1]}"),))
    )
    client.send(Draft("GET", "/ping", operation="ping", role="none", query=(("apiKey", TOKEN[:13]),)))
    client.send(Draft("GET", "/ping", operation="ping"))
    write_har(tmp_path / "x.har", client.journal, client.redactor)
    written = (tmp_path / "x.har").read_text()
    for secret in (TOKEN, TOKEN[:13], twin, twin[::-1]):
        assert secret not in written
    assert "Bearer $ACME_TOKEN" in written
    assert "Bearer $MADE_UP_CREDENTIAL" in written


def test_the_usual_beginning_of_keys_is_no_secret(make_client: Any) -> None:
    client = make_client(lambda request: httpx.Response(401))
    client.send(Draft("GET", "/ping", operation="ping", credential=TOKEN[:10]))
    client.send(Draft("GET", "/ping", operation="ping", credential=TOKEN[:10][::-1]))
    assert client.redactor.text(f"keys begin with {TOKEN[:10]}, not {TOKEN[:10][::-1]}") == (
        f"keys begin with {TOKEN[:10]}, not $MADE_UP_CREDENTIAL"
    )


def test_what_is_generated_or_short_is_no_secret(make_client: Any) -> None:
    client = make_client(lambda request: httpx.Response(401))
    client.send(Draft("GET", "/ping", operation="ping", credential="application", generated=True))
    client.send(Draft("GET", "/ping", operation="ping", headers=(("Authorization", "Bearer"),)))
    assert client.redactor.text("Bearer application") == "Bearer application"


def test_the_detail_of_a_failure_holds_no_secret(make_client: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(f"lost https://api.acme.example/?apiKey={TOKEN}")

    exchange = make_client(answer).send(Draft("GET", "/ping", operation="ping"))
    assert exchange.failure.detail == "lost https://api.acme.example/?apiKey=$ACME_TOKEN"


def test_no_repr_shows_a_secret(make_client: Any, make_target: Any) -> None:
    target = make_target(logins=LOGINS, proxy=Secret("HTTPS_PROXY", "http://me:hush-hush@proxy.example:3128"))
    client = make_client(lambda request: httpx.Response(200))
    draft = Draft("GET", "/ping", operation="ping", credential=TOKEN)
    shown = f"{target!r} {target} {client!r} {client.redactor!r} {draft!r} {target.credentials['default']}"
    for secret in (TOKEN, "correct horse", "battery staple", "hush-hush", "acme_live"):
        assert secret not in shown
    assert "$ACME_TOKEN" in shown


def test_the_secrets_of_a_target(make_target: Any) -> None:
    target = make_target(logins=LOGINS, proxy=Secret("HTTPS_PROXY", "http://me:hush-hush@proxy.example:3128"))
    assert target.secrets["$HTTPS_PROXY"] == "me:hush-hush"
    assert target.secrets["$HTTPS_PROXY_PASSWORD"] == "hush-hush"
    assert target.secrets["$ACME_TOKEN"] == TOKEN
    assert target.secrets["$ACME_PASSWORD_2"] == "battery staple"
    assert len(target.secrets) == 8


def test_the_curl_line_of_an_exchange_holds_no_secret(make_client: Any) -> None:
    client = make_client(lambda request: httpx.Response(200))
    exchange = client.send(Draft("GET", "/ping", operation="ping", carrier="query"))
    line = curl(exchange, client.redactor)
    assert TOKEN not in line
    assert '"https://api.acme.example/v1/ping?apiKey=$ACME_TOKEN"' in line
