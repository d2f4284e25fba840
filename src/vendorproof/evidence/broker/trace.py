"""Which exchanges a piece of evidence rests on, its own and those it found already made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Trace:
    """Collects the numbers of exchanges that are used while something is made."""

    def __init__(self) -> None:
        self._open: list[set[int]] = []

    def use(self, *numbers: int) -> None:
        """Notes that exchanges are used by all that is being made."""
        for collecting in self._open:
            collecting.update(numbers)

    @contextmanager
    def collecting(self) -> Iterator[set[int]]:
        """A set that fills with what is used while the context lasts."""
        found: set[int] = set()
        self._open.append(found)
        try:
            yield found
        finally:
            self._open.pop()
