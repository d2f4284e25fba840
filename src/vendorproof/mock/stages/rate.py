"""The rate limit: one window a workspace and token, on the mock's clock."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vendorproof.contract.conventions import RateLimit
from vendorproof.mock.request.call import Call, Fields, Problem

DEFAULT_WINDOW = 60
"""Seconds of a window where the page names none."""


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


def exceeded(window: Window, call: Call) -> Problem:
    """The refusal of a request beyond the limit."""
    wait = max(math.ceil(window.reset - call.now), 1)
    return Problem(
        429,
        "rate_limited",
        f"More than {window.limit} requests in {call.mock.limiter.seconds} seconds. Try again in {wait} seconds.",
        details={"limit": window.limit, "retry_after": wait},
    )


def told(convention: RateLimit | None, window: Window, status: int, now: float) -> Fields:
    """The documented header fields that tell where the caller stands."""
    if convention is None or not shown_on(convention, status):
        return ()
    values = {
        "limit": str(window.limit),
        "remaining": str(window.remaining),
        "reset": _reset(convention, window, now),
    }
    return tuple((name, values[role]) for role, name in convention.headers.items() if role in values)


def shown_on(convention: RateLimit, status: int) -> bool:
    """Whether an answer of this status tells of the limit."""
    return convention.presence == "every-response" or (convention.presence == "on-429" and status == 429)


def retry_after(convention: RateLimit | None, window: Window, now: float) -> str | None:
    """The seconds after which a refused caller may come again, None where the page promises no such header."""
    if convention is None or convention.retry_after is None:
        return None
    return str(max(math.ceil(window.reset - now), 1))


def _reset(convention: RateLimit, window: Window, now: float) -> str:
    if convention.reset_format == "delta-seconds":
        return str(max(math.ceil(window.reset - now), 0))
    return str(math.ceil(window.reset))
