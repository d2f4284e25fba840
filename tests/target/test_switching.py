"""What a server says right after it has opened a WebSocket is kept: it may close it again at once."""

from __future__ import annotations

import socket
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest

from tests.target.conftest import head_of
from vendorproof.checks.websocket import closed, frames
from vendorproof.target import Draft, EmbeddedTransport

OPEN = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
CLOSE = b"\x88\x02\x0f\xa1"
LIVE = Draft("GET", "/ws", operation="events")

Make = Callable[..., Any]


def says(*pieces: bytes) -> Callable[[socket.socket], None]:
    """A server that opens a socket, sends these pieces one by one, and waits for the other side to go."""

    def behave(connection: socket.socket) -> None:
        head_of(connection)
        for piece in pieces:
            connection.sendall(piece)
            sleep(0.01)
        connection.recv(1)

    return behave


@pytest.mark.parametrize("pieces", [(OPEN + CLOSE,), (OPEN, CLOSE), (OPEN, b"\x81\x02no", CLOSE)])
def test_a_socket_that_is_closed_at_once(servers: Any, make_client: Make, pieces: tuple[bytes, ...]) -> None:
    exchange = make_client(base_url=f"http://{servers.start(says(*pieces))}").handshake(LIVE)
    assert exchange.status == 101
    assert closed(exchange) == 4001


def test_a_socket_whose_connection_is_closed(servers: Any, make_client: Make) -> None:
    def behave(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(OPEN)

    exchange = make_client(base_url=f"http://{servers.start(behave)}").handshake(LIVE)
    assert (exchange.status, exchange.response.body) == (101, b"")


def test_a_server_that_never_stops_talking(servers: Any, make_client: Make) -> None:
    def behave(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(OPEN)
        while True:
            connection.sendall(b"\x81\x02hi" * 1000)

    begun = monotonic()
    exchange = make_client(base_url=f"http://{servers.start(behave)}").handshake(LIVE)
    assert exchange.status == 101
    assert len(exchange.response.body) == 65_536
    assert monotonic() - begun < 5


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Says what its path names, as ASGI says it."""
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    match scope["path"].rpartition("/")[2]:
        case "closes":
            await send({"type": "websocket.close", "code": 4401, "reason": "who?"})
        case "tells":
            await send({"type": "websocket.send", "text": "ü" * 100})
            await send({"type": "websocket.send", "bytes": b"x" * 5})
            await send({"type": "websocket.close"})
        case "floods":
            await send({"type": "websocket.send", "bytes": b"x" * 70_000})
    while (await receive())["type"] != "websocket.disconnect":
        continue


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/closes", [(8, b"\x11\x31who?")]),
        ("/tells", [(1, "ü".encode() * 100), (2, b"x" * 5), (8, b"\x03\xe8")]),
        ("/waits", []),
    ],
)
def test_an_application_in_this_process(make_client: Make, path: str, said: list[tuple[int, bytes]]) -> None:
    client = make_client(transport=EmbeddedTransport(application))
    exchange = client.handshake(Draft("GET", path, operation="events"))
    assert exchange.status == 101
    assert list(frames(exchange.response.body)) == said
    client.close()


def test_an_application_s_long_frame_is_kept_in_part(make_client: Make) -> None:
    client = make_client(transport=EmbeddedTransport(application))
    body = client.handshake(Draft("GET", "/floods", operation="events")).response.body
    assert len(body) == 65_536
    assert body[:10] == b"\x82\x7f" + (70_000).to_bytes(8, "big")
    client.close()
