"""How a suite test says what it decides."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from types import ModuleType

from vendorproof.checks.registry import Check, Obligation, all_checks
from vendorproof.contract.model import Contract, Effect, Kind, Operation, Requirement
from vendorproof.contract.select import select
from vendorproof.errors import InternalError, UsageError

SuiteTest = Callable[..., None]


class Phase(IntEnum):
    """When in a run a test has its turn: readings; the lives of things, before anybody else changes them; other writes;
    the ends of those lives, when nobody needs the things any more; what else is asked of deletions; the drained limit;
    the judging of everything that came back; and last what the team accepted."""

    READ = 0
    LIFE = 1
    WRITE = 2
    END = 3
    ENDED = 4
    DRAIN = 5
    ALL = 6
    KNOWN = 7


@dataclass(frozen=True)
class Marked:
    """What `verifies` wrote on a test function."""

    checks: tuple[str, ...]
    phase: Phase
    refused: bool = False
    after_ends: Callable[[Obligation], bool] | None = None


def verifies(
    *checks: str,
    phase: Phase = Phase.READ,
    refused: bool = False,
    after_ends: Callable[[Obligation], bool] | None = None,
) -> Callable[[SuiteTest], SuiteTest]:
    """Marks a test as the one that decides every requirement that names one of these checks.

    `refused` says that the test only sends what should be refused: it needs things that are still there. `after_ends`
    says for which obligations at what changes things it needs things that are gone, so that it waits for their ends.
    """

    def mark(test: SuiteTest) -> SuiteTest:
        test.__verifies__ = Marked(checks, phase, refused, after_ends)  # type: ignore[attr-defined]
        return test

    return mark


def marked(test: object) -> Marked | None:
    """What `verifies` wrote on a function, None where it wrote nothing."""
    found = getattr(test, "__verifies__", None)
    return found if isinstance(found, Marked) else None


@dataclass(frozen=True)
class Item:
    """One test for one obligation."""

    test: SuiteTest
    check: Check
    obligation: Obligation
    phase: Phase

    @property
    def turn(self) -> tuple[str, int, int]:
        """What items are ordered by: the vendor, the phase, and where lives end, what is below other things first."""
        operation = self.obligation.operation
        depth = operation.path.count("{") if operation is not None and self.phase is Phase.END else 0
        return self.obligation.contract.vendor, self.phase, -depth

    @property
    def wants(self) -> frozenset[str]:
        """The names of the test's arguments."""
        return frozenset(inspect.signature(self.test).parameters)


def obligations(contract: Contract, check: Check) -> Iterator[Obligation]:
    """Every requirement of a contract that names the check, at every operation that it is about.

    A check that judges each exchange by itself, where the register does not narrow it, is also asked about the answers
    of paths that are no operation.
    """
    for requirement in contract.requirements:
        if requirement.check != check.name:
            continue
        if "once" in (requirement.on or (check.on,)):
            yield Obligation(contract, requirement, None)
            continue
        for operation in _about(contract, requirement, check):
            yield Obligation(contract, requirement, operation)
        if check.each and not requirement.on and check.on == "all":
            yield Obligation(contract, requirement, None)


def _about(contract: Contract, requirement: Requirement, check: Check) -> tuple[Operation, ...]:
    return select(contract, requirement.on or (check.on,))


def operations_of(obligation: Obligation, check: Check) -> tuple[Operation, ...]:
    """All operations that the requirement of an obligation is about."""
    return _about(obligation.contract, obligation.requirement, check)


def items(modules: Sequence[ModuleType], contracts: Mapping[str, Contract]) -> list[Item]:
    """Every test of the suites for every obligation of the contracts, in the order of a run.

    Raises InternalError where two tests decide one check or a test names no check.
    """
    checks = all_checks()
    found: list[Item] = []
    decided: dict[str, str] = {}
    for module in modules:
        for name, test in vars(module).items():
            mark = marked(test)
            if mark is None or getattr(test, "__module__", "") != module.__name__:
                continue
            for check_name in mark.checks:
                if check_name not in checks:
                    raise InternalError(f"{module.__name__}.{name} verifies the unknown check {check_name!r}")
                if check_name in decided:
                    raise InternalError(f"{check_name} is decided by {decided[check_name]} and by {name}")
                decided[check_name] = name
                for contract in contracts.values():
                    for obligation in obligations(contract, checks[check_name]):
                        found.append(Item(test, checks[check_name], obligation, _phase(mark, obligation)))
    return sorted(found, key=lambda item: item.turn)


def _phase(mark: Marked, obligation: Obligation) -> Phase:
    """A test that reads has its turn among the writes where its operation writes; one that deletes, after them."""
    operation = obligation.operation
    if operation is None or operation.effects == {Effect.READ}:
        return mark.phase
    if mark.after_ends is not None and mark.after_ends(obligation):
        return Phase.ENDED
    if operation.kind is Kind.DELETE and not mark.refused:
        return {Phase.LIFE: Phase.END, Phase.READ: Phase.ENDED, Phase.WRITE: Phase.ENDED}.get(mark.phase, mark.phase)
    return Phase.WRITE if mark.phase is Phase.READ else mark.phase


def selected(found: Sequence[Item], selectors: Sequence[str]) -> list[Item]:
    """The items whose requirement id, or check, matches one of the selectors (globs allowed).

    Raises UsageError for a selector that matches nothing.
    """
    for selector in selectors:
        if not any(_matches(item, selector) for item in found):
            known = sorted({item.obligation.requirement.id for item in found})
            raise UsageError(f"--select {selector!r} matches no requirement{_nearest(selector, known)}")
    return matching(found, selectors)


def matching(found: Sequence[Item], selectors: Sequence[str]) -> list[Item]:
    """The same where it was seen before that each selector matches something; all without selectors."""
    return [item for item in found if not selectors or any(_matches(item, selector) for selector in selectors)]


def _matches(item: Item, selector: str) -> bool:
    requirement = item.obligation.requirement.id
    return (
        fnmatchcase(requirement, selector)
        or requirement.startswith(f"{selector}.")
        or fnmatchcase(item.check.name, selector)
    )


def _nearest(selector: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(selector, known, n=1, cutoff=0.4)
    return f"; did you mean {close[0]!r}?" if close else ""
