"""Every exception that vendorproof raises on purpose.

    VendorproofError
    ├── UsageError            exit 2   the command line asks for something that does not exist
    ├── ContractError         exit 2   a contract file is wrong: place, value, fix
    ├── TargetError           exit 2   targets.toml or a credential is wrong or missing
    ├── Unreachable           exit 3   nothing answered, or nothing could be exercised
    ├── Unavailable                    evidence can't be had here: the verdict is inconclusive
    │   ├── NeedsRight                 the target does not allow such a request
    │   ├── NeedsRole                  the target has no credential for the role
    │   ├── NeedsValue                 only the tester knows the value; names the line to add
    │   ├── OperationAbsent            an assumed operation does not exist at the target
    │   ├── Undocumented               the documentation leaves open what it would take
    │   └── BudgetSpent                no call is left
    │       └── TimeOver               no time is left
    └── InternalError         exit 4   our own fault

Failures of a vendor are not exceptions of this tree: they are verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final


class VendorproofError(Exception):
    """Anything that vendorproof raises on purpose; `exit_code` is the command's."""

    exit_code = 4


class UsageError(VendorproofError):
    """The command line names something that does not exist or does not fit."""

    exit_code = 2


@dataclass(frozen=True)
class Place:
    """Where in a file something stands; `line` counts from 1, 0 when unknown."""

    path: Path
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else str(self.path)


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file: where, what stands there, and the likely fix."""

    place: Place
    message: str
    fix: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text}\n    fix: {self.fix}" if self.fix else text


class _ProblemsError(VendorproofError):
    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class ContractError(_ProblemsError):
    """One or more problems in contract files."""


class TargetError(_ProblemsError):
    """One or more problems in a targets file, or a credential that is not set."""


class Unreachable(VendorproofError):
    """The target could not be reached, or nothing could be exercised there."""

    exit_code = 3


class InternalError(VendorproofError):
    """vendorproof itself is wrong."""


class Lack(StrEnum):
    """What kind of thing a target lacks."""

    RIGHT = "right"
    ROLE = "role"
    VALUE = "value"
    IDS = "ids"
    DISPOSABLE = "disposable"
    BODY = "body"
    BINDING = "binding"
    CONFIRMATION = "confirmation"
    TIME = "time"
    CALLS = "calls"
    PATIENCE = "patience"
    DRAIN = "drain"
    ACCESS = "access"


_IN_WORDS: Final = {
    Lack.RIGHT: "the right '{}'",
    Lack.ROLE: "a credential for the role '{}'",
    Lack.VALUE: "a value for {}",
    Lack.IDS: "ids of {}",
    Lack.DISPOSABLE: "{} that a run may spend",
    Lack.BODY: "the body of {}",
    Lack.BINDING: "the method and path of {}",
    Lack.CONFIRMATION: "a word that {} fits",
    Lack.TIME: "more time than {}",
    Lack.CALLS: "more calls than {}",
    Lack.PATIENCE: "a max_wait of more than {}",
    Lack.ACCESS: "a way in: {}",
    Lack.DRAIN: "drain = true, for {}",
}


@dataclass(frozen=True)
class Need:
    """What a target would have to have, or its tester to tell, for evidence to be had: `name` is that of the right, the
    role, the value, the resource, the operation or the provocation."""

    kind: Lack
    name: str

    def __str__(self) -> str:
        return _IN_WORDS[self.kind].format(self.name)


class Unavailable(VendorproofError):
    """Evidence can't be had at this target; the message is the verdict's reason. `need` is what the target lacks, None
    where it is something else."""

    def __init__(self, message: str, need: Need | None = None) -> None:
        self.need = need
        super().__init__(message)


class NeedsRight(Unavailable):
    """The target does not allow a request with this effect."""

    def __init__(self, right: str, subject: str) -> None:
        self.right = right
        message = f"needs the right '{right}': {subject} (allow it in the target: allow = [..., \"{right}\"])"
        super().__init__(message, Need(Lack.RIGHT, right))


class NoAccess(Unavailable):
    """Nobody answers at the target, or the tester's own credential is refused wherever it is tried."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Need(Lack.ACCESS, message))


class NeedsRole(Unavailable):
    """The target has no credential for this role."""

    def __init__(self, role: str) -> None:
        self.role = role
        message = f"needs a credential for the role '{role}' (add it under [targets.NAME.credentials])"
        super().__init__(message, Need(Lack.ROLE, role))


class NeedsValue(Unavailable):
    """The target lacks what only the tester knows."""

    def __init__(self, message: str, need: Need) -> None:
        super().__init__(message, need)


class NotOurs(NeedsValue):
    """A request that is no reading would name a thing that this run did not make and nobody gave away."""

    def __init__(self, request: str, resource: str, thing_id: str) -> None:
        self.resource = resource
        super().__init__(
            f"not sent: {request} would touch {resource} {thing_id!r}, which this run did not make "
            f'(name some to spend under [targets.NAME.ids.disposable]: {resource} = ["..."])',
            Need(Lack.DISPOSABLE, resource),
        )


class OperationAbsent(Unavailable):
    """The documentation does not give this operation's path, and the target answers 404 or 405 at the assumed one."""

    def __init__(self, message: str, operation: str) -> None:
        super().__init__(message, Need(Lack.BINDING, operation))


class Undocumented(Unavailable):
    """The documentation, as the contract reads it, leaves open what this evidence would take."""


class BudgetSpent(Unavailable):
    """The budget of calls is spent, or the vendor's quota is."""


class TimeOver(BudgetSpent):
    """The run's own time is over, or would be while something is waited for."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message, Need(Lack.TIME, f"{seconds:g} s"))
