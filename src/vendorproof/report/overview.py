"""A run arranged for reading: vendors, their conventions, the requirements of each with what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract.model import Contract, Requirement
from vendorproof.report.explain import Category
from vendorproof.report.run import FinishedRun
from vendorproof.report.text import plural

WHOLE_API = "*"
"""The operation of a verdict about the API as a whole."""


class State(StrEnum):
    """What became of a requirement over all its operations, worst first."""

    FAIL = "fail"
    ERROR = "error"
    WARNING = "warning"
    ACCEPTED = "accepted"
    INCONCLUSIVE = "inconclusive"
    PARTLY = "partly"
    PASS = "pass"
    NOT_APPLICABLE = "not applicable"
    NOT_RUN = "not run"
    UNDECIDABLE = "undecidable"


MEANINGS = {
    State.FAIL: "the documentation states it as a must, and the vendor does not do it",
    State.ERROR: "our fault: vendorproof, its contract or this machine",
    State.WARNING: "broken, but the documentation only recommends it, shows it in an example, or we inferred it",
    State.ACCEPTED: "broken, and accepted by the team until a date",
    State.INCONCLUSIVE: "could not be exercised; never counted as a pass",
    State.PARTLY: "holds where it could be exercised, and elsewhere could not be",
    State.PASS: "holds at every operation that was judged",
    State.NOT_APPLICABLE: "does not speak of what the vendor did",
    State.NOT_RUN: "this run did not ask",
    State.UNDECIDABLE: "nothing outside can decide it",
}


@dataclass(frozen=True)
class Row:
    """One requirement and its verdicts; `requirement` is None where the contract no longer holds it."""

    id: str
    requirement: Requirement | None
    verdicts: tuple[Verdict, ...]
    state: State

    @property
    def name(self) -> str:
        """The id without vendor and convention."""
        return self.id.split(".", 2)[-1]

    @property
    def level(self) -> str:
        return self.requirement.level.value if self.requirement else self.verdicts[0].level

    @property
    def basis(self) -> str:
        return self.requirement.basis.value if self.requirement else self.verdicts[0].basis

    @property
    def check(self) -> str:
        return (self.requirement.check or "") if self.requirement else self.verdicts[0].check

    @property
    def undecidable(self) -> str:
        return (self.requirement.undecidable or "") if self.requirement else ""

    @property
    def text(self) -> str:
        if self.requirement:
            return self.requirement.text
        if self.check == "known.still_fails":
            return "What the team accepted still fails, and not for longer than it said."
        return "The contract no longer holds this requirement."


@dataclass(frozen=True)
class Group:
    """The requirements of one convention, and the operations at which any of them was judged, in the documentation's
    order."""

    convention: str
    rows: tuple[Row, ...]
    operations: tuple[str, ...]

    @property
    def problem(self) -> bool:
        """Whether any of the requirements is broken, or we are."""
        return any(row.state in (State.FAIL, State.ERROR, State.WARNING) for row in self.rows)

    @property
    def dense(self) -> bool:
        """Whether a table of requirement × operation is readable: neither mostly empty nor too wide."""
        filled = sum(len(row.verdicts) for row in self.rows)
        return 1 < len(self.operations) <= 40 and filled >= 0.3 * len(self.operations) * len(self.rows)


@dataclass(frozen=True)
class Vendor:
    """One vendor's part of a run; `contract` is None where it could not be loaded again. `operations` are those with a
    verdict, in the documentation's order, the API as a whole first."""

    id: str
    title: str
    base_url: str
    contract: Contract | None
    groups: tuple[Group, ...]
    operations: tuple[str, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)


def overview(run: FinishedRun) -> tuple[Vendor, ...]:
    """The vendors of a run in its header's order, with every requirement of their contracts, judged or not."""
    contracts = {contract.vendor: contract for contract in run.contracts}
    ids = dict.fromkeys([*run.header.vendors, *(verdict.vendor for verdict in run.verdicts)])
    return tuple(
        _vendor(
            vendor,
            contracts.get(vendor),
            run.header.base_urls.get(vendor, ""),
            tuple(verdict for verdict in run.verdicts if verdict.vendor == vendor),
        )
        for vendor in ids
    )


def states(rows: Iterable[Row]) -> dict[State, int]:
    """How many requirements are in each state; states of none are left out."""
    counted = Counter(row.state for row in rows)
    return {state: counted[state] for state in State if counted[state]}


