"""Puts results and refusals into the vendor's envelopes, formats and headers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vendorproof.contract.conventions import End, Pagination, Style
from vendorproof.mock.data.blueprint import own_headers
from vendorproof.mock.data.names import digest, stamp, uuid4
from vendorproof.mock.data.pages import Asked, Page
from vendorproof.mock.data.samples import Spot
from vendorproof.mock.data.store import Row
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import (
    Answer,
    Data,
    Document,
    Event,
    Events,
    Fields,
    Many,
    Nothing,
    One,
    Problem,
    Result,
)
from vendorproof.mock.stages import rate
from vendorproof.mock.stages.paging import asked, cursor_after, link_of, listing_key, locate

Json = Any
JSON = "application/json"
EVENT_STREAM = "text/event-stream"


def success(call: Call, result: Result) -> Answer:
    """The answer that carries a result."""
    match result:
        case Nothing(status):
            return Answer(status or 204)
        case Events(events, status):
            events = call.mock.through(points.EVENTS, events, call)
            return Answer(status or 200, (("Content-Type", EVENT_STREAM),), chunks=tuple(map(written, events)))
        case One(row, status):
            document = placed(None, _place_of_item(call, row), item(call, row))
        case Many(rows, resource):
            status, document = None, listed(call, rows, resource)
        case Data(value, status):
            document = placed(None, call.mock.contract.conventions.data or "", value)
        case Document(value, status):
            document = value
    document = call.mock.through(points.DOCUMENT, document, call)
    return json_answer(status or _success_status(call), document, _link_header(call))


def _success_status(call: Call) -> int:
    return call.mock.blueprint.success_status(call.operation) if call.operation else 200


def _place_of_item(call: Call, row: Row) -> str:
    return call.mock.contract.conventions.resources[row.resource].item


def json_answer(status: int, document: Json, headers: Fields = ()) -> Answer:
    """An answer with a JSON body."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, (("Content-Type", JSON), *headers), body)


def item(call: Call, row: Row) -> Json:
    """One thing as JSON: empty fields as the vendor shows them."""
    style = call.mock.through(points.EMPTY, call.mock.contract.conventions.formats.empty_fields, call)
    shown = dict(row.body) if style == "null" else without_empty(row.body)
    return call.mock.through(points.ITEM, shown, call)


