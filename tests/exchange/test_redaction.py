"""No form of a secret gets through."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendorproof.exchange import Redactor
from vendorproof.exchange.redaction import SHORTEST

SECRET = 'sk_live/9aZ+"Qx&7=é'
LABEL = "$ACME_TOKEN"
WORD = re.compile(r"\$ACME_TOKEN(?!\w)|\$\{ACME_TOKEN\}")


def percent(text: str) -> str:
    return "".join(f"%{octet:02x}" for octet in text.encode())


FORMS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "percent-encoded": lambda s: quote(s, safe=""),
    "percent-encoded, lower hex": lambda s: quote(s, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "percent-encoded but for slashes": quote,
    "form-encoded": quote_plus,
    "every character percent-encoded": percent,
    "every character percent-encoded, upper hex": lambda s: percent(s).upper(),
    "percent-encoded twice": lambda s: quote(quote(s, safe=""), safe=""),
    "percent-encoded three times": lambda s: quote(quote(quote(s, safe=""), safe=""), safe=""),
    "JSON": lambda s: json.dumps(s)[1:-1],
    "JSON with raw letters": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "JSON with escaped slashes": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "JSON in JSON": lambda s: json.dumps(json.dumps(s))[3:-3],
    "JSON, every character escaped": lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    "JSON, every character escaped, upper hex": lambda s: "".join(f"\\u{ord(c):04X}" for c in s),
    "Python bytes": lambda s: "".join(f"\\x{octet:02x}" for octet in s.encode()),
    "HTML": html.escape,
    "HTML by number": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "HTML by hexadecimal number": lambda s: "".join(f"&#x{ord(c):X};" for c in s),
    "hexadecimal": lambda s: s.encode().hex(),
    "hexadecimal, upper": lambda s: s.encode().hex().upper(),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64, one byte on": lambda s: base64.b64encode(b"u" + s.encode()).decode(),
    "base64, two bytes on": lambda s: base64.b64encode(b"u:" + s.encode()).decode(),
    "base64, with something behind": lambda s: base64.b64encode(b"user:" + s.encode() + b":more").decode(),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "base64, percent-encoded": lambda s: quote(base64.b64encode(b"a" + s.encode()), safe=""),
    "base64 in JSON with escaped slashes": lambda s: base64.b64encode(b"ab" + s.encode()).decode().replace("/", "\\/"),
}


@pytest.mark.parametrize("form", [form for form in FORMS if not form.startswith("base64")])
def test_every_form_of_a_secret_becomes_its_label(form: str) -> None:
    redacted = Redactor({LABEL: SECRET}).text(f"before {FORMS[form](SECRET)}| after")
    assert redacted == f"before {LABEL}| after"


@pytest.mark.parametrize("form", [form for form in FORMS if form.startswith("base64")])
def test_base64_is_replaced_but_for_what_else_is_in_it(form: str) -> None:
    encoded = FORMS[form](SECRET)
    before, after = WORD.split(Redactor({LABEL: SECRET}).text(encoded))
    assert encoded.startswith(before)
    assert encoded.endswith(after)
    assert len(before) + len(after) <= len(encoded) - len(SECRET.encode()) * 4 // 3


@pytest.mark.parametrize("form", FORMS)
def test_bytes_are_redacted_like_text(form: str) -> None:
    encoded = FORMS[form](SECRET).encode()
    redacted = Redactor({LABEL: SECRET}).data(b'{"x": "' + encoded + b'"}\xff')
    assert encoded not in redacted
    assert WORD.search(redacted.decode("utf-8", "replace"))
    assert redacted.endswith(b'"}\xff')


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_redacted(codec: str) -> None:
    assert Redactor({LABEL: SECRET}).data(SECRET.encode(codec)) == LABEL.encode(codec)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40), st.binary(max_size=5))
def test_base64_of_anything_around_a_secret_gives_no_byte_of_its_middle_away(secret: str, before: bytes) -> None:
    encoded = base64.b64encode(before + secret.encode() + b"tail").decode()
    redacted = Redactor({"§": secret}).text(encoded)
    assert encoded[(len(before) + 2) * 4 // 3 : (len(before) + len(secret) - 2) * 4 // 3] not in redacted


@given(st.binary(max_size=200))
def test_bytes_without_a_secret_stay_as_they_are(data: bytes) -> None:
    assert Redactor({LABEL: "never-in-random-bytes-0123"}).data(data) == data


def test_ordinary_text_stays_as_it_is() -> None:
    text = json.dumps({"path": "/a%20b", "note": 'say "hi" \\ & go', "id": "conv_8f3c12"})
    assert Redactor({LABEL: SECRET, "$OTHER": "wak_0123456789"}).text(text) == text


def test_a_secret_inside_another_leaves_nothing_of_the_longer_one() -> None:
    redactor = Redactor({"$SHORT": "wak_abc123", "$LONG": "wak_abc123_tenant_two"})
    assert redactor.text("wak_abc123_tenant_two wak_abc123") == "$LONG $SHORT"


def test_secrets_can_be_added_later_and_labelled_anew() -> None:
    redactor = Redactor()
    assert redactor.text("tok_12345678") == "tok_12345678"
    assert not redactor.knows("tok_12345678")
    redactor.add("$FIRST", "tok_12345678")
    redactor.add("$SECOND", "tok_12345678")
    assert redactor.text("tok_12345678") == "$SECOND"
    assert redactor.labels == ("$SECOND",)
    assert redactor.knows("tok_12345678")


def test_an_empty_value_is_no_secret() -> None:
    redactor = Redactor({"$EMPTY": ""})
    assert redactor.text("text") == "text"
    assert redactor.labels == ()


def test_a_value_that_is_too_short_is_no_secret() -> None:
    redactor = Redactor({"$PIN": "1234567", "$WORD": "application"[: SHORTEST - 1]})
    assert redactor.labels == ()
    assert redactor.text("application 1234567") == "application 1234567"


def test_a_short_secret_is_found_as_it_stands_and_escaped() -> None:
    redactor = Redactor({"$PIN": "a/7&b/8x"})
    assert redactor.text("pin=a%2F7%26b%2F8x pin=a/7&amp;b/8x a7b8x") == "pin=$PIN pin=$PIN a7b8x"


def test_no_repr_shows_a_secret() -> None:
    redactor = Redactor({LABEL: SECRET})
    assert SECRET not in repr(redactor) + repr(vars(redactor))
    assert LABEL in repr(redactor)


def test_adding_while_others_redact_is_safe() -> None:
    redactor = Redactor({LABEL: SECRET})

    def work(number: int) -> str:
        redactor.add(f"$T{number}", f"token-{number:04d}-token")
        return redactor.text(f"{SECRET} token-{number:04d}-token")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, range(40)))
    assert found == [f"{LABEL} $T{number}" for number in range(40)]
