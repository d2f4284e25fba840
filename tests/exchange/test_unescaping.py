"""Escapes are undone, and every byte knows where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendorproof.exchange.unescaping import View

MEANT = {
    b"a%2Fb": b"a/b",
    b"a%25252Fb": b"a/b",
    b"100%25": b"100%",
    rb"\u0041\u00e9": "Aé".encode(),
    rb"\\\\u0041": b"A",
    rb"\ud83d\ude00": "\N{GRINNING FACE}".encode(),
    rb"\u{1f600}\U0001f600": "\N{GRINNING FACE}\N{GRINNING FACE}".encode(),
    rb"\x41\101\"\/\n": b'AA"/\n',
    b"&#65;&#x41;&#065&amp;&amp;#65;": b"AAA&A",
    b"&period;&sol;&eacute;": "./é".encode(),
    b"/a~1b~0": b"/a/b~",
    b"A\0B\0\0C": b"ABC",
    b"\\": b"",
    b"&nothing;": b"",
    b"&#99999999;&#x110000;": b"9;",
}


@pytest.mark.parametrize("escaped", MEANT)
def test_what_an_escape_means(escaped: bytes) -> None:
    view = View(escaped).unescaped()
    assert view is not None
    assert view.data == MEANT[escaped]


@pytest.mark.parametrize("text", [b"", b"plain", b"100 % & more", b"a=1&b=2", "é".encode()])
def test_what_is_no_escape_stays(text: bytes) -> None:
    assert View(text).unescaped() is None


def test_a_byte_knows_where_it_stood() -> None:
    view = View(rb"ab%2Fc\u0041").unescaped()
    assert view is not None
    assert view.data == b"ab/cA"
    assert [view.origin(at, at + 1) for at in range(5)] == [(0, 1), (1, 2), (2, 5), (5, 6), (6, 12)]
    assert view.origin(1, 5) == (1, 12)


def test_layers_lead_back_to_the_original() -> None:
    original = b"x&#37;35C&#37;35Cu0041y"
    view: View | None = View(original)
    views = []
    while view is not None:
        views.append(view)
        view = view.unescaped()
    assert [one.data for one in views] == [original, b"x%35C%35Cu0041y", b"x5C5Cu0041y"]
    assert views[-1].origin(1, 2) == (1, 8)


@given(st.lists(st.sampled_from([*MEANT, b"plain", b" ", "é".encode()]), max_size=12))
def test_every_place_lies_in_the_original_and_in_order(pieces: list[bytes]) -> None:
    original = b"".join(pieces)
    view = View(original).unescaped()
    if view is None:
        return
    places = [view.origin(at, at + 1) for at in range(len(view.data))]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(original) for start, end in places)


MEBIBYTES = {
    b"\\": b"",
    b"%25": b"%",
    b"&amp;": b"&",
    b"&#0": b"\0",
    b"\\n": b"\n",
    b"\0": b"",
    b"~1": b"/",
    b"\\u{41}": b"A",
    b"\\ud83d\\\\": b"\xed\xa0\xbd",
}


@pytest.mark.parametrize("piece", MEBIBYTES)
def test_a_mebibyte_of_anything_is_read_once(piece: bytes) -> None:
    # A search that began again at each place would take hours.
    count = 1024 * 1024 // len(piece)
    view = View(piece * count).unescaped()
    assert view is not None
    assert set(view.data) == set(MEBIBYTES[piece])
    assert len(view.data) == (len(MEBIBYTES[piece]) * count)


@pytest.mark.parametrize("piece", [b"%", b"&", b"&#", b"&#x", b"&a", b"~", b"&" + b"a" * 40])
def test_a_mebibyte_of_what_is_no_escape_is_read_once(piece: bytes) -> None:
    assert View(piece * (1024 * 1024 // len(piece))).unescaped() is None
