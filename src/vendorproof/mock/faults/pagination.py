"""Lies about pages: what they hold, and what a walk over them adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vendorproof.contract.conventions import End, Pagination
from vendorproof.contract.model import Contract
from vendorproof.mock import points
from vendorproof.mock.call import Call, Refused, refuse
from vendorproof.mock.fault import Break, fault
from vendorproof.mock.faults.fits import (
    by_cursor,
    by_offset,
    ends_by,
    knows_default,
    knows_maximum,
    paginated,
    tells_more,
)
from vendorproof.mock.paging import Asked, Cut, Page, cursor_after, listing_key, read_cursor
from vendorproof.mock.rewrite import edited, without
from vendorproof.mock.store import Row

Json = Any
_MISSING = Break("pagination.nothing_missing", "item-missing")
_TWICE = Break("pagination.nothing_twice", "item-twice")
_ENDLESS = Break("pagination.end_signal", "never-ends")


def _pagination(call: Call) -> Pagination:
    pagination = call.mock.contract.conventions.pagination
    assert pagination is not None
    return pagination


def _limit_sent(call: Call) -> int | None:
    text = call.query.get(_pagination(call).request.get("limit", ""), "")
    return int(text) if text.isdigit() else None


@fault("drops-the-last-item-of-a-page", at=points.PAGE, breaks=[_MISSING], fits=paginated)
def _drops_last(page: Page, call: Call) -> Page:
    """A page that another one follows lacks its last item."""
    return replace(page, items=page.items[:-1]) if page.has_more else page


@fault("drops-an-item-at-one-page-boundary", at=points.PAGE, breaks=[_MISSING], fits=paginated, page=2)
def _drops_once(page: Page, call: Call) -> Page:
    """The second page lacks its first item."""
    return replace(page, items=page.items[1:])


@fault("repeats-the-last-item-on-the-next-page", at=points.CUT, breaks=[_TWICE], fits=paginated)
def _overlaps(cut: Cut, call: Call) -> Cut:
    """Each page begins with the last item of the page before."""
    if not cut.start or cut.stop - cut.start < 2:
        return cut
    return replace(cut, start=cut.start - 1, stop=cut.stop - 1 if cut.stop < len(cut.rows) else cut.stop)


@fault("skips-items-made-at-the-same-time", at=points.CUT, breaks=[_MISSING], fits=paginated)
def _skips_ties(cut: Cut, call: Call) -> Cut:
    """A page begins behind everything made at the moment of the last item before it."""
    start = cut.start
    while 0 < start < len(cut.rows) and cut.rows[start].created == cut.rows[cut.start - 1].created:
        start += 1
    return replace(cut, start=start, stop=min(cut.stop + start - cut.start, len(cut.rows)))


@fault("repeats-items-made-at-the-same-time", at=points.CUT, breaks=[_TWICE], fits=paginated)
def _repeats_ties(cut: Cut, call: Call) -> Cut:
    """A page begins with everything made at the moment of the last item before it."""
    start, length = cut.start, cut.stop - cut.start
    while 0 < start < len(cut.rows) and cut.rows[start].created == cut.rows[start - 1].created:
        start -= 1
    if cut.start - start >= length:
        return cut
    return replace(cut, start=start, stop=cut.stop if cut.stop == len(cut.rows) else start + length)


@fault(
    "ignores-the-limit",
    at=points.ASKED,
    breaks=[Break("pagination.limit_honoured", "limit-exceeded"), Break("pagination.max_page_size", "maximum-lower")],
    fits=knows_default,
)
def _ignores_limit(asked: Asked, call: Call) -> Asked:
    """Every page has the default size."""
    return replace(asked, limit=_pagination(call).default_page_size or asked.limit)


@fault(
    "puts-one-item-too-many-on-a-page",
    at=points.CUT,
    breaks=[
        Break("pagination.limit_honoured", "limit-exceeded"),
        Break("pagination.default_page_size", "default-differs"),
        Break("pagination.over_maximum", "maximum-exceeded"),
    ],
    fits=paginated,
)
def _one_too_many(cut: Cut, call: Call) -> Cut:
    """Each page holds one item more than its limit."""
    return replace(cut, stop=min(cut.stop + 1, len(cut.rows)))


@fault(
    "has-a-smaller-default-size",
    at=points.ASKED,
    breaks=[Break("pagination.default_page_size", "default-differs")],
    fits=knows_default,
)
def _smaller_default(asked: Asked, call: Call) -> Asked:
    """Without a limit a page holds a fifth less than documented."""
    return asked if _limit_sent(call) else replace(asked, limit=max(asked.limit * 4 // 5, 1))


@fault(
    "has-a-larger-default-size",
    at=points.ASKED,
    breaks=[Break("pagination.default_page_size", "default-differs")],
    fits=knows_default,
)
def _larger_default(asked: Asked, call: Call) -> Asked:
    """Without a limit a page holds twice as much as documented."""
    return asked if _limit_sent(call) else replace(asked, limit=asked.limit * 2)


@fault(
    "caps-pages-at-half-the-maximum",
    at=points.ASKED,
    breaks=[Break("pagination.max_page_size", "maximum-lower")],
    fits=knows_maximum,
)
def _half_maximum(asked: Asked, call: Call) -> Asked:
    """No page holds more than half the documented maximum."""
    return replace(asked, limit=min(asked.limit, (_pagination(call).max_page_size or asked.limit) // 2))


@fault(
    "refuses-the-maximum",
    at=points.ASKED,
    breaks=[Break("pagination.max_page_size", "maximum-refused")],
    fits=knows_maximum,
)
def _refuses_maximum(asked: Asked, call: Call) -> Asked:
    """The documented maximum is refused as too large."""
    if _limit_sent(call) == _pagination(call).max_page_size:
        raise refuse(400, "validation_error", "The limit is too large.")
    return asked


@fault(
    "exceeds-the-maximum",
    at=points.ASKED,
    breaks=[Break("pagination.over_maximum", "maximum-exceeded")],
    fits=knows_maximum,
)
def _no_maximum(asked: Asked, call: Call) -> Asked:
    """A page holds as many items as are asked for, however many."""
    return replace(asked, limit=max(asked.limit, _limit_sent(call) or 0))


@fault(
    "always-announces-more",
    at=points.PAGE,
    breaks=[_ENDLESS, Break("pagination.has_more_truthful", "more-announced-falsely")],
    fits=by_cursor,
)
def _always_more(page: Page, call: Call) -> Page:
    """The last page is followed by empty ones without end."""
    return page if page.has_more else replace(page, has_more=True, cursor=_behind(page, call))


def _behind(page: Page, call: Call) -> str | None:
    """The cursor behind the last item of a page."""
    sent = call.query.get(_pagination(call).request["cursor"])
    if not page.items or call.operation is None or call.operation.resource is None:
        return sent
    resource = call.mock.contract.conventions.resources[call.operation.resource]
    own = str(page.items[-1][resource.id.removeprefix("/")])
    row = call.mock.store.find(call.tenant, resource.name, own)
    return cursor_after(row, listing_key(call)) if row else sent


@fault(
    "announces-more-after-a-full-last-page",
    at=points.PAGE,
    breaks=[Break("pagination.has_more_truthful", "more-announced-falsely")],
    fits=by_cursor,
)
def _more_after_full(page: Page, call: Call) -> Page:
    """A last page that is full is followed by an empty one."""
    if page.has_more or len(page.items) < page.limit:
        return page
    return replace(page, has_more=True, cursor=_behind(page, call))


@fault(
    "announces-the-end-after-two-pages",
    at=points.PAGE,
    breaks=[_MISSING, Break("pagination.has_more_truthful", "end-announced-early")],
    fits=ends_by(End.HAS_MORE_FALSE, End.NULL_CURSOR, End.ABSENT_CURSOR),
)
def _early_end(page: Page, call: Call) -> Page:
    """The second page says that it is the last one."""
    return replace(page, has_more=False, cursor=None) if page.number >= 2 else page


@fault(
    "ignores-the-cursor",
    at=points.ASKED,
    breaks=[Break("pagination.cursor_continues", "same-page-again"), _TWICE, _ENDLESS],
    fits=by_cursor,
)
def _ignores_cursor(asked: Asked, call: Call) -> Asked:
    """Every cursor leads to the first page."""
    return replace(asked, cursor=None)


@fault(
    "refuses-its-own-cursors",
    at=points.ASKED,
    breaks=[Break("pagination.cursor_continues", "cursor-refused")],
    fits=by_cursor,
    on=["lists"],
    spread="one",
)
def _refuses_cursor(asked: Asked, call: Call) -> Asked:
    """One listing refuses the cursors that it gave."""
    if asked.cursor is not None:
        raise refuse(400, "invalid_cursor", "The cursor is not one of this listing.")
    return asked


@fault(
    "takes-made-up-cursors-for-the-first-page",
    at=points.ASKED,
    breaks=[Break("pagination.garbage_cursor", "first-page")],
    fits=by_cursor,
)
def _garbage_is_first(asked: Asked, call: Call) -> Asked:
    """A cursor that was never given leads to the first page."""
    if asked.cursor is None:
        return asked
    try:
        read_cursor(asked.cursor, listing_key(call))
    except Refused:
        return replace(asked, cursor=None)
    return asked


@fault(
    "leaves-out-the-cursor-while-there-is-more",
    at=points.PAGE,
    breaks=[Break("pagination.envelope", "cursor-missing", {"part": "cursor"})],
    fits=ends_by(End.HAS_MORE_FALSE),
)
def _no_cursor(page: Page, call: Call) -> Page:
    """A page that another one follows does not say how to get there."""
    return replace(page, cursor=None)


@fault(
    "drops-the-end-signal",
    at=points.DOCUMENT,
    breaks=[Break("pagination.envelope", "has-more-missing", {"part": "hasMore"})],
    fits=tells_more,
)
def _no_has_more(document: Json, call: Call) -> Json:
    """Pages do not say whether there is more."""
    return without(document, _pagination(call).response["hasMore"])


@fault(
    "writes-the-end-signal-as-text",
    at=points.DOCUMENT,
    breaks=[Break("pagination.envelope", "has-more-missing", {"part": "hasMore"})],
    fits=tells_more,
)
def _has_more_text(document: Json, call: Call) -> Json:
    """Pages say in a string whether there is more."""
    return edited(document, _pagination(call).response["hasMore"], lambda more: str(more).lower())


@fault(
    "puts-items-elsewhere",
    at=points.DOCUMENT,
    breaks=[Break("pagination.envelope", "items-missing", {"part": "items"})],
    fits=tells_more,
    on=["paginated"],
    spread="one",
)
def _items_elsewhere(document: Json, call: Call) -> Json:
    """One listing has its items under another name."""
    items = document.get("data", document) if isinstance(document, dict) else document
    kept = without(document, "/data") if isinstance(document, dict) else {}
    return {**kept, "results": items}


def _ordered(contract: Contract) -> bool:
    return any(requirement.check == "pagination.same_order" for requirement in contract.requirements)


@fault("orders-by-the-limit", at=points.ROWS, breaks=[Break("pagination.same_order", "order-differs")], fits=_ordered)
def _order_by_limit(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """Small pages show the listing backwards."""
    limit = _limit_sent(call)
    return rows[::-1] if limit is not None and limit < (_pagination(call).default_page_size or 20) else rows


@fault(
    "shows-the-oldest-first",
    at=points.ROWS,
    breaks=[Break("pagination.newest_first", "not-newest-first")],
)
def _oldest_first(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """Listings begin with the oldest."""
    return rows[::-1]


@fault(
    "ignores-the-offset", at=points.ASKED, breaks=[Break("pagination.offset_skips", "skips-otherwise")], fits=by_offset
)
def _ignores_offset(asked: Asked, call: Call) -> Asked:
    """Every page is the first one."""
    return replace(asked, offset=0)


@fault(
    "counts-offsets-from-one",
    at=points.ASKED,
    breaks=[Break("pagination.offset_skips", "skips-otherwise")],
    fits=by_offset,
)
def _offset_from_one(asked: Asked, call: Call) -> Asked:
    """An offset skips one item less than it says."""
    return replace(asked, offset=max(asked.offset - 1, 0))


@fault(
    "starts-behind-the-beginning",
    at=points.ASKED,
    breaks=[Break("pagination.default_offset", "starts-elsewhere")],
    fits=by_offset,
)
def _starts_late(asked: Asked, call: Call) -> Asked:
    """Without an offset the first item is skipped."""
    return asked if _pagination(call).request["offset"] in call.query else replace(asked, offset=1)


@fault(
    "starts-over-past-the-end",
    at=points.CUT,
    breaks=[Break("pagination.past_the_end", "items-past-the-end")],
    fits=by_offset,
)
def _starts_over(cut: Cut, call: Call) -> Cut:
    """An offset past the end shows the first page."""
    limit = call.page.limit if call.page else 1
    return replace(cut, start=0, stop=min(limit, len(cut.rows))) if cut.start >= len(cut.rows) else cut
