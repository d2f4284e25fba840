"""A made-up vendor, targets and clients for it, and servers that behave as a test wants."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from vendorproof.contract.conventions import (
    Authentication,
    Carrier,
    ContextHeader,
    Conventions,
    Login,
    Provocation,
    Quota,
    RateLimit,
    Resource,
)
from vendorproof.contract.model import Basis, Contract, Effect, Kind, Operation
from vendorproof.exchange import Journal
from vendorproof.target import Client, Environment, Secret, Target, VirtualClock
from vendorproof.target.clock import nobody

TOKEN = "acme_live_0123456789abcdef"
"""The credential of the default role."""

OTHER = "acme_live_fedcba9876543210"
"""The credential of the second tenant."""

LOGIN = Login("logIn", {"email": "ACME_EMAIL", "password": "ACME_PASSWORD"}, "/token")


def operation(name: str, method: str, path: str, kind: Kind, *effects: Effect, public: bool = False) -> Operation:
    return Operation(
        vendor="acme",
        id=name,
        method=method,
        path=path,
        kind=kind,
        basis=Basis.STATED,
        effects=frozenset(effects),
        tags=(),
        parameters=(),
        request=(),
        request_required=False,
        responses=(),
        public=public,
    )


@pytest.fixture
def contract() -> Contract:
    """Acme: bearer tokens, a scoping header on its things, limits told in headers."""
    carriers = (
        Carrier("bearer", "header", "Authorization", "Bearer {credential}"),
        Carrier("key", "header", "X-Api-Key"),
        Carrier("query", "query", "apiKey"),
        Carrier("cookie", "cookie", "session"),
    )
    scope = ContextHeader("X-Org-Id", "org", "ACME_ORG", "org:{value}", ("listThings",), required=True)
    return Contract(
        vendor="acme",
        title="Acme",
        base_url="https://api.acme.example/v1",
        folder=Path("acme"),
        openapi={},
        operations=(
            operation("listThings", "GET", "/things", Kind.LIST, Effect.READ),
            operation("getThing", "GET", "/things/{thingId}", Kind.READ, Effect.READ),
            operation("createThing", "POST", "/things", Kind.CREATE, Effect.WRITE),
            operation("deleteThing", "DELETE", "/things/{thingId}", Kind.DELETE, Effect.DELETE_OWN),
            operation("chargeThing", "POST", "/charge", Kind.ACTION, Effect.WRITE, Effect.COSTLY),
            operation("search", "POST", "/search", Kind.ACTION, Effect.READ),
            operation("flip", "POST", "/flip", Kind.ACTION, Effect.DANGEROUS),
            operation("ping", "GET", "/ping", Kind.READ, Effect.READ, public=True),
            operation("logIn", "POST", "/login", Kind.LOGIN, Effect.WRITE, public=True),
            operation("events", "GET", "/ws", Kind.SOCKET, Effect.READ),
        ),
        conventions=Conventions(
            authentication=Authentication(carriers, "ACME_TOKEN", context=(scope,)),
            rate_limit=RateLimit(
                presence="every-response",
                headers={"limit": "X-Limit", "remaining": "X-Remaining", "reset": "X-Reset"},
                reset_format="epoch-seconds",
                retry_after="seconds",
            ),
            quota=Quota(402, ("sandbox",)),
            provocations={
                "close-twice": Provocation("close-twice", 409, (), assumed="the documentation names no request")
            },
            resources={"things": Resource("things", "thingId", "/id", "", "", list="listThings")},
        ),
        requirements=(),
        questions=(),
        known=(),
        sections={},
    )


def with_login(contract: Contract) -> Contract:
    """The same vendor, but its credential is got by logging in."""
    conventions = contract.conventions
    authentication = replace(conventions.authentication, login=LOGIN)
    return replace(contract, conventions=replace(conventions, authentication=authentication))


@pytest.fixture
def login_contract(contract: Contract) -> Contract:
    return with_login(contract)


@pytest.fixture
def make_target() -> Callable[..., Target]:
    """Makes a target that allows everything; what is given replaces a field."""

    def make(**given: Any) -> Target:
        usual: dict[str, Any] = {
            "name": "test",
            "vendor": "acme",
            "base_url": "https://api.acme.example/v1",
            "environment": Environment.SANDBOX,
            "credentials": {"default": Secret("ACME_TOKEN", TOKEN), "second_tenant": Secret("ACME_OTHER", OTHER)},
            "allow": frozenset(Effect),
            "values": {"org": "o1"},
        }
        return Target(**(usual | given))

    return make


Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def make_client(contract: Contract, make_target: Callable[..., Target]) -> Iterator[Callable[..., Client]]:
    """Makes a client; with `answer`, a function answers its requests instead of the network."""
    made: list[Client] = []

    def make(answer: Answer | None = None, *, of: Contract = contract, **given: Any) -> Client:
        transport = given.pop("transport", None) or (httpx.MockTransport(answer) if answer else None)
        clock = given.pop("clock", None) or VirtualClock()
        tell = given.pop("tell", nobody)
        client = Client(of, make_target(**given), Journal(), clock, transport, tell=tell)
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


Behaviour = Callable[[socket.socket], None]


class Servers:
    """Servers on loopback that do with each connection what they are told."""

    def __init__(self) -> None:
        self.stopped = Event()
        self.connections = 0
        self._threads: list[Thread] = []
        self._sockets: list[socket.socket] = []

    def start(self, behave: Behaviour, tls: ssl.SSLContext | None = None) -> str:
        """The address of a new server, as host and port."""
        listener = socket.create_server(("127.0.0.1", 0))
        self._sockets.append(listener)
        self._run(lambda: self._accept(listener, behave, tls))
        return f"127.0.0.1:{listener.getsockname()[1]}"

    def _run(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket, behave: Behaviour, tls: ssl.SSLContext | None) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(connection)
            self._run(lambda connection=connection: self._serve(connection, behave, tls))  # type: ignore[misc]

    def _serve(self, connection: socket.socket, behave: Behaviour, tls: ssl.SSLContext | None) -> None:
        # A client that has seen enough goes away; that is no error of the test.
        with contextlib.suppress(OSError):
            wrapped = tls.wrap_socket(connection, server_side=True) if tls else connection
            with wrapped:
                behave(wrapped)

    def stop(self) -> None:
        """Ends every server and asserts that no thread is left."""
        self.stopped.set()
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self._threads)


@pytest.fixture
def servers() -> Iterator[Servers]:
    running = Servers()
    yield running
    running.stop()


def head_of(connection: socket.socket) -> bytes:
    """Reads a request's head; b"" where the client closed instead."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    return data


@pytest.fixture
def answers(servers: Servers) -> Callable[..., str]:
    """Starts a server that reads one request after another and answers each with the same bytes; its base URL."""

    def start(*pieces: bytes, close: bool = True) -> str:
        def behave(connection: socket.socket) -> None:
            while head_of(connection):
                for piece in pieces:
                    connection.sendall(piece)
                if close:
                    return

        return f"http://{servers.start(behave)}"

    return start
