"""A run rehearsed at the vendor's mock: what the real one would send and decide. Nothing leaves the process."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract.model import Contract
from vendorproof.runs.choice import Choice, choose
from vendorproof.runs.opening import at_mock
from vendorproof.suite import Item, items, matching, suite_modules
from vendorproof.target import Environment, Target

_DECIDED = (Word.PASS, Word.FAIL)

_FURTHER_OPERATION = 0.05
"""What deciding a requirement at one more operation is worth, beside deciding one for the first time."""


@dataclass(frozen=True)
class Step:
    """One item of a rehearsal: its verdict, and the numbers of the exchanges that it rests on."""

    item: Item
    verdict: Verdict
    rests_on: frozenset[int]

    @property
    def decided(self) -> bool:
        return self.verdict.verdict in _DECIDED


@dataclass(frozen=True)
class Row:
    """The requirements of one convention: how many, how many decided, at how many calls that nobody made before."""

    convention: str
    requirements: int
    decided: int
    calls: int


@dataclass(frozen=True)
class Rehearsal:
    """What a run would do; `budget` None where it may send as much as it likes. `removals` are the exchanges that made
    what has to be removed in the end, at another call each; `aside` are calls of the budget that are for something
    else."""

    vendor: str
    steps: tuple[Step, ...]
    sent: int
    budget: int | None
    removals: frozenset[int] = frozenset()
    aside: int = 0

    @cached_property
    def chosen(self) -> tuple[Step, ...]:
        """What is run: everything, or what the budget is best spent on."""
        if self.budget is None:
            return self.steps
        return tuple(_best(self.steps, self.budget - self.aside, self.removals))

    @property
    def affordable(self) -> frozenset[str]:
        """The ids of the obligations that are run."""
        return frozenset(step.item.obligation.id for step in self.chosen)

    @property
    def calls(self) -> int:
        """Calls in all, the removing of what was made included."""
        if self.budget is None:
            return self.sent + len(self.removals)
        return _cost(frozenset[int]().union(*(step.rests_on for step in self.chosen)), self.removals)

    @property
    def decided(self) -> frozenset[str]:
        """The requirements that some step decides."""
        return frozenset(step.verdict.requirement for step in self.chosen if step.decided)

    def by_convention(self) -> list[Row]:
        """A row a convention, in the order of a run."""
        seen: set[int] = set()
        rows: dict[str, list[Step]] = {}
        fresh: dict[str, int] = {}
        for step in self.chosen:
            convention = step.item.obligation.requirement.convention
            rows.setdefault(convention, []).append(step)
            fresh[convention] = fresh.get(convention, 0) + len(step.rests_on - seen)
            seen |= step.rests_on
        return [
            Row(
                convention,
                len({step.verdict.requirement for step in own}),
                len({step.verdict.requirement for step in own if step.decided}),
                fresh[convention],
            )
            for convention, own in sorted(rows.items())
        ]

    def undecided(self) -> dict[str, list[str]]:
        """Requirements that no step decides, by the reason."""
        found: dict[str, list[str]] = {}
        dear = {step.verdict.requirement for step in self.steps if step.decided}
        for step in self.steps:
            name = step.verdict.requirement
            if name in self.decided or (name in dear and not step.decided):
                continue
            reason = f"costs more than the budget of {self.budget} calls" if step.decided else step.verdict.reason
            if name not in found.setdefault(reason, []):
                found[reason].append(name)
        return found


_ROOM: Final = 5
"""The least budget of which one call may be for the way in alone; mostly that call is asked for anyway."""


def _cost(numbers: Set[int], removals: frozenset[int]) -> int:
    return len(numbers) + len(numbers & removals)


def _best(steps: Sequence[Step], budget: int, removals: frozenset[int]) -> list[Step]:
    """The steps that decide most requirements for the calls: again and again the group of steps, resting on the same
    exchanges, that decides most for each call that nobody made yet."""
    groups: dict[frozenset[int], list[Step]] = {}
    for step in steps:
        groups.setdefault(step.rests_on, []).append(step)
    spent: set[int] = set()
    decided: set[str] = set()
    chosen: set[frozenset[int]] = set()
    while True:
        affordable = [one for one in groups if one not in chosen and _cost(spent | one, removals) <= budget]
        if not affordable:
            return [step for step in steps if step.rests_on in chosen]
        best = max(affordable, key=lambda one: _worth(groups[one], decided) / (_cost(one - spent, removals) + 0.001))
        chosen.add(best)
        spent |= best
        decided |= {step.verdict.requirement for step in groups[best] if step.decided}


def _worth(steps: Sequence[Step], decided: set[str]) -> float:
    names = {step.verdict.requirement for step in steps if step.decided}
    return len(names - decided) + _FURTHER_OPERATION * len(names & decided)


def rehearse(contract: Contract, choice: Choice, select: Sequence[str] = ()) -> Rehearsal:
    """Runs the selected items at the embedded mock, with no more rights, roles and values than the chosen target.

    Raises TargetError as a run would. A selector that matches nothing of this contract may be another's.
    """
    like = None if choice.is_embedded else choose(contract, choice)
    return rehearse_like(contract, like, choice.budget, select)


def rehearse_like(
    contract: Contract,
    like: Target | None,
    budget: int | None = None,
    select: Sequence[str] = (),
    decided: frozenset[str] = frozenset(),
) -> Rehearsal:
    """Runs the selected items at the embedded mock, with no more rights, roles and values than a target; but for the
    obligations that are decided already, by their ids.
    """
    found = matching(items(suite_modules(), {contract.vendor: contract}), select)
    steps = []
    with at_mock(contract, like=like) as session:
        for item in (one for one in found if one.obligation.id not in decided):
            with session.evidence.trace.collecting() as used:
                verdict = session.decide(item)
            steps.append(Step(item, verdict, frozenset(used)))
        sent = len(session.journal)
        removals = session.evidence.removable
    aside = int(budget is not None and like is not None and looks_first(like, budget))
    return Rehearsal(contract.vendor, tuple(steps), sent, budget, removals, aside)


def looks_first(target: Target, budget: int | None) -> bool:
    """Whether a run sees first that there is a way in: at what is no mock, where the budget has room for it."""
    return target.environment is not Environment.MOCK and (budget is None or budget >= _ROOM)
