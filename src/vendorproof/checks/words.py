"""Short ways to say an outcome."""

from __future__ import annotations

import json
from typing import Any

from vendorproof.checks.outcome import Fail, Inconclusive, Pass
from vendorproof.exchange.model import Exchange

_SHOWN = 160


def passed(*exchanges: Exchange) -> Pass:
    """The exchanges keep the requirement."""
    return Pass(tuple(exchange.number for exchange in exchanges))


def failed(reason: str, *exchanges: Exchange, expected: str, observed: str) -> Fail:
    """The exchanges break the requirement; `reason` is a stable word."""
    return Fail(reason, expected, observed, tuple(exchange.number for exchange in exchanges))


def unanswered(*exchanges: Exchange) -> Inconclusive | None:
    """Why one of the answers is none to what was asked, None where all are: nothing came, a limit or a quota answered
    first, or the server broke."""
    for exchange in exchanges:
        if exchange.response is None:
            return Inconclusive(f"no response: {answer(exchange)}")
        if exchange.status in (402, 429):
            return Inconclusive(f"a limit or quota answered first ({exchange.status})")
        if exchange.status >= 500:
            return Inconclusive(f"the server broke ({exchange.status})")
    return None


def shown(value: Any) -> str:
    """A value as JSON, cut to a readable length."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"


def answer(exchange: Exchange) -> str:
    """What came back, in a few words: `404 application/json`."""
    if exchange.response is None:
        return exchange.failure.trouble.value if exchange.failure else "nothing"
    return f"{exchange.status} {exchange.response.content_type or 'without a content type'}"
