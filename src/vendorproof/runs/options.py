"""The options of a run, once for the command line and for pytest: a new one is an entry of OPTIONS and a field."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from vendorproof.errors import UsageError
from vendorproof.runs.choice import EMBEDDED, Choice, rights
from vendorproof.target import TARGETS_FILE

Read = Callable[[str], Any]


class Confirm(StrEnum):
    """Where failures are repeated once: at live targets, at the mock as well, nowhere."""

    LIVE = "live"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class RunOptions:
    """What the command line asks of a run; `vendors` empty means all, `examples` 0 means no generated cases.

    `known` is a file of accepted failures beside those of the contracts and targets; `confirm` says where failures are
    repeated. After `max_time` seconds nothing more is asked. `resume` goes on from the run in the report folder.
    """

    vendors: tuple[str, ...] = ()
    choice: Choice = Choice()
    select: tuple[str, ...] = ()
    examples: int = 0
    report_dir: Path = Path("reports/out")
    known: Path | None = None
    confirm: Confirm = Confirm.LIVE
    max_time: float | None = None
    resume: bool = False


@dataclass(frozen=True)
class Option:
    """One option as both faces offer it. `read` makes its value of a text, and raises ValueError with what is wrong; an
    option without a `metavar` takes no value. `many` may be given again and again."""

    name: str
    help: str
    metavar: str = ""
    default: str | None = None
    read: Read = str
    many: bool = False

    @property
    def key(self) -> str:
        """The name as a keyword argument."""
        return self.name.replace("-", "_")

    @property
    def flag(self) -> bool:
        return not self.metavar

    def value(self, given: Any) -> Any:
        """The value of what was given: a text, several, or a flag. Raises UsageError for a text that is none."""
        if self.flag:
            return bool(given)
        if self.many:
            return tuple(self._value(text) for text in given or ())
        return None if given is None else self._value(given)

    def _value(self, text: str) -> Any:
        try:
            return self.read(text)
        except ValueError as error:
            raise UsageError(f"--{self.name} {text!r}: {error}\n    fix: --{self.name} {self.metavar}") from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("no whole number from 0 on")
    return int(text)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise ValueError("no number above 0")
    return number


def _folder(text: str) -> Path:
    folder = Path(text)
    if folder.exists() and not folder.is_dir():
        raise ValueError("this is a file; name a folder")
    return folder


def _confirm(text: str) -> Confirm:
    try:
        return Confirm(text)
    except ValueError:
        raise ValueError(f"the words are {', '.join(Confirm)}") from None


TARGET: Final = (
    Option("target", "where requests go", "NAME-OR-URL", EMBEDDED),
    Option("targets-file", "the file of targets", "FILE", TARGETS_FILE, Path),
    Option("budget", "calls that may be sent at most, a vendor", "N", read=_count),
    Option("rate", "calls a second at most", "N", read=_positive),
    Option("allow", "rights at the target, by comma: write,delete-own,…", "RIGHTS", read=rights),
)
"""Where requests go, and what they may do."""

SELECT: Final = Option("select", "requirements to decide (repeatable)", "ID-OR-GLOB", many=True)
REPORT_DIR: Final = Option("report-dir", "where the report goes", "DIR", "reports/out", _folder)

OPTIONS: Final = (
    *TARGET,
    Option("examples", "generated cases for each operation", "N", "0", _count),
    SELECT,
    REPORT_DIR,
    Option("known", "failures that the team accepted, in the form of known.yaml", "FILE", read=Path),
    Option("confirm", "where a failure is repeated once", "|".join(Confirm), Confirm.LIVE.value, _confirm),
    Option("max-time", "after which nothing more is asked; the rest is inconclusive", "SECONDS", read=_positive),
    Option("resume", "go on from the run in the report folder, with what it left undecided"),
)
"""Every option of a run."""


def choice_of(given: Mapping[str, Any]) -> Choice:
    """The target that the options choose, by their keys. Raises UsageError for a value that is none."""
    return Choice(**{option.key: option.value(given[option.key]) for option in TARGET})


def run_options(vendors: tuple[str, ...], given: Mapping[str, Any]) -> RunOptions:
    """The options of a run, by their keys. Raises UsageError for a value that is none."""
    values = {option.key: option.value(given[option.key]) for option in OPTIONS if option not in TARGET}
    return RunOptions(vendors=vendors, choice=choice_of(given), **values)


def arguments_of(given: Mapping[str, Any], prefix: str) -> list[str]:
    """The same options as the arguments of another command, under a prefix: `--PREFIX-budget=60`."""
    found: list[str] = []
    for option in OPTIONS:
        value = given[option.key]
        if option.flag:
            found += [f"--{prefix}-{option.name}"] if value else []
        else:
            texts = value if option.many else () if value is None else (value,)
            found += [f"--{prefix}-{option.name}={text}" for text in texts]
    return found
