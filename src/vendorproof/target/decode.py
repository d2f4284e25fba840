"""Compressed bodies, decoded piece by piece and never beyond a bound."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final, Protocol

ACCEPTED: Final = "gzip, deflate"
"""What we say in Accept-Encoding: all that can be decoded here."""

_LAYERS: Final = 3
"""Encodings on top of one another that are taken off; no honest server needs more."""


class BrokenEncoding(Exception):
    """A body is not what its Content-Encoding says."""


class Decoder(Protocol):
    """Takes one encoding off."""

    def feed(self, data: bytes, most: int) -> bytes:
        """The bytes that `data` decodes to, at most `most` (at least 1) of them; what is beyond is lost."""

    def finish(self) -> None:
        """Raises BrokenEncoding where the data ended early."""


class _Inflate:
    """gzip (RFC 1952, any number of members) and deflate (RFC 1950, or RFC 1951 as some servers send it)."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | (16 if gzip else 0))
        self._begun = False

    def feed(self, data: bytes, most: int) -> bytes:
        decoded = bytearray()
        while data and len(decoded) < most:
            if self._inflater.eof and not self._next_member(data):
                break
            decoded += self._step(data, most - len(decoded))
            data = self._inflater.unconsumed_tail or self._inflater.unused_data
        return bytes(decoded)

    def _next_member(self, data: bytes) -> bool:
        # Padding and rubbish behind the last member are ignored, as gzip itself does.
        if not self._gzip or not data.startswith(b"\x1f"):
            return False
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True

    def _step(self, data: bytes, most: int) -> bytes:
        try:
            decoded = self._inflater.decompress(data, most)
        except zlib.error as error:
            if self._gzip or self._begun:
                raise BrokenEncoding(f"not {'gzip' if self._gzip else 'deflate'}: {error}") from None
            self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            self._begun = True
            return self._step(data, most)
        self._begun = True
        return decoded

    def finish(self) -> None:
        if self._begun and not self._inflater.eof:
            raise BrokenEncoding(f"the {'gzip' if self._gzip else 'deflate'} data ends early")


def decoders(content_encoding: str | None) -> Sequence[Decoder] | None:
    """What takes a Content-Encoding off, outermost first; None where we can't, and the body stays as it came."""
    names = [name.strip().lower() for name in (content_encoding or "").split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if len(names) > _LAYERS or not set(names) <= {"gzip", "x-gzip", "deflate"}:
        return None
    return [_Inflate(gzip=name != "deflate") for name in reversed(names)]
