"""Connections, TLS and proxies, on loopback."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.target.conftest import head_of
from vendorproof.errors import TargetError
from vendorproof.exchange import Trouble
from vendorproof.target import Draft, Secret

READ = Draft("GET", "/things/1", operation="getThing")
WRITE = Draft("POST", "/things", operation="createThing", body=b"{}")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def keep_answering(connection: socket.socket) -> None:
    while head_of(connection):
        connection.sendall(OK)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def roots(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "roots.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


class TestConnections:
    """Which connection a request goes out on."""

    def test_readings_share_one(self, servers: Any, make_client: Any) -> None:
        client = make_client(base_url=f"http://{servers.start(keep_answering)}")
        assert [client.send(READ).status for _ in range(5)] == [200] * 5
        assert servers.connections == 1

    def test_each_write_has_a_fresh_one(self, servers: Any, make_client: Any) -> None:
        client = make_client(base_url=f"http://{servers.start(keep_answering)}")
        assert [client.send(WRITE).status for _ in range(3)] == [200] * 3
        assert servers.connections == 3

    def test_a_reading_on_a_connection_just_closed_goes_out_again(self, servers: Any, make_client: Any) -> None:
        closing = threading.Event()

        def behave(connection: socket.socket) -> None:
            head_of(connection)
            connection.sendall(OK)
            if not closing.is_set():
                # As if the server gave up an idle connection at the very moment of the next request.
                head_of(connection)
                closing.set()
                return
            keep_answering(connection)

        client = make_client(base_url=f"http://{servers.start(behave)}", budget=3)
        assert [client.send(READ).status for _ in range(2)] == [200, 200]
        assert servers.connections == 2
        assert (len(client.journal), client.budget.spent) == (2, 3)

    def test_not_without_a_call_left(self, servers: Any, make_client: Any) -> None:
        def behave(connection: socket.socket) -> None:
            head_of(connection)
            connection.sendall(OK)
            head_of(connection)

        client = make_client(base_url=f"http://{servers.start(behave)}", budget=2)
        assert client.send(READ).status == 200
        assert client.send(READ).failure.trouble is Trouble.CLOSED
        assert (servers.connections, client.budget.spent) == (1, 2)

    def test_a_fresh_connection_that_closes_is_a_failure_at_once(self, servers: Any, make_client: Any) -> None:
        client = make_client(base_url=f"http://{servers.start(lambda connection: head_of(connection) and None)}")
        assert client.send(READ).failure.trouble is Trouble.CLOSED
        assert (servers.connections, client.budget.spent) == (1, 1)

    def test_several_at_once_reach_the_server_together(self, servers: Any, make_client: Any) -> None:
        together = threading.Barrier(6, timeout=10)

        def behave(connection: socket.socket) -> None:
            head_of(connection)
            together.wait()
            connection.sendall(OK)

        client = make_client(base_url=f"http://{servers.start(behave)}")
        assert [exchange.status for exchange in client.send_all([WRITE] * 6)] == [200] * 6

    def test_the_bytes_on_the_wire(self, servers: Any, make_client: Any) -> None:
        heads: list[bytes] = []

        def behave(connection: socket.socket) -> None:
            data = head_of(connection)
            while not data.endswith(b"body"):
                data += connection.recv(65536)
            heads.append(data)
            connection.sendall(OK)

        address = servers.start(behave)
        draft = Draft(
            "POST", "/a/..b?x=%zz", operation="search", body=b"body", headers=(("X-Case", "KePt"),), role="none"
        )
        exchange = make_client(base_url=f"http://{address}/v1", values={}).send(draft)
        agent = exchange.request.headers.get("user-agent")
        assert heads[0].decode() == (
            "POST /v1/a/..b?x=%zz HTTP/1.1\r\n"
            f"Host: {address}\r\nUser-Agent: {agent}\r\nAccept: application/json\r\nAccept-Encoding: gzip, deflate\r\n"
            "X-Case: KePt\r\nContent-Length: 4\r\n\r\nbody"
        )
        assert exchange.response.http_version == "HTTP/1.1"

    def test_header_fields_come_as_they_were_sent(self, answers: Any, make_client: Any) -> None:
        base = answers(b"HTTP/1.1 200 OK\r\nX-One: 1\r\nx-one: 2\r\nX-Latin: \xe9\r\nContent-Length: 0\r\n\r\n")
        headers = make_client(base_url=base).send(READ).response.headers
        assert [*headers] == [("X-One", "1"), ("x-one", "2"), ("X-Latin", "é"), ("Content-Length", "0")]

    @pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
    def test_an_answer_without_a_body(self, status: bytes, answers: Any, make_client: Any) -> None:
        base = answers(b"HTTP/1.1 " + status + b"\r\nContent-Encoding: gzip\r\n\r\n")
        assert make_client(base_url=base).send(READ).response.body == b""

    def test_head(self, answers: Any, make_client: Any) -> None:
        base = answers(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
        response = make_client(base_url=base).send(Draft("HEAD", "/things")).response
        assert (response.status, response.body) == (200, b"")

    def test_interim_answers_are_passed_over(self, answers: Any, make_client: Any) -> None:
        assert make_client(base_url=answers(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3, OK)).send(READ).status == 200

    def test_events_are_kept_piece_by_piece(self, servers: Any, make_client: Any) -> None:
        def behave(connection: socket.socket) -> None:
            head_of(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\n")
            connection.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
            for piece in (b"data: 1\n\n", b"data: 2\n", b"\n"):
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            connection.sendall(b"0\r\n\r\n")

        response = make_client(base_url=f"http://{servers.start(behave)}").send(READ).response
        assert response.pieces == (9, 8, 1)
        assert (response.body, response.cut) == (b"data: 1\n\ndata: 2\n\n", False)


class TestTls:
    """Certificates are always looked at."""

    def test_own_roots(self, authority: Any, roots: Path, servers: Any, make_client: Any) -> None:
        address = servers.start(keep_answering, server_context(authority, "127.0.0.1"))
        client = make_client(base_url=f"https://{address}", tls_roots=roots)
        assert [client.send(READ).status, client.send(WRITE).status] == [200, 200]

    def test_an_unknown_authority(self, authority: Any, servers: Any, make_client: Any) -> None:
        address = servers.start(keep_answering, server_context(authority, "127.0.0.1"))
        failure = make_client(base_url=f"https://{address}").send(READ).failure
        assert failure.trouble is Trouble.TLS
        assert "certificate verify failed" in failure.detail

    def test_a_certificate_for_another_name(self, authority: Any, roots: Path, servers: Any, make_client: Any) -> None:
        address = servers.start(keep_answering, server_context(authority, "other.example"))
        failure = make_client(base_url=f"https://{address}", tls_roots=roots).send(READ).failure
        assert failure.trouble is Trouble.TLS
        assert "127.0.0.1" in failure.detail

    def test_no_tls_on_the_port(self, servers: Any, make_client: Any) -> None:
        def behave(connection: socket.socket) -> None:
            connection.recv(10)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        failure = make_client(base_url=f"https://{servers.start(behave)}").send(READ).failure
        assert failure.trouble is Trouble.TLS

    @pytest.mark.parametrize(
        ("read", "trouble"), [(65536, Trouble.TLS), (10, Trouble.CLOSED)], ids=["closes", "resets"]
    )
    def test_a_handshake_that_is_broken_off(self, read: int, trouble: Trouble, servers: Any, make_client: Any) -> None:
        # Closing with bytes unread resets the connection.
        base_url = f"https://{servers.start(lambda connection: connection.recv(read) and None)}"
        assert make_client(base_url=base_url).send(READ).failure.trouble is trouble

    def test_a_handshake_that_never_ends(self, servers: Any, make_client: Any) -> None:
        def behave(connection: socket.socket) -> None:
            connection.sendall(b"\x16\x03\x03")
            while connection.recv(1000):
                pass

        exchange = make_client(base_url=f"https://{servers.start(behave)}", max_seconds=0.3).send(READ)
        assert exchange.failure.trouble is Trouble.TIMEOUT
        assert exchange.elapsed < 1

    def test_roots_that_are_none(self, tmp_path: Path, make_client: Any) -> None:
        bad = tmp_path / "roots.pem"
        bad.write_text("no certificate")
        for path in (bad, tmp_path / "absent.pem"):
            with pytest.raises(TargetError, match=f"{path.name}: no certificates can be read from it"):
                make_client(tls_roots=path)


def proxy_server(upstream: str, heads: list[bytes]) -> Callable[[socket.socket], None]:
    """Forwards plain requests itself, and tunnels CONNECT."""

    def behave(connection: socket.socket) -> None:
        head = head_of(connection)
        heads.append(head)
        if not head.startswith(b"CONNECT"):
            connection.sendall(OK)
            return
        host, port = upstream.split(":")
        with socket.create_connection((host, int(port))) as beyond:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(beyond, connection))
            back.start()
            pump(connection, beyond)
            back.join()

    return behave


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


class TestProxies:
    """Requests go through the target's proxy, and its password goes to it alone."""

    def test_plain_requests_are_forwarded(self, servers: Any, make_client: Any) -> None:
        heads: list[bytes] = []
        proxy = f"http://me:hush%2Dhush@{servers.start(proxy_server('', heads))}"
        client = make_client(base_url="http://api.acme.example", proxy=Secret("PROXY", proxy))
        exchange = client.send(READ)
        assert exchange.status == 200
        assert heads[0].startswith(b"GET http://api.acme.example/things/1 HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic " + base64.b64encode(b"me:hush-hush") in heads[0]
        assert "proxy-authorization" not in exchange.request.headers

    def test_tls_goes_through_a_tunnel(self, authority: Any, roots: Path, servers: Any, make_client: Any) -> None:
        heads: list[bytes] = []
        upstream = servers.start(keep_answering, server_context(authority, "api.acme.example"))
        proxy = f"http://{servers.start(proxy_server(upstream, heads))}"
        client = make_client(base_url="https://api.acme.example", proxy=Secret("PROXY", proxy), tls_roots=roots)
        assert client.send(READ).status == 200
        assert heads[0].startswith(b"CONNECT api.acme.example:443 HTTP/1.1\r\n")
        assert b"acme_live" not in heads[0]

    def test_a_proxy_that_refuses(self, servers: Any, make_client: Any) -> None:
        def behave(connection: socket.socket) -> None:
            head_of(connection)
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

        proxy = Secret("PROXY", f"http://{servers.start(behave)}")
        failure = make_client(base_url="https://api.acme.example", proxy=proxy).send(READ).failure
        assert (failure.trouble, failure.detail) == (Trouble.PROXY, "407 Proxy Authentication Required")

    def test_a_proxy_that_is_not_there(self, make_client: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            proxy = Secret("PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
        failure = make_client(base_url="https://api.acme.example", proxy=proxy).send(READ).failure
        assert failure.trouble is Trouble.PROXY


class TestHandshake:
    """The opening of a WebSocket, over the wire."""

    def test_an_agreement(self, servers: Any, make_client: Any) -> None:
        heads: list[bytes] = []

        def behave(connection: socket.socket) -> None:
            heads.append(head_of(connection))
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
            connection.sendall(b"Sec-WebSocket-Accept: x\r\n\r\n\x81\x05hel")
            connection.recv(1)

        exchange = make_client(base_url=f"http://{servers.start(behave)}").handshake(
            Draft("GET", "/ws", operation="events")
        )
        assert exchange.status == 101
        assert exchange.response.headers.get("sec-websocket-accept") == "x"
        head = heads[0].decode().lower()
        assert "\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n" in head
        assert len(base64.b64decode(exchange.request.headers.get("sec-websocket-key"))) == 16
        assert "\r\nauthorization: bearer acme_live" in head

    def test_a_refusal(self, answers: Any, make_client: Any) -> None:
        base = answers(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}")
        exchange = make_client(base_url=base).handshake(Draft("GET", "/ws", operation="events", role="none"))
        assert (exchange.status, exchange.response.body) == (401, b"{}")
