"""Rate limits: the headers, their arithmetic, and what happens at the limit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from math import ceil

from vendorproof.checks.outcome import (
    Fail,
    Inconclusive,
    NotApplicable,
    Outcome,
    answer,
    failed,
    passed,
    shown,
    unanswered,
)
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.checks.shapes import Drain, Ordered, Sequence
from vendorproof.contract.check_parameters import LIMIT_HEADERS, ROLE, may, needs
from vendorproof.contract.conventions import RateLimit
from vendorproof.errors import InternalError
from vendorproof.exchange.model import Exchange
from vendorproof.exchange.moments import told_at

_SKEW = 30.0
"""Seconds by which a vendor's clock may differ from ours."""


def _convention(obligation: Obligation) -> RateLimit:
    convention = obligation.contract.conventions.rate_limit
    if convention is None:
        raise InternalError(f"{obligation.requirement.id} needs a rateLimit section in conventions.yaml")
    return convention


def _applies(convention: RateLimit, exchange: Exchange) -> bool:
    if exchange.response is None or 100 <= exchange.status < 200:
        return False
    if 300 <= exchange.status < 400 and exchange.request.url.startswith("http:"):
        # What sends plain HTTP on to HTTPS stands before the API.
        return False
    return exchange.status == 429 if convention.presence == "on-429" else True


def number(exchange: Exchange, header: str) -> int | None:
    """The value of a header as a non-negative integer, None where it is absent or something else."""
    text = exchange.response.headers.get(header) if exchange.response else None
    return int(text) if text is not None and re.fullmatch(r"\d{1,15}", text.strip()) else None


def _told_twice(exchange: Exchange, headers: Iterable[str]) -> Fail | None:
    """The failure of an answer that tells a header twice with different values: which one holds, nobody knows (RFC
    9110, 5.3: only a list may come in several lines)."""
    for header in headers:
        values = dict.fromkeys(exchange.response.headers.all(header)) if exchange.response else {}
        if len(values) > 1:
            return failed("told-twice", exchange, expected=f"{header} once", observed=", ".join(map(shown, values)))
    return None


def _wanted(obligation: Obligation, convention: RateLimit) -> Iterable[str]:
    roles = obligation.parameters.get("roles") or tuple(convention.headers)
    return [convention.headers[role] for role in roles]


