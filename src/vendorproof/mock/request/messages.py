"""What the mock says to a request, from a handler's result or a refusal to what goes over the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vendorproof.mock.data.principals import Principal
from vendorproof.mock.data.store import Row

Json = Any
Fields = tuple[tuple[str, str], ...]
"""Header fields in order, names as the documentation writes them."""


@dataclass(frozen=True)
class Decision:
    """What authentication found: who calls, or why nobody is let in. Both are None on a public operation."""

    principal: Principal | None
    problem: Problem | None = None


@dataclass(frozen=True)
class Problem:
    """A refusal before it stands in the vendor's error envelope. `code` is in snake case."""

    status: int
    code: str
    message: str
    details: Json = None
    headers: Fields = ()


class Refused(Exception):
    """A stage or handler refuses the request."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


@dataclass(frozen=True)
class Answer:
    """What goes over the wire. A streamed answer has `chunks` and no `body`; `aborts` breaks the connection off after
    what was sent."""

    status: int
    headers: Fields = ()
    body: bytes = b""
    chunks: tuple[bytes, ...] = ()
    aborts: bool = False

    def header(self, name: str) -> str | None:
        """The first value of a header, None where it is absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Event:
    """One event of a stream (HTML, server-sent events); `data` is sent as JSON, text as it is."""

    data: Json
    name: str = ""
    id: str = ""


@dataclass(frozen=True)
class One:
    """A handler's result: one thing of a resource, in the envelope of single things."""

    row: Row
    status: int | None = None


@dataclass(frozen=True)
class Many:
    """A handler's result: the rows of a listing in its order, before it is cut into pages."""

    rows: tuple[Row, ...]
    resource: str


@dataclass(frozen=True)
class Data:
    """A handler's result: any payload, put where the contract's envelope holds the payload."""

    value: Json
    status: int | None = None


@dataclass(frozen=True)
class Document:
    """A handler's result: the whole JSON document, outside any envelope."""

    value: Json
    status: int | None = None


@dataclass(frozen=True)
class Nothing:
    """A handler's result: a success without a body."""

    status: int | None = None


@dataclass(frozen=True)
class Events:
    """A handler's result: a stream of events."""

    events: tuple[Event, ...]
    status: int | None = None


Result = One | Many | Data | Document | Nothing | Events


def refuse(status: int, code: str, message: str, details: Json = None) -> Refused:
    """The exception that refuses a request: `raise refuse(409, "conflict", "…")`."""
    return Refused(Problem(status, code, message, details))
