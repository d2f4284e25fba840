"""Lies about the link of the next page."""

from __future__ import annotations

from typing import Any

from vendorproof.contract.conventions import End
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.pagination.common import pagination
from vendorproof.mock.deviations.rewrite import edited, without
from vendorproof.mock.deviations.traits import all_of, by_link, ends_by, tells_link
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.stages.render import placed

Json = Any

_MISSING = Break("pagination.envelope", "link-missing", {"part": "next"})
_NOT_SIGNALLED = Break("pagination.end_signal", "end-not-signalled")


@fault(
    "links-a-page-to-itself",
    at=points.LINK,
    breaks=[
        Break("pagination.cursor_continues", "same-page-again"),
        Break("pagination.nothing_twice", "item-twice"),
        Break("pagination.end_signal", "never-ends"),
    ],
    applies=by_link,
)
def _to_itself(link: str, call: Call) -> str:
    """The link of the next page is that of the page which holds it."""
    query = f"?{call.query_string}" if call.query_string else ""
    return f"{link.partition('?')[0]}{query}"


@fault(
    "writes-links-as-objects",
    at=points.DOCUMENT,
    breaks=[
        Break("pagination.envelope", "link-missing", {"part": "next"}, when=ends_by(End.NULL_LINK)),
        Break("pagination.envelope", "link-not-a-string", {"part": "next"}, when=ends_by(End.ABSENT_LINK)),
        _NOT_SIGNALLED,
        Break("pagination.nothing_missing", "item-missing", certain=False),
        Break("pagination.has_more_truthful", "end-announced-early", certain=False),
    ],
    applies=tells_link,
)
def _objects(document: Json, call: Call) -> Json:
    """A link stands in an object of its own."""
    return edited(document, pagination(call).response["next"], lambda link: link and {"href": link})


@fault(
    "leaves-the-link-out-at-the-end",
    at=points.DOCUMENT,
    breaks=[_MISSING, _NOT_SIGNALLED],
    applies=ends_by(End.NULL_LINK),
)
def _no_link_at_end(document: Json, call: Call) -> Json:
    """The last page has no link where it should have a null."""
    more = call.page is not None and call.page.has_more
    return document if more else without(document, pagination(call).response["next"])


@fault(
    "writes-a-null-link-at-the-end",
    at=points.DOCUMENT,
    breaks=[_NOT_SIGNALLED],
    applies=all_of(tells_link, ends_by(End.ABSENT_LINK)),
)
def _null_link_at_end(document: Json, call: Call) -> Json:
    """The last page has a null where it should have no link."""
    more = call.page is None or call.page.has_more
    return document if more else placed(document, pagination(call).response["next"], None)
