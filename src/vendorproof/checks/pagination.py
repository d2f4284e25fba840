"""Pagination: what a page holds, and what a walk over all pages adds up to."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from vendorproof.checks.outcome import Fail, Inconclusive, NotApplicable, Outcome, answer, failed, passed, shown
from vendorproof.checks.pages import (
    SAYS_NOTHING,
    asked_number,
    identities,
    items,
    items_pointer,
    more_announced,
    next_cursor,
    skipped,
)
from vendorproof.checks.reading import document, operation_of
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.checks.shapes import Pair, Sequence, Sizes
from vendorproof.contract.check_parameters import PAGE_PART, POINTER, may, needs
from vendorproof.contract.conventions import End, Pagination
from vendorproof.contract.model import Operation
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.errors import InternalError
from vendorproof.exchange.model import Exchange


def convention_of(obligation: Obligation) -> Pagination:
    convention = obligation.contract.conventions.pagination
    if convention is None:
        raise InternalError(f"{obligation.requirement.id} needs a pagination section in conventions.yaml")
    return convention


def listing_of(obligation: Obligation) -> Operation:
    if obligation.operation is None:
        raise InternalError(f"{obligation.requirement.id} needs an operation")
    return obligation.operation


def asked_limit(obligation: Obligation, exchange: Exchange) -> int | None:
    """The page size that a request asked for, None where it asked for none or not for a number."""
    return asked_number(convention_of(obligation), exchange, "limit")


def ids_on(obligation: Obligation, exchange: Exchange) -> list[str] | None:
    return identities(obligation.contract, listing_of(obligation), exchange)


def count_on(obligation: Obligation, exchange: Exchange) -> int | None:
    found = items(obligation.contract, listing_of(obligation), exchange)
    return None if found is None else len(found)


@response_check(
    "pagination.envelope",
    on="paginated",
    takes=[may("part", PAGE_PART, "the part that the requirement is about, where it is not about all")],
)
def envelope(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A page has its items, its cursor or link and its end signal in the documented places.

    `part` narrows to one of items, hasMore, cursor, next, total.
    """
    operation = operation_of(obligation.contract, exchange)
    if operation is None or not exchange.succeeded:
        return NotApplicable("not a page")
    found = document(exchange)
    if found is MISSING:
        return NotApplicable("the body can't be read")
    convention = convention_of(obligation)
    part = obligation.parameters.get("part")
    if part in (None, "items"):
        pointer = items_pointer(obligation.contract, operation) or ""
        if not isinstance(resolve(found, pointer), list):
            return failed("items-missing", exchange, expected=f"an array at {pointer}", observed=shown(found))
    told = {role: resolve(found, pointer) for role, pointer in convention.response.items() if part in (None, role)}
    if "hasMore" in told and not isinstance(told["hasMore"], bool):
        expected, observed = f"true or false at {convention.response['hasMore']}", shown_or_nothing(told["hasMore"])
        return failed("has-more-missing", exchange, expected=expected, observed=observed)
    if "total" in told and not _counts(told["total"], items(obligation.contract, operation, exchange)):
        expected = f"a number at {convention.response['total']}, no smaller than what the page holds"
        return failed("total-wrong", exchange, expected=expected, observed=shown_or_nothing(told["total"]))
    more = resolve(found, convention.response.get("hasMore", "/"))
    for role in ("cursor", "next"):
        if role in told:
            problem = _form_problem(convention, exchange, role, told[role], more)
            if problem is not None:
                return problem
    if items(obligation.contract, operation, exchange) is None and all(one is MISSING for one in told.values()):
        return NotApplicable("the body shows nothing of a page")
    return passed(exchange)


def _counts(total: object, shown: list[Any] | None) -> bool:
    return isinstance(total, int) and not isinstance(total, bool) and total >= len(shown or ())


