"""When the next request may leave: the tester's own rate, and what the vendor's answers say of its limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from vendorproof.contract.conventions import RateLimit
from vendorproof.errors import Lack, Need, Unavailable
from vendorproof.exchange.model import Response
from vendorproof.exchange.moments import http_date, told_at
from vendorproof.target.clock import Waiting
from vendorproof.target.deadline import Deadline

_UNTOLD = 1.0
"""Seconds to wait after a 429 that says nothing; each that follows it without a success between doubles them."""

_DOUBLINGS = 5
"""Doublings after which a limit that says nothing is taken for one that does not recover: a minute in all."""

_IN_VAIN = 3
"""Times that waiting so long was in vain, after which a limit that says nothing gets the shortest wait alone."""


_BELIEVED = 2
"""Times in a row that an answer may say, after the wait that the one before asked for, that nothing remains."""

_LIMIT = "the vendor's rate limit is used up until then"
_RATE = "the target's own rate"


class Spacing(Protocol):
    """Keeps requests apart over several processes."""

    def delay(self) -> float:
        """Takes the next turn, and returns 0; or where it is not there yet, the seconds until it may be."""


@dataclass
class _Pace:
    """What is known of one credential's limit: when it may send again, and when the vendor last said it may; how often
    in a row it was refused, and how often an answer said that nothing remains though the wait was over.
    """

    free: float = -math.inf
    refused: float = -math.inf
    patience: int = 0
    untold: int = 0
    in_vain: int = 0
    refusals: int = 0
    used_up: int = 0


class Throttle:
    """Keeps requests within the limits, a credential at a time; vendors count by credential.

    `rate` is the tester's own limit in requests a second over all credentials. No wait is longer than `longest` seconds
    on the clock. `spacing` keeps the tester's own limit instead, where several processes share it. Safe to use from
    several threads.
    """

    def __init__(
        self,
        waiting: Waiting,
        rate: float | None,
        convention: RateLimit | None,
        longest: float,
        spacing: Spacing | None = None,
    ) -> None:
        self._waiting = waiting
        self._clock = waiting.clock
        self._interval = 1.0 / rate if rate and spacing is None else 0.0
        self._spacing = spacing
        self._convention = convention
        self._longest = longest
        self._lock = Lock()
        self._next = -math.inf
        self._paces: dict[str, _Pace] = {}

    def wait(self, key: str, deadline: Deadline | None = None) -> None:
        """Returns when a request with this credential may leave.

        Raises Unavailable where the vendor has said, twice in a row, to wait longer than this run is ready to, and
        BudgetSpent where that is later than the deadline.
        """
        with self._lock:
            now = self._clock.elapsed()
            pace = self._paces.setdefault(key, _Pace())
            if pace.patience > 1 and pace.refused > now:
                seconds = pace.refused - now
                most = f"this run waits {self._longest:g} s at most"
                message = f"rate limited for another {seconds:.0f} s, and {most} (max_wait in the target)"
                raise Unavailable(message, Need(Lack.PATIENCE, f"{self._longest:g} s"))
            start = max(now, self._next, pace.free)
            if deadline is not None:
                deadline.check(start - now)
            self._next = max(now, self._next) + self._interval
        if start > now:
            limited = pace.free >= start
            self._waiting.wait(start - now, _LIMIT if limited else _RATE)
        while self._spacing is not None and (delay := self._spacing.delay()) > 0:
            if deadline is not None:
                deadline.check(delay)
            self._waiting.wait(delay, _RATE)

    def learn(self, key: str, response: Response) -> None:
        """Takes note of what an answer says of the limit."""
        now = self._clock.elapsed()
        with self._lock:
            pace = self._paces.setdefault(key, _Pace())
            if response.status == 429:
                pace.refusals += 1
                untold = self._untold(response)
                told = self._grope(pace) if untold else self.told(response)
                pace.refused = now + told
                # What is told in whole seconds may be rounded down.
                spare = 1 if pace.refusals == 2 and not untold else 0
                pace.free = now + min(told + spare, self._longest)
                pace.patience = pace.patience + 1 if told > self._longest else 0
                return
            pace.patience = 0
            pace.untold = 0
            pace.refusals = 0
            reset = self._reset(response) if self._remaining(response) == 0 else None
            # A reset beyond any sane window is a vendor's mistake, for a check to find and not for us to sit out.
            if reset is None or reset > self._longest:
                pace.used_up = 0
                return
            pace.used_up += 1
            if pace.used_up <= _BELIEVED:
                pace.free = now + reset
            elif pace.used_up == _BELIEVED + 1:
                self._waiting.tell("nothing remains of the rate limit whenever it was waited for: no longer believed")

    def worth_another(self, key: str, response: Response | None) -> bool:
        """Whether a request that was sent a second time may come again: it was refused without a word of when, and
        waiting longer has not been tried yet; or, once in a row, although it waited as it was told."""
        if response is None or response.status != 429:
            return False
        with self._lock:
            pace = self._paces.setdefault(key, _Pace())
            if not self._untold(response):
                return pace.refusals == 2 and self.told(response) < self._longest
            return pace.untold <= _DOUBLINGS + 1 and pace.in_vain < _IN_VAIN

    def _untold(self, response: Response) -> bool:
        """Whether a 429 leaves open when to come again."""
        text = (response.headers.get("retry-after") or "").strip()
        dated = (text.isascii() and text.isdigit()) or http_date(text) is not None
        return not dated and self._reset(response) is None

    def _grope(self, pace: _Pace) -> float:
        pace.untold += 1
        if pace.untold == _DOUBLINGS + 2:
            pace.in_vain += 1
        if pace.untold > _DOUBLINGS + 1 or pace.in_vain >= _IN_VAIN:
            return _UNTOLD
        return float(min(_UNTOLD * 2 ** (pace.untold - 1), self._longest))

    def told(self, response: Response) -> float:
        """Seconds that a 429 asks to wait: its Retry-After (RFC 9110, 10.2.3), else until the documented reset."""
        text = (response.headers.get("retry-after") or "").strip()
        if text.isascii() and text.isdigit():
            return float(text[:12])
        moment = http_date(text)
        if moment is not None:
            return max(moment - told_at(response, self._clock.now()), 0.0)
        reset = self._reset(response)
        return _UNTOLD if reset is None else reset

    def _remaining(self, response: Response) -> int | None:
        return _integer(self._header(response, "remaining"))

    def _reset(self, response: Response) -> float | None:
        value = _integer(self._header(response, "reset"))
        if value is None or self._convention is None or self._convention.reset_format is None:
            return None
        seconds = (
            value - told_at(response, self._clock.now())
            if self._convention.reset_format == "epoch-seconds"
            else float(value)
        )
        return max(seconds, 0.0)

    def _header(self, response: Response, role: str) -> str | None:
        name = self._convention.headers.get(role) if self._convention else None
        return response.headers.get(name) if name else None


def _integer(text: str | None) -> int | None:
    word = (text or "").strip()
    return int(word) if word.isascii() and word.isdigit() and len(word) < 16 else None
