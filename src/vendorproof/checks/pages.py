"""One reading of pages: the items and ids of a listing's answer, whether there is more, and how the next page is asked
for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vendorproof.checks.links import followed, linked
from vendorproof.checks.outcome import answer
from vendorproof.checks.reading import document, identity, item, only_array, operation_of, resource_of, values
from vendorproof.contract.conventions import End, Pagination, Style
from vendorproof.contract.model import Contract, Kind, Operation
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.contract.select import PAGINATED, select
from vendorproof.exchange.model import Exchange

Json = Any

_TOTAL = re.compile(r"total|count", re.IGNORECASE)
_ALL = re.compile(r"^total(?!.*page)|^[a-z]+_?total$", re.IGNORECASE)
_ONWARD = re.compile(r"next|cursor|more", re.IGNORECASE)


class Sign(StrEnum):
    """What speaks for a page behind another one: the answer announces it; it is full and says nothing; or nothing does,
    but the documentation does not say either that such a page is the last."""

    ANNOUNCED = "announced"
    FULL = "full"
    NONE = "none"


@dataclass(frozen=True)
class NextPage:
    """How the next page is asked for: with these query parameters beside the others, or by a `link`, whose path and
    query are all of the request; it is relative to the base URL, and as encoded as it came."""

    sign: Sign
    query: tuple[tuple[str, str], ...] = ()
    link: str = ""


@dataclass(frozen=True)
class LastPage:
    """No page follows."""


@dataclass(frozen=True)
class DeadEnd:
    """What follows can't be asked for: why."""

    why: str


Onward = NextPage | LastPage | DeadEnd


def items_pointer(contract: Contract, operation: Operation) -> str | None:
    """Where a listing's answer holds its items; None where the contract does not say."""
    resource = resource_of(contract.conventions, operation)
    if resource is not None:
        return resource.items
    pagination = contract.conventions.pagination
    return pagination.response.get("items") if pagination else None


def items(contract: Contract, operation: Operation, exchange: Exchange) -> list[Json] | None:
    """The items of a listing's answer, None where no array stands in the documented place; an error has none, whatever
    arrays its details hold.

    Where the documentation leaves the place open, the array is looked for.
    """
    if exchange.status >= 400:
        return None
    answered = document(exchange)
    pointer = items_pointer(contract, operation)
    found = MISSING if pointer is None else resolve(answered, pointer)
    if isinstance(found, list):
        return found
    pagination = contract.conventions.pagination
    if operation.kind is not Kind.LIST or (pagination is not None and "items" in pagination.response):
        return None
    return only_array(answered, operation.resource or "", operation.path.rpartition("/")[2])


def view(contract: Contract, exchange: Exchange, thing_id: str) -> Json:
    """A thing as a reading or a listing shows it; MISSING where the answer does not show it."""
    operation = operation_of(contract, exchange)
    resource = resource_of(contract.conventions, operation)
    if operation is None or resource is None or not exchange.succeeded:
        return MISSING
    single = item(resource, document(exchange))
    shown = items(contract, operation, exchange) or ([] if single is MISSING else [single])
    return next((thing for thing in shown if identity(resource, thing) == thing_id), MISSING)


def identities(contract: Contract, operation: Operation, exchange: Exchange) -> list[str] | None:
    """The ids of a listing's items in order; None where the listing or an id can't be read."""
    found = items(contract, operation, exchange)
    if found is None:
        return None
    resource = resource_of(contract.conventions, operation)
    ids = [identity(resource, thing) for thing in found]
    return None if None in ids else [one for one in ids if one is not None]


def next_cursor(contract: Contract, exchange: Exchange) -> str | None:
    """The cursor of the next page, None where the answer has none."""
    return _told(contract, exchange, "cursor")


def next_link(contract: Contract, exchange: Exchange) -> str | None:
    """The link of the next page as the answer has it, None where it has none."""
    pagination = contract.conventions.pagination
    if pagination is not None and pagination.style is Style.LINK_HEADER:
        return linked(exchange, "next")
    return _told(contract, exchange, "next")


