"""kill-matrix.html: the kill matrix as a page that opens from disk, in the look of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vendorproof.report.kills import (
    ACCEPTED,
    BAD,
    KILLED_AFTER_ALL,
    NOTICED,
    PAGE_NAME,
    SURVIVED,
    Cell,
    KillMatrix,
    Row,
    totals,
    write_matrix,
)
from vendorproof.report.page_parts import bar, page

_LOOKS = {
    "missed": ("fail", "missed"),
    "noticed for another reason": ("warn", "other"),
    "false alarm": ("fail", "alarm"),
    "our error": ("error", "error"),
    "noticed": ("pass", "kill"),
}
"""Class and word of a cell, by what its check showed."""

_STATES = {
    NOTICED: ("pass", "each check that it breaks noticed it, for the reason expected, and no other check failed"),
    SURVIVED: ("fail", "a check missed it, noticed it for another reason only, or failed that it does not concern"),
    ACCEPTED: ("accepted", "nothing can notice it; the reason stands beside it"),
    KILLED_AFTER_ALL: ("fail", "it is on the list of accepted survivors and was noticed: take it off"),
}


@dataclass(frozen=True)
class Family:
    """The faults of one family, and the checks that any of them touched."""

    name: str
    checks: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def bad(self) -> bool:
        """Whether a fault of it fails the gate."""
        return any(row.state in BAD for row in self.rows)


def write_kill_matrix(report_dir: Path, matrix: KillMatrix) -> Path:
    """Writes the matrix into a report folder, for people and as JSON; gives the path of the page."""
    write_matrix(report_dir, matrix)
    path = report_dir / PAGE_NAME
    path.write_text(render_matrix(matrix), encoding="utf-8", errors="backslashreplace")
    return path


def render_matrix(matrix: KillMatrix) -> str:
    """The page as text."""
    return page(
        "kill-matrix.html",
        "kill-matrix.js",
        matrix=matrix,
        counts=totals(matrix.rows),
        vendors={
            vendor: {
                "title": title,
                "families": families([row for row in matrix.rows if row.vendor == vendor]),
                "coverage": [one for one in matrix.coverage if one.vendor == vendor],
                "counts": totals([row for row in matrix.rows if row.vendor == vendor]),
            }
            for vendor, title in matrix.titles.items()
        },
        states=_STATES,
        look=lambda cell: _LOOKS[cell.sight],
        looks=_LOOKS,
        said=_said,
        cells=_cells,
        share=_share,
    )


def families(rows: list[Row]) -> list[Family]:
    """The faults by family, in the order of the catalogue; those that fail the gate first."""
    names = dict.fromkeys(row.family for row in rows)
    found = []
    for name in names:
        own = sorted((row for row in rows if row.family == name), key=lambda row: row.state not in BAD)
        checks = sorted({cell.check for row in own for cell in row.cells})
        found.append(Family(name, tuple(checks), tuple(own)))
    return sorted(found, key=lambda family: not family.bad)


def _cells(row: Row, checks: tuple[str, ...]) -> list[Cell | None]:
    """A row's cells below their columns, None where a check has nothing to do with the fault."""
    own: Mapping[str, Cell] = {cell.check: cell for cell in row.cells}
    return [own.get(check) for check in checks]


def _said(cell: Cell) -> str:
    """All that a check showed of a fault, a line a requirement."""
    lines = []
    for seen in cell.seen:
        line = f"{seen.requirement}: {seen.sight}"
        if seen.sight != "noticed" and seen.expected:
            line += f", expected {seen.expected}"
        if seen.reason:
            line += f" ({seen.reason} at {seen.operation}: {seen.observed})"
        lines.append(line)
    return "\n".join(lines)


def _share(counts: Mapping[str, int]) -> list[tuple[str, float, float]]:
    """Class, start and width of each state's share of a bar 100 wide."""
    fills = [(SURVIVED, "fail"), (KILLED_AFTER_ALL, "fail"), (ACCEPTED, "warning"), (NOTICED, "pass")]
    return bar((fill, counts[state]) for state, fill in fills)