def _form_problem(convention: Pagination, exchange: Exchange, role: str, told: object, more: object) -> Fail | None:
    """What is wrong with what a page tells of the next one, be it a cursor or a link."""
    if isinstance(told, str) and told:
        return None
    linked, pointer, observed = role == "next", convention.response[role], shown_or_nothing(told)
    expected = ""
    if convention.end is End.HAS_MORE_FALSE and more is True:
        expected = f"a {'link' if linked else 'cursor'} at {pointer} while more is announced"
    elif convention.end in (End.NULL_CURSOR, End.NULL_LINK) and told is not None:
        expected = f"a string or null at {pointer}"
    if expected:
        return failed("link-missing" if linked else "cursor-missing", exchange, expected=expected, observed=observed)
    if told is not MISSING and told is not None and not isinstance(told, str):
        expected = f"a string at {pointer}"
        return failed(
            "link-not-a-string" if linked else "cursor-not-a-string", exchange, expected=expected, observed=observed
        )
    return None


def shown_or_nothing(value: object) -> str:
    """A value for a message; `nothing` where it is absent."""
    return "nothing" if value is MISSING else shown(value)


@response_check("pagination.limit_honoured", on="paginated")
def limit_honoured(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A page holds at most as many items as were asked for."""
    asked = asked_limit(obligation, exchange)
    operation = operation_of(obligation.contract, exchange)
    convention = convention_of(obligation)
    if operation is None or not exchange.succeeded or not asked or asked > (convention.max_page_size or asked):
        return NotApplicable("no page of a size that may be asked for")
    found = items(obligation.contract, operation, exchange)
    if found is None:
        return NotApplicable("the page holds no list")
    if len(found) > asked:
        return failed("limit-exceeded", exchange, expected=f"at most {asked} items", observed=f"{len(found)} items")
    return passed(exchange)


@check("pagination.default_page_size", on="paginated")
def default_page_size(obligation: Obligation, pair: Pair) -> Outcome:
    """A page asked for without a size is as long as one of the documented default size: exactly that, or as many items
    as a page gets that asks for it."""
    default = convention_of(obligation).default_page_size
    plain, explicit = count_on(obligation, pair.first), count_on(obligation, pair.second)
    if plain is None or default is None:
        return Inconclusive(f"no page to count ({answer(pair.first)})")
    if plain > default:
        return failed("default-differs", pair.first, expected=f"at most {default} items", observed=f"{plain} items")
    if plain == default:
        return passed(pair.first)
    if explicit is None:
        return Inconclusive(f"no page of {default} to compare with ({answer(pair.second)})")
    if plain != explicit:
        expected = f"{explicit} items, as with a limit of {default}"
        return failed("default-differs", pair.first, pair.second, expected=expected, observed=f"{plain} items")
    return Inconclusive(f"the listing holds fewer than {default} items")


@check("pagination.max_page_size", on="paginated")
def max_page_size(obligation: Obligation, pair: Pair) -> Outcome:
    """The documented maximum can be asked for: a listing that fills smaller pages fills the largest too.

    The first page is of a smaller size, the second of the maximum.
    """
    maximum = convention_of(obligation).max_page_size
    small, large = count_on(obligation, pair.first), count_on(obligation, pair.second)
    if maximum is None or small is None:
        return Inconclusive(f"no page to count ({answer(pair.first)})")
    if pair.second.response is not None and 400 <= pair.second.status < 500 and pair.second.status not in (402, 429):
        return failed("maximum-refused", pair.second, expected=f"a page of {maximum}", observed=answer(pair.second))
    if large is None:
        return Inconclusive(f"no page of {maximum} to count ({answer(pair.second)})")
    if large >= maximum:
        return passed(pair.second)
    behind = pair.behind if isinstance(pair, Sizes) else None
    asked = asked_limit(obligation, pair.first) or convention_of(obligation).default_page_size
    if behind is not None and small == asked and _new(obligation, pair.second, behind):
        observed = f"{large} items, and more behind them"
        return failed("maximum-lower", pair.second, behind, expected=f"{maximum} items", observed=observed)
    if behind is not None or not more_announced(obligation.contract, pair.second):
        return Inconclusive(f"the listing holds fewer than {maximum} items")
    return Inconclusive("pages of this listing are not full before its end")


def _new(obligation: Obligation, page: Exchange, behind: Exchange) -> bool:
    """Whether what is behind a page is not on it."""
    known = set(ids_on(obligation, page) or ())
    return any(one not in known for one in ids_on(obligation, behind) or ())


@check("pagination.over_maximum", on="paginated")
def over_maximum(obligation: Obligation, exchange: Exchange) -> Outcome:
    """More than the maximum is never given, however much is asked for."""
    convention = convention_of(obligation)
    maximum = convention.max_page_size
    if maximum is None or exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if 400 <= exchange.status < 500:
        if exchange.status in SAYS_NOTHING or exchange.status == 404:
            return Inconclusive(f"refused for something else than its size ({answer(exchange)})")
        if convention.over_maximum == "clamp":
            return failed("rejected", exchange, expected=f"a page of {maximum}", observed=answer(exchange))
        return passed(exchange)
    found = count_on(obligation, exchange)
    if found is None:
        return Inconclusive(f"no page to count ({answer(exchange)})")
    if found > maximum:
        return failed("maximum-exceeded", exchange, expected=f"at most {maximum} items", observed=f"{found} items")
    if convention.over_maximum == "reject":
        return failed("clamped", exchange, expected="a 4xx status", observed=f"{found} items")
    if found < maximum:
        return Inconclusive(f"the listing holds fewer than {maximum} items")
    return passed(exchange)


@check("pagination.garbage_cursor", on="paginated")
def garbage_cursor(obligation: Obligation, pair: Pair) -> Outcome:
    """A cursor that was never issued gets a 4xx, never the first page. The first exchange is the first page."""
    if pair.second.response is None:
        return Inconclusive(f"no response: {answer(pair.second)}")
    if pair.second.status in (402, 429):
        return Inconclusive(f"a limit or quota answered first ({pair.second.status})")
    if pair.second.status >= 500:
        return failed("server-error", pair.second, expected="a 4xx status", observed=answer(pair.second))
    if pair.second.status in SAYS_NOTHING:
        return Inconclusive(f"refused for something else than its cursor ({answer(pair.second)})")
    if not pair.second.succeeded:
        return passed(pair.second)
    first, second = ids_on(obligation, pair.first), ids_on(obligation, pair.second)
    if first is None or second is None:
        return Inconclusive(f"no pages to compare ({answer(pair.first)}, {answer(pair.second)})")
    if first != second:
        return passed(pair.first, pair.second)
    if second and next_cursor(obligation.contract, pair.first):
        return failed("first-page", pair.first, pair.second, expected="a 4xx status", observed="the first page")
    return Inconclusive("the listing fits on one page")


@check("pagination.offset_skips", on="paginated")
def offset_skips(obligation: Obligation, pair: Pair) -> Outcome:
    """An offset skips exactly so many items: the second page is the first one without its beginning."""
    return _skips(obligation, pair, asked_number(convention_of(obligation), pair.second, "offset"))


@check("pagination.page_numbers", on="paginated")
def page_numbers(obligation: Obligation, pair: Pair) -> Outcome:
    """A page with a number begins behind all the pages before it: the second page, of a smaller size than the first, is
    the first one without its beginning."""
    return _skips(obligation, pair, skipped(convention_of(obligation), pair.second))


def _skips(obligation: Obligation, pair: Pair, count: int | None) -> Outcome:
    first, second = ids_on(obligation, pair.first), ids_on(obligation, pair.second)
    if first is None or second is None or count is None:
        return Inconclusive("no pages to compare")
    wanted = first[count:]
    if not wanted:
        return Inconclusive("the listing is too short to skip anything")
    if second[: len(wanted)] != wanted[: len(second)] or not second:
        return failed(
            "skips-otherwise", pair.first, pair.second, expected=shown(wanted[:3]), observed=shown(second[:3])
        )
    return passed(pair.first, pair.second)


@check("pagination.default_offset", on="paginated")
def default_offset(obligation: Obligation, pair: Pair) -> Outcome:
    """Without an offset the listing starts at the beginning, as with an offset of 0."""
    return _alike(obligation, pair)


@check("pagination.default_page", on="paginated")
def default_page(obligation: Obligation, pair: Pair) -> Outcome:
    """Without a page number the listing starts at the beginning, as with the number of the first page."""
    return _alike(obligation, pair)


def _alike(obligation: Obligation, pair: Pair) -> Outcome:
    plain, explicit = ids_on(obligation, pair.first), ids_on(obligation, pair.second)
    if plain is None or explicit is None or not explicit:
        return Inconclusive("no pages to compare")
    if plain != explicit:
        return failed(
            "starts-elsewhere", pair.first, pair.second, expected=shown(explicit[:3]), observed=shown(plain[:3])
        )
    return passed(pair.first, pair.second)


@check("pagination.past_the_end", on="paginated")
def past_the_end(obligation: Obligation, exchange: Exchange) -> Outcome:
    """An offset or a page number past the end gets no items."""
    if exchange.status in (402, 429):
        return Inconclusive(f"a limit or quota answered first ({exchange.status})")
    if exchange.status in SAYS_NOTHING:
        return Inconclusive(f"refused for something else than its place ({answer(exchange)})")
    if exchange.response is not None and 400 <= exchange.status < 500:
        return passed(exchange)
    if exchange.status >= 500:
        return failed("server-error", exchange, expected="no items", observed=answer(exchange))
    found = count_on(obligation, exchange)
    if found is None:
        return Inconclusive(f"no page to count ({answer(exchange)})")
    if found:
        return failed("items-past-the-end", exchange, expected="no items", observed=f"{found} items")
    return passed(exchange)


@check("pagination.order", on="lists", takes=[needs("field", POINTER, "where an item tells its moment")])
def order(obligation: Obligation, sequence: Sequence) -> Outcome:
    """A listing is in the documented order: the newest item first, or the oldest. `field` names the pointer of the
    moment in an item."""
    documented = convention_of(obligation).order
    if documented is None:
        return NotApplicable("the documentation gives no order")
    falling = documented == "newest-first"
    judged: list[Exchange] = []
    for exchange in sequence.exchanges:
        moments = [
            _member(thing, obligation.parameters["field"])
            for thing in items(obligation.contract, listing_of(obligation), exchange) or ()
        ]
        readable = [second for second in map(_second, moments) if second is not None]
        if len(readable) < 2 or len(readable) < len(moments):
            continue
        if readable != sorted(readable, reverse=falling):
            expected = f"{'falling' if falling else 'rising'} moments"
            return failed("other-order", exchange, expected=expected, observed=shown(moments[:5]))
        judged.append(exchange)
    return passed(*judged) if judged else Inconclusive("no two items with a moment to compare")


def _member(thing: Any, pointer: str) -> Any:
    """What stands at a pointer in a thing, or under its name in another spelling: `createdAt` for `created_at`."""
    found = resolve(thing, pointer)
    if found is not MISSING or not isinstance(thing, dict):
        return found
    wanted = pointer.rpartition("/")[2].replace("_", "").lower()
    return next((value for name, value in thing.items() if name.replace("_", "").lower() == wanted), MISSING)


def _second(moment: Any) -> float | None:
    """A moment as a number that grows with time: a number as it stands, a date and time (ISO 8601; without an offset
    taken as UTC) in epoch seconds; None for anything else."""
    if isinstance(moment, int | float) and not isinstance(moment, bool):
        return float(moment)
    try:
        read = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", moment))
    except (TypeError, ValueError):
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
