"""What a check says of the exchanges it saw, and the verdict that is made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vendorproof.errors import InternalError, Lack, Need
from vendorproof.exchange.model import Exchange


@dataclass(frozen=True)
class Pass:
    """The exchanges keep the requirement; `judged` are their numbers.

    Raises InternalError where there are none: whoever saw nothing has nothing to say.
    """

    judged: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.judged:
            raise InternalError("a pass that cites no exchange")


@dataclass(frozen=True)
class Fail:
    """The exchanges break the requirement. `reason` is a stable word of the check's own (`limit-exceeded`), so that a
    proof can tell the expected failure from another one."""

    reason: str
    expected: str
    observed: str
    judged: tuple[int, ...]


@dataclass(frozen=True)
class Inconclusive:
    """The exchanges decide nothing; `reason` is a sentence."""

    reason: str
    judged: tuple[int, ...] = ()


@dataclass(frozen=True)
class NotApplicable:
    """The requirement does not speak of such an exchange; `reason` is a sentence."""

    reason: str


Outcome = Pass | Fail | Inconclusive | NotApplicable


class Word(StrEnum):
    """The words of a verdict (ISO 9646, TTCN-3)."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class Blame(StrEnum):
    """Whose fault a verdict that is not a pass is; NOBODY for a pass."""

    NOBODY = "nobody"
    VENDOR = "vendor"
    CONTRACT = "contract"
    ENVIRONMENT = "environment"
    OURS = "ours"


@dataclass(frozen=True)
class Verdict:
    """One requirement at one operation ("*" where it is about the whole API), decided or not, and why."""

    vendor: str
    requirement: str
    operation: str
    check: str
    verdict: Word
    level: str
    basis: str
    blame: Blame
    judged: int
    expected: str = ""
    observed: str = ""
    reason: str = ""
    exchanges: tuple[int, ...] = ()
    need: Need | None = None
    """Of one that could not be decided: what the target lacks, None where it is something else."""
    place: str = ""
    """Of a failure at a place that the documentation leaves open: what confirmed it in this run."""
    known: str = ""
    """Of a failure that the team accepted: why, and until when; "" of any other."""
    confirmed: bool | None = None
    """Of a failure that was repeated: whether it failed again; None where it was not repeated."""
    flaky: bool = False
    """A failure that a repetition did not show again. It stays one: a fault that comes and goes is a fault."""
    repetition: str = ""
    """What came of repeating a failure, or why it was not repeated, in words."""
    repeated: tuple[int, ...] = ()
    """Those of `exchanges` that the repetition made."""

    @property
    def out_of_time(self) -> bool:
        """Whether the run's own time was over before this could be decided."""
        return self.need is not None and self.need.kind is Lack.TIME

    @property
    def no_access(self) -> bool:
        """Whether nobody answered, or the tester's own credential was refused everywhere."""
        return self.need is not None and self.need.kind is Lack.ACCESS

    @property
    def accepted(self) -> bool:
        """A failure that the team accepted until a date."""
        return self.verdict is Word.FAIL and bool(self.known)

    @property
    def red(self) -> bool:
        """Whether this verdict alone makes a run fail."""
        binding = self.level == "must" and self.basis == "stated"
        return self.verdict is Word.FAIL and binding and not self.accepted

    @property
    def warning(self) -> bool:
        """A failure of something that the documentation does not state as a must."""
        return self.verdict is Word.FAIL and not self.red and not self.accepted


def passed(*exchanges: Exchange) -> Pass:
    """The exchanges keep the requirement."""
    return Pass(tuple(exchange.number for exchange in exchanges))


def failed(reason: str, *exchanges: Exchange, expected: str, observed: str) -> Fail:
    """The exchanges break the requirement; `reason` is a stable word."""
    return Fail(reason, expected, observed, tuple(exchange.number for exchange in exchanges))


def unanswered(*exchanges: Exchange) -> Inconclusive | None:
    """Why one of the answers is none to what was asked, None where all are: nothing came, a limit or a quota answered
    first, or the server broke."""
    for exchange in exchanges:
        if exchange.response is None:
            return Inconclusive(f"no response: {answer(exchange)}")
        if exchange.status in (402, 429):
            return Inconclusive(f"a limit or quota answered first ({exchange.status})")
        if exchange.status >= 500:
            return Inconclusive(f"the server broke ({exchange.status})")
    return None


def unlisted(*pages: Exchange) -> Inconclusive | None:
    """Why pages of a listing show nothing of what is there, None where they do: there are none, or one was refused."""
    if not pages:
        return Inconclusive("no listing was read")
    unread = next((page for page in pages if not page.succeeded), None)
    return None if unread is None else Inconclusive(f"the listing can't be read ({answer(unread)})")


def shown(value: Any) -> str:
    """A value as JSON, all of it: whoever makes a verdict of it takes the secrets out, and cuts after that."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(value)


def answer(exchange: Exchange) -> str:
    """What came back, in a few words: `404 application/json`."""
    if exchange.response is None:
        return exchange.failure.trouble.value if exchange.failure else "nothing"
    return f"{exchange.status} {exchange.response.content_type or 'without a content type'}"
