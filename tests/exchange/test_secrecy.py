"""What is a secret by its name and its looks, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from vendorproof.exchange import Headers
from vendorproof.exchange.secrecy import (
    NOT_SHOWN,
    discreet,
    label_of,
    looks_secret,
    names_a_secret,
    names_a_user,
    secrets_in,
    secrets_in_headers,
    secrets_in_text,
    tokens_in,
    without_cookies,
)

KEY = "a8Kq3zP0xW7mV2nB5tR9yU4c"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"

SECRET_NAMES = """
token accessToken access_token refreshToken refresh-token idToken jwt userJwt tokens secret clientSecret client_secret
signing_secret webhookSecret secrets password newPassword passwd passphrase apiKey api_key apikey X-Api-Key APIKey
secretKey privateKey private_key signingKey accessKey encryption_key webhook_key sessionToken csrfToken xsrf_token
tokenValue secret_plaintext credential credentials bearer authToken
""".split()
ISSUED_NAMES = "key keys session sessionId session_id sid code authCode ticket assertion otp workspaceKey".split()
OTHER_NAMES = """
tokenType token_type tokenId secretId keyId key_id keyName secretName passwordHint tokenExpiresAt expires_in tokenCount
token_url nextToken next_page_token pageToken previousToken continuationToken syncToken publicKey publishableKey
idempotencyKey Idempotency-Key primaryKey cacheKey sortKey monkey keyboard author authorId id userId username name email
statusCode errorCode countryCode Surrogate-Key Sec-WebSocket-Key ETag
""".split()


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_name_of_a_secret(name: str) -> None:
    assert names_a_secret(name)
    assert names_a_secret(name, issued=True)


@pytest.mark.parametrize("name", ISSUED_NAMES)
def test_a_name_of_a_secret_where_some_are_issued(name: str) -> None:
    assert names_a_secret(name, issued=True)
    assert not names_a_secret(name)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_a_name_of_something_else(name: str) -> None:
    assert not names_a_secret(name)
    assert not names_a_secret(name, issued=True)


@pytest.mark.parametrize("name", "email userName username login account client_id grant_type scope".split())
def test_a_user_is_no_secret(name: str) -> None:
    assert names_a_user(name)


@pytest.mark.parametrize("name", ["password", "client_secret", "pin", "otp", "apiKey"])
def test_what_else_logs_in_is_one(name: str) -> None:
    assert not names_a_user(name)


SECRET_VALUES = [
    KEY,
    JWT,
    "whsec_4f1c2a9b7e6d5c3b",
    "0123456789abcdef0123456789abcdef",
    "QwErTyUiOpAsDfGhJkLz",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----",
    "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
]
OTHER_VALUES = [
    *("Bearer", "bearer_token_required", "NotConfigured", "not configured", "NOT_CONFIGURED", "************"),
    *("2026-01-01T00:00:00Z", "me@example.com", "https://api.example.com/oauth/token", "sk_live_****1234"),
    *("sk_live_ab12…", "eak_live_12ab...", "authorization_code", "an ordinary sentence of words", "application/json"),
    "",
]


@pytest.mark.parametrize("value", SECRET_VALUES)
def test_a_value_that_may_be_a_secret(value: str) -> None:
    assert looks_secret(value)


@pytest.mark.parametrize("value", OTHER_VALUES)
def test_a_value_that_is_none(value: str) -> None:
    assert not looks_secret(value)
    assert not looks_secret(value, issued=True)


def test_where_secrets_are_issued_a_short_value_may_be_one() -> None:
    assert looks_secret("r3fr3sh-1", issued=True)
    assert not looks_secret("r3fr3sh-1")
    assert not looks_secret("r3fr3sh", issued=True)


DOCUMENTS: dict[str, tuple[Any, bool, list[str]]] = {
    "at the top": ({"token": KEY, "token_type": "Bearer"}, False, [KEY]),
    "deep": ({"data": [{"auth": {"tokens": [{"accessToken": KEY}]}}]}, False, [KEY]),
    "a list": ({"tokens": [KEY, JWT]}, False, [JWT, KEY]),
    "an object": ({"token": {"value": KEY, "type": "Bearer", "issuer": "somebody-1234567890"}}, False, [KEY]),
    "a new key and its id": ({"key": {"id": "key_0123456789abcdef", "value": KEY}}, True, [KEY]),
    "a session's id": ({"session": {"id": KEY, "user": "user-0123456789abcd"}}, True, [KEY]),
    "a chat session's id": ({"session_id": KEY}, False, []),
    "JSON in a text": ({"body": '{"apiKey": "' + KEY + '"}'}, False, [KEY]),
    "a number": ({"token": 1234567890123456}, False, []),
    "a usage": ({"usage": {"prompt_tokens": "1234567890123456", "total_tokens": 9}}, False, ["1234567890123456"]),
    "a cursor": ({"next_page_token": KEY, "nextToken": KEY}, True, []),
    "a key of a listing": ({"data": [{"key": KEY, "id": KEY}]}, False, []),
    "a user": ({"username": "somebody-1234567890", "id": KEY}, True, []),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_the_secrets_of_a_document(case: str) -> None:
    document, issued, wanted = DOCUMENTS[case]
    assert sorted(value for _, value in secrets_in(document, issued=issued)) == sorted(wanted)


def test_further_names() -> None:
    assert [*secrets_in({"material": KEY}, named=frozenset({"material"}))] == [("material", KEY)]


TEXTS = {
    "a bare token": (f"{KEY}\n", True),
    "a form": (f"access_token={KEY}&token_type=bearer&scope=read", True),
    "events": (f'event: login\ndata: {{"token": "{KEY}"}}\n\ndata: [DONE]\n', False),
    "JSON that is none": (f'{{"api_key": "{KEY}", }}', False),
    "lines": (f'{{"id": 1}}\n{{"secret": "{KEY}"}}\n', False),
    "XML": (f"<r><accessToken>{KEY}</accessToken></r>", True),
    "settings": (f"API_KEY={KEY}\nDEBUG=1\n", False),
}


@pytest.mark.parametrize("case", TEXTS)
def test_the_secrets_of_a_text(case: str) -> None:
    text, issued = TEXTS[case]
    assert [value for _, value in secrets_in_text(text, issued=issued)] == [KEY]


def test_a_percent_encoded_secret_is_known_as_it_is_meant() -> None:
    assert [*secrets_in_text("token=ab%2Fcd%3D%3D0123456789", issued=True)] == [("token", "ab/cd==0123456789")]


def test_json_web_tokens_are_secrets_wherever_they_stand() -> None:
    assert [*tokens_in(f"see {JWT}, and eyJhbGciOiJIUzI1NiJ9 alone")] == [("jwt", JWT)]


@pytest.mark.parametrize(
    ("name", "value", "issued", "wanted"),
    [
        ("X-Auth-Token", KEY, False, [KEY]),
        ("Authorization", f"Bearer {KEY}", False, [KEY]),
        ("Set-Cookie", f"session={KEY}; Path=/; HttpOnly", True, [KEY]),
        ("Set-Cookie", "theme=dark; Path=/", True, []),
        ("Location", f"https://app.example/callback?code={KEY}&state=x", True, [KEY]),
        ("Location", f"/callback#access_token={KEY}&token_type=bearer", True, [KEY]),
        ("Location", f"/things/{KEY}", False, []),
        ("X-Request-Id", KEY, True, []),
        ("ETag", KEY, True, []),
        ("X-RateLimit-Limit-Tokens", "60000", False, []),
    ],
)
def test_the_secrets_of_a_header(name: str, value: str, issued: bool, wanted: list[str]) -> None:
    assert [value for _, value in secrets_in_headers(Headers(((name, value),)), issued=issued)] == wanted


def test_a_cookie_is_shown_without_its_value() -> None:
    shown = without_cookies(Headers((("Set-Cookie", f"sid={KEY}; Path=/"), ("set-cookie", "theme=dark"), ("X", KEY))))
    assert shown.pairs == (("Set-Cookie", "sid=$COOKIE; Path=/"), ("set-cookie", "theme=dark"), ("X", KEY))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("refreshToken", "REFRESH_TOKEN"),
        ("signing_secret", "SIGNING_SECRET"),
        (f"token_{KEY}", "TOKEN"),
        (KEY, "SECRET"),
        ("token" * 1000, "SECRET"),
        ("token-" * 1000, "TOKEN_TOKEN_TOKEN_TOKEN"),
        ("tökén", "SECRET"),
    ],
)
def test_a_label_holds_nothing_that_a_server_made_up(name: str, label: str) -> None:
    assert label_of(name) == label


def test_a_text_without_what_looks_like_a_secret() -> None:
    assert discreet(f"no number: 'Bearer {KEY}' at entry 3") == f"no number: {NOT_SHOWN} at entry 3"
    assert discreet("no number: 'seven' at entry 3") == "no number: 'seven' at entry 3"


@pytest.mark.parametrize("piece", ["=", "a=", "token=", 'abc"', "eyJ", "eyJaaaaaaaa.", "{", "abc ", 'data: {"a":\n'])
def test_a_mebibyte_of_anything_is_read_once(piece: str) -> None:
    # A search that began again at each place would take hours.
    text = piece * (1024 * 1024 // len(piece))
    assert [*secrets_in_text(text, issued=True), *tokens_in(text)] == []


@pytest.mark.parametrize("value", ["a" * 60_000, "Abc" * 20_000, "ABC_" * 15_000, "-" * 60_000])
def test_a_long_word_is_looked_at_once(value: str) -> None:
    assert not looks_secret(value)
    assert looks_secret(f"{value}1")
    assert not names_a_secret(value)