def reasons(verdicts: Iterable[Verdict]) -> dict[str, tuple[Verdict, ...]]:
    """The inconclusive verdicts by their reason, the most frequent reason first."""
    grouped: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.verdict is Word.INCONCLUSIVE:
            grouped.setdefault(verdict.reason or "no reason given", []).append(verdict)
    return {reason: tuple(grouped[reason]) for reason in sorted(grouped, key=lambda one: -len(grouped[one]))}


def without_access(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """A sentence for each vendor that could not be got at: who answers, or which key is refused."""
    shut = dict.fromkeys((one.vendor, one.reason) for one in verdicts if one.no_access)
    return tuple(f"{vendor}: {reason}. Nothing more was asked of it." for vendor, reason in shut)


def judgement(run: FinishedRun) -> tuple[str, str]:
    """The run in one word (`red`, `green`, `none`: no result) and a sentence."""
    red = [verdict for verdict in run.verdicts if verdict.red]
    decided = sum(verdict.verdict in (Word.PASS, Word.FAIL) for verdict in run.verdicts)
    errors = sum(verdict.verdict is Word.ERROR for verdict in run.verdicts)
    requirements = len({verdict.requirement for verdict in red})
    shut = without_access(run.verdicts)
    stopped = "" if run.complete else " The run did not finish: what it had not asked yet is missing."
    stopped += "".join(f" {line}" for line in shut)
    flaky = sum(verdict.flaky for verdict in red)
    if red:
        noun = "requirement is" if requirements == 1 else "requirements are"
        seen = f" {plural(flaky, 'failure was', 'failures were')} seen once, not again." if flaky else ""
        return "red", f"{requirements} stated {noun} broken.{seen}{stopped}"
    if not run.complete:
        return "none", "The run did not finish, so this is no result."
    if shut:
        return "none", " ".join(shut)
    if not decided:
        return "none", "Nothing was exercised, so nothing is proven."
    if errors:
        return "none", f"vendorproof itself failed at {plural(errors, 'verdict')}: what that hid is unknown."
    cut = {verdict.requirement for verdict in run.verdicts if verdict.out_of_time}
    if cut:
        return "none", f"The time was over: {plural(len(cut), 'requirement')} could not be asked about to the end."
    accepted = sum(verdict.accepted for verdict in run.verdicts)
    but = f" but for {plural(accepted, 'failure')} that the team accepted" if accepted else ""
    return "green", f"Every stated requirement that could be exercised held{but}."


def _vendor(vendor: str, contract: Contract | None, base_url: str, verdicts: tuple[Verdict, ...]) -> Vendor:
    by_requirement: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_requirement.setdefault(verdict.requirement, []).append(verdict)
    known = {requirement.id: requirement for requirement in contract.requirements} if contract else {}
    documented = [WHOLE_API, *(operation.label for operation in contract.operations)] if contract else [WHOLE_API]
    operations = _in_order((verdict.operation for verdict in verdicts), documented)
    conventions: dict[str, list[Row]] = {}
    for one in dict.fromkeys([*known, *by_requirement]):
        found = sorted(by_requirement.get(one, []), key=lambda verdict: operations.index(verdict.operation))
        row = _row(one, known.get(one), found)
        conventions.setdefault(one.split(".")[1] if "." in one else one, []).append(row)
    groups = tuple(
        Group(convention, tuple(rows), _in_order((v.operation for row in rows for v in row.verdicts), documented))
        for convention, rows in conventions.items()
    )
    return Vendor(vendor, contract.title if contract else vendor, base_url, contract, groups, operations)


def _in_order(operations: Iterable[str], documented: list[str]) -> tuple[str, ...]:
    seen = set(operations)
    return (*(label for label in documented if label in seen), *sorted(seen - set(documented)))


def _row(requirement_id: str, requirement: Requirement | None, verdicts: list[Verdict]) -> Row:
    if verdicts:
        state = _worst(verdicts)
    else:
        state = State.UNDECIDABLE if requirement and requirement.undecidable else State.NOT_RUN
    return Row(requirement_id, requirement, tuple(verdicts), state)


def _worst(verdicts: list[Verdict]) -> State:
    found = {Category.of(verdict) for verdict in verdicts}
    for category, state in (
        (Category.VIOLATION, State.FAIL),
        (Category.ERROR, State.ERROR),
        (Category.WARNING, State.WARNING),
        (Category.KNOWN, State.ACCEPTED),
    ):
        if category in found:
            return state
    if Category.INCONCLUSIVE in found:
        return State.PARTLY if Category.PASS in found else State.INCONCLUSIVE
    return State.PASS if Category.PASS in found else State.NOT_APPLICABLE
