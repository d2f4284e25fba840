"""What a run creates at a target, written down before the request leaves, and removed again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from vendorproof.errors import Place, Problem, UsageError


@dataclass(frozen=True)
class Created:
    """One thing that a run made, or was about to make when `id` is empty.

    `place` is the filled path that deletes it, "" while it is not known or where the vendor documents no deletion.
    """

    vendor: str
    target: str
    resource: str
    mark: str
    id: str = ""
    place: str = ""
    removed: bool = False


class CreatedLedger:
    """The created things of one run, oldest first; on disk when a path is given, one JSON line a change."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._things: dict[str, Created] = {thing.mark: thing for thing in read(path)} if path else {}
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)

    def note(self, thing: Created) -> None:
        """Writes a thing's present state; the line is on disk when this returns."""
        self._things[thing.mark] = thing
        if self._path is None:
            return
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(thing)) + "\n")
            stream.flush()

    def left(self) -> Iterator[Created]:
        """What is not removed yet, newest first."""
        yield from (thing for thing in reversed(tuple(self._things.values())) if not thing.removed)

    def owns(self, resource: str, thing_id: str) -> bool:
        """Whether this run made the thing and has not removed it."""
        return any(thing.resource == resource and thing.id == thing_id for thing in self.left())


def read(path: Path) -> list[Created]:
    """The last state of each thing in a ledger file, oldest first; a cut last line is passed over.

    Raises UsageError where another line can't be read.
    """
    if not path.exists():
        return []
    things: dict[str, Created] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            thing = Created(**json.loads(line))
        except (ValueError, TypeError):
            if number == len(lines):
                continue
            problem = Problem(Place(path, number), f"not an entry of a ledger of created things: {line[:60]!r}")
            raise UsageError(str(problem)) from None
        things[thing.mark] = thing
    return list(things.values())
