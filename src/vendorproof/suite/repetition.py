"""A failure once more: whether it fails again, asked only where asking changes nothing.

A fault that comes and goes is a fault. So a repetition never takes a failure back: it tells one that is always there
from one that was seen once, and keeps what both rounds showed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from vendorproof.checks.outcome import Fail, Inconclusive, Outcome, Pass, Verdict
from vendorproof.contract.model import Contract, Effect, Kind
from vendorproof.errors import BudgetSpent, Unavailable
from vendorproof.evidence import CreatedLedger, Evidence
from vendorproof.exchange import Journal
from vendorproof.exchange.model import Exchange
from vendorproof.suite.judging import Judge, combined, offered
from vendorproof.suite.verifies import Item, Phase
from vendorproof.target import DEFAULT, Draft, Exchanger, effects_of
from vendorproof.target.gate import Owner

MOST_CALLS: Final = 200
"""Calls that the repetitions of one vendor may take together, where no budget says less."""

MOST_WASTED: Final = 20.0
"""Seconds that repetitions may wait, together, for answers that never come or never end."""

AGAIN: Final = "failed again when it was repeated"
ONCE: Final = "seen once, not again when it was repeated"

_NOT_REPEATED: Final = "not repeated"
_STILL: Final = (Phase.READ, Phase.ALL)
"""Phases in which nothing is written: what one repetition read is as true for the next."""


class Repetitions:
    """Repeats the failures of one vendor's run; `most` are the calls that all repetitions together may take."""

    def __init__(self, contract: Contract, client: Exchanger, run_id: str, most: int = MOST_CALLS) -> None:
        self._contract = contract
        self._client = _Reading(client, most)
        self._run_id = f"{run_id}-again"
        self._round: tuple[Phase, Evidence] | None = None

    def confirm(self, item: Item, verdict: Verdict, evidence: Evidence) -> Verdict:
        """The verdict of a failure with what came of repeating it; `evidence` is what it rests on."""
        try:
            if item.phase is Phase.DRAIN:
                raise Unavailable("it would use up the limit once more")
            outcome, seen = self._resent(item, verdict, evidence) if item.check.each else self._rerun(item)
        except Unavailable as reason:
            return replace(verdict, repetition=f"{_NOT_REPEATED}: {reason}")
        except Exception as error:  # noqa: BLE001 - what goes wrong in a repetition must not cost the verdict
            return replace(verdict, repetition=f"{_NOT_REPEATED}: our error: {type(error).__name__}: {error}")
        if isinstance(outcome, Inconclusive):
            return replace(verdict, repetition=f"{_NOT_REPEATED}: {outcome.reason}")
        failed = isinstance(outcome, Fail)
        return replace(
            verdict,
            confirmed=failed,
            flaky=not failed,
            repetition=AGAIN if failed else ONCE,
            repeated=seen,
            exchanges=(*verdict.exchanges, *(number for number in seen if number not in verdict.exchanges)),
        )

    def _rerun(self, item: Item) -> tuple[Outcome, tuple[int, ...]]:
        """The same test with evidence of its own."""
        again = self._evidence(item.phase)
        judge = Judge(item.check, item.obligation)
        with again.trace.collecting() as used:
            try:
                item.test(**offered(item, again, judge))
            except Unavailable:
                if not any(isinstance(outcome, Fail) for outcome in judge.outcomes):
                    raise
        outcome = combined(judge.outcomes)
        return outcome, outcome.judged if isinstance(outcome, Fail | Pass) else tuple(sorted(used))

    def _resent(self, item: Item, verdict: Verdict, evidence: Evidence) -> tuple[Outcome, tuple[int, ...]]:
        """The request whose answer failed, and its answer now: other answers of the operation say nothing of it."""
        draft = evidence.draft_of(verdict.exchanges[-1]) if verdict.exchanges else None
        if draft is None:
            raise Unavailable("the answer that failed is not of a single request")
        exchange = self._client.send(replace(draft, purpose="a failure once more"))
        return item.check.function(item.obligation, exchange), (exchange.number,)

    def _evidence(self, phase: Phase) -> Evidence:
        if self._round is None or self._round[0] is not phase or phase not in _STILL:
            self._client.begin()
            fresh = Evidence(self._contract, self._client, CreatedLedger(), self._run_id)
            self._round = (phase, fresh)
        return self._round[1]


