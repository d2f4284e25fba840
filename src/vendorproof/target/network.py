"""The wire: httpcore's connections under a meter, so that no server can hold an exchange longer than its bounds."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from vendorproof.errors import Place, Problem, TargetError
from vendorproof.target.meter import current
from vendorproof.target.profile import Secret

_KEEP_ALIVE = 2.0
"""Seconds that an idle connection is kept: less than any common server does, so that it is not closed under us."""

_PIECE = 4096
"""Bytes written at once: a server that reads slowly is noticed between two pieces."""

_FIRST_WORDS = 1.0
"""Seconds in which a server that has switched protocols may end the connection again, for it to count as refused."""

_NEXT_WORDS = 0.2
"""Seconds to wait for more once it has said something."""


class NetworkTransport(httpx.BaseTransport):
    """Sends httpx requests over TCP and TLS. Certificates and host names are always verified.

    Redirects, cookies, credentials of ~/.netrc and proxies of the environment are none of its business. `tls_roots` is
    a PEM file with certificates to trust beside the usual ones. TargetError where it can't be read.
    """

    def __init__(self, tls_roots: Path | None = None, proxy: Secret | None = None) -> None:
        context = _tls_context(tls_roots)
        self._reused = _pool(context, proxy, kept=20)
        # Whether a server acted on a write that it closed the connection under can't be known. So a write never goes
        # out on a connection that the server may be closing at this moment.
        self._fresh = _pool(context, proxy, kept=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        pool = self._reused if request.method in ("GET", "HEAD", "OPTIONS") else self._fresh
        url = request.url
        response = pool.handle_request(
            httpcore.Request(
                method=request.method.encode("ascii"),
                url=httpcore.URL(
                    scheme=url.raw_scheme,
                    host=url.raw_host,
                    port=url.port,
                    target=request.extensions.get("target", url.raw_path),
                ),
                headers=request.headers.raw,
                content=request.stream,
                # Only these: httpcore would use the target of ours for the proxy's own request too.
                extensions={"timeout": request.extensions.get("timeout", {})},
            )
        )
        stream = _Switched(response) if response.status == 101 else _Body(response)
        return httpx.Response(response.status, headers=response.headers, stream=stream, extensions=response.extensions)

    def close(self) -> None:
        self._reused.close()
        self._fresh.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Switched(_Body):
    """What a server sends of its own accord right after it has switched to another protocol."""

    def __iter__(self) -> Iterator[bytes]:
        stream: httpcore.NetworkStream = self._response.extensions["network_stream"]
        end, wait = monotonic() + _FIRST_WORDS, _FIRST_WORDS
        while wait > 0:
            try:
                piece = stream.read(_PIECE, wait)
            except httpcore.ReadTimeout:
                return
            if not piece:
                return
            yield piece
            wait = min(_NEXT_WORDS, end - monotonic())


def _tls_context(roots: Path | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if roots is not None:
        try:
            context.load_verify_locations(roots)
        except (OSError, ssl.SSLError) as error:
            fix = "tls_roots names a PEM file with one or more CA certificates"
            raise TargetError(Problem(Place(roots), f"no certificates can be read from it: {error}", fix)) from None
    return context


def _pool(context: ssl.SSLContext, proxy: Secret | None, kept: int) -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=context,
        proxy=_proxy(proxy) if proxy else None,
        max_connections=None,
        max_keepalive_connections=kept,
        keepalive_expiry=_KEEP_ALIVE,
        network_backend=_Backend(through_proxy=proxy is not None),
    )


def _proxy(proxy: Secret) -> httpcore.Proxy:
    parts = urlsplit(proxy.value)
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    port = f":{parts.port}" if parts.port else ""
    return httpcore.Proxy(f"{parts.scheme}://{parts.hostname}{port}", auth=auth)


class _Backend(httpcore.SyncBackend):
    """Opens connections whose every step is bounded by the meter of the exchange."""

    def __init__(self, *, through_proxy: bool) -> None:
        self._through_proxy = through_proxy

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        if meter := current():
            meter.connected = True
        try:
            return self._connect(host, port, timeout, local_address, socket_options)
        except httpcore.ConnectError as error:
            if self._through_proxy:
                raise httpcore.ProxyError(f"{host}:{port}: {error}") from error
            raise

    def _connect(
        self,
        host: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _addresses(host, port):
            try:
                # One address at a time: the timeout of socket.create_connection holds for each of them anew.
                return _Stream(super().connect_tcp(address, port, _left(timeout), local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label that no host name can have
        raise httpcore.ConnectError(f"{host}: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _left(timeout: float | None) -> float | None:
    meter = current()
    return meter.left(timeout) if meter else timeout


class _Stream(httpcore.NetworkStream):
    """A connection whose reads and writes are bounded by the meter of the exchange that uses it."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        meter = current()
        if meter is None:
            return self._inner.read(max_bytes, timeout)
        meter.expect()
        data = self._inner.read(max_bytes, meter.left(timeout))
        meter.received += len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
