"""One request on its way through the mock, and what it finds there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from vendorproof.contract.conventions import Carrier
from vendorproof.contract.model import Contract, Operation
from vendorproof.mock.data.blueprint import Blueprint
from vendorproof.mock.data.character import Character
from vendorproof.mock.data.limiter import Limiter, Window
from vendorproof.mock.data.pages import Page
from vendorproof.mock.data.principals import Directory, Principal
from vendorproof.mock.data.store import Row, Store
from vendorproof.mock.request.messages import Problem, Result
from vendorproof.mock.request.points import Point
from vendorproof.mock.request.used_keys import Keys
from vendorproof.target.clock import Clock

Json = Any
T = TypeVar("T")


@dataclass
class Call:
    """One request and what the stages learnt of it so far.

    `number` counts the requests of this mock from 1; `arrived` is its turn among arrivals and answers, so that two
    calls can be told to overlap. `path` is percent-decoded and relative to the base path, below which the request is
    `inside`; `operation` and `arguments` are known after routing, `principal` after authentication, `payload` after
    validation, `page` once a listing was cut.
    """

    mock: World
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


Handler = Callable[[Call], Result]
"""Does what an operation does."""

Guard = Callable[[Call], None]
"""Lets a request pass, or raises Refused."""


class World(Protocol):
    """The mock as a call sees it: the contract that it keeps and what it knows and remembers.

    `spent` counts the calls of a credential against its allowance; `memory` is where deviations and vendors' modules
    note what they need to know later; `handlers` and `guards` are the vendor's own, by operation.
    """

    contract: Contract
    clock: Clock
    blueprint: Blueprint
    character: Character
    store: Store
    directory: Directory
    limiter: Limiter
    keys: Keys
    spent: dict[str, int]
    memory: dict[str, Any]
    handlers: Mapping[str, Handler]
    guards: Mapping[str, Guard]

    def through(self, point: Point[T], value: T, call: Call) -> T:
        """The value that the mock goes on with at a point: the one it has, unless a deviation changes it."""

    def deviates(self, point: Point[Any]) -> bool:
        """Whether a deviation may change something at a point."""

    def turn(self) -> int:
        """The next number in the common order of arrivals and answers."""
