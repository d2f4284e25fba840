"""Large bodies live in an unnamed file of this process and not in memory: a run keeps every answer."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from threading import Lock
from typing import Final

LARGE: Final = 64 * 1024
"""Bytes from which on a body is put away."""


@dataclass(frozen=True)
class _Place:
    """Where a body lies: the descriptor of the file, the offset, the length."""

    descriptor: int
    offset: int
    length: int


class _Spool:
    """The file of one process; it goes when the process ends, however it ends."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._owner = 0
        self._descriptor = -1
        self._end = 0

    def put(self, data: bytes) -> _Place:
        with self._lock:
            if self._owner != os.getpid():
                # A forked process goes on reading its parent's file, and writes into one of its own.
                descriptor, name = tempfile.mkstemp(prefix="vendorproof-")
                os.unlink(name)
                self._owner, self._descriptor, self._end = os.getpid(), descriptor, 0
            place = _Place(self._descriptor, self._end, len(data))
            written = 0
            while written < len(data):
                written += os.pwrite(self._descriptor, data[written:], self._end + written)
            self._end += len(data)
            return place


_SPOOL: Final = _Spool()


class Body:
    """A field of bytes that keeps large ones in a file; reading it gives the bytes."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._kept = f"_{name}_kept"

    def __get__(self, instance: object | None, owner: type) -> bytes:
        if instance is None:
            # What the class gives is the field's default.
            return b""
        kept = instance.__dict__[self._kept]
        if isinstance(kept, _Place):
            return os.pread(kept.descriptor, kept.length, kept.offset)
        return bytes(kept)

    def __set__(self, instance: object, value: bytes) -> None:
        instance.__dict__[self._kept] = _SPOOL.put(value) if len(value) >= LARGE else value
