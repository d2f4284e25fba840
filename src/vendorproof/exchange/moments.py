"""Moments that an answer tells, and by which clock it tells them."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from vendorproof.exchange.model import Response

_STRAYS: Final = 86_400.0
"""Seconds that a server's clock may be from ours; a Date further away is made up."""


def http_date(text: str) -> float | None:
    """The epoch second of an HTTP date (RFC 9110, 5.6.7), None for what is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def told_at(response: Response, ours: float) -> float:
    """When an answer was given, by the clock of its other moments: its own Date, within reason, else `ours`."""
    told = http_date(response.headers.get("date") or "")
    return told if told is not None and abs(told - ours) <= _STRAYS else ours
