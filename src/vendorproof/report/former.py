"""What an interrupted run had come to, for the run that goes on from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.errors import UsageError
from vendorproof.exchange.model import Exchange
from vendorproof.exchange.redaction import Redactor
from vendorproof.report.build import recorded
from vendorproof.report.ledger import read_ledger
from vendorproof.report.run import RunHeader

_DECIDED = (Word.PASS, Word.FAIL, Word.NOT_APPLICABLE)

Key = tuple[str, str, str]
"""Requirement, operation and check of a verdict."""


@dataclass(frozen=True)
class Former:
    """The decided verdicts of a run by what they are about, and its exchanges as far as they were written."""

    verdicts: Mapping[Key, Verdict] = field(default_factory=dict)
    exchanges: tuple[Exchange, ...] = ()

    def last_number(self, vendor: str) -> int:
        """The highest number of an exchange of a vendor, 0 where there was none."""
        told = [number for one in self.verdicts.values() if one.vendor == vendor for number in one.exchanges]
        return max([*told, *(one.number for one in self.exchanges if one.vendor == vendor)], default=0)


NOTHING = Former()


def key_of(verdict: Verdict) -> Key:
    """What a verdict is about."""
    return verdict.requirement, verdict.operation, verdict.check


def read_former(report_dir: Path, header: RunHeader, redactor: Redactor) -> Former:
    """The run that a report folder holds.

    `header` is that of the run which goes on; `redactor` learns what stands in place of secrets in the old exchanges.
    Raises UsageError where the folder holds no ledger, or one of another target, vendor or contract.
    """
    ledger = read_ledger(report_dir)
    for name in ("vendors", "target", "base_urls", "contracts"):
        before, now = getattr(ledger.header, name), getattr(header, name)
        if before != now:
            raise UsageError(
                f"{report_dir / 'ledger.jsonl'}: {name} of that run: {_words(before)}; of this one: {_words(now)}\n"
                "    fix: run with what that run had, or without --resume"
            )
    labels = {label: token_hex(16) for label in ledger.header.labels}
    for label, stand_in in labels.items():
        redactor.add(label, stand_in)
    # Without a footer the archive beside the ledger is that of an older run.
    exchanges = recorded(report_dir, ledger.header.vendors, labels) if ledger.footer else ()
    kept = {key_of(verdict): verdict for verdict in ledger.verdicts if verdict.verdict in _DECIDED}
    return Former(kept, tuple(exchanges))


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
