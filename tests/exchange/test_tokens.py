"""Tokens in answers, and what a JSON Web Token tells of itself."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from vendorproof.exchange.tokens import claims, ends, token_in


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def jwt(payload: Any, header: Any = None) -> str:
    return f"{part(header or {'alg': 'HS256'})}.{part(payload)}.{part(b'signature')}"


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"accessToken": "a"}, "a"),
        ({"data": {"accessToken": "a", "refreshToken": "b"}}, "a"),
        ({"accessToken": "a", "data": {"accessToken": "b"}}, "a"),
        ({"one": {"accessToken": "a"}, "two": {"accessToken": "b"}}, None),
        ({"accessToken": ""}, None),
        ({"accessToken": 5}, None),
        ({"accessToken": "a b"}, "a b"),
        ({"accessToken": "a\n"}, None),
        ({"accessToken": " a"}, None),
        ({"accessToken": "a\r\nX-Admin: 1"}, None),
        ({"data": {"accessToken": "a "}}, None),
        ({"token": "a"}, None),
        ([{"accessToken": "a"}], None),
        ("accessToken", None),
        ({"a": {"b": {"c": {"d": {"accessToken": "too deep"}}}}}, None),
    ],
)
def test_a_token_under_its_documented_name(document: Any, found: str | None) -> None:
    assert token_in(document, "/accessToken") == found


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"token": "a"}, "a"),
        ({"data": {"access_token": "a"}}, "a"),
        ({"jwt": "a", "refreshToken": "b"}, "a"),
        ({"accessToken": "a", "token": "b"}, "a"),
        ({"refreshToken": "b", "tokenType": "Bearer"}, None),
    ],
)
def test_a_token_under_any_name(document: Any, found: str | None) -> None:
    assert token_in(document, "/accessToken", any_name=True) == found


def test_the_claims_and_the_end_of_a_json_web_token() -> None:
    assert claims(jwt({"sub": "ann", "exp": 12})) == {"sub": "ann", "exp": 12}
    assert ends(jwt({"exp": 12.5})) == 12.5
    assert ends(jwt({"sub": "ann"})) is None
    assert ends(jwt({"exp": "soon"})) is None
    assert ends(jwt({"exp": True})) is None


@pytest.mark.parametrize("absurd", ["1" + "0" * 400, "-1e300", "NaN", "Infinity", "1e999", "[" * 900 + "]" * 900])
def test_an_end_that_is_no_moment_is_none(absurd: str) -> None:
    assert ends(jwt(f'{{"exp": {absurd}}}'.encode())) is None


def test_a_payload_nested_beyond_reading_is_no_claim() -> None:
    deep = b'{"exp": ' + b"[" * 40_000 + b"]" * 40_000 + b"}"
    assert claims(jwt(deep)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c.d",
        f"{part([])}.{part({})}.x",
        f"{part({})}.{part([])}.x",
        f"{part({})}.é.x",
        "..",
        "a.b.c",
    ],
)
def test_what_is_no_json_web_token(text: str) -> None:
    assert claims(text) is None
    assert ends(text) is None
