"""TOML files as JSON values that know their lines."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vendorproof.contract import pointer
from vendorproof.contract.files import regular
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Place, Problem, TargetError
from vendorproof.exchange.secrecy import discreet

Json = Any


@dataclass(frozen=True)
class TomlSource(Source):
    """A TOML file's content, and where in the file each part of it stands."""

    text: str = ""

    def line(self, pointer: str) -> int:
        """The line of the part at a JSON pointer, counted from 1; of the nearest part above where nothing is there."""
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines.get(pointer, 1)

    @cached_property
    def _lines(self) -> Mapping[str, int]:
        """The line on which the statement begins that says each part first."""
        found: dict[str, int] = {}
        table: tuple[str | int, ...] = ()
        entries: dict[str, int] = {}
        statement, begins = "", 1
        for number, line in enumerate(self.text.splitlines(keepends=True), start=1):
            if not statement:
                begins = number
            statement += line
            try:
                said = tomllib.loads(statement)
            except tomllib.TOMLDecodeError:
                continue  # in the middle of a statement of several lines
            if statement.lstrip().startswith("["):
                table = _table(said, entries)
                said = {}
            for tokens in ((), *_parts(said)):
                place = (*table, *tokens)
                for depth in range(1, len(place) + 1):
                    found.setdefault(pointer.join(*place[:depth]), begins)
            statement = ""
        return found


def _table(header: Json, entries: dict[str, int]) -> tuple[str | int, ...]:
    """The path of the table that a header opens; `entries` counts those of each array of tables."""
    path: tuple[str | int, ...] = ()
    while header:
        if isinstance(header, list):
            at = pointer.join(*path)
            entries[at] = entries.get(at, -1) + 1
            path, header = (*path, entries[at]), header[0]
        else:
            key = next(iter(header))
            path, header = (*path, key), header[key]
    return path


def _parts(value: Json) -> Iterator[tuple[str | int, ...]]:
    """The paths of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (key,)
        yield from ((key, *rest) for rest in _parts(part))


def read_toml(path: Path) -> TomlSource:
    """The content of a TOML file; dates and times, which JSON does not have, as text.

    Raises TargetError for a file that can't be read or is no TOML, with the line.
    """
    try:
        text = regular(path).read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        fix = "create it (targets.example.toml shows how), or give a URL as the target"
        raise TargetError(Problem(Place(path), "there is no such file", fix)) from None
    except UnicodeDecodeError as error:
        raise TargetError(Problem(Place(path), f"not UTF-8 at byte {error.start}", "save the file as UTF-8")) from None
    except OSError as error:
        raise TargetError(Problem(Place(path), f"can't be read: {error.strerror}")) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TargetError(_syntax_problem(path, text, str(error))) from None
    except RecursionError:
        raise TargetError(Problem(Place(path), "nested too deeply to be read", "flatten it")) from None
    return TomlSource(path, _as_json(data), None, text)


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    match = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", message)
    line = int(match[1]) if match and match[1] else text.count("\n") + 1
    why = message[: match.start()].strip() if match else message
    # The line itself is not shown: somebody may have pasted a secret into it.
    why = discreet(why)
    fix = "text stands in quotes, and of each key or table there is one"
    return Problem(Place(path, line), f"no TOML: {why}", fix)


def _as_json(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    # TOML has nan and inf, JSON has not; as text they fail the schema where a number is wanted.
    return str(value) if isinstance(value, float) and value - value != 0 else value
