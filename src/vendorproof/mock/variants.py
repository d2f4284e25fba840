"""Legal ways to be different: what the documentation leaves open, a suite must not mind.

Each variant keeps every promise of the contracts that it is legal for; a check that fails under one demands more than
the page does.
"""

from __future__ import annotations

import base64
import binascii
import gzip
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vendorproof.contract.conventions import End
from vendorproof.contract.model import Contract, Kind
from vendorproof.exchange.pointer import MISSING, resolve
from vendorproof.mock import points
from vendorproof.mock.call import Answer, Call, Nothing, One, Result
from vendorproof.mock.names import digest
from vendorproof.mock.paging import Cut
from vendorproof.mock.rate import Charge
from vendorproof.mock.render import placed
from vendorproof.mock.rewrite import edited, reordered, stamps, with_header
from vendorproof.mock.store import Row
from vendorproof.mock.variant import variant

Json = Any
_EXTRA = {"note": "fake extra field", "nested": {"text": "Grüße aus Köln 👋", "numbers": [1, 2.5]}}
_MANY = 350


def _paginated(contract: Contract) -> bool:
    return contract.conventions.pagination is not None


def _cursors(contract: Contract) -> bool:
    pagination = contract.conventions.pagination
    return pagination is not None and "cursor" in pagination.request


def _free_maximum(contract: Contract) -> bool:
    pagination = contract.conventions.pagination
    return pagination is not None and pagination.max_page_size is not None and pagination.over_maximum is None


def _pages_may_be_short(contract: Contract) -> bool:
    pagination = contract.conventions.pagination
    return pagination is not None and pagination.end not in (None, End.SHORT_PAGE)


def _free_order(contract: Contract) -> bool:
    pagination = contract.conventions.pagination
    ordered = any(requirement.check == "pagination.newest_first" for requirement in contract.requirements)
    return pagination is None or (pagination.order is None and not ordered)


def _opaque_ids(contract: Contract) -> bool:
    """Whether no schema gives ids a form."""
    return all(
        not {"pattern", "format"} & set(parameter.schema)
        for operation in contract.operations
        for parameter in operation.path_parameters
    )


def _free_cursor_at_end(contract: Contract) -> bool:
    pagination = contract.conventions.pagination
    return pagination is not None and pagination.end is End.HAS_MORE_FALSE and "cursor" in pagination.response


def _free_place_of_items(contract: Contract) -> bool:
    return contract.conventions.data is None and any(
        resource.item == "/data" for resource in contract.conventions.resources.values()
    )


def _is_openapi(document: Json) -> bool:
    return isinstance(document, dict) and "openapi" in document


@variant("extra-fields", points.DOCUMENT, points.ITEM, points.ERROR)
def _extra_fields(document: Json, call: Call) -> Json:
    """Objects hold fields that the page does not document."""
    if not isinstance(document, dict) or _is_openapi(document):
        return document
    parents = {pointer.rpartition("/")[0] for pointer in call.mock.contract.conventions.errors.fields.values()}
    if call.problem is not None:
        for parent in parents:
            document = edited(document, parent, lambda found: {**found, "fake_extra": _EXTRA})
    return {"fake_first": 1, **document, "fake_extra": _EXTRA}


@variant("other-ids", points.IDENTIFIER, legal=_opaque_ids)
def _other_ids(own: str, call: Call) -> str:
    """Ids have another shape: longer, with letters in both cases and signs that a path may hold."""
    return f"Fake:~{digest(own).hex()[:9]}.X-{own[-4:]}_"


@variant("numbers-as-ids", points.IDENTIFIER, legal=_opaque_ids)
def _numbers_as_ids(own: str, call: Call) -> str:
    """Ids are strings of digits."""
    return str(int.from_bytes(digest(own)[:7], "big"))


def _read_back(cursor: str, call: Call) -> str:
    """Cursors hold signs that a query has to encode."""
    try:
        return base64.b64decode(cursor.removeprefix("?&/+").encode(), validate=True).decode()
    except (binascii.Error, ValueError):
        return cursor


@variant("other-cursors", points.CURSOR, legal=_cursors, also=((points.CURSOR_READ, _read_back),))
def _other_cursors(cursor: str, call: Call) -> str:
    """Cursors have another shape, with signs that a query has to encode."""
    return "?&/+" + base64.b64encode(cursor.encode()).decode()


@variant("charset-in-content-type", points.ANSWER)
def _charset(answer: Answer, call: Call) -> Answer:
    """The content type names its charset."""
    content_type = answer.header("Content-Type")
    return with_header(answer, "Content-Type", f"{content_type}; charset=utf-8") if content_type else answer


@variant("json-subtype-for-errors", points.ANSWER)
def _json_subtype(answer: Answer, call: Call) -> Answer:
    """Errors come as another JSON media type."""
    return with_header(answer, "Content-Type", "application/problem+json") if call.problem is not None else answer


@variant("gzip", points.ANSWER)
def _gzip(answer: Answer, call: Call) -> Answer:
    """Bodies are compressed for clients that accept it."""
    if not answer.body or "gzip" not in (call.header("accept-encoding") or ""):
        return answer
    packed = replace(answer, body=gzip.compress(answer.body, 1, mtime=0))
    return with_header(with_header(packed, "Content-Encoding", "gzip"), "Vary", "Accept-Encoding")


