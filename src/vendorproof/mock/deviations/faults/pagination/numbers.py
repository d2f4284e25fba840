"""Lies about where the number of a page leads."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.mock.data.pages import Asked, Cut
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.pagination.common import limit_of, pagination
from vendorproof.mock.deviations.traits import by_number
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call

_SKIPS = Break("pagination.page_numbers", "skips-otherwise")
_ELSEWHERE = Break("pagination.default_page", "starts-elsewhere")
_PAST = Break("pagination.past_the_end", "items-past-the-end")
_TWICE = Break("pagination.nothing_twice", "item-twice")
_MISSING = Break("pagination.nothing_missing", "item-missing")
_EMPTY = Break("pagination.has_more_truthful", "more-announced-falsely")


def _perhaps(*breaks: Break) -> list[Break]:
    return [replace(broken, certain=False) for broken in breaks]


_FROM_ANOTHER = [_SKIPS, *_perhaps(_ELSEWHERE, _TWICE, _MISSING, _EMPTY)]
_LATE = [_ELSEWHERE, *_perhaps(_SKIPS, _TWICE, _MISSING)]


def _numbered(call: Call) -> bool:
    return pagination(call).request["page"] in call.query


@fault(
    "ignores-the-page-number", at=points.ASKED, breaks=[_SKIPS, _TWICE, _PAST, *_perhaps(_MISSING)], applies=by_number
)
def _ignores_number(asked: Asked, call: Call) -> Asked:
    """Every page is the first one."""
    return replace(asked, pages=0)


@fault("counts-pages-from-another-number", at=points.ASKED, breaks=_FROM_ANOTHER, applies=by_number)
def _from_another(asked: Asked, call: Call) -> Asked:
    """Pages are counted from 0 where 1 is documented, and from 1 where 0 is."""
    shift = 1 if pagination(call).first_page else -1
    return replace(asked, pages=max(asked.pages + shift, 0)) if _numbered(call) else asked


@fault("starts-on-the-second-page", at=points.ASKED, breaks=_LATE, applies=by_number)
def _starts_late(asked: Asked, call: Call) -> Asked:
    """Without a number the second page is shown."""
    return asked if _numbered(call) else replace(asked, pages=1)


@fault("skips-a-page", at=points.ASKED, breaks=[_MISSING, *_perhaps(_EMPTY)], applies=by_number)
def _skips_page(asked: Asked, call: Call) -> Asked:
    """From the third on, each number shows the page behind the one that it names."""
    return replace(asked, pages=asked.pages + 1) if asked.pages > 1 else asked


@fault("repeats-a-page", at=points.ASKED, breaks=[_TWICE], applies=by_number)
def _repeats_page(asked: Asked, call: Call) -> Asked:
    """From the third on, each number shows the page before the one that it names."""
    return replace(asked, pages=asked.pages - 1) if asked.pages > 1 else asked


@fault("shows-the-last-page-past-the-end", at=points.CUT, breaks=[_PAST, *_perhaps(_TWICE)], applies=by_number)
def _last_for_ever(cut: Cut, call: Call) -> Cut:
    """A number past the end shows the last page."""
    return cut.last(limit_of(call)) if 0 < len(cut.rows) <= cut.start else cut
