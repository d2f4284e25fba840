"""The rate limit: a burst, and the limit drained to the end."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace

from vendorproof.checks.outcome import answer
from vendorproof.checks.rate_limit import number
from vendorproof.checks.shapes import Drain, Ordered, Sequence
from vendorproof.contract.model import Kind, Operation
from vendorproof.errors import Lack, Need, NeedsRole, Unavailable
from vendorproof.evidence.auth import SECOND_TENANT
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.requests.drafting import told_number
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import DEFAULT, Draft

_UNKNOWN_LIMIT = 1_000
"""Requests after which a drain gives up where nothing tells the limit."""

_COMPARED = 300
"""Requests that the limit of one environment is measured with at most, to be compared with another's."""

_LONGEST_WAIT = 120.0
"""Seconds that a drain waits at most for the limit to recover."""

_USUAL_WINDOW = 60.0
"""Seconds to wait where neither the documentation nor the refusal tells how long."""

_TURNED_AWAY = 10
"""Refusals in a row, none of them a 429, after which a burst is taken for refused all the same."""

_MARGIN = _TURNED_AWAY + 2
"""Requests beyond a limit that was told, before it is taken for none."""


@dataclass
class Burst:
    """Requests of one credential as fast as they go, until one was refused."""

    allowed: list[Exchange] = field(default_factory=list)
    refused: Exchange | None = None
    before: bool = False
    """Whether the same succeeded before the burst, which may find the limit reached."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The exchanges, by their numbers."""
        return tuple(one.number for one in (*self.allowed, *([self.refused] if self.refused else [])))

    def turned_away(self) -> bool:
        """Whether what had succeeded is refused time after time, though not with a 429: then the first of these
        refusals is the burst's."""
        status = self.allowed[-1].status
        tail = self.allowed[-_TURNED_AWAY:]
        if status < 400 or not (self.allowed[0].succeeded or self.before) or {one.status for one in tail} != {status}:
            return False
        if len(self.allowed) <= _TURNED_AWAY:
            return False
        self.refused = next(one for one in self.allowed if one.status == status)
        self.allowed = self.allowed[: self.allowed.index(self.refused)]
        return True

    def drain(self) -> Drain:
        """The burst as evidence."""
        return Drain(tuple(self.allowed), self.refused, None)


