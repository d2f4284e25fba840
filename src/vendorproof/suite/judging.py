"""Runs one test for one obligation and makes a verdict of whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from vendorproof.checks.outcome import (
    Blame,
    Fail,
    Inconclusive,
    NotApplicable,
    Outcome,
    Pass,
    Verdict,
    Word,
)
from vendorproof.checks.registry import Check, Obligation, judge_each
from vendorproof.errors import Unavailable
from vendorproof.evidence import Evidence
from vendorproof.evidence.stages import Told
from vendorproof.exchange.model import Exchange
from vendorproof.suite.blame import blame_for, blame_of
from vendorproof.suite.places import Standing, standing
from vendorproof.suite.verifies import Item, Phase, operations_of
from vendorproof.target.route import is_at


class Judge:
    """Hands evidence to the check of one obligation; every call must be about the same obligation."""

    def __init__(self, check: Check, obligation: Obligation) -> None:
        self._check = check
        self._obligation = obligation
        self.outcomes: list[Outcome] = []

    def __call__(self, *evidence: object) -> None:
        """Lets the check decide over one piece of evidence, or over several exchanges one by one."""
        if self._check.each:
            exchanges: Iterable[Exchange] = [one for piece in evidence for one in _exchanges(piece)]
            self.outcomes.append(judge_each(self._check.function, self._obligation, exchanges))
            return
        for piece in evidence:
            self.outcomes.append(self._check.function(self._obligation, piece))

    def refuses(self, piece: object) -> bool:
        """Whether the check fails over a piece of evidence, which decides nothing yet."""
        return isinstance(self._check.function(self._obligation, piece), Fail)

    def told(self, pieces: Iterable[Told]) -> None:
        """Lets the check decide over what stories showed; a failure rests on the whole story that led to it."""
        for one in pieces:
            outcome = self._check.function(self._obligation, one.piece)
            if isinstance(outcome, Fail):
                numbers = (*(exchange.number for exchange in one.story), *outcome.judged)
                outcome = replace(outcome, judged=tuple(dict.fromkeys(numbers)))
            self.outcomes.append(outcome)


def _exchanges(piece: object) -> Iterable[Exchange]:
    return (piece,) if isinstance(piece, Exchange) else piece  # type: ignore[return-value]


def combined(outcomes: Iterable[Outcome]) -> Outcome:
    """The first failure; else a pass where one passed; else why nothing was decided."""
    found = list(outcomes)
    for outcome in found:
        if isinstance(outcome, Fail):
            return outcome
    passes = [number for outcome in found if isinstance(outcome, Pass) for number in outcome.judged]
    if passes:
        return Pass(tuple(dict.fromkeys(passes)))
    if found and all(isinstance(outcome, NotApplicable) for outcome in found):
        return found[0]
    reasons = [outcome.reason for outcome in found if isinstance(outcome, Inconclusive | NotApplicable)]
    return Inconclusive("; ".join(dict.fromkeys(reasons)) or "the test judged nothing")


def decide(item: Item, evidence: Evidence, verdicts: Sequence[Verdict] = ()) -> Verdict:
    """The verdict of one item. Never raises for what a target does: an exception of ours is the verdict `error`.

    `verdicts` are those of the run so far, for a test that is about them. On what it rests where the place of the
    operation is our reading, `standing` says.
    """

    @cache
    def rests_on() -> Standing:
        return standing(item.obligation, evidence.client.target, evidence.client.journal.by_operation)

    verdict = _decide(item, evidence, verdicts, rests_on)
    if item.phase is Phase.KNOWN:
        return verdict
    place = rests_on().place if verdict.verdict is Word.FAIL else ""
    return replace(verdict, basis=rests_on().basis.value, place=place)


def _decide(item: Item, evidence: Evidence, verdicts: Sequence[Verdict], rests_on: Callable[[], Standing]) -> Verdict:
    judge = Judge(item.check, item.obligation)
    check, obligation = item.check, item.obligation
    with evidence.trace.collecting() as used:

        def exchanges() -> list[Exchange]:
            return [evidence.client.journal[number] for number in sorted(used)]

        try:
            item.test(**offered(item, evidence, judge, verdicts))
        except Unavailable as reason:
            # What was already seen to fail fails, whatever else can't be had.
            if not any(isinstance(outcome, Fail) for outcome in judge.outcomes):
                blame = blame_of(reason, obligation, exchanges(), evidence.access.key_is_good)
                return replace(verdict_of(check, obligation, Inconclusive(str(reason)), blame), need=reason.need)
        except KeyboardInterrupt:
            raise
        except Exception as error:  # noqa: BLE001 - whatever our own code does, the run goes on and says so
            return _error(item, f"{type(error).__name__}: {error}")
        if not judge.outcomes:
            return _error(item, "the test ended without a judgment")
        outcome = combined(judge.outcomes)
        if item.phase is Phase.KNOWN:
            own = verdict_of(check, obligation, outcome, Blame.CONTRACT if isinstance(outcome, Fail) else None)
            # What the team promised itself is stated, wherever the deviation is.
            return replace(own, basis=obligation.requirement.basis.value)
        if why := _unseen(obligation, outcome, evidence):
            return _error(item, why)
        blame = blame_for(obligation, outcome, exchanges(), evidence.access.key_is_good, rests_on().basis)
        return verdict_of(check, obligation, outcome, blame)


def _unseen(obligation: Obligation, outcome: Outcome, evidence: Evidence) -> str | None:
    """Why a decision is none: it cites no exchange, or none of the operation that it is about. None where it is one, or
    where nothing is decided.

    A request with a method of no operation is of the operation on whose path it is.
    """
    if not isinstance(outcome, Pass | Fail):
        return None
    client, operation = evidence.client, obligation.operation
    cited = [client.journal[number] for number in outcome.judged]
    if not cited:
        return f"a {type(outcome).__name__.lower()} that cites no exchange"
    if operation is None or any(
        exchange.operation == operation.id
        or (exchange.operation is None and is_at(operation, client.target, exchange.request.path))
        for exchange in cited
    ):
        return None
    others = ", ".join(dict.fromkeys(f"{one.request.method} {one.request.path}" for one in cited))
    return f"a {type(outcome).__name__.lower()} at {operation.label} that cites none of its exchanges: {others}"


def offered(item: Item, evidence: Evidence, judge: Judge, verdicts: Sequence[Verdict] = ()) -> dict[str, object]:
    """The arguments that an item's test asks for, by name."""
    available: dict[str, object] = {
        "obligation": item.obligation,
        "evidence": evidence,
        "judge": judge,
        "verdicts": tuple(verdicts),
    }
    if item.obligation.operation is not None:
        available["operation"] = item.obligation.operation
    if "operations" in item.wants:
        available["operations"] = operations_of(item.obligation, item.check)
    return {name: available[name] for name in item.wants}


