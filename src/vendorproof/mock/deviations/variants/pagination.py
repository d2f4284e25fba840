"""How listings are cut into pages where the documentation leaves it open."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vendorproof.contract.model import Contract
from vendorproof.mock.data.pages import Asked, Cut
from vendorproof.mock.data.store import Row
from vendorproof.mock.deviations.rewrite import with_header
from vendorproof.mock.deviations.traits import by_cursor, by_link, by_number, by_offset, led_on, paginated
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.deviations.variants.openness import (
    has_more,
    maximum_open,
    order_open,
    past_the_end_open,
    short_pages_open,
)
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, refuse
from vendorproof.mock.stages.paging import listing_key, read_cursor
from vendorproof.mock.stages.render import json_answer, placed

Json = Any
_WRITES = "variants/writes"
_ROWS = "variants/rows"


def _cursors_die(contract: Contract) -> bool:
    """Whether the documentation says that a cursor may stop working once the data has changed."""
    return by_cursor(contract) and any("cursor-may-expire" in one.id for one in contract.requirements)


def _noted(cut: Cut, call: Call) -> Cut:
    call.mock.memory[_ROWS] = [row.id for row in cut.rows]
    return cut


def _from_number(wanted: Asked, call: Call) -> Asked:
    """The page behind so many items."""
    cursor = wanted.cursor or ""
    return replace(wanted, cursor=None, offset=int(cursor)) if cursor.isdecimal() else wanted


@variant(
    "numbers-as-cursors",
    points.CURSOR,
    legal=led_on,
    also=((points.CUT, _noted), (points.ASKED, _from_number)),
)
def _numbers_as_cursors(cursor: str, call: Call) -> str:
    """Cursors are numbers in a string: how many items came before."""
    _, last = read_cursor(cursor, listing_key(call))
    return str(call.mock.memory[_ROWS].index(last) + 1)


def _read_back(cursor: str, call: Call) -> str:
    """Cursors hold signs that a query has to encode."""
    try:
        return base64.b64decode(cursor.removeprefix("?&/+").encode(), validate=True).decode()
    except (binascii.Error, ValueError):
        return cursor


@variant("other-cursors", points.CURSOR, legal=led_on, also=((points.CURSOR_READ, _read_back),))
def _other_cursors(cursor: str, call: Call) -> str:
    """Cursors have another shape, with signs that a query has to encode."""
    return "?&/+" + base64.b64encode(cursor.encode()).decode()


def _changed(row: Row | None, call: Call) -> Row | None:
    call.mock.memory[_WRITES] = int(call.mock.memory.get(_WRITES, 0)) + 1
    return row


def _still_alive(cursor: str, call: Call) -> str:
    own, _, version = cursor.rpartition(".")
    if own and version != str(call.mock.memory.get(_WRITES, 0)):
        raise refuse(400, "cursor_expired", "The cursor is of before the last change (limit your walk).")
    return own


@variant(
    "cursors-die-with-a-change",
    points.CURSOR,
    legal=_cursors_die,
    also=((points.CURSOR_READ, _still_alive), (points.STORED, _changed), (points.REMOVAL, _changed)),
)
def _mortal(cursor: str, call: Call) -> str:
    """A cursor stops working with the next change of anything."""
    return f"{cursor}.{call.mock.memory.get(_WRITES, 0)}"


def _made_up(call: Call) -> bool:
    return call.problem is not None and call.problem.code in ("invalid_cursor", "cursor_expired")


@variant("nothing-behind-a-bad-cursor", points.ANSWER, legal=by_cursor)
def _empty_page(answer: Answer, call: Call) -> Answer:
    """A cursor that was never issued gets an empty page, the last one."""
    pagination = call.mock.contract.conventions.pagination
    if not _made_up(call) or pagination is None:
        return answer
    document = placed(None, pagination.response["items"], [])
    if "hasMore" in pagination.response:
        document = placed(document, pagination.response["hasMore"], False)
    else:
        document = placed(document, pagination.response["cursor"], None)
    empty = json_answer(200, document)
    kept = tuple(pair for pair in answer.headers if pair[0].lower() not in ("content-type", "content-length"))
    return replace(empty, headers=empty.headers + kept)


@variant("rejects-over-maximum", points.OVER_MAXIMUM, legal=maximum_open)
def _rejects_over_maximum(choice: str | None, call: Call) -> str | None:
    """A limit beyond the maximum is refused, where the faithful mock clamps it."""
    return "reject"


@variant("ignores-invalid-limit", points.STRICT_LIMIT, legal=paginated)
def _ignores_invalid_limit(strict: bool, call: Call) -> bool:
    """A limit that is no positive number gets the default, where the faithful mock refuses it."""
    return False


@variant("refuses-offsets-past-the-end", points.CUT, legal=by_offset)
def _refuses_past_the_end(cut: Cut, call: Call) -> Cut:
    """An offset behind the last item is refused, where the faithful mock answers an empty page."""
    name = call.mock.contract.conventions.pagination.request["offset"]  # type: ignore[union-attr]
    if int(call.query.get(name, "0")) > len(cut.rows):
        raise refuse(400, "validation_error", f"{name} is past the end.")
    return cut


@variant("refuses-pages-past-the-end", points.CUT, legal=by_number)
def _no_such_page(cut: Cut, call: Call) -> Cut:
    """A page number behind the last one is refused with 404, where the faithful mock answers an empty page."""
    if 0 < len(cut.rows) <= cut.start:
        raise refuse(404, "not_found", "There is no such page.")
    return cut


@variant("last-page-past-the-end", points.CUT, legal=past_the_end_open)
def _last_page(cut: Cut, call: Call) -> Cut:
    """A page number behind the last one shows the last page."""
    return cut.last(call.page.limit) if call.page and 0 < len(cut.rows) <= cut.start else cut


@variant("relative-links", points.LINK, legal=by_link)
def _relative(link: str, call: Call) -> str:
    """The link of the next page is relative to that of the page."""
    return f"?{link.partition('?')[2]}"


@variant("links-in-company", points.ANSWER, legal=by_link)
def _in_company(answer: Answer, call: Call) -> Answer:
    """The link of the next page stands between others, and its relation is not the only one, nor in quotes alone."""
    own = answer.header("Link")
    if own is None:
        return answer
    target = own.partition(">")[0]
    before = '<https://mock.example/?a,b;c>; title="one; rel=\\"next\\", <two>"; rel=first'
    return with_header(answer, "Link", f'{before}, {target}>; Rel="last NEXT" , <?x>; rel=prev')


@variant("short-pages", points.CUT, legal=short_pages_open)
def _short_pages(cut: Cut, call: Call) -> Cut:
    """Pages hold fewer items than asked for before the end."""
    length = cut.stop - cut.start
    if cut.stop >= len(cut.rows) or length < 2:
        return cut
    return replace(cut, stop=cut.start + (2 * length + 2) // 3)


@variant("oldest-first", points.ROWS, legal=order_open)
def _oldest_first(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """Listings begin with the oldest."""
    return rows[::-1]


@variant("in-the-order-of-ids", points.ROWS, legal=order_open)
def _by_id(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """Listings are in the order of their ids."""
    return sorted(rows, key=lambda row: row.id)


@variant("null-cursor-at-the-end", points.DOCUMENT, legal=has_more)
def _null_cursor(document: Json, call: Call) -> Json:
    """The last page has a cursor that is null, where the faithful mock leaves it out."""
    return _with_cursor_at_end(document, call, None)


@variant("cursor-at-the-end", points.DOCUMENT, legal=has_more)
def _late_cursor(document: Json, call: Call) -> Json:
    """The last page has a cursor all the same, and says that there is no more."""
    return _with_cursor_at_end(document, call, "cur_end_of_list")


def _with_cursor_at_end(document: Json, call: Call, cursor: str | None) -> Json:
    pagination = call.mock.contract.conventions.pagination
    if pagination is None or call.page is None or call.page.has_more or call.problem is not None:
        return document
    return placed(document, pagination.response["cursor"], cursor)


def _is_zero(call: Call) -> bool:
    pagination = call.mock.contract.conventions.pagination
    return pagination is not None and call.query.get(pagination.request.get("limit", "")) == "0"


def _lenient_with_zero(strict: bool, call: Call) -> bool:
    return strict and not _is_zero(call)


@variant("an-empty-page-for-zero", points.CUT, legal=paginated, also=((points.STRICT_LIMIT, _lenient_with_zero),))
def _nothing_for_zero(cut: Cut, call: Call) -> Cut:
    """A limit of 0 gets an empty page, where the faithful mock refuses it."""
    return Cut((), 0, 0) if _is_zero(call) else cut
