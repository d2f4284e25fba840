"""The mock as a real server on loopback."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from vendorproof.errors import UsageError
from vendorproof.mock.app import Mock

if TYPE_CHECKING:
    import uvicorn

_HOST = "127.0.0.1"
_PATIENCE = 10.0


@dataclass(frozen=True)
class Served:
    """Where a running mock is: its base URL, and the file with the root certificate to trust, None without TLS."""

    base_url: str
    tls_roots: Path | None


def serve(mock: Mock, *, port: int = 0, tls: bool = False, announce: Callable[[Served], None]) -> None:
    """Serves until it is interrupted (Ctrl-C, SIGTERM); `announce` is called once it listens.

    Port 0 takes a free one. Raises UsageError where the port can't be had.
    """
    with _server(mock, port, tls, redirects=False) as (server, listener, served):
        announce(served)
        # Once it has shut down in good order, uvicorn raises the signal that told it to.
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            return


@contextmanager
def running(mock: Mock, *, tls: bool = False, redirects: bool = False) -> Iterator[Served]:
    """The mock served from a thread while the context lasts. `redirects` treats plain http as the vendor does, which
    would make a server without TLS useless otherwise."""
    with _server(mock, 0, tls, redirects=redirects) as (server, listener, served):
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = monotonic() + _PATIENCE
        while not server.started:
            if monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the mock did not start")
            sleep(0.001)
        try:
            yield served
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


@contextmanager
def _server(
    mock: Mock, port: int, tls: bool, *, redirects: bool
) -> Iterator[tuple[uvicorn.Server, socket.socket, Served]]:
    # Imported here: a run at the embedded mock has no use for a server, and would wait for it.
    import uvicorn

    listener = _listener(port)
    try:
        with tempfile.TemporaryDirectory(prefix="vendorproof-mock-") as folder:
            roots, options = _certificates(Path(folder)) if tls else (None, {})
            config = uvicorn.Config(
                mock if redirects else _as_if_secure(mock),
                log_config=None,
                access_log=False,
                lifespan="on",
                ws="websockets-sansio",
                timeout_graceful_shutdown=2,
                server_header=False,
                **options,
            )
            scheme = "https" if tls else "http"
            base_url = f"{scheme}://{_HOST}:{listener.getsockname()[1]}{mock.blueprint.base_path}"
            yield uvicorn.Server(config), listener, Served(base_url, roots)
    finally:
        listener.close()


def _listener(port: int) -> socket.socket:
    # Without the protocol asyncio leaves Nagle's algorithm on, and every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(256)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"port {port} of {_HOST} can't be had: {error}; take another with --port, 0 for any"
        ) from error
    return listener


def _certificates(folder: Path) -> tuple[Path, dict[str, Any]]:
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert(_HOST, "localhost")
    roots, chain, key = folder / "roots.pem", folder / "chain.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(str(roots))
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(chain), append=True)
    certificate.private_key_pem.write_to_path(str(key))
    return roots, {"ssl_certfile": str(chain), "ssl_keyfile": str(key)}


def _as_if_secure(mock: Mock) -> Callable[..., Awaitable[None]]:
    """The mock behind a server that takes plain http for TLS."""
    secure = {"http": "https", "ws": "wss"}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = {**scope, "scheme": secure.get(scope["scheme"], scope["scheme"])}
        await mock(scope, receive, send)

    return application
