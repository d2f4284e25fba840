"""Judgments that need not be made again: a check is a pure function, so of evidence that is the same it says the same.

Most of what a mock with a fault answers is, byte for byte, what the faithful one answers. Every exchange is made anew
for every fault; what was concluded from the like of it is remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from vendorproof.checks.outcome import Fail, Inconclusive, NotApplicable, Outcome, Pass
from vendorproof.checks.registry import Check, Obligation
from vendorproof.exchange.model import Exchange
from vendorproof.suite import Item

_ENOUGH = 400_000
"""Judgments that are kept at most."""


class Recall:
    """What checks said of evidence, apart from failures. `made` and `recalled` count judgments."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, object], tuple[Outcome, tuple[int, ...]]] = {}
        self.made = 0
        self.recalled = 0

    def session(self) -> Callable[[Item], Item]:
        """Gives items for the exchanges of one journal the memory of all journals."""
        prints: dict[int, bytes] = {}
        return lambda item: replace(item, check=self._remembering(item.check, prints))

    def _remembering(self, check: Check, prints: dict[int, bytes]) -> Check:
        def judge(obligation: Obligation, evidence: Any) -> Outcome:
            key = (obligation.id, _key(evidence, prints))
            known = self._known.get(key)
            if known is not None:
                self.recalled += 1
                return _renumbered(known, evidence)
            self.made += 1
            outcome = check.function(obligation, evidence)
            numbers = [exchange.number for exchange in _exchanges(evidence)]
            judged = () if isinstance(outcome, NotApplicable) else outcome.judged
            if not isinstance(outcome, Fail) and set(judged) <= set(numbers) and len(self._known) < _ENOUGH:
                self._known[key] = (outcome, tuple(numbers.index(number) for number in judged))
            return outcome

        return replace(check, function=judge)


def _renumbered(known: tuple[Outcome, tuple[int, ...]], evidence: Any) -> Outcome:
    """An outcome as it is said of exchanges that are the same and have other numbers."""
    outcome, places = known
    if isinstance(outcome, Pass | Inconclusive) and places:
        numbers = [exchange.number for exchange in _exchanges(evidence)]
        return replace(outcome, judged=tuple(numbers[place] for place in places))
    return outcome


def _exchanges(evidence: Any) -> Iterator[Exchange]:
    """Every exchange in a piece of evidence, in order."""
    if isinstance(evidence, Exchange):
        yield evidence
    elif isinstance(evidence, tuple):
        for one in evidence:
            yield from _exchanges(one)
    elif is_dataclass(evidence):
        for field in fields(evidence):
            yield from _exchanges(getattr(evidence, field.name))


def _key(evidence: Any, prints: dict[int, bytes]) -> object:
    """The same for evidence that says the same: exchanges by what was sent and came back, and when."""
    if isinstance(evidence, Exchange):
        known = prints.get(evidence.number)
        if known is None:
            known = prints[evidence.number] = fingerprint(evidence)
        return known
    if isinstance(evidence, tuple):
        return tuple(_key(one, prints) for one in evidence)
    if is_dataclass(evidence):
        return (type(evidence).__name__, *(_key(getattr(evidence, field.name), prints) for field in fields(evidence)))
    return evidence


def fingerprint(exchange: Exchange) -> bytes:
    """The same for two exchanges that differ in nothing but their number and the real time that they took."""
    request, response = exchange.request, exchange.response
    said = (
        exchange.operation,
        exchange.role,
        exchange.purpose,
        exchange.sent,
        exchange.generated,
        request.method,
        request.url,
        request.headers.pairs,
        request.body,
        exchange.failure,
        None
        if response is None
        else (response.status, response.headers.pairs, response.pieces, response.cut, response.http_version),
    )
    digest = hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=16)
    if response is not None:
        digest.update(response.body)
    return digest.digest()