def _told(contract: Contract, exchange: Exchange, role: str) -> str | None:
    pagination = contract.conventions.pagination
    pointer = pagination.response.get(role) if pagination else None
    found = resolve(document(exchange), pointer) if pointer else MISSING
    return found if isinstance(found, str) and found else None


def more_announced(contract: Contract, exchange: Exchange) -> bool | None:
    """Whether the answer says that a further page exists; None where it does not say."""
    pagination = contract.conventions.pagination
    if pagination is None:
        return None
    pointer = pagination.response.get("hasMore")
    if pointer:
        found = resolve(document(exchange), pointer)
        return found if isinstance(found, bool) else None
    if pagination.linked:
        return next_link(contract, exchange) is not None
    if pagination.response.get("cursor"):
        return next_cursor(contract, exchange) is not None
    return None


def asked_number(convention: Pagination, exchange: Exchange, role: str) -> int | None:
    """The number that a request gave for a role (limit, offset, page); None where it gave none."""
    text = exchange.request.query.get(convention.request.get(role, ""), "")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def skipped(convention: Pagination, exchange: Exchange) -> int | None:
    """How many items come before a page, by the offset or the number that it was asked for with; None where the size of
    the pages before it is not known."""
    number = asked_number(convention, exchange, "page")
    if convention.style is not Style.PAGE or number is None:
        return asked_number(convention, exchange, "offset") or 0
    before = number - (convention.first_page or 0)
    size = asked_number(convention, exchange, "limit") or convention.default_page_size
    return None if before and size is None else before * (size or 0)


def onward(contract: Contract, operation: Operation, page: Exchange, *, base: str = "", wary: bool = False) -> Onward:
    """How the page behind a page of a listing is asked for; `base` is the path of the target's base URL.

    Whoever is `wary` overlooks nothing where pages are shorter than asked for or documented: an offset moves on by what
    came and not by what was asked for, and a short page is not taken for the last.
    """
    found = items(contract, operation, page)
    if found is None or not page.succeeded:
        return DeadEnd(f"a page was answered {answer(page)}")
    convention = contract.conventions.pagination
    if convention is None or convention.style is Style.NONE or operation not in select(contract, [PAGINATED]):
        return LastPage()
    more = more_announced(contract, page)
    if more is False:
        return LastPage()
    if convention.style is Style.CURSOR or convention.linked:
        word = "link" if convention.linked else "cursor"
        told = _behind_told(contract, convention, page, base)
        if told is None and more:
            return DeadEnd(f"more is announced without a {word}")
        if told is None and "hasMore" in convention.response:
            return DeadEnd(f"a page tells neither whether there is more nor a {word}")
        return told or LastPage()
    size = asked_number(convention, page, "limit") or convention.default_page_size
    short = size is not None and len(found) < size
    if more is None and (not found or (short and not wary and convention.end is End.SHORT_PAGE)):
        return LastPage()
    last = short or _is_all(convention, page, len(found))
    sign = Sign.ANNOUNCED if more else Sign.NONE if last else Sign.FULL
    return NextPage(sign, (_behind_counted(convention, page, len(found), wary),))


def _behind_told(contract: Contract, convention: Pagination, page: Exchange, base: str) -> NextPage | DeadEnd | None:
    """The page behind one that tells a cursor or a link; None behind one that tells none."""
    if convention.linked:
        link = next_link(contract, page)
        try:
            return None if link is None else NextPage(Sign.ANNOUNCED, link=followed(contract, page, link, base))
        except ValueError as error:
            return DeadEnd(f"the link of the next page is not followed: {error}")
    cursor = next_cursor(contract, page)
    return NextPage(Sign.ANNOUNCED, ((convention.request["cursor"], cursor),)) if cursor is not None else None


