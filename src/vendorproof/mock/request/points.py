"""The points at which a fault or a variant may change what the mock is about to do.

A point carries one value of one type; a hook gets the value and the call, and returns the value that the mock goes on
with. Faithful behaviour is the mock without hooks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from vendorproof.contract.model import Operation
from vendorproof.mock.data.files import File
from vendorproof.mock.data.limiter import Charge, Window
from vendorproof.mock.data.pages import Asked, Cut, Page
from vendorproof.mock.data.store import Row
from vendorproof.mock.request.messages import Answer, Decision, Event, Fields, Problem, Result
from vendorproof.mock.request.used_keys import Claim

T = TypeVar("T")
Json = Any


@dataclass(frozen=True)
class Point(Generic[T]):
    """A place where the value on its way may be changed; `meaning` says what the value is."""

    name: str
    meaning: str


# The way in.
ARRIVAL: Point[float] = Point("arrival", "real seconds that a request waits before the mock looks at it")
HELD: Point[bool] = Point("held", "whether a request waits a little longer; asked until it does not")
CHARGE: Point[Charge] = Point("charge", "which window counts the request, for how much, up to which limit")
EXCEEDED: Point[bool] = Point("exceeded", "whether the request is over the limit")
REDIRECT: Point[bool] = Point("redirect", "whether a plain http request is sent on to https")
ROUTE: Point[Operation | None] = Point("route", "the operation that the request names, None for none")
DECISION: Point[Decision] = Point("decision", "whether the credential is good")
PERMISSION: Point[Problem | None] = Point("permission", "why the caller may not do this")
CONTEXT: Point[Problem | None] = Point("context", "what is wrong with the scoping headers")
QUOTA: Point[Problem | None] = Point("quota", "why the allowance does not cover the call")
FINDINGS: Point[tuple[str, ...]] = Point("findings", "what is wrong with the parameters and the body")
CLAIM: Point[Claim] = Point("claim", "what the idempotency key was used for before")

# What is done.
LOOKUP: Point[Row | None] = Point("lookup", "the row behind an id")
CHANGE: Point[Mapping[str, Json]] = Point("change", "the fields that a create or update stores")
STORED: Point[Row | None] = Point("stored", "the row that a create or update keeps, None for none")
REMOVAL: Point[Row | None] = Point("removal", "the row that a delete removes, None for none")
FILES: Point[tuple[File, ...]] = Point("files", "the files that a request brings")
RESULT: Point[Result] = Point("result", "what the handler made")

# Listings.
ASKED: Point[Asked] = Point("asked", "the page that the request asks for")
OVER_MAXIMUM: Point[str | None] = Point("over-maximum", "what a limit beyond the maximum gets: clamp or reject")
STRICT_LIMIT: Point[bool] = Point("strict-limit", "whether a limit that is no positive number is refused")
CURSOR_READ: Point[str] = Point("cursor-read", "a cursor as it came, back in the mock's own writing")
ROWS: Point[Sequence[Row]] = Point("rows", "the whole listing in order")
CUT: Point[Cut] = Point("cut", "where the page begins and ends in the listing")
CURSOR: Point[str] = Point("cursor", "how a cursor is written")
LINK: Point[str] = Point("link", "the link of the next page")
PAGE: Point[Page] = Point("page", "the items of a page and what it tells of the next one")

# The way out.
EMPTY: Point[str | None] = Point("empty", "how an empty field is shown: omitted or null")
ITEM: Point[Json] = Point("item", "one thing as JSON")
DOCUMENT: Point[Json] = Point("document", "the JSON of a success")
EVENTS: Point[tuple[Event, ...]] = Point("events", "the events of a stream")
PROBLEM: Point[Problem] = Point("problem", "a refusal before it stands in the envelope")
ERROR: Point[Json] = Point("error", "the JSON of an error")
WINDOW: Point[Window] = Point("window", "what the caller has left, as the answer will tell")
RATE_HEADERS: Point[Fields] = Point("rate-headers", "the header fields that tell of the limit")
RETRY_AFTER: Point[str | None] = Point("retry-after", "the value of Retry-After on a 429")
ANSWER: Point[Answer] = Point("answer", "the answer as it goes over the wire")

# WebSockets.
CLOSING: Point[int | None] = Point(
    "closing", "the code with which a socket is closed as it opens, None to leave it open"
)
ACCEPTANCE: Point[Mapping[str, Json]] = Point("acceptance", "the ASGI message that opens a socket")

# The data; asked for outside of requests too.
SEEDS: Point[int] = Point("seeds", "how many rows a listing starts with")
IDENTIFIER: Point[str] = Point("identifier", "the id of a row")
