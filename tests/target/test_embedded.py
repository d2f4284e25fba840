"""An ASGI application in this process behaves as it does on a server."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from vendorproof.errors import InternalError
from vendorproof.exchange import Trouble
from vendorproof.target import Draft, EmbeddedTransport

PING = Draft("GET", "/ping", operation="ping")


async def echo(request: Request) -> JSONResponse:
    return JSONResponse(
        {
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.scope["path"],
            "raw_path": request.scope["raw_path"].decode(),
            "query": request.scope["query_string"].decode(),
            "server": list(request.scope["server"]),
            "headers": dict(request.headers),
            "body": (await request.body()).decode(),
        },
        status_code=418,
    )


async def stream(request: Request) -> StreamingResponse:
    async def pieces() -> Any:
        for number in range(3):
            yield f"data: {number}\n\n"

    return StreamingResponse(pieces(), media_type="text/event-stream")


async def socket(websocket: WebSocket) -> None:
    if "authorization" in websocket.headers:
        await websocket.accept(subprotocol=(websocket.scope["subprotocols"] or [None])[0])
        await websocket.receive()
    else:
        await websocket.close()


APP = Starlette(
    routes=[
        Route("/v1/stream", stream),
        WebSocketRoute("/v1/ws", socket),
        Route("/{path:path}", echo, methods=["GET", "POST", "HEAD"]),
    ]
)


@pytest.fixture
def embedded() -> Iterator[Any]:
    """Makes transports and closes them; no thread of theirs is left behind."""
    made: list[EmbeddedTransport] = []

    def make(app: Any = APP) -> EmbeddedTransport:
        made.append(EmbeddedTransport(app))
        return made[-1]

    yield make
    for transport in made:
        transport.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "vendorproof-embedded"]


@pytest.fixture
def embed(embedded: Any, make_client: Any) -> Any:
    """Makes a client of an application."""

    def make(app: Any = APP, **given: Any) -> Any:
        return make_client(transport=embedded(app), **given)

    return make


def answering(*messages: dict[str, Any]) -> Any:
    """An application that sends these messages."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    return app


START = {"type": "http.response.start", "status": 200, "headers": []}


def test_the_request_arrives_as_it_was_sent(embed: Any) -> None:
    draft = Draft("POST", "/a%2Fb/%C3%A9/..c?x=%zz", operation="search", query=(("q", "1 2"),), body="é".encode())
    exchange = embed().send(draft)
    got = exchange.response.json
    assert exchange.status == 418
    assert (got["method"], got["scheme"], got["server"]) == ("POST", "https", ["api.acme.example", 443])
    assert (got["path"], got["raw_path"]) == ("/v1/a/b/é/..c", "/v1/a%2Fb/%C3%A9/..c")
    assert (got["query"], got["body"]) == ("x=%zz&q=1%202", "é")
    assert got["headers"] == {name.lower(): value for name, value in exchange.request.headers}
    assert exchange.response.content_type == "application/json"


def test_the_plain_twin_has_the_scheme_http(embed: Any) -> None:
    got = embed().send(Draft("GET", "/x", plain_http=True)).response.json
    assert (got["scheme"], got["server"], "authorization" in got["headers"]) == (
        "http",
        ["api.acme.example", 80],
        False,
    )


def test_head_has_no_body(embed: Any) -> None:
    response = embed().send(Draft("HEAD", "/x")).response
    assert (response.status, response.body) == (418, b"")
    assert int(response.headers.get("content-length")) > 0


def test_pieces_stay_pieces(embed: Any) -> None:
    response = embed().send(Draft("GET", "/stream")).response
    assert response.pieces == (9, 9, 9)


def get(path: str = "/") -> httpx.Request:
    return httpx.Request("GET", f"https://x{path}", stream=httpx.ByteStream(b""))


def test_pieces_arrive_while_the_application_still_sends(embedded: Any) -> None:
    more = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b"1", "more_body": True})
        await asyncio.to_thread(more.wait, 5)
        await send({"type": "http.response.body", "body": b"2"})

    pieces = iter(embedded(app).handle_request(get()).stream)
    assert next(pieces) == b"1"
    more.set()
    assert list(pieces) == [b"2"]


def test_requests_are_under_way_together(embed: Any) -> None:
    there = 0
    together = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal there
        there += 1
        if there == 4:
            together.set()
        await together.wait()
        await send(START)
        await send({"type": "http.response.body", "body": b"ok"})

    assert [exchange.status for exchange in embed(app).send_all([PING] * 4)] == [200] * 4


def test_an_endless_body_is_cut_and_the_application_told(embed: Any) -> None:
    ended = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        try:
            while True:
                await send({"type": "http.response.body", "body": b"x" * 10_000, "more_body": True})
        except OSError:
            ended.set()

    response = embed(app, max_body_bytes=50_000).send(PING).response
    assert (len(response.body), response.cut) == (50_000, True)
    assert ended.wait(5)


