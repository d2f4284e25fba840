"""One request to one bounded answer: the only module that knows how httpx is driven.

A transport is called directly, without httpx's client around it: that would keep cookies between requests, follow
redirects, read ~/.netrc and add headers, and a recorded exchange would not be what was sent.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import httpcore
import httpx

from vendorproof.errors import InternalError
from vendorproof.exchange.model import Failure, Headers, Request, Response, Trouble
from vendorproof.target.compose import octets
from vendorproof.target.decode import BrokenEncoding, Decoder, decoders
from vendorproof.target.meter import Meter, TooLarge, TooLong, metered
from vendorproof.target.profile import Timeouts

EVENT_STREAM = "text/event-stream"

_KEPT_WHEN_CUT = 64 * 1024
"""Bytes that are kept of a body that was cut."""

_MOST_PIECES = 65_536
"""Pieces of an event stream that are kept apart; what comes after them is one more."""

_MOST_HEARD = 65_536
"""Bytes that are kept of what follows a switch of protocols."""

_TRANSPORT_ERRORS = (
    httpx.TransportError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)
_TIMEOUTS = (httpx.TimeoutException, httpcore.TimeoutException, TooLong)
_CONNECT = (httpx.ConnectError, httpcore.ConnectError)
_OURS = (httpx.LocalProtocolError, httpcore.LocalProtocolError, httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol)
_REMOTE = (httpx.RemoteProtocolError, httpcore.RemoteProtocolError)
_PROXY = (httpx.ProxyError, httpcore.ProxyError)
# How httpcore and h11 word that a server went away; they have no exception of its own for it.
_GONE = ("disconnected without sending", "closed connection without")


@dataclass(frozen=True)
class Bounds:
    """What one exchange may take at most."""

    seconds: float
    header_bytes: int
    body_bytes: int
    timeouts: Timeouts


class Http:
    """Sends requests through a transport. Whatever a server does becomes a response or a failure.

    Safe to use from several threads.
    """

    def __init__(self, transport: httpx.BaseTransport, bounds: Bounds) -> None:
        self._transport = transport
        self._bounds = bounds
        timeouts = bounds.timeouts
        self._timeout = {
            "connect": min(timeouts.connect, bounds.seconds),
            "read": min(timeouts.read, bounds.seconds),
            "write": min(timeouts.read, bounds.seconds),
            "pool": bounds.seconds,
        }

    def exchange(self, request: Request, again: Callable[[], bool]) -> Response | Failure:
        """What came of a request.

        A reading that met a connection which the server was just closing goes out once more, if `again` agrees.
        Raises InternalError where the request itself can't be written as HTTP.
        """
        outcome, stale = self._attempt(request)
        if stale and again():
            outcome, _ = self._attempt(request)
        return outcome

    def close(self) -> None:
        """Closes every connection."""
        self._transport.close()

    def _attempt(self, request: Request) -> tuple[Response | Failure, bool]:
        reader = _Reader(self._bounds, Meter(self._bounds.seconds, self._bounds.header_bytes))
        try:
            with metered(reader.meter):
                response = self._transport.handle_request(self._built(request))
                try:
                    return reader.read(response), False
                finally:
                    response.stream.close()  # type: ignore[union-attr]
        except _OURS as error:
            raise InternalError(f"{request.method} {request.path}: can't be sent: {type(error).__name__}") from None
        except (*_TRANSPORT_ERRORS, BrokenEncoding, TooLong, TooLarge) as error:
            failure = Failure(_trouble(error), f"{_words(error)}{reader.progress}")
            stale = failure.trouble is Trouble.CLOSED and not reader.meter.connected and not reader.meter.received
            return failure, stale and request.method in ("GET", "HEAD", "OPTIONS")

    def _built(self, request: Request) -> httpx.Request:
        parts = urlsplit(request.url)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        return httpx.Request(
            request.method,
            _origin(f"{parts.scheme}://{parts.netloc}/"),
            headers=[(name.encode("ascii"), octets(value)) for name, value in request.headers],
            stream=httpx.ByteStream(request.body),
            # The target goes out as it was written: httpx would resolve dots and encode it anew.
            extensions={"timeout": self._timeout, "target": target.encode("ascii")},
        )


@lru_cache(maxsize=64)
def _origin(url: str) -> httpx.URL:
    return httpx.URL(url)


class _Reader:
    """Reads one answer within the bounds."""

    def __init__(self, bounds: Bounds, meter: Meter) -> None:
        self.meter = meter
        self._most = bounds.body_bytes
        self._status = 0
        self._body = bytearray()
        self._pieces: list[int] = []
        self._cut = False

    @property
    def progress(self) -> str:
        """How far the answer had come, in words; "" where nothing of it had."""
        return f" (after HTTP {self._status} and {len(self._body)} bytes of the body)" if self._status else ""

    def read(self, response: httpx.Response) -> Response:
        self.meter.head = True
        self._status = response.status_code
        headers = Headers(
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        )
        head = Response(self._status, headers, http_version=_version(response))
        if self._status == 101:
            self._listen(response)
        else:
            stream = head.content_type == EVENT_STREAM
            try:
                keep = stream or "content-length" not in headers
                self._read_body(response, decoders(headers.get("content-encoding")) or (), keep=keep)
            except _TIMEOUTS:
                # An event stream may rightly never end; what came of it is evidence.
                if not stream or not self._body:
                    raise
                self._cut = True
        if self._cut and head.content_type != EVENT_STREAM:
            # Nothing is concluded from half a document, and a run keeps every answer in memory.
            return Response(self._status, headers, bytes(self._body[:_KEPT_WHEN_CUT]), (), True, head.http_version)
        return Response(self._status, headers, bytes(self._body), self._lengths(), self._cut, head.http_version)

    def _listen(self, response: httpx.Response) -> None:
        """What a server says first on a connection that it has switched to another protocol: it may end it at once."""
        try:
            for piece in response.stream:  # type: ignore[union-attr]
                self._body += piece[: _MOST_HEARD - len(self._body)]
                self.meter.left()
                if len(self._body) == _MOST_HEARD:
                    return
        except (*_TRANSPORT_ERRORS, TooLong):
            return

    def _read_body(self, response: httpx.Response, layers: Sequence[Decoder], *, keep: bool) -> None:
        raw = 0
        for piece in response.stream:  # type: ignore[union-attr]
            raw += len(piece)
            room = self._most - len(self._body)
            decoded = piece
            for layer in layers:
                decoded = layer.feed(decoded, self._most + 1)
            self._body += decoded[:room]
            if keep and decoded and len(self._pieces) < _MOST_PIECES:
                self._pieces.append(min(len(decoded), room))
            if len(decoded) > room or raw > self._most:
                self._cut = True
                return
            self.meter.left()
        for layer in layers:
            layer.finish()

    def _lengths(self) -> tuple[int, ...]:
        rest = len(self._body) - sum(self._pieces)
        return (*self._pieces, rest) if self._pieces and rest else tuple(self._pieces)


def _version(response: httpx.Response) -> str:
    version = response.extensions.get("http_version", b"HTTP/1.1")
    return version.decode("ascii", "replace") if isinstance(version, bytes) else str(version)


def _trouble(error: Exception) -> Trouble:
    causes = list(_causes(error))
    if isinstance(error, _TIMEOUTS):
        return Trouble.TIMEOUT
    if isinstance(error, _PROXY):
        return Trouble.PROXY
    if any(isinstance(cause, socket.gaierror | UnicodeError) for cause in causes):
        return Trouble.DNS
    if isinstance(error, _CONNECT) and any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Trouble.TLS
    if isinstance(error, _CONNECT) and not any(isinstance(cause, ConnectionResetError) for cause in causes):
        return Trouble.REFUSED
    if isinstance(error, BrokenEncoding | TooLarge):
        return Trouble.PROTOCOL
    if isinstance(error, _REMOTE) and not any(word in str(error) for word in _GONE):
        return Trouble.PROTOCOL
    return Trouble.CLOSED


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
