"""What one exchange may take of time and bytes, and has taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic


class TooLong(Exception):
    """The exchange has used up its time."""


class TooLarge(Exception):
    """The head of the answer, or what came instead of it, is beyond the limit."""


class Meter:
    """The bounds of one exchange: seconds until its answer is complete, and bytes until the head of it is.

    `connected` says whether a connection was opened for it, `received` how many bytes came, `head` whether the head of
    the answer is complete.
    """

    def __init__(self, seconds: float, header_bytes: int) -> None:
        self.seconds = seconds
        self._deadline = monotonic() + seconds
        self._header_bytes = header_bytes
        self.connected = False
        self.received = 0
        self.head = False

    def left(self, timeout: float | None = None) -> float:
        """Seconds until the end, at most `timeout`. Raises TooLong where none is left."""
        left = self._deadline - monotonic()
        if left <= 0:
            raise TooLong(f"no complete answer within {self.seconds:g} s")
        return left if timeout is None else min(left, timeout)

    def expect(self) -> None:
        """Called before reading on. Raises TooLarge where too much came and the head still is not complete."""
        if not self.head and self.received >= self._header_bytes:
            raise TooLarge(f"no head of an answer within {self._header_bytes} bytes")


_CURRENT: ContextVar[Meter | None] = ContextVar("meter", default=None)


def current() -> Meter | None:
    """The meter of the exchange that this thread is busy with."""
    return _CURRENT.get()


@contextmanager
def metered(meter: Meter) -> Iterator[Meter]:
    """Makes this the current meter."""
    token = _CURRENT.set(meter)
    try:
        yield meter
    finally:
        _CURRENT.reset(token)