def test_an_application_does_not_run_far_ahead(embedded: Any) -> None:
    sent = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal sent
        await send(START)
        for _ in range(100 if scope["path"] == "/long" else 0):
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
            sent += 1
        await send({"type": "http.response.body"})

    transport = embedded(app)
    response = transport.handle_request(get("/long"))
    # Every other request gives the long one a turn on the loop.
    for _ in range(40):
        assert list(transport.handle_request(get()).stream) == []
    assert 5 <= sent <= 12
    assert sum(len(piece) for piece in response.stream) == 10_000_000


@pytest.mark.parametrize("beginning", [(), (START,)], ids=["before the head", "in the body"])
def test_silence_is_a_timeout(beginning: Any, embed: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in beginning:
            await send(message)
        assert (await receive())["type"] == "http.request"
        assert (await receive())["type"] == "http.disconnect"

    exchange = embed(app, max_seconds=0.1).send(PING)
    assert exchange.failure.trouble is Trouble.TIMEOUT
    assert exchange.elapsed < 1


def test_a_drip_is_a_timeout(embed: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        while True:
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            await asyncio.sleep(0.01)

    exchange = embed(app, max_seconds=0.15).send(PING)
    assert exchange.failure.trouble is Trouble.TIMEOUT
    assert exchange.elapsed < 1


@pytest.mark.parametrize(
    "messages",
    [(), (START,), (START, {"type": "http.response.body", "body": b"x", "more_body": True})],
    ids=["nothing", "a head", "half a body"],
)
def test_an_unfinished_answer_is_a_closed_connection(messages: Any, embed: Any) -> None:
    assert embed(answering(*messages)).send(PING).failure.trouble is Trouble.CLOSED


@pytest.mark.parametrize("beginning", [(), (START,)], ids=["before the head", "in the body"])
def test_an_exception_of_the_application_is_our_error(beginning: Any, embed: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in beginning:
            await send(message)
        raise ZeroDivisionError("one by none")

    with pytest.raises(InternalError, match="the embedded application raised ZeroDivisionError: one by none") as caught:
        embed(app).send(PING)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_message_out_of_order_is_our_error(embed: Any) -> None:
    with pytest.raises(InternalError, match=r"sent 'http\.response\.body' before the head"):
        embed(answering({"type": "http.response.body"})).send(PING)


def test_after_its_answer_the_application_hears_that_the_caller_has_gone(embed: Any) -> None:
    heard: list[str] = []
    done = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(START)
        await send({"type": "http.response.body", "body": b"ok"})
        heard.append((await receive())["type"])
        done.set()

    assert embed(app).send(PING).status == 200
    assert done.wait(5)
    assert heard == ["http.disconnect"]


class TestWebSocket:
    """The opening handshake."""

    def test_an_agreement(self, embed: Any) -> None:
        draft = Draft("GET", "/ws", operation="events", headers=(("Sec-WebSocket-Protocol", "v1, v2"),))
        exchange = embed().handshake(draft)
        key = exchange.request.headers.get("sec-websocket-key").encode()
        proof = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest()
        assert exchange.status == 101
        assert exchange.response.headers.get("sec-websocket-accept") == base64.b64encode(proof).decode()
        assert exchange.response.headers.get("upgrade") == "websocket"
        assert exchange.response.headers.get("sec-websocket-protocol") == "v1"

    def test_a_refusal(self, embed: Any) -> None:
        assert embed().handshake(Draft("GET", "/ws", operation="events", role="none")).status == 403

    def test_a_refusal_with_an_answer_of_its_own(self, embed: Any) -> None:
        app = answering(
            {"type": "websocket.http.response.start", "status": 401, "headers": [(b"x-a", b"b")]},
            {"type": "websocket.http.response.body", "body": b"no"},
        )
        response = embed(app).handshake(Draft("GET", "/ws", operation="events")).response
        assert (response.status, response.headers.get("x-a"), response.body) == (401, "b", b"no")

    def test_the_scope(self, embed: Any) -> None:
        seen: list[Any] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            seen.append((scope, await receive()))
            await send({"type": "websocket.close"})

        embed(app, base_url="http://127.0.0.1:80").handshake(Draft("GET", "/ws?a=1", operation="events"))
        scope, message = seen[0]
        assert (scope["type"], scope["scheme"], scope["path"], scope["query_string"]) == (
            "websocket",
            "ws",
            "/ws",
            b"a=1",
        )
        assert message == {"type": "websocket.connect"}


def test_closing_ends_what_still_runs(embedded: Any, make_client: Any) -> None:
    cancelled = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b"ok"})
        try:
            await asyncio.sleep(3600)
        finally:
            cancelled.set()

    transport = embedded(app)
    assert make_client(transport=transport).send(PING).status == 200
    transport.close()
    assert cancelled.is_set()
    transport.close()
    with pytest.raises(InternalError, match="a transport that is closed"):
        make_client(transport=transport).send(PING)


def test_closing_before_the_first_request() -> None:
    EmbeddedTransport(APP).close()


def test_it_is_fast(embed: Any) -> None:
    client = embed(answering(START, {"type": "http.response.body", "body": b"{}"}))
    client.send(PING)
    begun = time.process_time()
    for _ in range(300):
        client.send(PING)
    # 2,500 requests a second with room for a busy machine: processor time, not the wall's.
    assert time.process_time() - begun < 300 / 1000
