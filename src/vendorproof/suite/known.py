"""What the team accepted: which failures it covers, and whether it is still there and still in date.

A known deviation turns a failure into an accepted one. It has a verdict of its own, so that neither the day on which
the vendor mends it nor the day on which it ends goes by unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Final

from vendorproof.checks.outcome import Fail, Inconclusive, Outcome, Pass, Verdict, Word
from vendorproof.checks.registry import Check, Obligation
from vendorproof.contract.model import Basis, Contract, KnownDeviation, Level, Requirement
from vendorproof.errors import ContractError, InternalError, Problem
from vendorproof.suite.verifies import Item, Marked, Phase, SuiteTest, marked

EXPIRED = "known-deviation-expired"
STOPPED = "known-deviation-stopped"


@dataclass(frozen=True)
class Known:
    """The known deviations of one vendor on one day (`today`, YYYY-MM-DD)."""

    deviations: tuple[KnownDeviation, ...] = ()
    today: str = ""

    def accept(self, verdict: Verdict) -> Verdict:
        """The verdict, marked as accepted where it is a failure that a deviation covers which has not expired."""
        if verdict.verdict is not Word.FAIL:
            return verdict
        for deviation in self.deviations:
            if covers(deviation, verdict) and self.today <= deviation.expires:
                until = f"accepted until {deviation.expires}, {deviation.link}"
                return replace(verdict, known=f"{deviation.reason} ({until})")
        return verdict


NOTHING_KNOWN: Final = Known()
"""Of a vendor whose failures nobody accepted."""


def covers(deviation: KnownDeviation, verdict: Verdict) -> bool:
    """Whether a verdict is of the requirement, and at the operation, that a deviation names."""
    return verdict.requirement == deviation.requirement and deviation.operation in (None, verdict.operation)


def over_known_deviations(test: SuiteTest) -> SuiteTest:
    """Marks a test as the one that decides every known deviation."""
    test.__verifies__ = Marked((), Phase.KNOWN)  # type: ignore[attr-defined]
    return test


def known_items(
    modules: Iterable[ModuleType], contract: Contract, known: Known, found: Sequence[Item], chosen: Sequence[Item]
) -> list[Item]:
    """An item for each known deviation of a vendor whose requirement is among the chosen items.

    `found` are the items before anything was chosen. Raises ContractError for a deviation that no test of them decides,
    since it would never be missed.
    """
    lost = [one for one in known.deviations if not any(_decides(item, one) for item in found)]
    if lost:
        raise ContractError(*(_nothing_decides(deviation) for deviation in lost))
    wanted = [one for one in known.deviations if any(_decides(item, one) for item in chosen)]
    test = _deciding(modules) if wanted else None
    items: dict[str, Item] = {}
    for deviation in wanted:
        operation = next((one for one in contract.operations if one.label == deviation.operation), None)
        obligation = Obligation(contract, _requirement(contract, deviation, known.today), operation)
        if test is not None:
            items.setdefault(obligation.id, Item(test, STILL_FAILS, obligation, Phase.KNOWN))
    return list(items.values())


def _decides(item: Item, deviation: KnownDeviation) -> bool:
    obligation = item.obligation
    return obligation.requirement.id == deviation.requirement and deviation.operation in (None, obligation.place)


def _nothing_decides(deviation: KnownDeviation) -> Problem:
    where = f" at {deviation.operation}" if deviation.operation else ""
    return Problem(
        deviation.place,
        f"no check decides {deviation.requirement}{where}, so this deviation would never be noticed to end",
        "correct the operation, or remove the entry",
    )


def _deciding(modules: Iterable[ModuleType]) -> SuiteTest:
    for module in modules:
        for test in vars(module).values():
            mark = marked(test)
            if mark is not None and mark.phase is Phase.KNOWN and not mark.checks:
                return test  # type: ignore[no-any-return]
    raise InternalError("no suite test decides the known deviations")


def _requirement(contract: Contract, deviation: KnownDeviation, today: str) -> Requirement:
    """The promise that the team gave itself, in the form of a requirement."""
    words = deviation.requirement.split(".", 1)[-1].replace(".", "-")
    return Requirement(
        id=f"{contract.vendor}.known.{words}",
        vendor=contract.vendor,
        page=deviation.place.path.name,
        section=_where(deviation),
        level=Level.MUST,
        basis=Basis.STATED,
        text=f"{deviation.requirement} fails as accepted ({deviation.reason}), and not after {deviation.expires}.",
        check=STILL_FAILS.name,
        undecidable=None,
        on=(),
        parameters={"deviation": deviation, "today": today},
        fingerprint="",
        place=deviation.place,
    )


def still_fails(obligation: Obligation, verdicts: Sequence[Verdict]) -> Outcome:
    """An accepted failure is still there, and its last day is not past."""
    deviation: KnownDeviation = obligation.parameters["deviation"]
    today: str = obligation.parameters["today"]
    own = [verdict for verdict in verdicts if covers(deviation, verdict)]
    failed = [verdict for verdict in own if verdict.verdict is Word.FAIL]
    held = [verdict for verdict in own if verdict.verdict is Word.PASS]
    open_ = [verdict for verdict in own if verdict.verdict in (Word.INCONCLUSIVE, Word.ERROR)]
    if today > deviation.expires:
        now = "it still fails" if failed else "it holds now" if held and not open_ else "this run could not tell"
        return Fail(
            EXPIRED,
            expected=f"a decision by {deviation.expires}, the last day in {_where(deviation)}",
            observed=f"it is {today}, and {now}: {'accept it anew' if failed else 'remove the entry'}, or look into it",
            judged=_exchanges(failed or held),
        )
    if failed:
        return Pass(_exchanges(failed))
    if not held or open_:
        reasons = dict.fromkeys(verdict.reason for verdict in open_)
        return Inconclusive("; ".join(reasons) or f"{deviation.requirement} was not decided in this run")
    places = ", ".join(verdict.operation for verdict in held[:5]) + (", …" if len(held) > 5 else "")
    return Fail(
        STOPPED,
        expected=f"the accepted failure of {deviation.requirement} ({deviation.reason})",
        observed=f"it holds now ({places}): remove the entry from {_where(deviation)}",
        judged=_exchanges(held),
    )


def _where(deviation: KnownDeviation) -> str:
    return str(replace(deviation.place, path=Path(deviation.place.path.name)))


def _exchanges(verdicts: Iterable[Verdict]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for verdict in verdicts for number in verdict.exchanges))


STILL_FAILS = Check(
    "known.still_fails", still_fails, "once", {}, each=False, summary=(still_fails.__doc__ or "").strip()
)
"""The check of known deviations. It is no check of the catalogue: it judges verdicts, and no register names it."""
