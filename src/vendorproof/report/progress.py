"""One line that tells how far a run is, on a terminal that somebody looks at."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Line
from rich.text import Text


@dataclass(frozen=True)
class State:
    """Where a run is: calls that left and may still leave, seconds since it began and until it ends; None is no end."""

    spent: int
    left: int | None
    elapsed: float
    time_left: float | None

    @property
    def words(self) -> str:
        """The state in a few words."""
        calls = f"{self.spent} calls" + ("" if self.left is None else f", {self.left} left")
        time = f"{self.elapsed:.0f} s" + ("" if self.time_left is None else f", {self.time_left:.0f} s left")
        return f"{calls} · {time}"


def wanted(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody is looking: a terminal that can redraw a line, and no CI service."""
    return stream.isatty() and not environ.get("CI") and environ.get("TERM", "dumb") != "dumb"


class Progress:
    """The line. It is redrawn from time to time by itself, and gone when it is closed."""

    def __init__(self, stream: TextIO, total: int, state: Callable[[], State]) -> None:
        self._line = Line(
            BarColumn(20),
            MofNCompleteColumn(),
            _StateColumn(state),
            TextColumn("{task.description}", markup=False),
            console=Console(file=stream),
            refresh_per_second=4,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._line.add_task("", total=total)
        self._line.start()

    def show(self, requirement: str) -> None:
        """Says what is being decided now."""
        self._line.update(self._task, description=requirement)

    def advance(self) -> None:
        """One more is decided."""
        self._line.advance(self._task)

    def close(self) -> None:
        """Takes the line away; closing twice is harmless."""
        self._line.stop()


class _StateColumn(ProgressColumn):
    def __init__(self, state: Callable[[], State]) -> None:
        super().__init__()
        self._state = state

    def render(self, task: Task) -> Text:
        return Text(self._state().words, style="cyan")
