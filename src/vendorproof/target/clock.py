"""Time as a run sees it: the real clock, or one that a mock turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from and how to wait."""

    def now(self) -> float:
        """Epoch seconds; the machine's clock may be set back meanwhile."""

    def elapsed(self) -> float:
        """Seconds since some moment, for waits: whatever becomes of the machine's clock, they only grow."""

    def sleep(self, seconds: float) -> None:
        """Returns when `seconds` have passed on this clock."""


Tell = Callable[[str], None]
"""Where words for whoever watches a run go."""


def nobody(words: str) -> None:
    """Tells nobody."""


_NOTICED = 2.0
"""Seconds from which on a wait looks as if a run hung."""


class Waiting:
    """Waits on a clock, and tells of a wait that somebody would notice: what for, and for how long."""

    def __init__(self, clock: Clock, tell: Tell) -> None:
        self.clock = clock
        self.tell = tell

    def wait(self, seconds: float, reason: str) -> None:
        """Returns when `seconds` have passed."""
        if seconds >= _NOTICED:
            self.tell(f"waiting {seconds:.0f} s: {reason}")
        self.clock.sleep(seconds)


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