def verdict_of(check: Check, obligation: Obligation, outcome: Outcome, blame: Blame | None = None) -> Verdict:
    """The verdict that an outcome makes of an obligation.

    Where nobody says whose fault it is, a failure is the vendor's and evidence that can't be had the environment's.
    """
    requirement = obligation.requirement

    def verdict(word: Word, whose: Blame, **details: object) -> Verdict:
        return Verdict(
            vendor=requirement.vendor,
            requirement=requirement.id,
            operation=obligation.place,
            check=check.name,
            verdict=word,
            level=requirement.level.value,
            basis=obligation.basis.value,
            blame=whose,
            **details,  # type: ignore[arg-type]
        )

    match outcome:
        case Pass(judged):
            return verdict(Word.PASS, Blame.NOBODY, judged=len(judged), exchanges=judged)
        case Fail(reason, expected, observed, judged):
            return verdict(
                Word.FAIL,
                blame or Blame.VENDOR,
                judged=len(judged),
                exchanges=judged,
                expected=expected,
                observed=observed,
                reason=reason,
            )
        case Inconclusive(reason, judged):
            whose = blame or Blame.ENVIRONMENT
            return verdict(Word.INCONCLUSIVE, whose, judged=len(judged), exchanges=judged, reason=reason)
        case NotApplicable(reason):
            return verdict(Word.NOT_APPLICABLE, Blame.NOBODY, judged=0, reason=reason)


def _error(item: Item, reason: str) -> Verdict:
    requirement = item.obligation.requirement
    return Verdict(
        vendor=requirement.vendor,
        requirement=requirement.id,
        operation=item.obligation.place,
        check=item.check.name,
        verdict=Word.ERROR,
        level=requirement.level.value,
        basis=item.obligation.basis.value,
        blame=Blame.OURS,
        judged=0,
        reason=reason,
    )
