"""Half a surrogate pair: JSON can write one as an escape, and no text can hold it."""

from __future__ import annotations

import base64
import json

import pytest

from vendorproof.exchange.model import parse_json, whole
from vendorproof.exchange.tokens import claims


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'"half \ud83d"', "half �"),
        (rb'{"\uDC00": ["\ud83d\ud83d", {"a": "\udbff!"}]}', {"�": ["��", {"a": "�!"}]}),
        (rb'"whole \ud83d\ude00"', "whole \N{GRINNING FACE}"),
        (rb'["\\ud83d", "\u00e9"]', [r"\ud83d", "é"]),
        (rb"[1, true, null, 1.5]", [1, True, None, 1.5]),
    ],
)
def test_a_half_is_replaced_and_a_whole_one_is_not(body: bytes, value: object) -> None:
    found = parse_json(body)
    assert found == value
    json.dumps(found, ensure_ascii=False).encode()


def test_what_has_no_half_is_as_it_was() -> None:
    value = {"a": ["b", 1, None]}
    assert whole(value) == value


def test_a_token_may_claim_half_a_character() -> None:
    part = base64.urlsafe_b64encode(rb'{"sub": "\ud83d"}').decode().rstrip("=")
    found = claims(f"{part}.{part}.x")
    assert found is not None
    assert found["sub"] == "�"
