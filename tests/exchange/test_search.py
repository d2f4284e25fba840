"""What redaction finds beside a secret as it is: with signs in between, in pieces, across cuts, among many, in long
texts; and what it leaves alone."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendorproof.exchange import Redactor
from vendorproof.exchange.redaction import hidden_everywhere, labels_of

KEY = "cnry_live_d1/Zq+9fRw0K=x7Lm~Tn3.aB-uVe"
LABEL = "$ACME_TOKEN"
REDACTOR = Redactor({LABEL: KEY})
MEBIBYTE = 1024 * 1024

WITH_SIGNS: dict[str, Callable[[str], str]] = {
    "lines": lambda key: "\n".join(key[at : at + 10] for at in range(0, len(key), 10)),
    "lines of a quotation": lambda key: "\n> ".join(key[at : at + 7] for at in range(0, len(key), 7)),
    "lines in JSON": lambda key: "\\n".join(key[at : at + 10] for at in range(0, len(key), 10)),
    "letters of a list": lambda key: str(list(key)),
    "zero-width spaces": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "base64 in lines": lambda key: base64.encodebytes(f"user:{key}".encode()).decode().replace("w", "w\r\n"),
    "hexadecimal with colons": lambda key: key.encode().hex(":"),
    "hexadecimal in groups": lambda key: key.encode().hex(" ", 2).upper(),
    "hexadecimal with 0x": lambda key: ", ".join(f"0x{octet:02x}" for octet in key.encode()),
    "octets": lambda key: str(list(key.encode())),
    "hexadecimal of UTF-16": lambda key: key.encode("utf-16-le").hex(" "),
}


@pytest.mark.parametrize("form", WITH_SIGNS)
def test_signs_in_between_hide_nothing(form: str) -> None:
    redacted = REDACTOR.text(f"key: {WITH_SIGNS[form](KEY)} thanks")
    assert LABEL in redacted
    assert sum(piece in redacted for piece in ("Zq", "9fRw", "x7Lm", "5a71", "39665277", "0x39", "57, 102")) == 0


@pytest.mark.parametrize("piece", [KEY[:30], KEY[8:], KEY[:20], KEY[-20:], KEY[10:28]])
def test_a_long_piece_of_a_key_is_hidden_as_well(piece: str) -> None:
    before, after = REDACTOR.text(f"<{piece}...>").split(LABEL)
    assert (before, after.lstrip("~=_")) == ("<", "...>")


@pytest.mark.parametrize("piece", [KEY[:10], KEY[10:18], KEY[-8:]])
def test_so_little_of_a_key_as_servers_show_stays(piece: str) -> None:
    assert REDACTOR.text(f"key {piece}… is unknown") == f"key {piece}… is unknown"


WORDS = {
    "wak_fake_second_tenant": "the second tenant, fake or not: second_tenant, wak",
    "my-sandbox-api-key-for-nightly-tests": "my sandbox; an API key for the nightly tests of my sandbox API",
    "correct horse battery staple": "a correct horse, a battery",
    "someone@corporate.example": "corporate.example, someone else",
    "20260101-20261231-key": "from 2026-01-01 to 2026-12-31",
}


@pytest.mark.parametrize("secret", WORDS)
def test_a_secret_of_words_takes_no_word_away(secret: str) -> None:
    redactor = Redactor({"$S": secret})
    assert redactor.text(WORDS[secret]) == WORDS[secret]
    assert redactor.text(f"({secret})") == "($S)"


def test_a_made_up_key_keeps_its_own_label() -> None:
    made_up = {"$LONGER": f"{KEY}0", "$SHORTER": KEY[:-1], "$SWAPPED": KEY.swapcase()}
    redactor = Redactor({LABEL: KEY} | made_up)
    assert redactor.text(f"{KEY} {KEY[:-1]} {KEY}0 {KEY.swapcase()}") == f"{LABEL} $SHORTER $LONGER $SWAPPED"


@given(st.integers(0, len(KEY)), st.sampled_from([" ", '"', "\n", "="]))
def test_data_that_was_cut_ends_with_no_beginning_of_a_key(kept: int, before: str) -> None:
    redacted = REDACTOR.data(f"token{before}{KEY[:kept]}".encode(), cut=True).decode()
    assert redacted.removeprefix("token").count("live_d1") == 0


@pytest.mark.parametrize("encode", [base64.b64encode, bytes.hex])
def test_nor_with_the_beginning_of_an_encoded_one(encode: Callable[[bytes], bytes | str]) -> None:
    encoded = encode(KEY.encode())
    text = encoded if isinstance(encoded, str) else encoded.decode()
    assert REDACTOR.data(f"token {text[:20]}".encode(), cut=True) == f"token {LABEL}".encode()


def test_the_head_of_data_is_redacted_before_it_is_cut() -> None:
    for kept in range(1, len(KEY) + 1):
        data = b"x" * (1000 - kept) + KEY.encode() + b"." * MEBIBYTE
        assert REDACTOR.head(data, 1000) == (b"x" * (1000 - kept) + LABEL.encode() + b"." * 1000)[:1000]


def test_a_text_in_brief_is_redacted_before_it_is_cut() -> None:
    assert REDACTOR.brief(f"expected {KEY}", 60) == f"expected {LABEL}"
    for length in (400, 100_000):
        for place in range(0, 400, 7):
            text = "x" * place + KEY + "y" * (length - place)
            brief = REDACTOR.brief(text, 90)
            assert len(brief) < 130
            assert f"({len(text)} characters)" in brief
            assert "live_d1" not in brief
            assert "aB-uVe" not in brief


def test_a_label_is_a_whole_word() -> None:
    assert REDACTOR.text(f"{KEY}x {KEY}-x") == "${ACME_TOKEN}x $ACME_TOKEN-x"
    found = labels_of(["$TOKEN", "$TOKEN_2"]).findall("$TOKEN $TOKEN_2 ${TOKEN}s $TOKEN_3 $TOKENS TOKEN $TOKEN.")
    assert found == ["$TOKEN", "$TOKEN_2", "${TOKEN}", "$TOKEN"]
    assert labels_of([]).search("$ $TOKEN ${}") is None


def test_every_redactor_of_a_process_is_asked_where_our_own_code_crashes() -> None:
    first, second = Redactor({"$FIRST": "first-1234567"}), Redactor({"$SECOND": "second-1234567"})
    assert hidden_everywhere("ValueError: first-1234567, second-1234567") == "ValueError: $FIRST, $SECOND"
    assert first.labels + second.labels == ("$FIRST", "$SECOND")


def test_among_many_secrets_each_is_found() -> None:
    secrets = {f"$S{number}": f"tok_{number * 7919:012d}_x" for number in range(800)}
    redactor = Redactor()
    for label, secret in secrets.items():
        redactor.add(label, secret)
        if label.endswith("50"):
            assert redactor.text(f"({secret})") == f"({label})"
    text = " ".join(secrets.values())
    assert redactor.text(text) == " ".join(secrets)


LONG = {
    "backslashes": "\\",
    "percent signs": "%25",
    "entities": "&amp;",
    "NULs": "\0",
    "one letter": "a",
    "the beginnings of a key": KEY[:11],
    "halves of a key": KEY[:16],
    "base64 of its beginning": "Y25yeV9saXZl",
    "hexadecimal of its beginning": "636e72795f",
}


@pytest.mark.parametrize("filler", LONG)
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut"])
def test_a_mebibyte_of_anything_is_read_once_and_the_key_behind_it_found(filler: str, cut: bool) -> None:
    # A search that began again at each place would take hours.
    redactor = Redactor({LABEL: KEY, "$LETTERS": "aaaaaaaaaaaa", "$PAIRS": "ab" * 40})
    data = (LONG[filler] * (MEBIBYTE // len(LONG[filler])) + f" {KEY} end").encode()
    redacted = redactor.data(data, cut=cut)
    assert KEY[10:20].encode() not in redacted
    assert redacted.endswith(f"{LABEL} end".encode())


def test_a_secret_of_a_server_may_be_long_and_alike_everywhere() -> None:
    redactor = Redactor({"$LONG": "a" * 10_000, "$OTHER": "ab" * 5_000})
    assert redactor.text("a" * 10_000 + " " + "ab" * 5_000) == "$LONG $OTHER"
    assert len(redactor.data(b"a" * MEBIBYTE)) < MEBIBYTE // 100


@pytest.mark.parametrize("letters", ["a", "ab1", "wordsalike"])
def test_pieces_of_a_long_secret_that_are_alike_are_read_once(letters: str) -> None:
    # What each piece is a piece of was compared anew for every eight letters of it: minutes for a mebibyte.
    alike = letters * (16_000 // len(letters))
    redactor = Redactor({f"$S{number}": f"{alike}{number * 7919:08d}" for number in range(8)} | {LABEL: KEY})
    data = f"{alike[:7000]}-".encode() * 140 + KEY.encode()
    assert redactor.data(data, cut=True).endswith(LABEL.encode())
