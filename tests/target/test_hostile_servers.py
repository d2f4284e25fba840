"""Whatever a server does, an exchange ends within its bounds and says what happened."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.target.conftest import head_of
from vendorproof.exchange import Trouble
from vendorproof.target import Draft, Timeouts

READ = Draft("GET", "/things", operation="getThing")
SECONDS = 0.4
"""The time limit of an exchange here."""

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Behaviour = Callable[[socket.socket], None]


def read_head(connection: socket.socket) -> None:
    if not head_of(connection):
        raise ConnectionError


def then(*pieces: bytes) -> Behaviour:
    """Reads a request, sends the pieces, closes."""

    def behave(connection: socket.socket) -> None:
        read_head(connection)
        for piece in pieces:
            connection.sendall(piece)

    return behave


def forever(start: bytes, again: bytes, pause: float = 0.0) -> Behaviour:
    """Reads a request, sends a start, and then the same piece until the client goes away."""

    def behave(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(start)
        while True:
            connection.sendall(again)
            time.sleep(pause)

    return behave


def silent(connection: socket.socket) -> None:
    """Reads whatever comes and says nothing."""
    while connection.recv(65536):
        pass


def reset(connection: socket.socket) -> None:
    read_head(connection)
    connection.sendall(OK + b"Content-Length: 100\r\n\r\n{")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def deaf(connection: socket.socket) -> None:
    """Reads the request a byte at a time, with pauses."""
    while connection.recv(1):
        time.sleep(0.02)


BOMB = gzip.compress(bytes(40_000_000))
NESTED_BOMB = gzip.compress(BOMB)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Encoding: "
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

FAILS: dict[str, tuple[Behaviour, Trouble]] = {
    "closes at once": (lambda connection: None, Trouble.CLOSED),
    "closes after the request": (then(), Trouble.CLOSED),
    "closes in the status line": (then(b"HTTP/1.1 20"), Trouble.CLOSED),
    "closes in the headers": (then(b"HTTP/1.1 200 OK\r\nContent-Le"), Trouble.CLOSED),
    "closes in the body": (then(OK + b"Content-Length: 100\r\n\r\n{"), Trouble.CLOSED),
    "closes in a chunk": (then(CHUNKED + b"ff\r\nabc"), Trouble.CLOSED),
    "resets in the body": (reset, Trouble.CLOSED),
    "says nothing": (silent, Trouble.TIMEOUT),
    "says nothing after the head": (forever(OK + b"Content-Length: 9\r\n\r\n", b"", 0.05), Trouble.TIMEOUT),
    "drips the status line": (forever(b"H", b"T", 0.02), Trouble.TIMEOUT),
    "drips headers": (forever(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", 0.02), Trouble.TIMEOUT),
    "drips the body": (forever(OK + b"Content-Length: 9999\r\n\r\n", b"x", 0.02), Trouble.TIMEOUT),
    "drips chunks": (forever(CHUNKED, b"1\r\nx\r\n", 0.02), Trouble.TIMEOUT),
    "drips a silent gzip": (
        forever(HEAD + b"gzip\r\n\r\n" + gzip.compress(b""), gzip.compress(b""), 0.02),
        Trouble.TIMEOUT,
    ),
    "drips interim answers": (forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02), Trouble.TIMEOUT),
    "drips before an event": (forever(STREAM, b"", 0.02), Trouble.TIMEOUT),
    "floods with interim answers": (forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50), Trouble.PROTOCOL),
    "sends endless headers": (forever(b"HTTP/1.1 200 OK\r\n", b"X-More: 0123456789\r\n" * 50), Trouble.PROTOCOL),
    "sends an endless header": (forever(b"HTTP/1.1 200 OK\r\nX: ", b"0123456789" * 100), Trouble.PROTOCOL),
    "sends an endless status line": (forever(b"HTTP/1.1 200 ", b"OK" * 500), Trouble.PROTOCOL),
    "sends an endless chunk size": (forever(CHUNKED, b"0" * 5000), Trouble.PROTOCOL),
    "speaks another protocol": (then(b"220 mail.example ESMTP\r\n\r\n"), Trouble.PROTOCOL),
    "speaks TLS on a plain port": (then(b"\x15\x03\x01\x00\x02\x02\x28" * 10), Trouble.PROTOCOL),
    "sends zeros": (then(bytes(5000)), Trouble.PROTOCOL),
    "sends an invalid chunk size": (then(CHUNKED + b"zz\r\nabc\r\n"), Trouble.PROTOCOL),
    "sends two lengths": (then(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), Trouble.PROTOCOL),
    "sends a negative length": (then(OK + b"Content-Length: -1\r\n\r\n"), Trouble.PROTOCOL),
    "sends a length that is a word": (then(OK + b"Content-Length: many\r\n\r\n"), Trouble.PROTOCOL),
    "sends a status of four digits": (then(b"HTTP/1.1 2000 OK\r\n\r\n"), Trouble.PROTOCOL),
    "sends no gzip as gzip": (then(HEAD + b"gzip\r\nContent-Length: 5\r\n\r\nhello"), Trouble.PROTOCOL),
    "sends no deflate as deflate": (
        then(HEAD + b"deflate\r\nContent-Length: 5\r\n\r\n\xff\xff\xff\xff\xff"),
        Trouble.PROTOCOL,
    ),
    "ends gzip early": (then(HEAD + b"gzip\r\n\r\n" + gzip.compress(b"hello")[:-6]), Trouble.PROTOCOL),
    "agrees to an upgrade nobody asked for": (
        then(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        Trouble.PROTOCOL,
    ),
}


@pytest.mark.parametrize("case", FAILS)
def test_a_server_that_gives_no_complete_answer_is_a_failure(case: str, servers: Any, make_client: Any) -> None:
    behave, trouble = FAILS[case]
    client = make_client(base_url=f"http://{servers.start(behave)}", max_seconds=SECONDS, max_header_bytes=16_384)
    begun = time.monotonic()
    exchange = client.send(READ)
    assert time.monotonic() - begun < SECONDS + 2
    assert exchange.response is None
    assert (exchange.failure.trouble, bool(exchange.failure.detail)) == (trouble, True)
    assert list(client.journal) == [exchange]


KEY = "acme_live_0123456789abcdef"
BROKEN_BY_A_KEY = {
    "the status line": b"HTTP/1.1 2xx KEY\r\n\r\n",
    "the version": b"HTTP/KEY 200 OK\r\n\r\n",
    "all of it": b"KEY" * 200 + b"\r\n\r\n",
    "a header": OK + b"KEY\r\n\r\n",
    "the size of a chunk": CHUNKED + b"KEY\r\n",
    "where it redirects to": b"HTTP/1.1 302 Found\r\nLocation: http://KEY.example/\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("place", BROKEN_BY_A_KEY)
def test_no_failure_repeats_a_key_that_a_server_put_where_none_belongs(
    place: str, servers: Any, make_client: Any
) -> None:
    behave = then(BROKEN_BY_A_KEY[place].replace(b"KEY", KEY.encode()))
    client = make_client(base_url=f"http://{servers.start(behave)}", max_seconds=SECONDS)
    failure = client.send(replace(READ, follow=True)).failure
    assert "ACME_TOKEN" in failure.detail
    assert KEY[10:] not in failure.detail


LIMIT = 100_000

CUT: dict[str, Behaviour] = {
    "endless body": forever(OK + b"\r\n", b"x" * 10_000),
    "endless chunks": forever(CHUNKED, b"400\r\n" + b"x" * 1024 + b"\r\n"),
    "body longer than the limit": then(OK + b"Content-Length: 999999\r\n\r\n" + b"x" * 999_999),
    "gzip bomb": then(HEAD + b"gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB),
    "gzip bomb in gzip": then(HEAD + b"gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(NESTED_BOMB) + NESTED_BOMB),
    "deflate bomb": then(HEAD + b"deflate\r\n\r\n" + zlib.compress(bytes(40_000_000))),
    "endless gzip members of nothing": forever(HEAD + b"gzip\r\n\r\n", gzip.compress(b"") * 500),
    "endless events": forever(STREAM, b"data: x\n\n" * 1000),
}


@pytest.mark.parametrize("case", CUT)
def test_a_body_without_end_is_cut_at_the_limit(case: str, servers: Any, make_client: Any) -> None:
    client = make_client(base_url=f"http://{servers.start(CUT[case])}", max_seconds=5, max_body_bytes=LIMIT)
    tracemalloc.start()
    exchange = client.send(READ)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert exchange.failure is None
    assert exchange.response.cut
    kept = LIMIT if "events" in case else min(LIMIT, 64 * 1024)
    assert len(exchange.response.body) == (0 if "nothing" in case else kept)
    assert peak < 8_000_000


def test_an_event_stream_without_end_is_kept_as_far_as_it_came(servers: Any, make_client: Any) -> None:
    address = servers.start(forever(STREAM, b"data: x\n\n", 0.02))
    exchange = make_client(base_url=f"http://{address}", max_seconds=SECONDS).send(READ)
    assert exchange.response.cut
    assert exchange.response.body.startswith(b"data: x\n\n")
    assert sum(exchange.response.pieces) == len(exchange.response.body)
    assert SECONDS <= exchange.elapsed < SECONDS + 2


def test_an_idle_event_stream_ends_with_the_read_timeout(servers: Any, make_client: Any) -> None:
    address = servers.start(forever(STREAM + b"data: 1\n\n", b"", 0.02))
    client = make_client(base_url=f"http://{address}", timeouts=Timeouts(1, 0.1), max_seconds=10)
    exchange = client.send(READ)
    assert (exchange.response.body, exchange.response.cut) == (b"data: 1\n\n", True)
    assert exchange.elapsed < 2


def test_a_server_that_hardly_reads_does_not_hold_a_long_request(servers: Any, make_client: Any) -> None:
    client = make_client(base_url=f"http://{servers.start(deaf)}", max_seconds=SECONDS)
    exchange = client.send(Draft("POST", "/things", operation="createThing", body=bytes(30_000_000)))
    assert exchange.failure.trouble is Trouble.TIMEOUT
    assert exchange.elapsed < SECONDS + 2


def test_an_answer_before_the_request_is_read_is_an_answer(servers: Any, make_client: Any) -> None:
    address = servers.start(then(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"))
    client = make_client(base_url=f"http://{address}", max_seconds=2)
    exchange = client.send(Draft("POST", "/things", operation="createThing", body=b"x"))
    assert exchange.status == 413


def test_nobody_listening_is_refused(make_client: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    exchange = make_client(base_url=f"http://127.0.0.1:{port}").send(READ)
    assert exchange.failure.trouble is Trouble.REFUSED


@pytest.mark.parametrize("host", ["a..example", f"{'a' * 64}.example"])
def test_a_host_name_that_can_not_be_is_not_found(host: str, make_client: Any) -> None:
    exchange = make_client(base_url=f"https://{host}").send(READ)
    assert exchange.failure.trouble is Trouble.DNS


def test_an_unknown_host_is_not_found(make_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    exchange = make_client(base_url="https://api.acme.example").send(READ)
    assert exchange.failure.trouble is Trouble.DNS
    assert "api.acme.example" in exchange.failure.detail


def test_a_failure_in_the_body_tells_the_status(answers: Any, make_client: Any) -> None:
    base = answers(b"HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\nabc")
    exchange = make_client(base_url=base).send(READ)
    assert exchange.failure.detail.endswith("(after HTTP 503 and 3 bytes of the body)")


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("gzip, deflate", lambda data: zlib.compress(gzip.compress(data))),
        ("identity", bytes),
        ("br", bytes),
        ("gzip, gzip, gzip, gzip", bytes),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:]) + b"\0\0\0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_encodings_are_taken_off_and_unknown_ones_left(
    encoding: str, encode: Any, answers: Any, make_client: Any
) -> None:
    body = b'{"data": [1, 2, 3]}' * 20
    sent = encode(body)
    pieces = [sent[start : start + 7] for start in range(0, len(sent), 7)]
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(sent)}\r\n\r\n".encode()
    response = make_client(base_url=answers(head, *pieces)).send(READ).response
    assert (response.body, response.cut) == (body, False)
    assert response.headers.get("content-encoding") == encoding
