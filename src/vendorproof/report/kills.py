"""The kill matrix: which check noticed which fault, as values and as JSON; `kills_page` shows it to people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

JSON_NAME = "kill-matrix.json"
PAGE_NAME = "kill-matrix.html"

NOTICED = "noticed"
SURVIVED = "survived"
ACCEPTED = "accepted survivor"
KILLED_AFTER_ALL = "accepted, yet noticed"
"""What became of a fault."""

STATES = (SURVIVED, KILLED_AFTER_ALL, ACCEPTED, NOTICED)
"""All of them, the worst first."""

BAD = (SURVIVED, KILLED_AFTER_ALL)
"""What fails the gate."""


@dataclass(frozen=True)
class Seen:
    """What the check of one requirement showed of a fault: how well it saw it, the reason that was expected of it (""
    for none), and what it said, where it said something."""

    requirement: str
    sight: str
    expected: str
    operation: str = ""
    reason: str = ""
    observed: str = ""


@dataclass(frozen=True)
class Cell:
    """A fault at a check: the worst of what the check's requirements showed, and all of it."""

    check: str
    sight: str
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class Row:
    """A fault; `note` is the reason for which its survival is accepted."""

    vendor: str
    fault: str
    family: str
    summary: str
    state: str
    cells: tuple[Cell, ...]
    calls: int
    seconds: float
    note: str = ""


@dataclass(frozen=True)
class Coverage:
    """A requirement with a check: whether the faithful mock passes it, and how many faults it noticed."""

    vendor: str
    requirement: str
    check: str
    level: str
    basis: str
    accepts: bool
    rejects: int

    @property
    def proven(self) -> bool:
        """Whether the check was seen to accept and to reject."""
        return self.accepts and self.rejects > 0


@dataclass(frozen=True)
class KillMatrix:
    """All that a run of the gate showed. `whole` says that every fault of the vendors was run; only then does a
    requirement without a fault that it noticed mean anything."""

    titles: Mapping[str, str]
    rows: tuple[Row, ...]
    coverage: tuple[Coverage, ...]
    whole: bool
    started: str
    seconds: float

    @property
    def bad(self) -> tuple[Row, ...]:
        """The faults that fail the gate."""
        return tuple(row for row in self.rows if row.state in BAD)

    @property
    def unproven(self) -> tuple[Coverage, ...]:
        """The requirements whose check was not seen both to accept and to reject."""
        return tuple(one for one in self.coverage if not one.proven) if self.whole else ()

    @property
    def held(self) -> bool:
        """Whether the gate holds: nothing survived, and no statement of a page goes unproven."""
        return not self.bad and not any(one.basis == "stated" for one in self.unproven)

    def as_json(self) -> dict[str, Any]:
        """The matrix as plain values."""
        return {
            "kind": "kill-matrix",
            "version": 1,
            "started": self.started,
            "seconds": self.seconds,
            "held": self.held,
            "totals": totals(self.rows),
            "vendors": {
                vendor: {
                    "title": title,
                    "totals": totals([row for row in self.rows if row.vendor == vendor]),
                    "unproven": [one.requirement for one in self.unproven if one.vendor == vendor],
                }
                for vendor, title in self.titles.items()
            },
            "faults": [asdict(row) for row in sorted(self.rows, key=lambda row: row.state not in BAD)],
            "requirements": [asdict(one) for one in self.coverage],
        }


def totals(rows: Sequence[Row]) -> dict[str, int]:
    """How many faults came to what."""
    return {"faults": len(rows)} | {state: sum(row.state == state for row in rows) for state in STATES}


def write_matrix(report_dir: Path, matrix: KillMatrix) -> Path:
    """Writes the matrix as JSON into a report folder; gives its path."""
    report_dir.mkdir(parents=True, exist_ok=True)
    path = report_dir / JSON_NAME
    text = json.dumps(matrix.as_json(), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    return path
