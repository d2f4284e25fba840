"""Runs the suites against a fault and compares with what the fault breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract.model import Contract
from vendorproof.mock import Fault
from vendorproof.proof.recall import Recall
from vendorproof.runs.opening import at_mock
from vendorproof.suite import Item, items, suite_modules


class Sight(StrEnum):
    """How well one requirement's check saw a fault."""

    NOTICED = "noticed"
    OTHER_REASON = "noticed for another reason"
    MISSED = "missed"
    FALSE_ALARM = "false alarm"
    ERROR = "our error"


@dataclass(frozen=True)
class Finding:
    """What one requirement showed of one fault; `verdict` is the one that decided, None where none did."""

    fault: str
    requirement: str
    check: str
    sight: Sight
    expected_reason: str
    verdict: Verdict | None


@dataclass(frozen=True)
class Proof:
    """All that one fault showed; `seconds` is what the run took."""

    vendor: str
    fault: str
    family: str
    summary: str
    findings: tuple[Finding, ...]
    calls: int
    seconds: float = 0.0

    @property
    def survived(self) -> bool:
        """Whether something is not as it has to be."""
        return any(finding.sight is not Sight.NOTICED for finding in self.findings)


class Gate:
    """The gate of one vendor: its suites as the faithful mock passes them, and then each fault against them.

    Every item of the suites runs against every fault, on exchanges of its own: a false alarm has nowhere to hide. What
    a check concluded from the like of an exchange before is not worked out again. `items` replaces the suites.
    """

    def __init__(self, contract: Contract, items: Sequence[Item] | None = None) -> None:
        self.contract = contract
        self.items = items_of(contract) if items is None else tuple(items)
        self.recall = Recall()
        self._faithful: Mapping[str, Word] | None = None

    @property
    def faithful(self) -> Mapping[str, Word]:
        """The verdict of every obligation, by its id, at the faithful mock."""
        if self._faithful is None:
            self._faithful = {name: verdict.verdict for name, verdict in self._run(())[0].items()}
        return self._faithful

    @property
    def passed(self) -> frozenset[str]:
        """The requirements that the faithful mock passes at some operation."""
        faithful = self.faithful
        return frozenset(
            item.obligation.requirement.id for item in self.items if faithful[item.obligation.id] is Word.PASS
        )

    def prove(self, fault: Fault) -> Proof:
        """Runs every item against the mock with a fault.

        What is said of the faithful mock too says nothing of the fault.
        """
        faithful = self.faithful
        verdicts, calls = self._run((fault,))
        fresh = [verdict for name, verdict in verdicts.items() if verdict.verdict is not faithful.get(name)]
        findings = tuple(_findings(self.contract, fault, fresh))
        return Proof(self.contract.vendor, fault.id, fault.family, fault.summary, findings, calls)

    def _run(self, faults: Sequence[Fault]) -> tuple[dict[str, Verdict], int]:
        remembering = self.recall.session()
        with at_mock(self.contract, faults=faults) as session:
            verdicts = {item.obligation.id: session.decide(remembering(item)) for item in self.items}
            return verdicts, len(session.journal)


def items_of(contract: Contract) -> tuple[Item, ...]:
    """Every item of the suites for one vendor."""
    return tuple(items(suite_modules(), {contract.vendor: contract}))


def _findings(contract: Contract, fault: Fault, fresh: Sequence[Verdict]) -> Iterator[Finding]:
    checks = {requirement.id: requirement.check or "" for requirement in contract.requirements}

    def finding(requirement: str, sight: Sight, reason: str, verdict: Verdict | None) -> Finding:
        return Finding(fault.id, requirement, checks[requirement], sight, reason, verdict)

    failed = [verdict for verdict in fresh if verdict.verdict is Word.FAIL]
    for breach in fault.breaches:
        own = [verdict for verdict in failed if verdict.requirement == breach.requirement]
        right = next((verdict for verdict in own if verdict.reason == breach.reason), None)
        verdict = right or next(iter(own), None)
        if verdict is not None or breach.certain:
            sight = Sight.NOTICED if right else Sight.OTHER_REASON if own else Sight.MISSED
            yield finding(breach.requirement, sight, breach.reason, verdict)
    for verdict in failed:
        if verdict.requirement not in fault.violates:
            yield finding(verdict.requirement, Sight.FALSE_ALARM, "", verdict)
    for verdict in fresh:
        if verdict.verdict is Word.ERROR:
            yield finding(verdict.requirement, Sight.ERROR, "", verdict)
