"""The door between schemathesis and our client: an ASGI application that serves a document and hands requests on."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from vendorproof.contract.model import Contract, Operation
from vendorproof.errors import Unavailable
from vendorproof.exchange.model import Exchange
from vendorproof.target import Draft, Target

Json = Any
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

DOCUMENT: Final = "/openapi.json"
"""Where the gateway serves its document."""

REFUSED: Final = "x-vendorproof-refused"
"""The header of an answer that stands for a request which never left."""

_NOT_ASKED_FOR: Final = {"accept-encoding", "connection", "content-length", "cookie", "host", "user-agent"}


@dataclass(frozen=True)
class Raw:
    """A request as the gateway received it: path and query percent-encoded, header names in lower case."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


Forward = Callable[[Raw], Exchange]


class Gateway:
    """Serves an OpenAPI document, and within `exchange` hands one request on, as it came.

    It opens no connection of its own and holds on to no client. Whatever is raised on the other side is raised by
    `exchange`; schemathesis sees an answer 503 in its place, never an exception.
    """

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = json.dumps(document, default=str).encode()
        self._forward: Forward | None = None
        self._outcome: Exchange | BaseException | None = None

    def exchange(self, call: Callable[[], object], forward: Forward) -> Exchange:
        """The exchange of the one request that `call` makes; a second one is refused.

        Raises what `forward` raised, what `call` raised without making a request, Unavailable where it made none.
        """
        self._forward, self._outcome = forward, None
        try:
            call()
        except Exception:
            # What schemathesis makes of an answer is no concern of ours.
            if self._forward is not None:
                self._taken()
                raise
        match self._taken():
            case None:
                raise Unavailable("no request came through the gateway")
            case BaseException() as error:
                raise error
            case exchange:
                return exchange

    def _taken(self) -> Exchange | BaseException | None:
        outcome, self._forward, self._outcome = self._outcome, None, None
        return outcome

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        raw = await _received(scope, receive)
        status, headers, body = self._answer(raw)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, raw: Raw) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        forward, self._forward = self._forward, None
        if forward is None:
            if raw.path == DOCUMENT:
                return 200, [(b"content-type", b"application/json")], self._document
            return _refused("no request is expected")
        try:
            self._outcome = exchange = forward(raw)
        except BaseException as error:  # noqa: BLE001  `exchange` raises it where somebody can handle it
            self._outcome = error
            return _refused(type(error).__name__)
        if exchange.response is None:
            return _refused("no answer")
        kind = exchange.response.headers.get("content-type")
        headers = [(b"content-type", kind.encode("latin-1", "replace"))] if kind else []
        return exchange.status, headers, exchange.response.body


def _refused(reason: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    return 503, [(REFUSED.encode(), reason.encode("ascii", "replace"))], b""


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _received(scope: Mapping[str, Any], receive: Receive) -> Raw:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return Raw(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
    )


def draft_of(raw: Raw, operation: Operation, contract: Contract, target: Target, purpose: str) -> Draft:
    """The draft of a generated request of an operation, at the place where this target has the operation.

    Credentials, scoping headers and whatever else our client sets itself are left to it. Raises Unavailable where the
    generated path does not fit the documented one.
    """
    own = _NOT_ASKED_FOR | set(headers_of_ours(contract))
    headers = tuple(
        (name, value)
        for name, value in raw.headers
        if name not in own and not name.startswith("x-schemathesis-") and (name, value) != ("accept", "*/*")
    )
    method, path = raw.method, raw.path
    binding = target.bindings.get(operation.id)
    if binding is not None:
        path = _rerouted(path, operation.path, binding.path)
        method = binding.method if method == operation.method else method
    return Draft(
        method=method,
        path=f"{path}?{raw.query}" if raw.query else path,
        headers=headers,
        body=raw.body,
        operation=operation.id,
        effects=operation.effects,
        generated=True,
        purpose=purpose,
    )


def headers_of_ours(contract: Contract) -> frozenset[str]:
    """The names, in lower case, of the headers that our client fills by itself."""
    conventions = contract.conventions
    names = [carrier.parameter for carrier in conventions.authentication.carriers if carrier.location == "header"]
    names += [context.header for context in conventions.authentication.context]
    if conventions.idempotency is not None:
        names.append(conventions.idempotency.header)
    return frozenset(name.lower() for name in names)


def _rerouted(path: str, documented: str, bound: str) -> str:
    """A path of the documented template as a path of the bound one."""
    names = re.findall(r"\{([^{}]*)\}", documented)
    pattern = "([^/]*)".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", documented))
    found = re.fullmatch(pattern, path)
    if found is None:
        raise Unavailable(f"the generated path {path!r} is none of {documented}")
    for name, value in zip(names, found.groups(), strict=True):
        bound = bound.replace("{" + name + "}", value)
    return bound
