"""What the rate limit counts: fixed windows, each for one key."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_WINDOW = 60
"""Seconds of a window where the documentation names none."""


@dataclass(frozen=True)
class Charge:
    """Which window counts the request, and for how much."""

    key: tuple[str, str]
    cost: int
    limit: int


@dataclass(frozen=True)
class Window:
    """What a caller has left after this request; `reset` is the epoch second at which it starts anew."""

    limit: int
    remaining: int
    reset: float
    exceeded: bool


class Limiter:
    """Counts requests in fixed windows that start with their first request."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def charge(self, charge: Charge, now: float) -> Window:
        """Counts one request and says what is left."""
        started, used = self._windows.get(charge.key, (now, 0))
        if now >= started + self.seconds:
            started, used = now, 0
        used += charge.cost
        self._windows[charge.key] = (started, used)
        left = charge.limit - used
        return Window(charge.limit, max(left, 0), started + self.seconds, left < 0)
