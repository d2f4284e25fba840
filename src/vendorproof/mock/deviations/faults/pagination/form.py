"""Lies about where a page says what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vendorproof.contract.conventions import End
from vendorproof.contract.pointer import resolve
from vendorproof.mock.data.pages import Page
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.pagination.common import pagination
from vendorproof.mock.deviations.rewrite import edited, without
from vendorproof.mock.deviations.traits import (
    all_of,
    by_cursor,
    by_number,
    ends_by,
    tells_more,
    tells_place_of_items,
    tells_total,
)
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call

Json = Any


@fault(
    "leaves-out-the-cursor-while-there-is-more",
    at=points.PAGE,
    breaks=[Break("pagination.envelope", "cursor-missing", {"part": "cursor"})],
    applies=all_of(by_cursor, ends_by(End.HAS_MORE_FALSE)),
)
def _no_cursor(page: Page, call: Call) -> Page:
    """A page that another one follows does not say how to get there."""
    return replace(page, cursor=None)


@fault(
    "writes-cursors-as-numbers",
    at=points.DOCUMENT,
    breaks=[
        Break(
            "pagination.envelope",
            "cursor-missing",
            {"part": "cursor"},
            when=ends_by(End.NULL_CURSOR, End.HAS_MORE_FALSE),
        ),
        Break(
            "pagination.envelope",
            "cursor-not-a-string",
            {"part": "cursor"},
            when=ends_by(End.ABSENT_CURSOR, End.SHORT_PAGE),
        ),
        Break("pagination.end_signal", "end-not-signalled", certain=False),
    ],
    applies=by_cursor,
)
def _numeric_cursor(document: Json, call: Call) -> Json:
    """Cursors are numbers."""
    return edited(document, pagination(call).response["cursor"], lambda cursor: cursor if cursor is None else 4711)


_NO_NULL = [
    Break("pagination.envelope", "cursor-missing", {"part": "cursor"}),
    Break("pagination.end_signal", "end-not-signalled"),
]
"""What a last page breaks whose cursor is not the null that the documentation promises."""


@fault("leaves-the-cursor-out-at-the-end", at=points.DOCUMENT, breaks=_NO_NULL, applies=ends_by(End.NULL_CURSOR))
def _no_cursor_at_end(document: Json, call: Call) -> Json:
    """The last page has no cursor where it should have a null."""
    more = call.page is not None and call.page.has_more
    return document if more else without(document, pagination(call).response["cursor"])


@fault("writes-an-empty-cursor-at-the-end", at=points.DOCUMENT, breaks=_NO_NULL, applies=ends_by(End.NULL_CURSOR))
def _empty_cursor_at_end(document: Json, call: Call) -> Json:
    """The last page has an empty cursor where it should have a null."""
    return edited(document, pagination(call).response["cursor"], lambda cursor: "" if cursor is None else cursor)


_NO_MORE = [
    Break("pagination.envelope", "has-more-missing", {"part": "hasMore"}),
    Break("pagination.end_signal", "end-not-signalled", when=by_number),
]


@fault(
    "drops-the-end-signal",
    at=points.DOCUMENT,
    breaks=_NO_MORE,
    applies=tells_more,
)
def _no_has_more(document: Json, call: Call) -> Json:
    """Pages do not say whether there is more."""
    return without(document, pagination(call).response["hasMore"])


@fault(
    "writes-the-end-signal-as-text",
    at=points.DOCUMENT,
    breaks=_NO_MORE,
    applies=tells_more,
)
def _has_more_text(document: Json, call: Call) -> Json:
    """Pages say in a string whether there is more."""
    return edited(document, pagination(call).response["hasMore"], lambda more: str(more).lower())


@fault(
    "writes-the-total-as-text",
    at=points.DOCUMENT,
    breaks=[Break("pagination.envelope", "total-wrong", {"part": "total"})],
    applies=tells_total,
)
def _total_text(document: Json, call: Call) -> Json:
    """Pages say in a string how many items there are in all."""
    return edited(document, pagination(call).response["total"], str)


@fault(
    "totals-the-page-alone",
    at=points.DOCUMENT,
    breaks=[Break("pagination.envelope", "total-wrong", {"part": "total"})],
    applies=tells_total,
)
def _total_of_page(document: Json, call: Call) -> Json:
    """Pages call the number of their items but one the total."""
    shown = len(call.page.items) if call.page else 0
    return edited(document, pagination(call).response["total"], lambda total: max(shown - 1, 0))


@fault(
    "puts-items-elsewhere",
    at=points.DOCUMENT,
    breaks=[Break("pagination.envelope", "items-missing", {"part": "items"})],
    applies=tells_place_of_items,
    on=["paginated"],
    spread="one",
)
def _items_elsewhere(document: Json, call: Call) -> Json:
    """One listing has its items under another name."""
    pointer = pagination(call).response["items"]
    kept = without(document, pointer) if pointer else {}
    return {**kept, "results": resolve(document, pointer)}