@response_check(
    "rate_limit.headers_present",
    on="all",
    takes=[may("roles", LIMIT_HEADERS, "the headers that the requirement is about, where it is not about all")],
)
def headers_present(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Every response that has to carries the documented headers."""
    convention = _convention(obligation)
    if convention.presence is None or not _applies(convention, exchange) or exchange.response is None:
        return NotApplicable("the documentation promises no header on this answer")
    for header in _wanted(obligation, convention):
        if header not in exchange.response.headers:
            return failed("header-missing", exchange, expected=header, observed=f"{answer(exchange)} without it")
    return passed(exchange)


@check("rate_limit.refusal_headers", on="once", takes=[needs("roles", LIMIT_HEADERS, "the headers of a refusal")])
def refusal_headers(obligation: Obligation, drain: Drain) -> Outcome:
    """A 429 that too many requests caused carries the documented headers; others have other causes."""
    if drain.refused is None or drain.refused.status != 429:
        return Inconclusive(f"{len(drain.allowed)} requests did not bring a 429")
    return headers_present(obligation, drain.refused)


@check(
    "rate_limit.ordered_by_environment",
    on="once",
    takes=[
        needs("lower", ROLE, "the environment with the lower limit"),
        needs("higher", ROLE, "the environment with the higher limit"),
    ],
)
def ordered_by_environment(obligation: Obligation, drains: Ordered) -> Outcome:
    """One environment's credential is refused after fewer requests than another's."""
    lower, higher = drains.lower, drains.higher
    if lower.refused is None or lower.refused.status != 429:
        return Inconclusive("the lower limit refused nothing")
    if higher.refused is not None and higher.refused.status != 429:
        return Inconclusive(f"the higher limit was not reached ({answer(higher.refused)})")
    evidence = (lower.refused, higher.refused) if higher.refused else (lower.refused,)
    if higher.refused is not None and len(higher.allowed) <= len(lower.allowed):
        expected = f"more than {len(lower.allowed)} requests"
        return failed("not-ordered", *evidence, expected=expected, observed=f"{len(higher.allowed)} requests")
    if len(higher.allowed) <= len(lower.allowed):
        return Inconclusive(f"{len(higher.allowed)} requests did not reach the higher limit, nor pass the lower one")
    return passed(*evidence)


@response_check(
    "rate_limit.header_values",
    on="all",
    takes=[may("roles", LIMIT_HEADERS, "the headers that the requirement is about, where it is not about all")],
)
def header_values(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The documented headers hold non-negative integers, and remaining is at most the limit."""
    convention = _convention(obligation)
    if not _applies(convention, exchange) or exchange.response is None:
        return NotApplicable("the documentation promises no header on this answer")
    if conflict := _told_twice(exchange, _wanted(obligation, convention)):
        return conflict
    seen = False
    for header in _wanted(obligation, convention):
        text = exchange.response.headers.get(header)
        if text is None:
            continue
        seen = True
        if number(exchange, header) is None:
            return failed("not-an-integer", exchange, expected=f"{header}: a number", observed=shown(text))
    limit, remaining = (number(exchange, convention.headers.get(role, "")) for role in ("limit", "remaining"))
    if limit is not None and remaining is not None and remaining > limit:
        return failed("more-than-limit", exchange, expected=f"at most {limit} remaining", observed=str(remaining))
    return passed(exchange) if seen else NotApplicable("no such header")


@check("rate_limit.remaining_falls", on="once")
def remaining_falls(obligation: Obligation, sequence: Sequence) -> Outcome:
    """The remaining count falls by one with each success, but for what the limit gives back meanwhile.

    How it gives back is not stated: a window that ends, one that slides, a bucket that fills. So short runs of
    successes are looked at, each may fall by less than it holds by what flows back in its time, and more than half of
    them have to fall too little before the count is called wrong. One that rises by more than that before the told
    reset is wrong at once.
    """
    convention = _convention(obligation)
    counted = [one for one in sequence.exchanges if _left(convention, one) is not None and one.succeeded]
    for before, after in pairwise(counted):
        if _risen(convention, before, after):
            told = f"{_left(convention, before)}, then {_left(convention, after)} before the same reset"
            return failed("remaining-rises", before, after, expected="no more than before", observed=told)
    runs = [tuple(counted[index : index + _RUN]) for index in range(len(counted) - _RUN + 1)]
    decidable = [run for run in runs if _owed(convention, run) > 0]
    wrong = [run for run in decidable if _fallen(convention, run) < _owed(convention, run)]
    if not decidable:
        return Inconclusive("no successes followed each other fast enough to tell what each one took")
    if len(wrong) * 2 > len(decidable):
        run = wrong[0]
        expected = f"at least {_owed(convention, run)} fewer remaining after {_RUN - 1} requests"
        observed = f"{_left(convention, run[0])}, then {_left(convention, run[-1])}"
        return failed("remaining-does-not-fall", *run, expected=expected, observed=observed)
    return passed(*(exchange for run in decidable for exchange in run))


_RUN = 5
"""Successes in a run whose count is looked at."""


def _left(convention: RateLimit, exchange: Exchange) -> int | None:
    return number(exchange, convention.headers["remaining"])


def _risen(convention: RateLimit, before: Exchange, after: Exchange) -> bool:
    """Whether more remains than could have flowed back, though the window is the same."""
    reset = convention.headers.get("reset", "")
    same = number(before, reset) is not None and number(before, reset) == number(after, reset)
    if not same or after.sent < before.sent + before.elapsed:
        return False
    return -_fallen(convention, (before, after)) > _flowing(convention, (before, after))


def _flowing(convention: RateLimit, run: tuple[Exchange, ...]) -> int:
    """How many requests a limit may give back over a run, however it does."""
    limit = number(run[0], convention.headers.get("limit", "")) or 0
    seconds = max(run[-1].sent + run[-1].elapsed - run[0].sent, 0.0)
    return ceil(limit * seconds / (convention.window or 60))


def _fallen(convention: RateLimit, run: tuple[Exchange, ...]) -> int:
    return (_left(convention, run[0]) or 0) - (_left(convention, run[-1]) or 0)


def _owed(convention: RateLimit, run: tuple[Exchange, ...]) -> int:
    """By how much the count has to fall at least over a run: one a request, less what may flow back in its time."""
    return len(run) - 1 - _flowing(convention, run)


@response_check("rate_limit.reset_in_future", on="all")
def reset_in_future(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The reset is the epoch second, still to come, at which the current window ends, or how many seconds it lasts:
    whichever the documentation says, or either where it does not."""
    convention = _convention(obligation)
    if not _applies(convention, exchange):
        return NotApplicable("the documentation promises no header on this answer")
    reset = number(exchange, convention.headers["reset"])
    if reset is None:
        return NotApplicable("no reset that can be read")
    if conflict := _told_twice(exchange, [convention.headers["reset"]]):
        return conflict
    longest = (convention.window or 86_400) + _SKEW
    if convention.reset_format != "epoch-seconds" and reset <= longest:
        return passed(exchange)
    if convention.reset_format == "delta-seconds":
        return failed("reset-too-late", exchange, expected=f"at most {longest:.0f} seconds", observed=str(reset))
    if reset <= longest:
        return failed(
            "reset-is-a-duration", exchange, expected="an epoch second", observed=f"{reset}, seconds from now"
        )
    if reset > exchange.sent * 100:
        return failed("reset-in-milliseconds", exchange, expected="epoch seconds", observed=str(reset))
    # By the answer's own clock or by ours: a clock that is wrong is another matter.
    ours = exchange.sent + exchange.elapsed
    clocks = {ours, told_at(exchange.response, ours)} if exchange.response else {ours}
    if any(now - exchange.elapsed - _SKEW <= reset <= now + longest for now in clocks):
        return passed(exchange)
    if reset < ours:
        return failed("reset-in-past", exchange, expected=f"after {max(clocks):.0f}", observed=str(reset))
    return failed("reset-too-late", exchange, expected=f"at most {max(clocks) + longest:.0f}", observed=str(reset))


@response_check("rate_limit.retry_after", on="once")
def retry_after(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A 429 says in whole seconds when to come back."""
    if _convention(obligation).retry_after != "seconds":
        return NotApplicable("the documentation does not say what Retry-After holds")
    if exchange.response is None or exchange.status != 429:
        return NotApplicable("not a 429")
    text = exchange.response.headers.get("retry-after")
    if text is None:
        return failed("header-missing", exchange, expected="Retry-After", observed="429 without it")
    if conflict := _told_twice(exchange, ["Retry-After"]):
        return conflict
    if number(exchange, "retry-after") is None:
        return failed("not-seconds", exchange, expected="Retry-After in whole seconds", observed=shown(text))
    return passed(exchange)


@check("rate_limit.enforced", on="once")
def enforced(obligation: Obligation, drain: Drain) -> Outcome:
    """Past the announced limit a request is refused with 429."""
    if drain.refused is None:
        count = len(drain.allowed)
        if not drain.allowed:
            return Inconclusive("nothing was sent")
        limit = _convention(obligation).headers.get("limit", "")
        if number(drain.allowed[-1], limit) is None and drain.limit is None:
            return Inconclusive(f"no answer tells the limit, and {count} requests did not reach it")
        return failed("never-refused", drain.allowed[-1], expected="429 past the limit", observed=f"{count} successes")
    if drain.refused.status == 429:
        return passed(*drain.allowed[-3:], drain.refused)
    if drain.recovered is None or not drain.recovered.succeeded:
        return Inconclusive(f"every request was answered {answer(drain.refused)}, and no waiting helped")
    observed = f"{answer(drain.refused)} after {len(drain.allowed)} requests, until some time had passed"
    return failed("other-status", drain.refused, drain.recovered, expected="429 past the limit", observed=observed)


@check("rate_limit.recovers", on="once")
def recovers(obligation: Obligation, drain: Drain) -> Outcome:
    """After the time that the 429 tells, a request is answered again."""
    if drain.refused is None or drain.refused.status != 429 or drain.recovered is None:
        longer = _longer_than_the_reset(_convention(obligation), drain.refused) if drain.refused is not None else None
        return longer or Inconclusive("the limit refused nothing")
    if drain.recovered.status == 429:
        told = drain.refused.response.headers.get("retry-after") if drain.refused.response else None
        if told is None and _convention(obligation).window is None:
            waited = drain.recovered.sent - drain.refused.sent
            return Inconclusive(f"still refused after {waited:.0f} seconds, and nothing tells how long it lasts")
        return failed(
            "still-refused", drain.refused, drain.recovered, expected=f"an answer after {told} seconds", observed="429"
        )
    return unanswered(drain.recovered) or passed(drain.refused, drain.recovered)


def _longer_than_the_reset(convention: RateLimit, refused: Exchange) -> Outcome | None:
    """A failure where a 429 names a wait that is ten windows longer than its own reset, as in milliseconds; else
    None."""
    reset, asked = number(refused, convention.headers.get("reset", "")), number(refused, "retry-after")
    if refused.status != 429 or reset is None or asked is None or convention.window is None:
        return None
    epoch = convention.reset_format == "epoch-seconds" or (convention.reset_format is None and reset > refused.sent / 2)
    ahead = reset - (refused.sent if epoch else 0)
    if asked <= ahead + _SKEW + 10 * convention.window:
        return None
    expected = f"a wait as long as the reset tells, {ahead:.0f} seconds"
    return failed("longer-than-the-reset", refused, expected=expected, observed=f"Retry-After: {asked}")


@check("rate_limit.per_token", on="once")
def per_token(obligation: Obligation, drain: Drain) -> Outcome:
    """While one credential is refused, another is not."""
    if drain.refused is None or drain.refused.status != 429:
        return Inconclusive("the limit refused nothing")
    if drain.other is None:
        return Inconclusive("there is no second credential to ask with")
    if drain.other.status == 429:
        return failed(
            "shared-limit", drain.refused, drain.other, expected="the other credential answered", observed="429"
        )
    if drain.other.status == 401:
        return Inconclusive(f"the other credential got no answer that counts ({answer(drain.other)})")
    return unanswered(drain.other) or passed(drain.refused, drain.other)
