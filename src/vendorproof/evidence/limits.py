"""The rate limit: a burst, and the limit drained to the end."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from vendorproof.checks.rate_limit import number
from vendorproof.checks.shapes import Drain, Sequence
from vendorproof.contract.model import Kind, Operation
from vendorproof.errors import NeedsRole, Unavailable
from vendorproof.evidence.broker import Broker
from vendorproof.evidence.credentials import SECOND_TENANT
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import DEFAULT, Draft

_UNKNOWN_LIMIT = 1_000
"""Requests after which a drain gives up where no header tells the limit."""

_LONGEST_WAIT = 120.0
"""Seconds that a drain waits at most for the limit to recover."""


class Limits:
    """Evidence about the rate limit."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def in_order(self) -> Sequence:
        """Everything that the default credential has sent so far, at least a burst of three."""
        cheap = self._cheap()
        while len(self._sent()) < 3:
            self._broker.ask(cheap, fresh=True)
        return Sequence(self._sent())

    def _sent(self) -> tuple[Exchange, ...]:
        journal = self._broker.client.journal
        return tuple(exchange for exchange in journal if exchange.role == DEFAULT)

    def refusals(self) -> tuple[Exchange, ...]:
        """Every 429 so far; the limit is drained where the target allows it and none came yet."""
        found = tuple(exchange for exchange in self._broker.client.journal if exchange.status == 429)
        if found:
            return found
        drain = self.drained()
        if drain.refused is None:
            raise Unavailable("the limit refused nothing")
        return (drain.refused,)

    def drained(self) -> Drain:
        """Requests of the default credential until the limit refuses one, and the first one after waiting."""
        return self._broker.once(("drained",), self._drained)

    def _drained(self) -> Drain:
        if not self._broker.target.drain:
            raise Unavailable("draining the limit is not allowed at this target (drain = true allows it)")
        draft = replace(self._cheap(), keep_429=True, pace=False, purpose="drains the limit")
        allowed: list[Exchange] = []
        most = _UNKNOWN_LIMIT
        while len(allowed) < most:
            exchange = self._broker.ask(draft, fresh=True)
            if exchange.status == 429:
                return self._refused(tuple(allowed), exchange, draft)
            if exchange.response is None:
                raise Unavailable(f"the drain was broken off: {exchange.failure.trouble if exchange.failure else ''}")
            if not allowed:
                most = self._limit(exchange)
            allowed.append(exchange)
        return Drain(tuple(allowed), None, None)

    def _limit(self, exchange: Exchange) -> int:
        convention = self._broker.contract.conventions.rate_limit
        told = number(exchange, convention.headers.get("limit", "")) if convention else None
        return _UNKNOWN_LIMIT if told is None else told + 5

    def _refused(self, allowed: tuple[Exchange, ...], refused: Exchange, draft: Draft) -> Drain:
        other: Exchange | None = None
        with contextlib.suppress(NeedsRole):
            other = self._broker.ask(replace(draft, role=SECOND_TENANT, purpose="another credential"), fresh=True)
        wait = number(refused, "retry-after")
        if wait is None or wait > _LONGEST_WAIT:
            return Drain(allowed, refused, None, other)
        self._broker.client.clock.sleep(wait)
        recovered = self._broker.ask(replace(draft, purpose="after waiting as told"), fresh=True)
        return Drain(allowed, refused, recovered, other)

    def _cheap(self) -> Draft:
        """A reading that costs little: the first that succeeds."""
        return self._broker.once(("cheap",), self._cheapest)

    def _cheapest(self) -> Draft:
        for operation in sorted(self._broker.contract.operations, key=_weight):
            if operation.public or operation.kind not in (Kind.READ, Kind.LIST) or "{" in operation.path:
                continue
            try:
                self._broker.success(operation)
            except Unavailable:
                continue
            return self._broker.valid(operation, {})
        raise Unavailable("no reading succeeds")


def _weight(operation: Operation) -> tuple[bool, bool]:
    return operation.basis.value != "stated", operation.kind is Kind.LIST
