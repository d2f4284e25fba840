"""The rate limit: one window a workspace and token, on the mock's clock."""

from __future__ import annotations

import math

from vendorproof.contract.conventions import RateLimit
from vendorproof.mock.data.limiter import Window
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Fields, Problem


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
    """The seconds after which a refused caller may come again, None where the documentation promises no such header."""
    if convention is None or convention.retry_after is None:
        return None
    return str(max(math.ceil(window.reset - now), 1))


def _reset(convention: RateLimit, window: Window, now: float) -> str:
    if convention.reset_format == "delta-seconds":
        return str(max(math.ceil(window.reset - now), 0))
    return str(math.ceil(window.reset))
