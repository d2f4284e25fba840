"""How the rate is limited, and what tells of it, where the documentation does not say."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate
from math import ceil

from vendorproof.contract.model import Contract
from vendorproof.mock.data.limiter import Charge, Window
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.deviations.variants.openness import limit_untold
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Fields

_LOG = "variants/requests"
_LOW = 25
_AHEAD = 12.0


@variant("limit-of-the-workspace", points.CHARGE)
def _shared_limit(charge: Charge, call: Call) -> Charge:
    """The tokens of one workspace share a limit."""
    return replace(charge, key=(charge.key[0], "")) if charge.key[0] else charge


def _key(call: Call) -> str:
    known = call.mock.directory.find(call.credential or "")
    return f"{_LOG}/{known.tenant if known else ''}/{call.credential}"


@variant("sliding-window", points.EXCEEDED)
def _sliding(exceeded: bool, call: Call) -> bool:
    """The limit counts the last minute, and not a minute that began at some time."""
    log: list[float] = call.mock.memory.setdefault(_key(call), [])
    while log and log[0] <= call.now - call.mock.limiter.seconds:
        log.pop(0)
    limit = call.window.limit if call.window else 0
    over = len(log) >= limit
    if not over:
        log.append(call.now)
    call.window = Window(limit, limit - len(log), log[0] + call.mock.limiter.seconds, over)
    return over


def _retry_untold(contract: Contract) -> bool:
    convention = contract.conventions.rate_limit
    return convention is not None and convention.retry_after is None


@variant("retry-after-as-a-date", points.RETRY_AFTER, legal=_retry_untold)
def _date(wait: str | None, call: Call) -> str | None:
    """Retry-After is a date (RFC 9110)."""
    return formatdate(call.window.reset if call.window else call.now, usegmt=True)


@variant("retry-after-in-seconds", points.RETRY_AFTER, legal=_retry_untold)
def _seconds(wait: str | None, call: Call) -> str | None:
    """Retry-After is a number of seconds."""
    return str(int((call.window.reset if call.window else call.now) - call.now) + 1)


def _reset_untold(contract: Contract) -> bool:
    convention = contract.conventions.rate_limit
    return convention is not None and "reset" in convention.headers and convention.reset_format is None


@variant("reset-as-a-distance", points.RATE_HEADERS, legal=_reset_untold)
def _distance(fields: Fields, call: Call) -> Fields:
    """The reset is the seconds that are left, where the faithful mock has the epoch second."""
    convention, window = call.mock.contract.conventions.rate_limit, call.window
    if convention is None or window is None:
        return fields
    left = str(ceil(max(window.reset - call.now, 0)))
    return tuple((name, left if name == convention.headers["reset"] else value) for name, value in fields)


@variant("tells-the-limit", points.RATE_HEADERS, legal=limit_untold)
def _told(fields: Fields, call: Call) -> Fields:
    """Every answer tells of the limit in headers that nobody documents, in the form of the IETF draft."""
    window = call.window
    if window is None:
        return fields
    left = max(window.reset - call.now, 0)
    return (
        *fields,
        ("RateLimit-Policy", f'"default";q={window.limit};w={call.mock.limiter.seconds}'),
        ("RateLimit", f'"default";r={window.remaining};t={left:.0f}'),
        ("X-RateLimit-Limit", f"{window.limit}, {window.limit};w=60"),
        ("X-RateLimit-Reset", f"{left:.3f}"),
    )


@variant("a-low-limit", points.CHARGE)
def _low(charge: Charge, call: Call) -> Charge:
    """The limit is so low that a run has to wait for it again and again."""
    return replace(charge, limit=min(charge.limit, _LOW)) if call.credential else charge


@variant("a-clock-that-is-off", points.WINDOW)
def _off(window: Window, call: Call) -> Window:
    """The server's clock is some seconds ahead of ours."""
    return replace(window, reset=window.reset + _AHEAD)
