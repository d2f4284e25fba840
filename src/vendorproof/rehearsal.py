"""A run rehearsed at the vendor's mock: what the real one would send and decide. Nothing leaves the process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract.model import Contract
from vendorproof.session import Choice, at_mock, choose
from vendorproof.suite import Item, items, selected, suite_modules

_DECIDED = (Word.PASS, Word.FAIL)


@dataclass(frozen=True)
class Step:
    """One item of a rehearsal: its verdict, and the calls that nobody had made before it."""

    item: Item
    verdict: Verdict
    calls: int


@dataclass(frozen=True)
class Row:
    """The requirements of one convention: how many, how many decided, at how many calls."""

    convention: str
    requirements: int
    decided: int
    calls: int


@dataclass(frozen=True)
class Rehearsal:
    """What a run would do."""

    vendor: str
    steps: tuple[Step, ...]

    @property
    def calls(self) -> int:
        """Calls in all."""
        return sum(step.calls for step in self.steps)

    @property
    def decided(self) -> int:
        """Requirements that some item decides."""
        return len(self._decided())

    def _decided(self) -> set[str]:
        return {step.verdict.requirement for step in self.steps if step.verdict.verdict in _DECIDED}

    def by_convention(self) -> list[Row]:
        """A row a convention, in the order of the ids."""
        rows = []
        for convention in sorted({step.item.obligation.requirement.convention for step in self.steps}):
            own = [step for step in self.steps if step.item.obligation.requirement.convention == convention]
            names = {step.verdict.requirement for step in own}
            rows.append(Row(convention, len(names), len(names & self._decided()), sum(step.calls for step in own)))
        return rows

    def undecided(self) -> dict[str, list[str]]:
        """Requirements that no item decides, by the reason."""
        found: dict[str, list[str]] = {}
        for step in self.steps:
            name = step.verdict.requirement
            if name not in self._decided() and name not in found.get(step.verdict.reason, []):
                found.setdefault(step.verdict.reason, []).append(name)
        return found


def rehearse(contract: Contract, choice: Choice, select: Sequence[str] = ()) -> Rehearsal:
    """Runs the selected items at the embedded mock, with no more rights, roles and budget than the chosen target.

    Raises TargetError and UsageError as a run would.
    """
    found = selected(items(suite_modules(), {contract.vendor: contract}), select)
    like = None if choice.is_embedded else choose(contract, choice)
    steps = []
    with at_mock(contract, budget=choice.budget, like=like) as session:
        for item in found:
            before = len(session.journal)
            verdict = session.decide(item)
            steps.append(Step(item, verdict, len(session.journal) - before))
    return Rehearsal(contract.vendor, tuple(steps))