class RateLimitEvidence:
    """Evidence about the rate limit. A question may name the operation to ask; else it is a cheap one."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._bursts: dict[str, Burst] = {}

    def in_order(self) -> Sequence:
        """Everything that the default credential has sent so far, at least a burst of three."""
        cheap = self.cheap()
        while len(self._sent()) < 3:
            self._broker.ask(cheap, fresh=True)
        sent = self._sent()
        self._broker.trace.use(*(exchange.number for exchange in sent[:3]))
        return Sequence(sent)

    def _sent(self) -> tuple[Exchange, ...]:
        journal = self._broker.client.journal
        counted = {one.id for one in self._broker.contract.operations if not one.public and one.path != self._document}
        return tuple(exchange for exchange in journal if exchange.role == DEFAULT and exchange.operation in counted)

    @property
    def _document(self) -> str | None:
        """The path of the OpenAPI document, which may be counted apart: pages do not say that it takes a key."""
        return self._broker.contract.conventions.versioning.openapi

    def refusals(self, operation: Operation | None = None) -> tuple[Exchange, ...]:
        """Every 429 so far, or those of one operation; the limit is drained where the target allows it and none came
        yet.

        Raises Unavailable where the limit refused nothing of that operation, which is not drained for this alone.
        """
        found = tuple(exchange for exchange in self._broker.client.journal if exchange.status == 429)
        if operation is not None:
            found = tuple(exchange for exchange in found if exchange.operation == operation.id)
            if not found:
                raise Unavailable(f"the limit refused nothing of {operation.label}")
        if found:
            # A refusal costs all that came before it.
            self._broker.trace.use(*(number for burst in self._bursts.values() for number in burst.numbers))
            return found
        drain = self.drained()
        if drain.refused is None or drain.refused.status != 429:
            raise Unavailable("the limit refused nothing")
        return (drain.refused,)

    def drained(self, operation: Operation | None = None) -> Drain:
        """Requests of the default credential until the limit refuses one, and the first one after waiting.

        Where nothing tells the limit and it never refuses, nothing is known.
        """
        return self._broker.once(("drained", operation.id if operation else ""), lambda: self._drained(operation))

    def _drained(self, operation: Operation | None) -> Drain:
        burst = self.burst(DEFAULT, _UNKNOWN_LIMIT, operation)
        if burst.refused is None:
            return Drain(tuple(burst.allowed), None, None, limit=told_number(self._broker.target, "rateLimit", DEFAULT))
        draft = replace(self._draft(DEFAULT, operation), keep_429=True, pace=False)
        other: Exchange | None = None
        with contextlib.suppress(NeedsRole):
            other = self._broker.ask(replace(draft, role=SECOND_TENANT, purpose="another credential"), fresh=True)
        if self.wait(burst.refused) > _LONGEST_WAIT:
            return Drain(tuple(burst.allowed), burst.refused, None, other)
        self._broker.client.pause(self.wait(burst.refused), "the rate limit ends")
        recovered = self._broker.ask(replace(draft, purpose="after waiting"), fresh=True)
        return Drain(tuple(burst.allowed), burst.refused, recovered, other)

    def ordered(self, lower: str, higher: str, operation: Operation | None = None) -> Ordered:
        """The limit of one role's credential, and as many requests of another's and one more, each in a fresh window.

        Where the other's is not higher, both are measured once more: a window may have ended amid a burst and allowed
        too many, or somebody else may have used the key and left too few.
        """
        return self._broker.once(("ordered", lower, higher), lambda: self._ordered(lower, higher, operation))

    def _ordered(self, lower: str, higher: str, operation: Operation | None) -> Ordered:
        if self._broker.client.secret(lower) == self._broker.client.secret(higher):
            raise Unavailable(f"the roles '{lower}' and '{higher}' have the same credential")
        low = self._reached(lower, operation)
        high = self.burst(higher, len(low.allowed) + 1, operation)
        if high.refused is None or len(high.allowed) > len(low.allowed):
            return Ordered(low.drain(), high.drain())
        self._forget(lower, higher)
        again = self.burst(higher, len(low.allowed) + 1, operation)
        if again.refused is None or len(again.allowed) > len(low.allowed):
            return Ordered(low.drain(), again.drain())
        lows, highs = (low, self._reached(lower, operation)), (high, again)
        return Ordered(min(lows, key=_length).drain(), max(highs, key=_length).drain())

    def _forget(self, *roles: str) -> None:
        wait = max(self.wait(self._bursts[role].refused) for role in roles)
        if wait > _LONGEST_WAIT:
            raise Unavailable(f"the limits recover in {wait:.0f} seconds only and can't be measured again")
        self._broker.client.pause(wait, "the rate limit ends")
        for role in roles:
            del self._bursts[role]

    def _refreshed(self, role: str) -> None:
        """Waits until nothing that the role sent can count any more."""
        sent = [exchange.sent for exchange in self._broker.client.journal if exchange.role == role]
        left = max(sent, default=float("-inf")) + self._window() - self._broker.client.clock.now()
        if 0 < left <= _LONGEST_WAIT:
            self._broker.client.pause(left, "the rate limit ends")

    def _reached(self, role: str, operation: Operation | None) -> Burst:
        burst = self.burst(role, _COMPARED, operation)
        if burst.refused is None:
            raise Unavailable(f"{len(burst.allowed)} requests did not reach the limit of the role '{role}'")
        return burst

    def burst(self, role: str, most: int, operation: Operation | None = None) -> Burst:
        """Up to so many requests of a role, as fast as they go, until one is refused; goes on with one that was not.

        Where nothing tells the limit and it was not reached, the default credential's burst is no evidence.
        """
        target = self._broker.target
        if not target.drain:
            message = "draining the limit is not allowed at this target (drain = true allows it)"
            raise Unavailable(message, Need(Lack.DRAIN, "the rate limit"))
        draft = replace(self._draft(role, operation), keep_429=True, pace=False, purpose=f"drains the limit of {role}")
        if role not in self._bursts and role != DEFAULT:
            self._refreshed(role)
        burst = self._bursts.setdefault(role, Burst())
        self._broker.trace.use(*burst.numbers)
        told = told_number(target, "rateLimit", role) if role == DEFAULT else None
        burst.before = burst.before or any(one.succeeded and one.role == role for one in self._earlier(draft))
        spent = self._broker.contract.conventions.quota
        while burst.refused is None and len(burst.allowed) < most:
            exchange = self._broker.ask(draft, fresh=True)
            if exchange.response is None:
                raise Unavailable(f"the drain was broken off: {answer(exchange)}")
            if spent is not None and exchange.status == spent.status:
                raise Unavailable(f"the allowance of the role '{role}' was spent before its limit was reached")
            if exchange.status == 429:
                burst.refused = exchange
                break
            burst.allowed.append(exchange)
            if burst.turned_away():
                return burst
            told = self._announced(exchange) or told
            if told is not None and len(burst.allowed) >= told + _MARGIN:
                self._in_time(burst)
                return burst
        if burst.refused is None and role == DEFAULT:
            raise Unavailable(
                f"{len(burst.allowed)} requests did not reach a limit that nothing tells "
                '(tell it: [targets.NAME.values] rateLimit = "N")'
            )
        return burst

    def _earlier(self, draft: Draft) -> tuple[Exchange, ...]:
        """What came before of the operation that a burst asks."""
        return self._broker.client.journal.by_operation(draft.operation) if draft.operation else ()

    def _announced(self, exchange: Exchange) -> int | None:
        convention = self._broker.contract.conventions.rate_limit
        return number(exchange, convention.headers.get("limit", "")) if convention else None

    def _in_time(self, burst: Burst) -> None:
        """A limit is for a window: requests that took longer than that need not reach it."""
        took = burst.allowed[-1].sent - burst.allowed[0].sent
        if took >= self._window():
            raise Unavailable(f"{len(burst.allowed)} requests took {took:.0f} seconds, which is longer than a window")

    def _window(self) -> float:
        convention = self._broker.contract.conventions.rate_limit
        return float((convention.window if convention else None) or _USUAL_WINDOW)

    def wait(self, refused: Exchange | None) -> float:
        """Seconds until a refused credential may come again: as it was told, else a window's length."""
        told = number(refused, "retry-after") if refused else None
        return self._window() if told is None else float(told)

    def _draft(self, role: str, operation: Operation | None) -> Draft:
        return replace(self.cheap(operation), role=role)

    def cheap(self, operation: Operation | None = None) -> Draft:
        """A reading that costs little: of the operation where that is one, else the first that succeeds."""
        if operation is not None and _is_cheap(operation):
            self._broker.success(operation)
            return self._broker.valid(operation, {})
        return self._broker.once(("cheap",), self._cheapest)

    def _cheapest(self) -> Draft:
        login = self._broker.contract.conventions.authentication.login
        for operation in sorted(self._broker.contract.operations, key=_weight):
            # A verification may answer bad credentials too.
            if not _is_cheap(operation) or (login is not None and operation.id == login.verify):
                continue
            try:
                self._broker.success(operation)
            except Unavailable:
                continue
            return self._broker.valid(operation, {})
        raise Unavailable("no reading succeeds")


def _length(burst: Burst) -> int:
    return len(burst.allowed)


def _is_cheap(operation: Operation) -> bool:
    return not operation.public and operation.kind in (Kind.READ, Kind.LIST) and "{" not in operation.path


def _weight(operation: Operation) -> tuple[bool, bool]:
    return operation.basis.value != "stated", operation.kind is Kind.LIST
