"""Two made-up vendors whose conventions contradict each other, and a caller of their mocks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.mock import Mock, facts
from vendorproof.target import VirtualClock

Json = Any
CONTRACTS = Path(__file__).parent / "contracts"


@dataclass(frozen=True)
class Got:
    """What came back; `names` are the header fields as they were written."""

    status: int
    names: tuple[str, ...]
    headers: Mapping[str, str]
    body: bytes
    chunks: tuple[bytes, ...]

    @property
    def json(self) -> Json:
        return json.loads(self.body)

    def __getitem__(self, pointer: str) -> Json:
        """The value at a JSON pointer of the body."""
        return resolve(self.json, pointer)


@dataclass
class Caller:
    """Calls one mock in this process, as its tester; every part of a request can be replaced."""

    mock: Mock
    clock: VirtualClock
    secrets: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.facts = facts(self.mock.contract, self.mock)
        self.secrets = dict(self.facts.credentials)

    def headers(self, role: str | None) -> dict[str, str | None]:
        """The documented headers of a role; none for None."""
        if role is None:
            return {}
        authentication = self.mock.contract.conventions.authentication
        carrier = authentication.carrier
        found: dict[str, str | None] = {carrier.parameter: carrier.template.format(credential=self.secrets[role])}
        values = self.facts.values_of.get(role, self.facts.values)
        for context in authentication.context:
            found[context.header] = context.template.format(value=values[context.value])
        return found

    def __call__(self, method: str, path: str, body: Json = None, **parts: Any) -> Got:
        """One request, to the end; the parts are those of `sending`."""
        return asyncio.run(self.sending(method, path, body, **parts))

    async def sending(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        role: str | None = "default",
        headers: Mapping[str, str | None] | None = None,
        raw: bytes | None = None,
        scheme: str = "https",
        base: str | None = None,
        **query: Any,
    ) -> Got:
        """One request, which may be under way beside others; a header of None is left out."""
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        sent = {"Host": "mock.example", **self.headers(role)}
        if content:
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        base = self.mock.blueprint.base_path if base is None else base
        scope = {
            "type": "http",
            "method": method,
            "scheme": scheme,
            "path": base + path,
            "raw_path": (base + path).encode(),
            "query_string": urlencode(query).encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value is not None],
        }
        return await exchanged(self.mock, scope, content)

    def pages(self, path: str, *, role: str = "default", **query: Any) -> list[list[Json]]:
        """The items of each page of a cursor listing, to its end."""
        pagination = self.mock.contract.conventions.pagination
        assert pagination is not None
        found: list[list[Json]] = []
        while len(found) < 500:
            page = self("GET", path, role=role, **query)
            assert page.status == 200, page
            found.append(page[pagination.response["items"]])
            cursor = page[pagination.response["cursor"]]
            if cursor is MISSING or cursor is None:
                return found
            query[pagination.request["cursor"]] = cursor
        raise AssertionError("the walk never ends")

    def ids(self, path: str, **query: Any) -> list[str]:
        """The ids of a whole cursor listing."""
        return [item["id"] for page in self.pages(path, **query) for item in page]


async def exchanged(mock: Any, scope: dict[str, Any], content: bytes) -> Got:
    """One request of an ASGI application."""
    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    await mock(scope, receive, send)
    fields = [(name.decode(), value.decode()) for name, value in messages[0]["headers"]]
    headers = {name.lower(): value for name, value in fields}
    pieces = [message.get("body", b"") for message in messages[1:]]
    names = tuple(name for name, _ in fields)
    return Got(messages[0]["status"], names, headers, b"".join(pieces), tuple(piece for piece in pieces if piece))


@pytest.fixture(scope="session")
def acme() -> Contract:
    """A vendor that states nearly everything: cursors, nested errors, conflicts, limits on every response."""
    return load_contract(CONTRACTS / "acme")


@pytest.fixture(scope="session")
def bolt() -> Contract:
    """The same operations with offsets, flat errors, replays, a quota, four carriers and few promises."""
    return load_contract(CONTRACTS / "bolt")


@pytest.fixture(scope="session", params=["cobb", "dart"])
def numbered(request: pytest.FixtureRequest) -> Contract:
    """Vendors whose pages have numbers: from 1, and from 0."""
    return load_contract(CONTRACTS / request.param)


@pytest.fixture(scope="session")
def leadiosa() -> Contract:
    """A real vendor's contract as shipped."""
    return load_contract(contracts_root() / "leadiosa")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def calling(clock: VirtualClock) -> Callable[..., Caller]:
    """Makes a caller of a fresh mock of a contract, with faults and variants."""

    def make(contract: Contract, **options: Any) -> Caller:
        return Caller(Mock(contract, clock=clock, **options), clock)

    return make


@pytest.fixture
def call(acme: Contract, calling: Callable[..., Caller]) -> Caller:
    """A caller of the faithful mock of acme."""
    return calling(acme)
