"""Time as a run sees it: the real clock, or one that a mock turns."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from and how to wait."""

    def now(self) -> float:
        """Epoch seconds; the machine's clock may be set back meanwhile."""

    def elapsed(self) -> float:
        """Seconds since some moment, for waits: whatever becomes of the machine's clock, they only grow."""

    def sleep(self, seconds: float) -> None:
        """Returns when `seconds` have passed on this clock."""


class RealClock:
    """The machine's clock."""

    def now(self) -> float:
        return time.time()

    def elapsed(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class VirtualClock:
    """A clock that stands still until it is turned; sleeping turns it."""

    def __init__(self, start: float = 1_795_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def elapsed(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += max(seconds, 0.0)
