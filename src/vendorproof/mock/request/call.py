"""One request on its way through the mock, and what the mock says to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendorproof.contract.conventions import Carrier
from vendorproof.contract.model import Operation

if TYPE_CHECKING:
    from vendorproof.mock.app import Mock
    from vendorproof.mock.data.store import Row
    from vendorproof.mock.stages.access import Principal
    from vendorproof.mock.stages.paging import Page
    from vendorproof.mock.stages.rate import Window

Json = Any
Fields = tuple[tuple[str, str], ...]
"""Header fields in order, names as the page writes them."""


@dataclass
class Call:
    """One request and what the stages learnt of it so far.

    `number` counts the requests of this mock from 1; `arrived` is its turn among arrivals and answers, so that two
    calls can be told to overlap. `path` is percent-decoded and relative to the base path, below which the request is
    `inside`; `operation` and `arguments` are known after routing, `principal` after authentication, `payload` after
    validation, `page` once a listing was cut.
    """

    mock: Mock
    number: int
    method: str
    path: str
    inside: bool = True
    scheme: str = "https"
    raw_path: str = ""
    query_string: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    arrived: int = 0
    operation: Operation | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    carrier: Carrier | None = None
    credential: str | None = None
    principal: Principal | None = None
    payload: Json = None
    window: Window | None = None
    page: Page | None = None
    row: Row | None = None
    problem: Problem | None = None

    def header(self, name: str) -> str | None:
        """A request header's value, None where it is absent."""
        return self.headers.get(name.lower())

    @property
    def tenant(self) -> str:
        """Whose data the caller works on; "" before authentication."""
        return self.principal.tenant if self.principal else ""

    @property
    def now(self) -> float:
        """The mock's time in epoch seconds."""
        return self.mock.clock.now()


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