def without_empty(value: Json) -> Json:
    """A document without its null fields."""
    if isinstance(value, Mapping):
        return {key: without_empty(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [without_empty(inner) for inner in value]
    return value


def listed(call: Call, rows: Sequence[Row], resource: str) -> Json:
    """A listing's document: the page that was asked for, or everything where the listing has no pages."""
    conventions = call.mock.contract.conventions
    pagination = conventions.pagination
    pointer = conventions.resources[resource].items
    paginated = call.operation is not None and call.operation.id in call.mock.blueprint.paginated
    if pagination is None or pagination.style is Style.NONE or not paginated:
        return placed(None, pointer, [item(call, row) for row in rows])
    wanted = asked(call, pagination)
    if wanted.cursor is not None:
        back = call.mock.through(points.CURSOR_READ, wanted.cursor, call)
        wanted = replace(wanted, cursor=back)
    wanted = call.mock.through(points.ASKED, wanted, call)
    page = _cut(call, rows, wanted)
    call.page = page
    return _page_document(call, page, pagination, pointer)


def _cut(call: Call, rows: Sequence[Row], wanted: Asked) -> Page:
    listing = listing_key(call)
    cut = locate(rows, wanted, listing)
    number = cut.start // wanted.limit + 1
    # Deviations of one page ask the call for its number.
    call.page = Page((), False, None, wanted.limit, cut.start, number, len(rows))
    cut = call.mock.through(points.CUT, cut, call)
    shown = cut.rows[cut.start : cut.stop]
    more = cut.stop < len(cut.rows)
    cursor = None
    if more and shown:
        cursor = call.mock.through(points.CURSOR, cursor_after(shown[-1], listing), call)
    items = tuple(item(call, row) for row in shown)
    page = Page(items, more, cursor, wanted.limit, cut.start, number, len(cut.rows))
    return call.mock.through(points.PAGE, page, call)


def _page_document(call: Call, page: Page, pagination: Pagination, pointer: str) -> Json:
    response = pagination.response
    document = placed(None, pointer, list(page.items))
    if "cursor" in response and (page.cursor is not None or shows_null_cursor(call, pagination)):
        document = placed(document, response["cursor"], page.cursor)
    if "next" in response and (page.cursor is not None or pagination.end is End.NULL_LINK):
        document = placed(document, response["next"], _next_link(call, page, pagination))
    if "hasMore" in response:
        document = placed(document, response["hasMore"], page.has_more)
    if "total" in response:
        document = placed(document, response["total"], page.total)
    return document


def _next_link(call: Call, page: Page, pagination: Pagination) -> str | None:
    if page.cursor is None:
        return None
    return call.mock.through(points.LINK, link_of(call, page.cursor, pagination), call)


def _link_header(call: Call) -> Fields:
    """The header field with the link of the next page, where it stands there (RFC 8288)."""
    pagination = call.mock.contract.conventions.pagination
    if pagination is None or pagination.style is not Style.LINK_HEADER or call.page is None:
        return ()
    link = _next_link(call, call.page, pagination)
    return () if link is None else (("Link", f'<{link}>; rel="next"'),)


def shows_null_cursor(call: Call, pagination: Pagination) -> bool:
    """Whether the last page says null, and does not leave the cursor out."""
    if pagination.end is End.NULL_CURSOR:
        return True
    return call.mock.contract.conventions.formats.empty_fields == "null" and pagination.end is None


def placed(document: Json, pointer: str, value: Json) -> Json:
    """A document with a value put at a pointer; objects on the way are made."""
    if not pointer:
        return value
    root = document if isinstance(document, dict) else {}
    place = root
    *way, last = (token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])
    for token in way:
        place = place.setdefault(token, {})
    place[last] = value
    return root


def written(event: Event) -> bytes:
    """An event as it stands in a stream."""
    text = event.data if isinstance(event.data, str) else json.dumps(event.data, separators=(",", ":"))
    lines = [f"id: {event.id}"] if event.id else []
    lines += [f"event: {event.name}"] if event.name else []
    lines += [f"data: {line}" for line in text.split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def refusal(call: Call, problem: Problem) -> Answer:
    """The answer that refuses, in the vendor's error envelope."""
    problem = call.mock.through(points.PROBLEM, problem, call)
    call.problem = problem
    document = call.mock.through(points.ERROR, error_document(call, problem), call)
    return json_answer(problem.status, document, problem.headers)


def error_document(call: Call, problem: Problem) -> Json:
    """The error envelope by the contract's pointers; a plain message where the documentation shows no envelope."""
    fields = call.mock.contract.conventions.errors.fields
    values = _error_values(call, problem)
    document: Json = None
    for role, pointer in fields.items():
        if values.get(role) is not None:
            document = placed(document, pointer, values[role])
    return {"message": problem.message} if document is None else document


def _error_values(call: Call, problem: Problem) -> Mapping[str, Json]:
    seed = digest(call.mock.contract.vendor, "request", call.number)
    code = call.mock.character.code
    return {
        "code": code(problem.code, problem.status) if code else problem.code,
        "message": problem.message,
        "details": problem.details,
        "requestId": f"req_{seed.hex()[:12]}",
        "traceId": uuid4(seed),
        "timestamp": stamp(call.now),
        "status": problem.status,
        "path": f"{call.method} {call.raw_path}",
    }


def dressed(call: Call, answer: Answer) -> Answer:
    """The answer with the header fields that tell of the limit, and those that are documented for it."""
    convention = call.mock.contract.conventions.rate_limit
    added: Fields = ()
    if call.window is not None:
        window = call.mock.through(points.WINDOW, call.window, call)
        told = rate.told(convention, window, answer.status, call.now)
        added = call.mock.through(points.RATE_HEADERS, told, call)
        if answer.status == 429:
            wait = call.mock.through(points.RETRY_AFTER, rate.retry_after(convention, call.window, call.now), call)
            added += (("Retry-After", wait),) if wait is not None else ()
    for name, header in documented_headers(call, answer.status).items():
        if header.get("required") and answer.header(name) is None:
            added += ((name, header_text(call, name, header)),)
    if not added:
        return answer
    return Answer(answer.status, answer.headers + added, answer.body, answer.chunks, answer.aborts)


def documented_headers(call: Call, status: int) -> Mapping[str, Mapping[str, Json]]:
    """The documented headers of an answer to this call that no convention speaks of."""
    return own_headers(call.mock.contract, call.operation, status) if call.operation else {}


def header_text(call: Call, name: str, header: Mapping[str, Json]) -> str:
    """What a documented header holds: its example, else something that fits its schema, in the style `simple`."""
    value = header.get("example")
    if value is None:
        value = call.mock.blueprint.sampler.sample(header["schema"], Spot(1, call.now), name)
    items = value if isinstance(value, list) else [value]
    return ", ".join(one if isinstance(one, str) else json.dumps(one) for one in items)
