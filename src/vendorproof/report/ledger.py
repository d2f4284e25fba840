"""The ledger: the verdicts of one run as JSON lines, between a header and a footer.

A line is on disk as soon as its verdict is known, so a run that is killed leaves what it had decided. It leaves no
footer: no footer, no result.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from vendorproof.checks.outcome import Blame, Verdict, Word
from vendorproof.contract.files import regular
from vendorproof.errors import Lack, Need, Place, UsageError
from vendorproof.exchange.redaction import Redactor
from vendorproof.report.run import RunFooter, RunHeader, tally

FORMAT = 1
"""The format that this version writes and the newest it reads."""

_ADDED = frozenset({"known", "confirmed", "flaky", "repetition", "repeated", "accepted", "need"})
"""Keys that a ledger of the same format may lack: an older version wrote it."""


@dataclass(frozen=True)
class Ledger:
    """What stands in one ledger file; `footer` is None where the run was killed."""

    header: RunHeader
    verdicts: tuple[Verdict, ...]
    footer: RunFooter | None

    @property
    def complete(self) -> bool:
        """Whether the verdicts are a result."""
        return self.footer is not None and self.footer.complete


class LedgerWriter:
    """Writes a ledger line by line; the folder is made, an older file is replaced, or with `onward` gone on with.

    A context manager that closes the file. The caller writes one header, then verdicts, then one footer.
    """

    def __init__(self, path: Path, redactor: Redactor, *, onward: bool = False) -> None:
        self.path = path
        self._redactor = redactor
        path.parent.mkdir(parents=True, exist_ok=True)
        # A lone surrogate out of a vendor's JSON has no UTF-8; written as \udXXX it is the JSON escape of itself.
        self._file = path.open("a" if onward else "w", encoding="utf-8", errors="backslashreplace", newline="\n")

    def header(self, header: RunHeader) -> None:
        """Writes the first line."""
        self._line({"kind": "header", "format": FORMAT} | asdict(header))

    def verdict(self, verdict: Verdict) -> None:
        """Writes one verdict."""
        self._line({"kind": "verdict"} | asdict(verdict))

    def footer(self, footer: RunFooter) -> None:
        """Writes the last line, which makes the file a result."""
        self._line({"kind": "footer"} | asdict(footer))

    def close(self) -> None:
        """Closes the file; closing twice is harmless."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _line(self, entry: Mapping[str, Any]) -> None:
        # Values are redacted before they become JSON: an escaped quote in a secret would hide it from the redactor.
        self._file.write(json.dumps(self._redacted(entry), ensure_ascii=False) + "\n")
        self._file.flush()

    def _redacted(self, value: Any) -> Any:
        match value:
            case str():
                return self._redactor.text(str(value))
            case Mapping():
                return {str(key): self._redacted(item) for key, item in value.items()}
            case list() | tuple():
                return [self._redacted(item) for item in value]
            case _:
                return value


def read_ledger(path: Path) -> Ledger:
    """The ledger in a file, or `ledger.jsonl` in a folder.

    A last line that was cut off by a kill is left out. Raises UsageError where there is no file, or a line is none that
    a ledger holds, or the footer's counts are not those of the lines.
    """
    path = path / "ledger.jsonl" if path.is_dir() else path
    try:
        lines = regular(path, None).read_bytes().split(b"\n")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such ledger\n    fix: give the folder that a run wrote (--report-dir)") from None
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error}") from None
    cut_off = lines.pop()
    if not lines:
        raise UsageError(f"{Place(path, 1)}: {'the header is cut off' if cut_off else 'empty'}: the run wrote nothing")
    header = _header(_entry(lines[0], Place(path, 1)), Place(path, 1))
    footer: RunFooter | None = None
    verdicts: list[Verdict] = []
    for number, line in enumerate(lines[1:], start=2):
        place = Place(path, number)
        if footer is not None:
            raise UsageError(f"{place}: a line after the footer\n    fix: one run, one file; two runs wrote this one")
        entry = _entry(line, place)
        match entry.get("kind"):
            case "verdict":
                verdicts.append(_verdict(entry, place))
            case "footer":
                footer = _footer(entry, place, verdicts)
            case kind:
                raise UsageError(f"{place}: kind {kind!r}, expected 'verdict' or 'footer'")
    return Ledger(header, tuple(verdicts), footer)


def _entry(line: bytes, place: Place) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place}: not JSON: {error}: {line[:80]!r}") from None
    if not isinstance(entry, dict):
        raise UsageError(f"{place}: expected an object, found {line[:80]!r}")
    return entry


def _header(entry: dict[str, Any], place: Place) -> RunHeader:
    if entry.get("kind") != "header":
        raise UsageError(f"{place}: kind {entry.get('kind')!r}, expected 'header': this is no ledger")
    written = entry.get("format")
    if written != FORMAT:
        raise UsageError(
            f"{place}: ledger format {written!r}, this version reads {FORMAT}\n"
            "    fix: read it with the vendorproof that wrote it"
        )
    values = _fields(RunHeader, entry, place)
    for name in ("vendors", "selection", "labels"):
        values[name] = tuple(values[name])
    return RunHeader(**values)


def _verdict(entry: dict[str, Any], place: Place) -> Verdict:
    values = _fields(Verdict, entry, place)
    try:
        values["verdict"] = Word(values["verdict"])
        values["blame"] = Blame(values["blame"])
    except ValueError as error:
        raise UsageError(f"{place}: {error}") from None
    if values.get("need") is not None:
        values["need"] = _need(values["need"], place)
    for name in ("exchanges", "repeated"):
        values[name] = tuple(values.get(name, ()))
    return Verdict(**values)


def _need(told: Any, place: Place) -> Need:
    try:
        return Need(Lack(told["kind"]), str(told["name"]))
    except (KeyError, TypeError, ValueError):
        raise UsageError(f"{place}: 'need' is no kind and name: {told!r}") from None


def _footer(entry: dict[str, Any], place: Place, verdicts: list[Verdict]) -> RunFooter:
    footer = RunFooter(**_fields(RunFooter, entry, place))
    found = tally(verdicts)
    if dict(footer.counts) != found:
        raise UsageError(f"{place}: the footer counts {dict(footer.counts)}, the lines are {found}: lines were lost")
    return footer


def _fields(
    kind: type[RunHeader] | type[Verdict] | type[RunFooter], entry: dict[str, Any], place: Place
) -> dict[str, Any]:
    """The values of a line by field; keys that this version does not know are left out."""
    names = [field.name for field in fields(kind)]
    missing = [name for name in names if name not in entry and name not in _ADDED]
    if missing:
        raise UsageError(f"{place}: a {entry['kind']} line without {', '.join(missing)}")
    values = {name: entry[name] for name in names if name in entry}
    for name, types in _SHAPES.items():
        if name in values and not isinstance(values[name], types):
            raise UsageError(f"{place}: {name} is {values[name]!r}, expected {types.__name__}")
    return values


_SHAPES: Mapping[str, type] = {
    "vendors": list,
    "selection": list,
    "labels": list,
    "contracts": dict,
    "exchanges": list,
    "repeated": list,
    "counts": dict,
    "base_urls": dict,
    "vendor": str,
    "requirement": str,
    "operation": str,
    "expected": str,
    "observed": str,
    "reason": str,
    "repetition": str,
    "place": str,
    "known": str,
    "flaky": bool,
    "level": str,
    "basis": str,
    "judged": int,
    "complete": bool,
}
