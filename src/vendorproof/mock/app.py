"""The mock as an ASGI application: what comes off the wire and what goes back on it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

from vendorproof.contract.model import Contract, Kind
from vendorproof.mock.data import seeds
from vendorproof.mock.data.blueprint import blueprint_of
from vendorproof.mock.data.limiter import DEFAULT_WINDOW, Limiter
from vendorproof.mock.data.principals import Directory
from vendorproof.mock.data.store import Row, Store
from vendorproof.mock.deviations.fault import Fault, Hooks
from vendorproof.mock.deviations.variant import find_variants
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer
from vendorproof.mock.request.points import Point
from vendorproof.mock.request.used_keys import Keys
from vendorproof.mock.request.vendor import vendor_of
from vendorproof.mock.stages.pipeline import admission, answer
from vendorproof.mock.stages.sockets import greet
from vendorproof.target.clock import Clock, RealClock

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_POLICY_VIOLATION = 1008
_A_LITTLE = 0.005
_SCHEMES = {"ws": "http", "wss": "https"}


class Mock:
    """A vendor that keeps its contract, but for the faults it is told to have.

    An ASGI 3 application (http, websocket, lifespan) below the documented base path. Each instance has its own data,
    credentials, limits and keys; `clock` decides about windows and timestamps. `variants` names legal ways to be
    different. `memory` is where faults note what they need to know later. Raises UsageError for a variant that does not
    exist, or that the contract does not allow.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        faults: Sequence[Fault] = (),
        variants: Sequence[str] = (),
        clock: Clock | None = None,
    ) -> None:
        self.contract = contract
        self.clock: Clock = clock or RealClock()
        self.blueprint = blueprint_of(contract)
        self.character = self.blueprint.character
        vendor = vendor_of(contract.vendor)
        self.handlers, self.guards, self.sockets = vendor.handlers, vendor.guards, vendor.sockets
        self.directory = Directory(self.blueprint.principals)
        self.hooks = Hooks([*find_variants(contract, variants), *faults])
        rate = contract.conventions.rate_limit
        self.limiter = Limiter((rate.window if rate else None) or DEFAULT_WINDOW)
        self.keys = Keys()
        self.spent: dict[str, int] = {}
        self.memory: dict[str, Any] = {}
        self.store = Store(self._seeded)
        self._lock = threading.RLock()
        self._number = 0
        self._turn = 0

    def through(self, point: Point[T], value: T, call: Call) -> T:
        """The value that the mock goes on with at a point: the one it has, unless a fault or variant changes it."""
        return self.hooks.through(point, value, call)

    def deviates(self, point: Point[Any]) -> bool:
        """Whether a fault or variant may change something at a point."""
        return self.hooks.at(point)

    def turn(self) -> int:
        """The next number in the common order of arrivals and answers."""
        with self._lock:
            self._turn += 1
            return self._turn

    def aside(self) -> Call:
        """A call that no request made, for what happens outside of one."""
        return Call(self, 0, "", "")

    def _seeded(self, tenant: str, resource: str) -> Iterable[Row]:
        call = self.aside()
        count = self.through(points.SEEDS, seeds.size(self.blueprint, resource), call)
        rows = seeds.seeded(self.blueprint, tenant, resource, count)
        if not self.deviates(points.IDENTIFIER):
            return rows
        return seeds.renamed(self.blueprint, rows, lambda own: self.through(points.IDENTIFIER, own, call))

    def answer(self, call: Call) -> Answer:
        """Answers one request, one at a time."""
        with self._lock:
            return answer(call)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection event of ASGI."""
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                await self._websocket(scope, receive, send)
            case _:
                await _lifespan(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = self._call(scope)
        body = []
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body.append(message.get("body", b""))
            if not message.get("more_body"):
                break
        call.body = b"".join(body)
        if self.deviates(points.ARRIVAL):
            await asyncio.sleep(self.through(points.ARRIVAL, 0.0, call))
        while self.deviates(points.HELD) and self.through(points.HELD, False, call):
            await asyncio.sleep(_A_LITTLE)
        await _write(self.answer(call), call.method, send)

    def _call(self, scope: Scope) -> Call:
        with self._lock:
            self._number += 1
            number = self._number
        raw = scope.get("raw_path")
        raw_path = raw.decode("latin-1").partition("?")[0] if raw else str(scope["path"])
        query = scope.get("query_string", b"").decode("latin-1")
        base = self.blueprint.base_path
        inside = raw_path.startswith(f"{base}/")
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        return Call(
            self,
            number,
            scope.get("method", "GET"),
            _decoded(raw_path.removeprefix(base) if inside else raw_path),
            inside=inside,
            scheme=_SCHEMES.get(scope["scheme"], str(scope["scheme"])),
            raw_path=raw_path,
            query_string=query,
            query=dict(parse_qsl(query, keep_blank_values=True)) if query else {},
            headers=headers,
            arrived=self.turn(),
        )

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = self._call(scope)
        await receive()
        refused = self._handshake(call)
        if refused is None and call.operation is not None and call.operation.kind is Kind.SOCKET:
            await self._open(call, receive, send)
        elif refused is not None and "websocket.http.response" in scope.get("extensions", {}):
            await _write(refused, "GET", send, prefix="websocket.http")
        else:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})

    async def _open(self, call: Call, receive: Receive, send: Send) -> None:
        closing = self.through(points.CLOSING, None, call)
        if closing is not None:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": closing})
            return

        async def accepting(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "websocket.accept":
                acceptance: Mapping[str, Any] = dict(message)
                acceptance = self.through(points.ACCEPTANCE, acceptance, call)
                message = dict(acceptance)
            await send(message)

        socket = self.sockets.get(call.operation.id, greet) if call.operation else greet
        await socket(call, receive, accepting)

    def _handshake(self, call: Call) -> Answer | None:
        """Why a WebSocket is refused, None where it is let in."""
        with self._lock:
            return admission(call)


def _decoded(path: str) -> str:
    # A slash that was sent encoded belongs to an id and must not become a separator.
    return "%2F".join(unquote(part) for part in path.replace("%2f", "%2F").split("%2F"))


async def _write(answer: Answer, method: str, send: Send, prefix: str = "http") -> None:
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if not answer.chunks and answer.header("Content-Length") is None and answer.status not in (204, 304):
        pairs.append((b"Content-Length", str(len(answer.body)).encode()))
    await send({"type": f"{prefix}.response.start", "status": answer.status, "headers": pairs})
    for chunk in answer.chunks:
        await send({"type": f"{prefix}.response.body", "body": chunk, "more_body": True})
        await asyncio.sleep(0)
    if answer.aborts:
        # A server closes the connection where an application leaves an answer unfinished.
        return
    body = b"" if method == "HEAD" else answer.body
    await send({"type": f"{prefix}.response.body", "body": body, "more_body": False})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
