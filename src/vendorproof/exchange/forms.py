"""The forms in which a secret travels: what to look for, and what to look for it in."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vendorproof.exchange.unescaping import View

MASKED: Final = b"\xff"
"""Stands in place of what was found already: no letter, and in no text."""

_KEPT: Final = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz" + MASKED)
_DROPPED: Final = bytes(octet for octet in range(256) if octet not in _KEPT)
_LONGEST_NEEDLE: Final = 64
_LONGEST: Final = 16 * 1024
"""Bytes of a longer secret that are looked for."""

_TELLING: Final = 8
"""Characters that are hardly there by chance."""

_AS_IT_IS, _BASE64, _HEX, _DECIMAL = (12, _TELLING), (_TELLING, _TELLING), (14, 14), (18, 18)
"""Letters and digits of the shortest needle of each kind, the whole of a form and a piece of it."""


@dataclass(frozen=True)
class Form:
    """One way to write a secret, reduced to its letters and digits in small letters.

    `needle` is what is looked for: the whole of it, or its middle, `offset` further on, which every piece of at least
    three quarters holds. `shared` says that the characters beside it carry bits of the secret too, as in base64.
    """

    whole: bytes
    needle: bytes
    offset: int
    shared: bool = False


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
    return frozenset(one for one in found if len(one) >= _TELLING)


def encoded(secret: str) -> Iterator[Form]:
    """Every form of which letters and digits suffice to recognise it."""
    octets = _octets(secret)
    for written in dict.fromkeys((octets, _unescaped(octets))):
        yield from _forms(reduced(written.lower()), _AS_IT_IS)
    for form in (octets.hex(), "".join(f"0x{octet:02x}" for octet in octets)):
        yield from _forms(form.encode(), _HEX)
    yield from _forms("".join(str(octet) for octet in octets).encode(), _DECIMAL)
    for written in (octets, secret.encode("utf-16-le", "surrogatepass")[:_LONGEST]):
        for shift in range(3):
            yield from _forms(_base64(written, shift), _BASE64, shared=True)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")[:_LONGEST]


def _unescaped(octets: bytes) -> bytes:
    view = View(octets).unescaped()
    return octets if view is None else view.data


def _base64(octets: bytes, shift: int) -> bytes:
    """The characters that a secret alone decides when it begins `shift` bytes into a base64 group."""
    text = base64.b64encode(bytes(shift) + octets)
    return reduced(text[-(-shift * 8 // 6) : (shift + len(octets)) * 8 // 6].lower())


def _forms(whole: bytes, shortest: tuple[int, int], *, shared: bool = False) -> Iterator[Form]:
    if shortest[0] <= len(whole) <= _LONGEST_NEEDLE:
        yield Form(whole, whole, 0, shared)
    length = min(len(whole) // 2, _LONGEST_NEEDLE)
    if length >= shortest[1]:
        offset = (len(whole) - length) // 2
        yield Form(whole, whole[offset : offset + length], offset, shared)


def begun(whole: bytes, text: bytes) -> int:
    """How many of the last bytes of a text, at least as many as tell, are the beginning of something."""
    tail = text[1 - len(whole) :]
    at = tail.find(whole[:_TELLING])
    while at >= 0:
        if whole.startswith(tail[at:]):
            return len(tail) - at
        at = tail.find(whole[:_TELLING], at + 1)
    return 0


def in_common(one: bytes, other: bytes) -> int:
    """With how many of the same bytes two begin."""
    differing = (at for at, (first, second) in enumerate(zip(one, other, strict=False)) if first != second)
    return next(differing, min(len(one), len(other)))
