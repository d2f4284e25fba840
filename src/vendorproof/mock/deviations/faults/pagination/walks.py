"""Lies about what the pages of a walk add up to: items, order, cursors and the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vendorproof.contract.model import Contract
from vendorproof.mock.data.pages import Asked, Cut, Page
from vendorproof.mock.data.store import Row
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.pagination.common import limit_of, limit_sent, pagination
from vendorproof.mock.deviations.traits import any_of, by_cursor, by_link, by_number, led_on, paginated, tells_the_end
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Refused, refuse
from vendorproof.mock.stages.paging import cursor_after, cursor_parameter, listing_key, read_cursor

_MISSING = Break("pagination.nothing_missing", "item-missing")

_TWICE = Break("pagination.nothing_twice", "item-twice")

_OTHERWISE = [
    Break("pagination.offset_skips", "skips-otherwise", certain=False),
    Break("pagination.page_numbers", "skips-otherwise", certain=False),
    replace(_TWICE, certain=False),
    replace(_MISSING, certain=False),
    Break("pagination.has_more_truthful", "end-announced-early", certain=False),
]

_ENDLESS = Break("pagination.end_signal", "never-ends")


# By an offset, whoever counts what came asks for a dropped item once more.
@fault("drops-the-last-item-of-a-page", at=points.PAGE, breaks=[_MISSING], applies=any_of(led_on, by_number))
def _drops_last(page: Page, call: Call) -> Page:
    """A page that another one follows lacks its last item."""
    return replace(page, items=page.items[:-1]) if page.has_more else page


@fault(
    "drops-an-item-at-one-page-boundary",
    at=points.PAGE,
    breaks=[
        _MISSING,
        replace(_TWICE, certain=False),
        Break("pagination.page_numbers", "skips-otherwise", certain=False),
    ],
    applies=paginated,
    page=2,
)
def _drops_once(page: Page, call: Call) -> Page:
    """The second page lacks its first item."""
    return replace(page, items=page.items[1:])


@fault("skips-an-item-behind-each-page", at=points.CUT, breaks=[_MISSING, *_OTHERWISE], applies=paginated)
def _skips(cut: Cut, call: Call) -> Cut:
    """Each page but the first begins one item too late."""
    return cut.moved(cut.start + 1, limit_of(call)) if 0 < cut.start < len(cut.rows) - 1 else cut


@fault("repeats-the-last-item-on-the-next-page", at=points.CUT, breaks=[_TWICE, *_OTHERWISE], applies=paginated)
def _overlaps(cut: Cut, call: Call) -> Cut:
    """Each page begins with the last item of the page before."""
    limit = limit_of(call)
    return cut.moved(cut.start - 1, limit) if cut.start and limit > 1 else cut


@fault("skips-items-made-at-the-same-time", at=points.CUT, breaks=[_MISSING, *_OTHERWISE], applies=paginated)
def _skips_ties(cut: Cut, call: Call) -> Cut:
    """A page begins behind everything made at the moment of the last item before it."""
    start = cut.start
    while 0 < start < len(cut.rows) and cut.rows[start].created == cut.rows[cut.start - 1].created:
        start += 1
    return cut.moved(start, limit_of(call)) if start < len(cut.rows) else cut


@fault("repeats-items-made-at-the-same-time", at=points.CUT, breaks=[_TWICE, *_OTHERWISE], applies=paginated)
def _repeats_ties(cut: Cut, call: Call) -> Cut:
    """A page begins with everything made at the moment of the last item before it."""
    start, limit = cut.start, limit_of(call)
    while 0 < start < len(cut.rows) and cut.rows[start].created == cut.rows[start - 1].created:
        start -= 1
    return cut.moved(start, limit) if cut.start - start < limit else cut


def _behind(page: Page, call: Call) -> str | None:
    """The cursor behind the last item of a page."""
    sent = call.query.get(cursor_parameter(pagination(call)))
    if not page.items or call.operation is None or call.operation.resource is None:
        return sent
    resource = call.mock.contract.conventions.resources[call.operation.resource]
    own = str(page.items[-1][resource.id.removeprefix("/")])
    row = call.mock.store.find(call.tenant, resource.name, own)
    return cursor_after(row, listing_key(call)) if row else sent


@fault(
    "always-announces-more",
    at=points.PAGE,
    breaks=[
        _ENDLESS,
        Break("pagination.has_more_truthful", "more-announced-falsely"),
        Break("pagination.max_page_size", "maximum-lower", certain=False),
    ],
    applies=tells_the_end,
)
def _always_more(page: Page, call: Call) -> Page:
    """The last page is followed by empty ones without end."""
    return page if page.has_more else replace(page, has_more=True, cursor=_behind(page, call))


@fault(
    "announces-more-after-a-full-last-page",
    at=points.PAGE,
    breaks=[Break("pagination.has_more_truthful", "more-announced-falsely")],
    applies=tells_the_end,
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
    applies=tells_the_end,
)
def _early_end(page: Page, call: Call) -> Page:
    """The second page says that it is the last one."""
    return replace(page, has_more=False, cursor=None) if page.number >= 2 else page


@fault(
    "ignores-the-cursor",
    at=points.ASKED,
    breaks=[
        Break("pagination.cursor_continues", "same-page-again"),
        _TWICE,
        _ENDLESS,
        Break("pagination.garbage_cursor", "first-page"),
    ],
    applies=led_on,
)
def _ignores_cursor(asked: Asked, call: Call) -> Asked:
    """Every cursor or link leads to the first page."""
    return replace(asked, cursor=None)


@fault(
    "refuses-its-own-cursors",
    at=points.ASKED,
    breaks=[
        Break("pagination.cursor_continues", "cursor-refused", when=by_cursor),
        Break("pagination.cursor_continues", "link-refused", when=by_link),
    ],
    applies=led_on,
    on=["lists"],
    spread="one",
)
def _refuses_cursor(asked: Asked, call: Call) -> Asked:
    """One listing refuses the cursors or links that it gave."""
    if asked.cursor is not None:
        raise refuse(400, "invalid_cursor", "The cursor is not one of this listing.")
    return asked


@fault(
    "takes-made-up-cursors-for-the-first-page",
    at=points.ASKED,
    breaks=[Break("pagination.garbage_cursor", "first-page")],
    applies=by_cursor,
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


def _ordered(contract: Contract) -> bool:
    return any(requirement.check == "pagination.same_order" for requirement in contract.requirements)


@fault(
    "orders-by-the-limit", at=points.ROWS, breaks=[Break("pagination.same_order", "order-differs")], applies=_ordered
)
def _order_by_limit(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """Only the largest pages show the listing in its order."""
    limit = limit_sent(call)
    return rows if limit is None or limit >= (pagination(call).max_page_size or limit) else rows[::-1]


@fault("shows-the-other-end-first", at=points.ROWS, breaks=[Break("pagination.order", "other-order")])
def _other_end_first(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """Listings are the other way round."""
    return rows[::-1]
