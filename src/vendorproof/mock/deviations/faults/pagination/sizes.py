"""Lies about how much a page holds."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.mock.data.pages import Asked, Cut
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.pagination.common import limit_sent, pagination
from vendorproof.mock.deviations.traits import (
    by_number,
    clamps,
    knows_default,
    knows_maximum,
    not_,
    paginated,
    rejects,
    tells_the_end,
)
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import refuse

# Where nothing tells the end, a page that is shorter than asked for may be taken for the last one.
_SHORT = Break("pagination.nothing_missing", "item-missing", when=not_(tells_the_end), certain=False)


@fault(
    "ignores-the-limit",
    at=points.ASKED,
    breaks=[
        Break("pagination.limit_honoured", "limit-exceeded"),
        Break("pagination.max_page_size", "maximum-lower"),
        Break("pagination.page_numbers", "skips-otherwise"),
        _SHORT,
    ],
    applies=knows_default,
)
def _ignores_limit(asked: Asked, call: Call) -> Asked:
    """Every page has the default size."""
    return replace(asked, limit=pagination(call).default_page_size or asked.limit)


@fault(
    "puts-one-item-too-many-on-a-page",
    at=points.CUT,
    breaks=[
        Break("pagination.limit_honoured", "limit-exceeded"),
        Break("pagination.default_page_size", "default-differs"),
        Break("pagination.over_maximum", "maximum-exceeded", when=not_(rejects)),
        Break("pagination.nothing_twice", "item-twice", when=by_number),
    ],
    applies=paginated,
)
def _one_too_many(cut: Cut, call: Call) -> Cut:
    """Each page holds one item more than its limit."""
    return replace(cut, stop=min(cut.stop + 1, len(cut.rows)))


@fault(
    "has-a-smaller-default-size",
    at=points.ASKED,
    breaks=[Break("pagination.default_page_size", "default-differs")],
    applies=knows_default,
)
def _smaller_default(asked: Asked, call: Call) -> Asked:
    """Without a limit a page holds a fifth less than documented."""
    return asked if limit_sent(call) else replace(asked, limit=max(asked.limit * 4 // 5, 1))


@fault(
    "has-a-larger-default-size",
    at=points.ASKED,
    breaks=[Break("pagination.default_page_size", "default-differs")],
    applies=knows_default,
)
def _larger_default(asked: Asked, call: Call) -> Asked:
    """Without a limit a page holds twice as much as documented."""
    return asked if limit_sent(call) else replace(asked, limit=asked.limit * 2)


@fault(
    "caps-pages-at-half-the-maximum",
    at=points.ASKED,
    breaks=[Break("pagination.max_page_size", "maximum-lower"), _SHORT],
    applies=knows_maximum,
)
def _half_maximum(asked: Asked, call: Call) -> Asked:
    """No page holds more than half the documented maximum."""
    return replace(asked, limit=min(asked.limit, (pagination(call).max_page_size or asked.limit) // 2))


@fault(
    "refuses-the-maximum",
    at=points.ASKED,
    breaks=[Break("pagination.max_page_size", "maximum-refused")],
    applies=knows_maximum,
)
def _refuses_maximum(asked: Asked, call: Call) -> Asked:
    """The documented maximum is refused as too large."""
    if limit_sent(call) == pagination(call).max_page_size:
        raise refuse(400, "validation_error", "The limit is too large.", details={"field": "limit"})
    return asked


def _clamped(choice: str | None, call: Call) -> str | None:
    return "clamp"


@fault(
    "exceeds-the-maximum",
    at=points.ASKED,
    breaks=[Break("pagination.over_maximum", "maximum-exceeded")],
    applies=knows_maximum,
    also=[(points.OVER_MAXIMUM, _clamped)],
)
def _no_maximum(asked: Asked, call: Call) -> Asked:
    """A page holds as many items as are asked for, however many."""
    return replace(asked, limit=max(asked.limit, limit_sent(call) or 0))


@fault(
    "cuts-a-page-that-is-too-large",
    at=points.OVER_MAXIMUM,
    breaks=[Break("pagination.over_maximum", "clamped")],
    applies=rejects,
)
def _cuts_to_maximum(choice: str | None, call: Call) -> str | None:
    """A page larger than the maximum is cut to it where it should be refused."""
    return "clamp"


@fault(
    "refuses-a-page-that-is-too-large",
    at=points.OVER_MAXIMUM,
    breaks=[Break("pagination.over_maximum", "rejected")],
    applies=clamps,
)
def _refuses_beyond(choice: str | None, call: Call) -> str | None:
    """A page larger than the maximum is refused where it should be cut to it."""
    return "reject"
