"""An ASGI application in this process, reached as if it were a server."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final
from urllib.parse import unquote

import httpx

from vendorproof.errors import InternalError
from vendorproof.target.meter import current

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
"""An application as ASGI 3.0 defines it."""

_AHEAD: Final = 1024 * 1024
"""Bytes that an application may send ahead of being read."""

_FIRST_WORDS: Final = 0.05
"""Seconds in which an application that has accepted a WebSocket may close it again, for it to count as refused."""

_WEBSOCKET_MAGIC: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class EmbeddedTransport(httpx.BaseTransport):
    """Hands httpx requests to an ASGI application that runs on an event loop of its own, in a thread.

    Requests may be under way at the same time; bodies arrive in the pieces in which the application sends them. The
    scheme, host and port of the URL are the scope's. An opening handshake of a WebSocket becomes a scope of that type.
    An exception of the application becomes an InternalError; an answer that it leaves unfinished is a closed
    connection. The application gets no lifespan events.
    """

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        loop = self._running()
        call = _Call(loop, request)
        loop.call_soon_threadsafe(self._start, call)
        return call.response()

    def close(self) -> None:
        """Ends whatever still runs, and the thread."""
        with self._lock:
            self._closed = True
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._end_tasks(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise InternalError("a request was sent through a transport that is closed")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=self._loop.run_forever, name="vendorproof-embedded", daemon=True)
                self._thread.start()
            return self._loop

    def _start(self, call: _Call) -> None:
        task = asyncio.get_running_loop().create_task(call.run(self._app))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end_tasks(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Ended:
    """The application has returned, or raised."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class _Call:
    """One request at the application: `run` on the loop's side, `response` and iterating on the caller's."""

    def __init__(self, loop: asyncio.AbstractEventLoop, request: httpx.Request) -> None:
        self._loop = loop
        self._request = request
        self._body = request.read()
        self._timeout: float | None = request.extensions.get("timeout", {}).get("read")
        self._socket = request.headers.get("upgrade", "").lower() == "websocket"
        self._messages: SimpleQueue[Message | _Ended] = SimpleQueue()
        self._put = 0
        self._taken = 0
        self._gone = False
        self._complete = False
        self._received = False
        self._stirred = asyncio.Event()

    # On the loop's side.

    async def run(self, app: AsgiApp) -> None:
        try:
            await app(self._scope(), self._receive, self._send)
        except asyncio.CancelledError:
            self._messages.put(_Ended())
            raise
        except BaseException as error:  # noqa: BLE001  whatever it is, the caller's thread has to hear of it
            self._messages.put(_Ended(error))
        else:
            self._messages.put(_Ended())

    def _scope(self) -> MutableMapping[str, Any]:
        url = self._request.url
        target: bytes = self._request.extensions.get("target", url.raw_path)
        path, _, query = target.partition(b"?")
        secure = url.scheme == "https"
        scope: MutableMapping[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": url.scheme,
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "client": ("127.0.0.1", 0),
            "server": (url.host, url.port or (443 if secure else 80)),
        }
        if self._socket:
            del scope["method"]
            wanted = self._request.headers.get("sec-websocket-protocol", "")
            protocols = [name.strip() for name in wanted.split(",") if name.strip()]
            scope["type"] = "websocket"
            scope["scheme"] = "wss" if secure else "ws"
            scope["subprotocols"] = protocols
            scope["extensions"] = {"websocket.http.response": {}}
        return scope

    async def _receive(self) -> Message:
        if not self._received:
            self._received = True
            if self._socket:
                return {"type": "websocket.connect"}
            return {"type": "http.request", "body": self._body, "more_body": False}
        while not (self._gone or self._complete):
            self._stirred.clear()
            await self._stirred.wait()
        return {"type": "websocket.disconnect", "code": 1005} if self._socket else {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._gone:
            raise OSError("the caller has gone")
        self._put += len(message.get("body", b""))
        self._messages.put(message)
        if message["type"].endswith(".body") and not message.get("more_body"):
            self._complete = True
            self._stirred.set()
            return
        # An application that only sends would otherwise never let another request in.
        await asyncio.sleep(0)
        while self._put - self._taken > _AHEAD and not self._gone:
            self._stirred.clear()
            await self._stirred.wait()

    # On the caller's side.

    def response(self) -> httpx.Response:
        """The answer, as soon as its head is there."""
        while True:
            message = self._message()
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    headers = [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
                    return httpx.Response(message["status"], headers=headers, stream=_Pieces(self))
                case "websocket.accept":
                    self._timeout = _FIRST_WORDS
                    return httpx.Response(101, headers=self._agreed(message), stream=_Frames(self))
                case "websocket.close":
                    self.leave()
                    return httpx.Response(403, stream=httpx.ByteStream(b""))
                case other:
                    raise InternalError(f"the embedded application sent {other!r} before the head of an answer")

    def pieces(self) -> Iterator[bytes]:
        """The pieces of the body."""
        while True:
            message = self._message()
            body: bytes = message.get("body", b"")
            if body and self._request.method != "HEAD":
                yield body
            if not message.get("more_body", False):
                return

    def frames(self) -> Iterator[bytes]:
        """What the application sends of its own accord after a handshake, as it would go over the wire."""
        while True:
            message = self._message()
            match message["type"]:
                case "websocket.send":
                    text = message.get("text")
                    yield _frame(2, message["bytes"]) if text is None else _frame(1, text.encode())
                case "websocket.close":
                    yield _frame(8, message.get("code", 1000).to_bytes(2, "big") + message.get("reason", "").encode())
                    return

    def leave(self) -> None:
        """Tells the application that nobody listens any more, unless it has said all."""
        if not self._complete:
            self._gone = True
            self._stir()

    def _next(self) -> Message | _Ended:
        meter = current()
        try:
            return self._messages.get(timeout=meter.left(self._timeout) if meter else self._timeout)
        except Empty:
            self.leave()
            raise httpx.ReadTimeout("the embedded application sent nothing in time") from None

    def _message(self) -> Message:
        message = self._next()
        if isinstance(message, _Ended):
            if message.error is None:
                raise httpx.RemoteProtocolError(
                    "the embedded application closed connection without finishing its answer"
                )
            error = message.error
            raise InternalError(f"the embedded application raised {type(error).__name__}: {error}") from error
        size = len(message.get("body", b""))
        before = self._put - self._taken
        self._taken += size
        if before > _AHEAD >= before - size:
            self._stir()
        return message

    def _stir(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._stirred.set)
        except RuntimeError:  # the loop is closed, and the application with it
            return

    def _agreed(self, message: Message) -> list[tuple[bytes, bytes]]:
        key = self._request.headers.get("sec-websocket-key", "").encode("ascii")
        # RFC 6455, 4.2.2, which prescribes SHA-1.
        proof = base64.b64encode(hashlib.sha1(key + _WEBSOCKET_MAGIC, usedforsecurity=False).digest())
        headers = [(b"Upgrade", b"websocket"), (b"Connection", b"Upgrade"), (b"Sec-WebSocket-Accept", proof)]
        if message.get("subprotocol"):
            headers.append((b"Sec-WebSocket-Protocol", message["subprotocol"].encode("ascii")))
        return headers + [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]


def _frame(opcode: int, payload: bytes) -> bytes:
    """A whole frame of a server (RFC 6455, 5.2)."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, length)) + payload
    if length < 65_536:
        return bytes((0x80 | opcode, 126)) + length.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + length.to_bytes(8, "big") + payload


class _Pieces(httpx.SyncByteStream):
    def __init__(self, call: _Call) -> None:
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        return self._call.pieces()

    def close(self) -> None:
        self._call.leave()


class _Frames(_Pieces):
    def __iter__(self) -> Iterator[bytes]:
        return self._call.frames()