@variant("lower-case-headers", points.ANSWER)
def _lower_case(answer: Answer, call: Call) -> Answer:
    """Header names come in lower case, as HTTP/2 has them."""
    return replace(answer, headers=tuple((name.lower(), value) for name, value in answer.headers))


@variant("extra-headers", points.ANSWER)
def _extra_headers(answer: Answer, call: Call) -> Answer:
    """Answers carry header fields that the page does not document."""
    extra = (("Server", "fake"), ("X-Fake-Trace", f"{call.number}"), ("Cache-Control", "no-store"))
    return replace(answer, headers=(*extra, *answer.headers))


@variant("connection-close", points.ANSWER)
def _connection_close(answer: Answer, call: Call) -> Answer:
    """Every connection serves one request."""
    return with_header(answer, "Connection", "close")


@variant("empty-data-set", points.SEEDS)
def _empty(count: int, call: Call) -> int:
    """The account holds nothing yet."""
    return count if count == 1 else 0


@variant("350-items", points.SEEDS)
def _many(count: int, call: Call) -> int:
    """Every listing is long."""
    return count if count == 1 else _MANY


@variant("rejects-over-maximum", points.OVER_MAXIMUM, legal=_free_maximum)
def _rejects_over_maximum(choice: str | None, call: Call) -> str | None:
    """A limit beyond the maximum is refused, where the faithful mock clamps it."""
    return "reject"


@variant("ignores-invalid-limit", points.STRICT_LIMIT, legal=_paginated)
def _ignores_invalid_limit(strict: bool, call: Call) -> bool:
    """A limit that is no positive number gets the default, where the faithful mock refuses it."""
    return False


@variant("short-pages", points.CUT, legal=_pages_may_be_short)
def _short_pages(cut: Cut, call: Call) -> Cut:
    """Pages hold fewer items than asked for before the end."""
    length = cut.stop - cut.start
    if cut.stop >= len(cut.rows) or length < 2:
        return cut
    return replace(cut, stop=cut.start + (2 * length + 2) // 3)


@variant("oldest-first", points.ROWS, legal=_free_order)
def _oldest_first(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """Listings begin with the oldest."""
    return rows[::-1]


@variant("null-cursor-at-the-end", points.DOCUMENT, legal=_free_cursor_at_end)
def _null_cursor(document: Json, call: Call) -> Json:
    """The last page has a cursor that is null, where the faithful mock leaves it out."""
    pagination = call.mock.contract.conventions.pagination
    if pagination is None or call.page is None or call.page.has_more:
        return document
    return placed(document, pagination.response["cursor"], None)


@variant("reordered-keys", points.DOCUMENT, points.ERROR)
def _reordered_keys(document: Json, call: Call) -> Json:
    """Objects have their keys in another order."""
    return reordered(document)


@variant("timestamps-in-seconds", points.DOCUMENT, points.ERROR)
def _in_seconds(document: Json, call: Call) -> Json:
    """Timestamps have no fraction of a second."""
    return stamps(document, lambda stamp: f"{stamp[:19]}Z")


@variant("timestamps-in-microseconds", points.DOCUMENT, points.ERROR)
def _in_microseconds(document: Json, call: Call) -> Json:
    """Timestamps have six decimals and their zone as +00:00."""
    return stamps(document, lambda stamp: f"{stamp[:19]}.123456+00:00")


@variant("things-at-the-root", points.DOCUMENT, legal=_free_place_of_items)
def _at_the_root(document: Json, call: Call) -> Json:
    """A single thing is the whole body, where the faithful mock puts it under data."""
    inner = resolve(document, "/data")
    return inner if call.page is None and inner is not MISSING and not isinstance(inner, list) else document


@variant("changes-without-body", points.RESULT)
def _without_body(result: Result, call: Call) -> Result:
    """Updates and deletions answer 204 where the contract lets them."""
    operation = call.operation
    changes = operation is not None and operation.kind in (Kind.UPDATE, Kind.DELETE)
    documented = changes and operation is not None and any(one.status == "204" for one in operation.successes)
    return Nothing(204) if documented else result


@variant("created-with-200", points.RESULT)
def _created_with_200(result: Result, call: Call) -> Result:
    """Creations answer 200 where the contract leaves the status open."""
    documented = call.operation.response_for(200) if call.operation else None
    return replace(result, status=200) if isinstance(result, One) and documented else result


@variant("limit-of-the-workspace", points.CHARGE)
def _shared_limit(charge: Charge, call: Call) -> Charge:
    """The tokens of one workspace share a limit."""
    return replace(charge, key=(charge.key[0], "")) if charge.key[0] else charge


@variant("bare-redirect", points.ANSWER)
def _bare_redirect(answer: Answer, call: Call) -> Answer:
    """The redirect to https comes from before the API, with nothing but its target."""
    if answer.status != 308:
        return answer
    return Answer(301, (("Location", answer.header("Location") or ""), ("Content-Length", "0")))


@variant("other-words", points.ERROR)
def _other_words(document: Json, call: Call) -> Json:
    """Messages are worded otherwise, around what they name."""
    pointer = call.mock.contract.conventions.errors.fields.get("message", "")
    return edited(document, pointer, lambda text: f"Fehler (fake): {text} – bitte prüfen!") if pointer else document
