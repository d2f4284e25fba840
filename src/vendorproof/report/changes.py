"""What changed between two runs, verdict by verdict: told apart by what they mean, not by how they are worded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vendorproof.checks.outcome import Verdict
from vendorproof.report.explain import Category
from vendorproof.report.ledger import Ledger


class Kind(StrEnum):
    """What a change means, the worst first."""

    BROKEN = "newly broken"
    OURS = "new errors of ours"
    LOST = "no longer decided"
    WARNED = "new warnings"
    ACCEPTED = "now accepted by the team"
    MENDED = "mended"
    DECIDED = "decided again"
    OTHER = "other changes"


@dataclass(frozen=True)
class Change:
    """One verdict that is not what it was; `before` or `after` is None where a run has none."""

    before: Verdict | None
    after: Verdict | None

    @property
    def kind(self) -> Kind:
        """What the change means."""
        then, now = _category(self.before), _category(self.after)
        match now:
            case Category.VIOLATION:
                return Kind.BROKEN
            case Category.ERROR:
                return Kind.OURS
            case Category.WARNING:
                return Kind.WARNED
            case Category.KNOWN:
                return Kind.ACCEPTED
            case Category.PASS if then in (Category.VIOLATION, Category.WARNING, Category.KNOWN):
                return Kind.MENDED
            case Category.PASS if then in (Category.INCONCLUSIVE, Category.ERROR):
                return Kind.DECIDED
            case Category.INCONCLUSIVE | None if then is not None:
                return Kind.LOST
            case _:
                return Kind.OTHER

    @property
    def verdict(self) -> Verdict:
        """The verdict that is to be shown: the new one, where there is one."""
        shown = self.after or self.before
        assert shown is not None
        return shown


@dataclass(frozen=True)
class Changes:
    """What changed since the run before; `first` says that there was none."""

    ledger: Ledger
    changes: tuple[Change, ...]
    ended_otherwise: bool
    first: bool = False

    @property
    def any(self) -> bool:
        """Whether there is anything to say."""
        return self.first or self.ended_otherwise or bool(self.changes)

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind is kind)


def changes_since(before: Ledger | None, after: Ledger) -> Changes:
    """What changed from one run to the next, in the order of the later one. Of the verdicts of a first run none has
    changed."""
    if before is None:
        return Changes(after, (), ended_otherwise=False, first=True)
    then, now = _by_place(before.verdicts), _by_place(after.verdicts)
    found = [Change(then.get(place), now.get(place)) for place in dict.fromkeys([*now, *then])]
    changed = tuple(change for change in found if _meaning(change.before) != _meaning(change.after))
    return Changes(after, changed, ended_otherwise=_end(before) != _end(after))


def _by_place(verdicts: Iterable[Verdict]) -> dict[tuple[str, str], Verdict]:
    return {(verdict.requirement, verdict.operation): verdict for verdict in verdicts}


def _category(verdict: Verdict | None) -> Category | None:
    return None if verdict is None else Category.of(verdict)


def _meaning(verdict: Verdict | None) -> tuple[Category | None, str]:
    """What makes one verdict another: its category, and of a failure the word of its check."""
    category = _category(verdict)
    failed = category in (Category.VIOLATION, Category.WARNING) and verdict is not None
    return category, verdict.reason if failed and verdict is not None else ""


def _end(ledger: Ledger) -> tuple[bool, int]:
    """How a run ended: whether it is a result, and its exit code."""
    return ledger.complete, ledger.footer.exit_code if ledger.footer else -1
