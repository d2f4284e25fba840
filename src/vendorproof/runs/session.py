"""One vendor at one target: the contract, the client, the evidence, and the verdicts as they come."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import TypedDict

from vendorproof.cases import case_source
from vendorproof.checks.outcome import Blame, Inconclusive, Verdict, Word
from vendorproof.contract.model import Contract
from vendorproof.errors import Need, NoAccess, Unavailable
from vendorproof.evidence import Created, CreatedLedger, Evidence
from vendorproof.exchange import Journal, Redactor
from vendorproof.suite import NOTHING_KNOWN, Item, Known, Phase, Repetitions, decide, verdict_of
from vendorproof.target import (
    Client,
    Deadline,
    EmbeddedTransport,
    Shared,
    Target,
)
from vendorproof.target.clock import Clock, RealClock, Tell, nobody

_WORDS_KEPT = 600
"""Characters of what a verdict expected, observed or gives as its reason."""


class Manner(TypedDict, total=False):
    """How a session goes about it, wherever it is; what each means and is by default, `Session` says."""

    redactor: Redactor | None
    examples: int
    known: Known
    repeat: int
    deadline: Deadline | None
    last: int
    tell: Tell
    looks_first: bool


class Session:
    """Everything that belongs to one vendor in one run. Use it as a context manager: leaving it removes what the run
    made and closes the connections.

    `known` are the failures that the team accepted; `repeat` are the calls that repeating others may take, 0 for none.
    After `deadline` nothing more is asked; `shared` is what other processes with the same key share; `last` is the
    number of the last exchange of the run that this one goes on from; `tell` is told of waits that are long;
    with `looks_first` nothing is decided before it was seen that there is a way in.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        *,
        clock: Clock | None = None,
        transport: EmbeddedTransport | None = None,
        created: CreatedLedger | None = None,
        run_id: str | None = None,
        redactor: Redactor | None = None,
        examples: int = 0,
        known: Known = NOTHING_KNOWN,
        repeat: int = 0,
        deadline: Deadline | None = None,
        shared: Shared | None = None,
        last: int = 0,
        tell: Tell = nobody,
        looks_first: bool = False,
    ) -> None:
        self.contract = contract
        self.target = target
        self.journal = Journal(last)
        self.clock = clock or RealClock()
        self.client = Client(
            contract,
            target,
            self.journal,
            self.clock,
            transport=transport,
            redactor=redactor,
            budget=shared.budget if shared else None,
            spacing=shared.spacing if shared else None,
            deadline=deadline,
            tell=tell,
        )
        self.created = created or CreatedLedger()
        cases = case_source(contract, self.client, examples)
        run_id = run_id or os.urandom(3).hex()
        self.evidence = Evidence(contract, self.client, self.created, run_id, cases)
        self.known = known
        self._repetitions = Repetitions(contract, self.client, run_id, repeat) if repeat else None
        self._looks_first = looks_first
        self.verdicts: list[Verdict] = []
        self.residue: tuple[Created, ...] = ()

    def decide(self, item: Item) -> Verdict:
        """Runs one test and keeps its verdict; without a way in nothing is decided and nothing more is sent."""
        shut = self._no_access
        if shut is not None and item.phase is not Phase.KNOWN:
            return self.pass_over(item, str(shut), shut.need)
        verdict = decide(item, self.evidence, self.verdicts)
        if verdict.verdict is Word.FAIL and self._repetitions is not None and item.phase is not Phase.KNOWN:
            verdict = self._repetitions.confirm(item, verdict, self.evidence)
        verdict = fit_to_show(self.known.accept(verdict), self.client.redactor)
        self.verdicts.append(verdict)
        return verdict

    @cached_property
    def _no_access(self) -> NoAccess | None:
        """Why there is no way in, None where there is one or nobody looks; seen before the first verdict."""
        if self._looks_first:
            try:
                self.evidence.access.demand()
            except NoAccess as reason:
                return reason
            except Unavailable:
                # The budget or the time: each test will say so of itself.
                pass
        return None

    def keep(self, verdict: Verdict) -> Verdict:
        """Keeps a verdict that an earlier run came to; the team may have accepted it since, or no longer."""
        verdict = self.known.accept(replace(verdict, known=""))
        self.verdicts.append(verdict)
        return verdict

    def pass_over(self, item: Item, reason: str, need: Need | None = None) -> Verdict:
        """Keeps an inconclusive verdict for a test that is not run, and what it would have needed."""
        verdict = verdict_of(item.check, item.obligation, Inconclusive(reason), Blame.ENVIRONMENT)
        verdict = replace(verdict, need=need)
        self.verdicts.append(verdict)
        return verdict

    @property
    def answered(self) -> bool:
        """Whether anything ever came back."""
        return any(exchange.response is not None for exchange in self.journal)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self, *, thorough: bool = False) -> None:
        """Removes what the run made, then closes the connections; `residue` is what could not be removed, also where an
        interrupt ends the removing."""
        try:
            self.evidence.clean_up(thorough=thorough)
        finally:
            self.residue = tuple(self.created.left())
            self.client.close()
            self.created.close()


def fit_to_show(verdict: Verdict, redactor: Redactor) -> Verdict:
    """The verdict without secrets, its words cut to a readable length: a check quotes whole documents."""
    return replace(
        verdict,
        expected=redactor.brief(verdict.expected, _WORDS_KEPT),
        observed=redactor.brief(verdict.observed, _WORDS_KEPT),
        reason=redactor.brief(verdict.reason, _WORDS_KEPT),
        repetition=redactor.brief(verdict.repetition, _WORDS_KEPT),
    )


def exit_code(verdicts: Sequence[Verdict], *, answered: bool, complete: bool = True) -> int:
    """The documented exit code of a run with these verdicts: our own error before the vendor's. One that was not
    brought to its end, or whose time was over, is never 0."""
    if any(verdict.verdict is Word.ERROR for verdict in verdicts):
        return 4
    if not answered or not any(verdict.verdict in (Word.PASS, Word.FAIL) for verdict in verdicts):
        return 3
    if any(verdict.red for verdict in verdicts):
        return 1
    cut = any(verdict.out_of_time or verdict.no_access for verdict in verdicts)
    return 0 if complete and not cut else 3
