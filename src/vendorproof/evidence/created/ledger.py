"""What a run creates at a target: a ledger on disk, written before a request leaves, that a kill can't spoil."""

from __future__ import annotations

import hmac
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from vendorproof.contract.files import regular
from vendorproof.errors import Place, Problem, UsageError
from vendorproof.evidence.created.seal import SEAL, seal_of, sealing_key
from vendorproof.target.gate import OUR_MARK

_HEADER = "header"
_SHOWN = 3


@dataclass(frozen=True)
class Origin:
    """Whose things a ledger holds: the vendor, the target by its name and by its base URL, and the run, whose id stands
    in every mark."""

    vendor: str
    target: str
    base_url: str
    run: str


@dataclass(frozen=True)
class Created:
    """One thing that a run made, or may have made: `id` is empty where no answer told it.

    `number` counts the notes of a ledger from 1. `mark` is the text by which the thing is recognised, "" where its
    request carried none; `within` holds the path parameters of that request, `role` the credential that it was sent
    with. `why` says why the thing could not be removed.
    """

    number: int
    resource: str
    role: str
    mark: str = ""
    within: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    removed: bool = False
    why: str = ""


class CreatedLedger:
    """The created things of one run, oldest first; on disk where a path is given, one JSON line a change.

    The file appears with the first thing. `hide` takes secrets out of what is written: an id that a server made of one
    is not written at all. Every line is sealed, so that nobody else can name things to be removed.

    Raises UsageError for a file that this installation did not write as it is.
    """

    def __init__(self, path: Path | None = None, hide: Callable[[str], str] = str) -> None:
        self.path = path
        self._hide = hide
        self._seal = ""
        self.origin: Origin | None = None
        things: list[Created] = []
        if path is not None:
            self.origin, things, self._seal = read(path)
        self._things = {thing.number: thing for thing in things}
        self._begun = path is not None and path.exists()

    def begin(self, origin: Origin) -> None:
        """Says whose things are noted from now on; a ledger that was read keeps what it says of itself."""
        self.origin = self.origin or origin

    @property
    def next_number(self) -> int:
        """The number of the next thing."""
        return max(self._things, default=0) + 1

    def note(self, thing: Created) -> None:
        """Writes a thing's present state; the line is on disk when this returns. OSError where it can't be written."""
        if self.path is not None:
            shown = asdict(thing)
            within = {name: value for name, value in thing.within.items() if self._hide(value) == value}
            shown |= {"id": thing.id if self._hide(thing.id) == thing.id else "", "within": within}
            shown |= {"why": self._hide(thing.why)}
            self._append(self.path, shown)
        self._things[thing.number] = thing

    def _append(self, path: Path, entry: Mapping[str, Any]) -> None:
        lines: list[Mapping[str, Any]] = [entry]
        if not self._begun:
            path.parent.mkdir(parents=True, exist_ok=True)
            lines.insert(0, {"kind": _HEADER, **(asdict(self.origin) if self.origin else {})})
        key, text, seal = sealing_key(), "", self._seal
        for line in lines:
            seal = seal_of(key, seal, line)
            text += json.dumps({**line, SEAL: seal}) + "\n"
        # One write a change: an interrupt can't leave half a line, and a kill only at the very end of the file.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            if self._begun and _cut(path):
                text = "\n" + text
            os.write(descriptor, text.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._begun, self._seal = True, seal

    def left(self) -> Iterator[Created]:
        """What is not removed yet, newest first."""
        yield from (thing for thing in reversed(self.things) if not thing.removed)

    @property
    def things(self) -> tuple[Created, ...]:
        """Everything that was noted, oldest first."""
        return tuple(self._things[number] for number in sorted(self._things))

    def close(self) -> None:
        """Removes the file where nothing in it is left at the target."""
        if self.path is not None and self._begun and not any(True for _ in self.left()):
            self.path.unlink(missing_ok=True)
            self._begun, self._seal = False, ""


def ledgers_in(folder: Path) -> list[Path]:
    """The ledgers of created things that runs left in a report folder, the newest first."""
    return sorted(folder.glob("created-*.jsonl"), key=lambda path: path.stat().st_mtime, reverse=True)


def read(path: Path) -> tuple[Origin | None, list[Created], str]:
    """Whose things a ledger file holds, the last state of each, oldest first, and the seal of the last line; nothing
    without a file.

    A line that a kill cut off is passed over: what it speaks of had not been sent, or is known from the line before.
    Raises UsageError where a whole line is none of a ledger's, or was not written by this installation.
    """
    if not path.exists():
        return None, [], ""
    origin: Origin | None = None
    things: dict[int, Created] = {}
    key, seal = sealing_key(), ""
    lines = regular(path).read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
        except ValueError:
            # A kill cuts the end of the file, and a later `clean` goes on below it. Anything else was no kill.
            if line and not line.startswith(b"{"):
                raise _misfit(path, number, line) from None
            continue
        try:
            told = str(entry.pop(SEAL, ""))
            expected = seal_of(key, seal, entry)
            if entry.pop("kind", "") == _HEADER:
                origin = Origin(**entry)
            else:
                things[entry["number"]] = _created(entry, origin)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise _misfit(path, number, line) from None
        if not hmac.compare_digest(told.encode(), expected.encode()):
            raise _foreign(path, number)
        seal = told
    return origin, list(things.values()), seal


_ID: Final = re.compile(r"[^\x00-\x1f\x7f]*")


def _created(entry: Mapping[str, Any], origin: Origin | None) -> Created:
    """A line as a thing. Raises ValueError for values that this product never writes."""
    thing = Created(**entry)
    texts = (thing.resource, thing.role, thing.mark, thing.id, thing.why, *thing.within.values())
    if type(thing.number) is not int or type(thing.removed) is not bool or not all(type(one) is str for one in texts):
        raise ValueError("a value of another type")
    run = "" if origin is None else origin.run
    marked = OUR_MARK.fullmatch(thing.mark) and thing.mark.startswith(f"vendorproof-{run}-")
    if not _ID.fullmatch(thing.id) or (thing.mark and not marked):
        raise ValueError("an id or a mark that no run makes")
    return thing


def _foreign(path: Path, number: int) -> UsageError:
    text = "this line was not written by vendorproof as this user on this machine, or was changed since"
    fix = "look at the things by hand; nothing was sent. Remove the file to forget them"
    return UsageError(str(Problem(Place(path, number), text, fix)))


def _cut(path: Path) -> bool:
    with path.open("rb") as stream:
        end = stream.seek(0, os.SEEK_END)
        if end == 0:
            return False
        stream.seek(end - 1)
        return stream.read(1) != b"\n"


def _misfit(path: Path, number: int, line: bytes) -> UsageError:
    text = f"not an entry of a ledger of created things: {line[:60]!r}"
    names = ", ".join(one.name for one in fields(Created))
    return UsageError(str(Problem(Place(path, number), text, f"an entry has {names}; remove the file to forget it")))


def residue_lines(left: Iterable[Created]) -> list[str]:
    """What could not be removed, in words: a line for each resource and reason."""
    groups: dict[tuple[str, str], list[Created]] = {}
    for thing in left:
        groups.setdefault((thing.resource, thing.why), []).append(thing)
    lines = []
    for (resource, why), things in groups.items():
        names = [thing.id or f"id unknown, {thing.mark or 'without a mark'}" for thing in things]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        reason = f": {why}" if why else ""
        lines.append(f"left behind: {len(things)} of {resource} ({', '.join(names[:_SHOWN])}{more}){reason}")
    return lines
