"""Lies about the rate limit."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.mock.data.limiter import Charge, Window
from vendorproof.mock.data.names import stamp
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.traits import reset_is_epoch, tells_limit, tells_limit_always
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Fields, Problem

_UNDOCUMENTED = Break("content.documented_headers", "header-missing", certain=False)
_MALFORMED = Break("content.documented_headers", "header-malformed", certain=False)
_NO_INTEGER = [Break("rate_limit.header_values", "not-an-integer"), _MALFORMED]
_MISSING = [Break("rate_limit.headers_present", "header-missing"), _UNDOCUMENTED]
_HOUR, _DAY = 3_600, 86_400


def _header(call: Call, role: str) -> str:
    convention = call.mock.contract.conventions.rate_limit
    return convention.headers[role] if convention else ""


def _told(fields: Fields, name: str, value: str) -> Fields:
    return tuple((key, value if key == name else old) for key, old in fields)


@fault("leaves-the-limit-out-of-errors", at=points.RATE_HEADERS, breaks=_MISSING, applies=tells_limit_always)
def _not_on_errors(fields: Fields, call: Call) -> Fields:
    """Errors do not tell of the limit."""
    return () if call.problem is not None and call.problem.status != 429 else fields


@fault(
    "leaves-the-limit-out-of-429",
    at=points.RATE_HEADERS,
    breaks=[*_MISSING, Break("rate_limit.refusal_headers", "header-missing")],
    applies=tells_limit(),
)
def _not_on_429(fields: Fields, call: Call) -> Fields:
    """A 429 does not tell of the limit."""
    return () if call.problem is not None and call.problem.status == 429 else fields


@fault(
    "leaves-the-limit-out-of-one-operation",
    at=points.RATE_HEADERS,
    breaks=_MISSING,
    applies=tells_limit_always,
    on=["all"],
    spread="one",
)
def _not_on_one(fields: Fields, call: Call) -> Fields:
    """One operation does not tell of the limit."""
    return ()


@fault("leaves-out-the-remaining-count", at=points.RATE_HEADERS, breaks=_MISSING, applies=tells_limit("remaining"))
def _no_remaining(fields: Fields, call: Call) -> Fields:
    """Answers do not tell how much is left."""
    return tuple(field for field in fields if field[0] != _header(call, "remaining"))


@fault(
    "never-counts-down",
    at=points.WINDOW,
    breaks=[Break("rate_limit.remaining_falls", "remaining-does-not-fall")],
    applies=tells_limit("remaining"),
)
def _never_falls(window: Window, call: Call) -> Window:
    """The remaining count stays the same."""
    return replace(window, remaining=window.limit - 1)


@fault(
    "counts-every-other-request",
    at=points.CHARGE,
    breaks=[
        Break("rate_limit.remaining_falls", "remaining-does-not-fall"),
        Break("rate_limit.enforced", "never-refused"),
    ],
    applies=tells_limit("remaining"),
)
def _every_other(charge: Charge, call: Call) -> Charge:
    """Only every other request lowers the remaining count."""
    return replace(charge, cost=call.number % 2)


@fault(
    "has-more-left-than-the-limit",
    at=points.WINDOW,
    breaks=[Break("rate_limit.header_values", "more-than-limit")],
    applies=tells_limit("limit", "remaining"),
)
def _more_than_limit(window: Window, call: Call) -> Window:
    """More is left than the limit allows."""
    return replace(window, remaining=window.remaining + window.limit)


@fault(
    "writes-the-limit-with-its-unit",
    at=points.RATE_HEADERS,
    breaks=_NO_INTEGER,
    applies=tells_limit("limit"),
)
def _unit(fields: Fields, call: Call) -> Fields:
    """The limit is no plain number."""
    return _told(fields, _header(call, "limit"), "300/min")


@fault(
    "counts-below-zero",
    at=points.RATE_HEADERS,
    breaks=_NO_INTEGER,
    applies=tells_limit("remaining"),
)
def _negative(fields: Fields, call: Call) -> Fields:
    """The remaining count of a 429 is negative."""
    over = call.window is not None and call.window.exceeded
    return _told(fields, _header(call, "remaining"), "-1") if over else fields


@fault(
    "writes-the-reset-in-milliseconds",
    at=points.WINDOW,
    breaks=[Break("rate_limit.reset_in_future", "reset-in-milliseconds")],
    applies=reset_is_epoch,
)
def _milliseconds(window: Window, call: Call) -> Window:
    """The reset is in milliseconds."""
    return replace(window, reset=window.reset * 1000)


@fault(
    "writes-a-reset-in-the-past",
    at=points.WINDOW,
    breaks=[Break("rate_limit.reset_in_future", "reset-in-past")],
    applies=reset_is_epoch,
)
def _past(window: Window, call: Call) -> Window:
    """The reset was an hour ago."""
    return replace(window, reset=window.reset - _HOUR)


@fault(
    "writes-the-reset-as-seconds-left",
    at=points.WINDOW,
    breaks=[Break("rate_limit.reset_in_future", "reset-is-a-duration")],
    applies=reset_is_epoch,
)
def _seconds_left(window: Window, call: Call) -> Window:
    """The reset counts seconds from now."""
    return replace(window, reset=window.reset - call.now)


@fault(
    "writes-the-reset-of-another-day",
    at=points.WINDOW,
    breaks=[Break("rate_limit.reset_in_future", "reset-too-late")],
    applies=reset_is_epoch,
)
def _another_day(window: Window, call: Call) -> Window:
    """The reset is two days ahead."""
    return replace(window, reset=window.reset + 2 * _DAY)


@fault(
    "writes-the-reset-as-a-date",
    at=points.RATE_HEADERS,
    breaks=_NO_INTEGER,
    applies=tells_limit("reset"),
)
def _date(fields: Fields, call: Call) -> Fields:
    """The reset is a date in words."""
    return _told(fields, _header(call, "reset"), stamp(call.now + 60))


@fault(
    "forgets-retry-after",
    at=points.RETRY_AFTER,
    breaks=[Break("rate_limit.retry_after", "header-missing"), _UNDOCUMENTED],
)
def _no_retry_after(value: str | None, call: Call) -> str | None:
    """A 429 does not say when to come back."""
    return None


@fault(
    "writes-retry-after-as-a-date",
    at=points.RETRY_AFTER,
    breaks=[Break("rate_limit.retry_after", "not-seconds"), _MALFORMED],
)
def _retry_date(value: str | None, call: Call) -> str | None:
    """A 429 says as a date when to come back."""
    return "Sun, 06 Nov 2044 08:49:37 GMT"


@fault(
    "writes-retry-after-in-milliseconds",
    at=points.RETRY_AFTER,
    breaks=[Break("rate_limit.recovers", "longer-than-the-reset")],
    applies=tells_limit_always,
)
def _retry_milliseconds(value: str | None, call: Call) -> str | None:
    """A 429 says in milliseconds when to come back."""
    return f"{value or 60}000"


@fault(
    "never-refuses",
    at=points.EXCEEDED,
    breaks=[Break("rate_limit.enforced", "never-refused")],
    applies=tells_limit("limit"),
)
def _never_refuses(over: bool, call: Call) -> bool:
    """The limit is announced and not kept."""
    return False


def _a_minute(value: str | None, call: Call) -> str | None:
    return value or "60"


@fault(
    "refuses-after-the-wait",
    at=points.EXCEEDED,
    breaks=[Break("rate_limit.recovers", "still-refused")],
    also=[(points.RETRY_AFTER, _a_minute)],
)
def _still_refused(over: bool, call: Call) -> bool:
    """A refused credential stays refused for longer than it is told."""
    refused: set[str] = call.mock.memory.setdefault("refused", set())
    if over and call.credential:
        refused.add(call.credential)
    return over or call.credential in refused


@fault(
    "refuses-too-many-requests-with-503",
    at=points.PROBLEM,
    breaks=[
        Break("rate_limit.enforced", "other-status"),
    ],
)
def _unavailable(problem: Problem, call: Call) -> Problem:
    """A request over the limit is answered with 503."""
    return replace(problem, status=503) if problem.status == 429 else problem


@fault(
    "gives-every-environment-the-same-limit",
    at=points.CHARGE,
    breaks=[Break("rate_limit.ordered_by_environment", "not-ordered")],
)
def _one_limit(charge: Charge, call: Call) -> Charge:
    """Credentials of every environment have the lowest limit."""
    return replace(charge, limit=min(call.mock.character.rate_limits.values(), default=charge.limit))


@fault("shares-one-limit-between-everybody", at=points.CHARGE, breaks=[Break("rate_limit.per_token", "shared-limit")])
def _shared(charge: Charge, call: Call) -> Charge:
    """One window counts the requests of all credentials."""
    return replace(charge, key=("", ""))