def _behind_counted(convention: Pagination, page: Exchange, shown: int, wary: bool) -> tuple[str, str]:
    """What asks for the page behind one that is counted by its number or its offset."""
    if convention.style is Style.PAGE:
        number = asked_number(convention, page, "page")
        following = (convention.first_page or 0 if number is None else number) + 1
        return convention.request["page"], str(following)
    # By the size asked for, as clients do; that a page is longer is for a check to say.
    step = shown if wary else max(shown, asked_number(convention, page, "limit") or 0)
    return convention.request["offset"], str((asked_number(convention, page, "offset") or 0) + step)


def _is_all(convention: Pagination, page: Exchange, shown: int) -> bool:
    """Whether the total that a page tells is reached with its items."""
    pointer = convention.response.get("total")
    total = resolve(document(page), pointer) if pointer else None
    before = skipped(convention, page)
    return isinstance(total, int) and not isinstance(total, bool) and before is not None and before + shown >= total


SAYS_NOTHING = frozenset({401, 402, 403, 429})
"""Refusals that are not about the page."""


def behind_the_end(
    contract: Contract, operation: Operation, step: NextPage, known: Iterable[Exchange], page: Exchange
) -> bool:
    """Whether a page that nothing announced shows that the one before it was the last: it is refused, as well it may
    be, or holds nothing but what the `known` ones hold, as where a page number past the end gets the last page."""
    convention = contract.conventions.pagination
    if step.sign is Sign.ANNOUNCED or convention is None:
        return False
    if 400 <= page.status < 500:
        return page.status not in SAYS_NOTHING and (step.sign is Sign.NONE or page.status == 404)
    if step.sign is Sign.FULL and not (convention.style is Style.PAGE and convention.end is None):
        return False
    seen = {one for shown in known for one in identities(contract, operation, shown) or ()}
    found = identities(contract, operation, page)
    return found is not None and bool(found) and seen.issuperset(found)


MOST_EMPTY = 6
"""Empty pages in a row after which one is taken to lead nowhere; few vendors say that one may not be empty."""


def leads_nowhere(contract: Contract, operation: Operation, pages: Sequence[Exchange]) -> bool:
    """Whether the last pages of a walk announce more and hold nothing."""
    last = pages[-MOST_EMPTY:]
    return len(last) == MOST_EMPTY and not any(items(contract, operation, page) for page in last)


def goes_on(contract: Contract, operation: Operation, exchange: Exchange) -> bool:
    """Whether an answer may be a page only of a listing. Where the documentation tells no way to go on, this is read
    from what the contract says of the listing, a link, or members beside the items."""
    found = items(contract, operation, exchange)
    if found is None:
        return False
    pagination = contract.conventions.pagination
    if pagination is None or operation not in select(contract, [PAGINATED]):
        return linked(exchange, "next") is not None or _tells_of_more(document(exchange), len(found), 3)
    if pagination.style is Style.NONE:
        return not _tells_of_all(document(exchange), len(found), 3)
    more = more_announced(contract, exchange)
    if more is not None:
        return more
    step = onward(contract, operation, exchange)
    return isinstance(step, NextPage) and step.sign is not Sign.NONE


def _tells_of_all(answered: Json, shown: int, depth: int) -> bool:
    """Whether members beside the items say that there are no more than these: a total, and nothing to go on with."""
    if _tells_of_more(answered, shown, depth):
        return False
    totals = [value for _, key, value in values(answered) if _ALL.search(key) and not isinstance(value, bool)]
    return totals == [shown]


def _tells_of_more(answered: Json, shown: int, depth: int) -> bool:
    if not isinstance(answered, dict) or depth == 0:
        return False
    for name, value in answered.items():
        if _tells_of_more(value, shown, depth - 1):
            return True
        pages = "page" in name.lower()
        if _TOTAL.search(name) and isinstance(value, int) and value > (1 if pages else shown):
            return True
        if _ONWARD.search(name) and isinstance(value, str | int) and value:
            return True
    return False