class _Later(Journal):
    """What a journal holds from some exchange on."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal
        self._first = journal.last

    def __iter__(self) -> Iterator[Exchange]:
        return (exchange for exchange in self._journal if exchange.number > self._first)

    def __len__(self) -> int:
        return self._journal.last - self._first

    def __getitem__(self, number: int) -> Exchange:
        return self._journal[number]

    def by_operation(self, operation_id: str | None) -> tuple[Exchange, ...]:
        return tuple(one for one in self._journal.by_operation(operation_id) if one.number > self._first)


class _Reading:
    """The run's client as a repetition may use it: it reads, within its share of calls, and knows of nothing before."""

    def __init__(self, client: Exchanger, most: int) -> None:
        self._client = client
        self._left = most
        self._wasted = 0.0
        self.contract = client.contract
        self.target = client.target
        self.clock = client.clock
        self.journal: Journal = client.journal

    def begin(self) -> None:
        """Forgets what was before."""
        self.journal = _Later(self._client.journal)

    def permit(self, draft: Draft) -> None:
        """Raises Unavailable for a request that does more than read."""
        operation = self.contract.find(draft.operation)
        if operation is not None and operation.kind is Kind.LOGIN:
            raise Unavailable("a repeated login may lock an account")
        if effects_of(draft, self.contract, self.target) != {Effect.READ}:
            raise Unavailable(f"{draft.method} {draft.path} once more may change something")
        if not draft.pace:
            raise Unavailable("it would use up the limit once more")
        self._client.permit(draft)

    def own(self, resource: str, thing_id: str, creation: Exchange | None = None) -> Owner:
        """Nothing is made, so nothing is this run's anew."""
        return Owner.RUN if self.owns(resource, thing_id) else Owner.OTHERS

    def owns(self, resource: str, thing_id: str) -> bool:
        """Whether this run made a thing."""
        return self._client.owns(resource, thing_id)

    def pause(self, seconds: float, reason: str) -> None:
        """Lets so many seconds pass."""
        self._client.pause(seconds, reason)

    def reserve(self) -> None:
        """Nothing is made, so nothing has to be tidied up."""

    def release(self) -> None:
        """Nothing was set aside."""

    def send(self, draft: Draft) -> Exchange:
        """The exchange of one reading."""
        self._take(draft)
        return self._timed(self._client.send(draft))

    def handshake(self, draft: Draft) -> Exchange:
        """The exchange of a WebSocket's opening handshake."""
        self._take(draft)
        return self._timed(self._client.handshake(draft))

    def send_all(self, drafts: Sequence[Draft]) -> list[Exchange]:
        """The exchanges of several readings at the same time."""
        for draft in drafts:
            self._take(draft)
        return [self._timed(exchange) for exchange in self._client.send_all(drafts)]

    def _take(self, draft: Draft) -> None:
        self.permit(draft)
        if self._left <= 0:
            raise BudgetSpent("no call is left for repetitions")
        if self._wasted > MOST_WASTED:
            raise Unavailable(f"answers that never ended took {self._wasted:.0f} seconds of repetitions")
        self._left -= 1

    def _timed(self, exchange: Exchange) -> Exchange:
        if exchange.response is None or exchange.response.cut:
            self._wasted += exchange.elapsed
        return exchange

    def secret(self, role: str = DEFAULT) -> str:
        """The credential of a role."""
        return self._client.secret(role)

    def renew(self, token: str | None, role: str = DEFAULT) -> None:
        """Raises Unavailable: the run goes on with the token that it has."""
        raise Unavailable("the run keeps its token")

    def close(self) -> None:
        """The client is closed by whoever opened it."""
