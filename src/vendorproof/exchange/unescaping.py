"""Bytes with their escapes undone, and where in the original each part of them stands."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from html.entities import html5
from typing import Final

_ESCAPE: Final = re.compile(
    rb"%(?:25)*([0-9A-Fa-f]{2})"  # percent-encoding (RFC 3986, 2.1), of itself again and again
    rb"|\\++(?:"  # JSON (RFC 8259, 7), Python, JavaScript, C, in one another
    rb"u([Dd][89ABab][0-9A-Fa-f]{2})\\++u([Dd][C-Fc-f][0-9A-Fa-f]{2})"
    rb"|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,8})\}|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|([\s\S]?))"
    rb"|&(?:amp;)*(?:#0*([0-9]{1,7});?|#[xX]0*([0-9A-Fa-f]{1,6});?|([A-Za-z][A-Za-z0-9]{1,31});)"  # HTML
    rb"|~([01])"  # JSON pointers (RFC 6901, 3)
    rb"|\x00+"  # what UTF-16 puts beside each letter
)
# The groups of the pattern by what they hold; a run of NULs has none.
_OCTETS: Final = (1, 7)
_PAIR, _OCTAL, _SIGN, _DECIMAL, _NAME, _POINTER = 3, 8, 9, 10, 12, 13
_SIGNS: Final = (b"%", b"\\", b"&", b"~", b"\0")
_LETTERS: Final = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_LAST_POINT: Final = 0x10FFFF


class View:
    """Some bytes, and where each part of them comes from in the bytes that `unescaped` began with."""

    def __init__(self, data: bytes, before: View | None = None) -> None:
        self.data = data
        self._before = before
        # Where literals and escapes, in turn, begin: here, and in the view before.
        self._ours: array[int] = array("Q")
        self._theirs: array[int] = array("Q")

    def unescaped(self) -> View | None:
        """The same with one layer of escapes undone, None where there is none. Linear in length."""
        if not any(sign in self.data for sign in _SIGNS):
            return None
        view = View(b"", self)
        pieces: list[bytes] = []
        at = length = 0
        for match in _ESCAPE.finditer(self.data):
            meant = _meant(match)
            literal = self.data[at : match.start()]
            view._ours.extend((length, length + len(literal)))
            view._theirs.extend((at, match.start()))
            pieces += (literal, meant)
            length += len(literal) + len(meant)
            at = match.end()
        if not pieces:
            return None
        view._ours.append(length)
        view._theirs.append(at)
        view.data = b"".join((*pieces, self.data[at:]))
        return view

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the bytes from `start` to `end` (at least one) stand in the original; an escape counts whole."""
        view: View = self
        while view._before is not None:
            start, end = view._where(start)[0], view._where(end - 1)[1]
            view = view._before
        return start, end

    def _where(self, at: int) -> tuple[int, int]:
        """What one byte stands for in the view before: a byte, or an escape."""
        index = bisect_right(self._ours, at) - 1
        if index % 2:
            return self._theirs[index], self._theirs[index + 1]
        start = self._theirs[index] + at - self._ours[index]
        return start, start + 1


def _meant(match: re.Match[bytes]) -> bytes:
    kind = match.lastindex
    if kind is None:
        return b""
    text = match[kind]
    if kind in _OCTETS:
        return bytes.fromhex(text.decode())
    if kind == _PAIR:
        high, low = int(match[2], 16), int(text, 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00).encode()
    if kind == _OCTAL:
        return bytes((int(text, 8),))
    if kind == _SIGN:
        return _LETTERS.get(text, text)
    if kind == _POINTER:
        return b"/" if text == b"1" else b"~"
    if kind == _NAME:
        return html5.get(f"{text.decode()};", "").encode("utf-8", "surrogatepass")
    point = int(text, 10 if kind == _DECIMAL else 16)
    return chr(point).encode("utf-8", "surrogatepass") if point <= _LAST_POINT else b""
