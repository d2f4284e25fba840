"""The forms in which a secret travels: what to look for, and what to look for it in."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from vendorproof.exchange.unescaping import View

MASKED: Final = b"\xff"
"""Stands in place of what was found already: no letter, and in no text."""

TELLING: Final = 8
"""Letters and digits that are hardly there by chance."""

_KEPT: Final = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz" + MASKED)
_DROPPED: Final = bytes(octet for octet in range(256) if octet not in _KEPT)
_LONGEST_NEEDLE: Final = 64
_LONGEST: Final = 16 * 1024
"""Bytes of a longer secret that are looked for."""

_MOST_PIECES: Final = 128
_TURNS: Final = re.compile(rb"(?<=[a-z])[0-9]|(?<=[0-9])[a-z]")
_FEWEST_TURNS: Final = 2


@dataclass(frozen=True)
class Kind:
    """A way to write a secret in letters and digits: of the whole of it the fewest that are looked for, of its pieces
    how many each begins with and how many make one worth hiding; 0 where only nearly all of it is. `shared` says that
    the characters beside it carry bits of the secret too, as in base64."""

    fewest: int
    piece: int = 0
    hidden: int = 0
    shared: bool = False


AS_IT_IS: Final = Kind(12, TELLING, 12)
_BASE64: Final = Kind(TELLING, TELLING, 16, shared=True)
_BASE64_OF_MORE: Final = Kind(16, shared=True)
_HEX: Final = Kind(16, 16, 24)
_NUMBERS: Final = Kind(20)


@dataclass(frozen=True, slots=True)
class Form:
    """A secret as it is written in some way, reduced to its letters and digits in small letters; `needle`, which begins
    at `offset`, is the whole of it or a piece."""

    kind: Kind
    whole: bytes
    needle: bytes
    offset: int

    def hides(self, found: bytes) -> bool:
        """Whether so much of the secret is to be hidden: nearly all of it, or what is long and no words."""
        if len(found) * 4 >= len(self.whole) * 3:
            return True
        return 0 < self.kind.hidden <= len(found) and len(_TURNS.findall(found)) >= _FEWEST_TURNS


def reduced(lowered: bytes) -> bytes:
    """Small letters, digits and MASKED alone: what a line break, a colon or a quotation mark in between can't hide."""
    return lowered.translate(None, _DROPPED)


def plain(secret: str) -> frozenset[bytes]:
    """The secret itself in small letters, as text and as a form (`+` for a blank) has it, and as it reads once its own
    signs were taken for escapes."""
    octets = _octets(secret)
    written = {secret.lower(), secret.upper(), secret.replace(" ", "+")}
    found = {_octets(one).lower() for one in written} | {_unescaped(octets).lower()}
    # A header is read as Latin-1, whatever the server wrote; and some servers write that.
    found.add(_octets(octets.decode("latin-1")).lower())
    if all(ord(character) < 256 for character in secret):
        found.add(secret.encode("latin-1")[:_LONGEST].lower())
    return frozenset(one for one in found if len(one) >= TELLING)


def encoded(secret: str) -> Iterator[Form]:
    """Every form of which letters and digits suffice to recognise it."""
    octets = _octets(secret)
    for written in dict.fromkeys((octets, _unescaped(octets))):
        yield from _forms(reduced(written.lower()), AS_IT_IS)
    wide = secret.encode("utf-16-le", "surrogatepass")[:_LONGEST]
    yield from _forms(octets.hex().encode(), _HEX)
    for numbers in (wide.hex(), "".join(f"0x{octet:02x}" for octet in octets), "".join(map(str, octets))):
        yield from _forms(numbers.encode(), _NUMBERS)
    escaped = (quote(octets, safe="").encode(), json.dumps(secret)[1:-1].replace("/", "\\/").encode()[:_LONGEST])
    for written in dict.fromkeys((octets, *escaped, wide, base64.b64encode(octets))):
        for shift in range(3):
            yield from _forms(_base64(written, shift), _BASE64 if written == octets else _BASE64_OF_MORE)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")[:_LONGEST]


def _unescaped(octets: bytes) -> bytes:
    view = View(octets).unescaped()
    return octets if view is None else view.data


def _base64(octets: bytes, shift: int) -> bytes:
    """The characters that a secret alone decides when it begins `shift` bytes into a base64 group."""
    text = base64.b64encode(bytes(shift) + octets)
    return reduced(text[-(-shift * 8 // 6) : (shift + len(octets)) * 8 // 6].lower())


def _forms(whole: bytes, kind: Kind) -> Iterator[Form]:
    if len(whole) < kind.fewest:
        return
    if len(whole) <= _LONGEST_NEEDLE:
        yield Form(kind, whole, whole, 0)
    if not kind.piece:
        # What holds three quarters holds this.
        length = min(len(whole) // 2, _LONGEST_NEEDLE)
        offset = (len(whole) - length) // 2
        yield Form(kind, whole, whole[offset : offset + length], offset)
        return
    # So close to one another that whatever is long enough to be hidden holds one of them.
    step = kind.hidden - kind.piece + 1
    for offset in range(0, min(len(whole) - kind.piece, _MOST_PIECES * step) + 1, step):
        yield Form(kind, whole, whole[offset : offset + kind.piece], offset)


def begun(whole: bytes, text: bytes, fewest: int = TELLING) -> int:
    """How many of the last bytes of a text, `fewest` or more, are the beginning of something."""
    tail = text[1 - len(whole) :]
    at = tail.find(whole[:fewest])
    while at >= 0:
        if whole.startswith(tail[at:]):
            return len(tail) - at
        at = tail.find(whole[:fewest], at + 1)
    return 0


def in_common(one: bytes, other: bytes) -> int:
    """With how many of the same bytes two begin."""
    known, step = 0, 16
    while known < min(len(one), len(other)) and one[known : known + step] == other[known : known + step]:
        known, step = known + step, step * 2
    while step > 1:
        step //= 2
        if one[known : known + step] == other[known : known + step]:
            known += step
    return min(known, len(one), len(other))
