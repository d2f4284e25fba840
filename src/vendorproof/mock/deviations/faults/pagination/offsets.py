"""Lies about where an offset leads."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.mock.data.pages import Asked, Cut
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.pagination.common import limit_of, pagination
from vendorproof.mock.deviations.traits import any_of, by_number, by_offset
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import refuse

_FAR = 100_000
"""An offset or a number that no walk comes to."""

_SKIPS = Break("pagination.offset_skips", "skips-otherwise")
_WALKS = [
    Break("pagination.nothing_twice", "item-twice", certain=False),
    Break("pagination.nothing_missing", "item-missing", certain=False),
]


@fault(
    "ignores-the-offset",
    at=points.ASKED,
    breaks=[
        _SKIPS,
        *_WALKS,
        Break("pagination.past_the_end", "items-past-the-end"),
    ],
    applies=by_offset,
)
def _ignores_offset(asked: Asked, call: Call) -> Asked:
    """Every page is the first one."""
    return replace(asked, offset=0)


@fault(
    "counts-offsets-from-one",
    at=points.ASKED,
    breaks=[_SKIPS, *_WALKS],
    applies=by_offset,
)
def _offset_from_one(asked: Asked, call: Call) -> Asked:
    """An offset skips one item less than it says."""
    return replace(asked, offset=max(asked.offset - 1, 0))


@fault("ignores-an-offset-without-a-limit", at=points.ASKED, breaks=[_SKIPS], applies=by_offset)
def _needs_limit(asked: Asked, call: Call) -> Asked:
    """An offset that comes without a limit is not looked at."""
    return asked if pagination(call).request["limit"] in call.query else replace(asked, offset=0)


@fault(
    "starts-behind-the-beginning",
    at=points.ASKED,
    breaks=[
        Break("pagination.default_offset", "starts-elsewhere"),
        replace(_SKIPS, certain=False),
        *_WALKS,
        Break("lifecycle.created_is_listed", "not-listed", certain=False),
    ],
    applies=by_offset,
)
def _starts_late(asked: Asked, call: Call) -> Asked:
    """Without an offset the first item is skipped."""
    return asked if pagination(call).request["offset"] in call.query else replace(asked, offset=1)


@fault(
    "breaks-past-the-end",
    at=points.ASKED,
    breaks=[Break("pagination.past_the_end", "server-error")],
    applies=any_of(by_offset, by_number),
)
def _breaks(asked: Asked, call: Call) -> Asked:
    """An offset or a number far past the end breaks the server."""
    if asked.offset + asked.pages > _FAR:
        raise refuse(500, "internal_error", "The offset is out of range.")
    return asked


@fault(
    "starts-over-past-the-end",
    at=points.CUT,
    breaks=[Break("pagination.past_the_end", "items-past-the-end"), *_WALKS],
    applies=any_of(by_offset, by_number),
)
def _starts_over(cut: Cut, call: Call) -> Cut:
    """An offset or a number past the end shows the first page."""
    return cut.moved(0, limit_of(call)) if cut.start >= len(cut.rows) else cut
