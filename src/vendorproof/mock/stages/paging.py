"""Cuts listings into pages: cursors, offsets, page numbers, and limits beyond the maximum."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from vendorproof.contract.conventions import Pagination, Style
from vendorproof.mock.data.names import digest
from vendorproof.mock.data.pages import Asked, Cut
from vendorproof.mock.data.store import Row
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Refused, refuse

_FALLBACK = 20
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def asked(call: Call, pagination: Pagination) -> Asked:
    """Reads the documented query parameters; Refused (400) for those that can't be read."""
    names, query = pagination.request, call.query
    limit = _limit(call, pagination)
    match pagination.style:
        case Style.CURSOR | Style.LINK_HEADER | Style.LINK_BODY:
            return Asked(limit, cursor=query.get(cursor_parameter(pagination)))
        case Style.OFFSET:
            return Asked(limit, offset=_number(query.get(names["offset"]), names["offset"], 0, least=0))
        case Style.PAGE:
            first = pagination.first_page or 0
            number = _number(query.get(names["page"]), names["page"], first, least=first)
            return Asked(limit, pages=number - first)
        case _:
            return Asked(limit)


def cursor_parameter(pagination: Pagination) -> str:
    """The parameter that takes the cursor; the one in a link need not be documented."""
    return pagination.request.get("cursor", "cursor")


def link_of(call: Call, cursor: str, pagination: Pagination) -> str:
    """The URL of the page that a cursor leads to, in the listing as it was asked for."""
    documented = call.operation.parameters if call.operation else ()
    names = {parameter.name for parameter in documented if parameter.location == "query"}
    kept = {name: value for name, value in call.query.items() if name in names}
    query = urlencode({**kept, cursor_parameter(pagination): cursor})
    return f"{call.scheme}://{call.header('host')}{call.raw_path}?{query}"


def _limit(call: Call, pagination: Pagination) -> int:
    name = pagination.request.get("limit", "")
    default = pagination.default_page_size or _FALLBACK
    try:
        limit = _number(call.query.get(name), name, default, least=1)
    except Refused:
        if call.mock.through(points.STRICT_LIMIT, True, call):
            raise
        return default
    maximum = pagination.max_page_size
    if maximum is None or limit <= maximum:
        return limit
    if call.mock.through(points.OVER_MAXIMUM, pagination.over_maximum, call) == "reject":
        raise _invalid(name, f"{name} must be at most {maximum}.")
    return maximum


def _number(text: str | None, name: str, default: int, *, least: int) -> int:
    if text is None:
        return default
    number = int(text) if _WHOLE.fullmatch(text) else None
    if number is None or number < least:
        raise _invalid(name, f"{name} must be a whole number from {least}, not {text!r}.")
    return number


def _invalid(name: str, message: str) -> Refused:
    return refuse(400, "validation_error", message, details={"field": name, "errors": [message]})


def locate(rows: Sequence[Row], wanted: Asked, listing: str) -> Cut:
    """The page's place in the listing; Refused (400) for a cursor that this listing never gave."""
    start = wanted.offset + wanted.pages * wanted.limit
    if wanted.cursor is not None:
        order, last = read_cursor(wanted.cursor, listing)
        start = next((place + 1 for place, row in enumerate(rows) if row.id == last), -1)
        if start < 0:
            # The row behind the cursor is gone: go on where it stood.
            falling = bool(rows) and rows[0].order > rows[-1].order
            behind = (place for place, row in enumerate(rows) if (row.order < order) is falling)
            start = next(behind, len(rows))
    start = min(start, len(rows))
    return Cut(rows, start, min(start + wanted.limit, len(rows)))


def listing_key(call: Call) -> str:
    """What a cursor is good for: one listing of one tenant."""
    return f"{call.tenant}{call.path}"


def cursor_after(row: Row, listing: str) -> str:
    """The cursor of the page that begins behind a row."""
    seal = digest(listing, row.id).hex()[:6]
    written = json.dumps([row.order, row.id, seal], separators=(",", ":")).encode()
    return "cur_" + base64.urlsafe_b64encode(written).decode().rstrip("=")


def read_cursor(cursor: str, listing: str) -> tuple[int, str]:
    """The order and id that a cursor stands for; Refused (400) where the mock never wrote it for this listing."""
    try:
        raw = cursor.removeprefix("cur_")
        order, last, seal = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
        genuine = cursor.startswith("cur_") and seal == digest(listing, last).hex()[:6]
    except (ValueError, TypeError, binascii.Error):
        genuine = False
    if not genuine:
        raise _unknown_cursor(cursor)
    return int(order), str(last)


def _unknown_cursor(cursor: str) -> Refused:
    message = f"The cursor {cursor[:40]!r} is not one of this listing."
    return refuse(400, "invalid_cursor", message, details={"errors": [message]})
