"""WebSockets: the opening handshake (RFC 6455, 4) and who it is refused."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from vendorproof.checks.outcome import Fail, Inconclusive, Outcome, answer, failed, passed, shown
from vendorproof.checks.registry import Obligation, check
from vendorproof.exchange.model import Exchange, Headers

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CLOSE = 8
_GOING_AWAY = frozenset({1000, 1001, 1012, 1013})
"""Close codes by which a server leaves without finding fault with the client (RFC 6455, 7.4; IANA registry)."""


def frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Opcode and payload of each whole frame that a server sent (RFC 6455, 5.2)."""
    while len(data) >= 2:
        opcode, length, start = data[0] & 0x0F, data[1] & 0x7F, 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(data[2:start], "big")
        if len(data) < start + length:
            return
        yield opcode, data[start : start + length]
        data = data[start + length :]


def closed(exchange: Exchange) -> int | None:
    """The code with which a server closed a socket right after it had opened it, 1005 where it gave none; None where it
    left it open."""
    body = exchange.response.body if exchange.response else b""
    for opcode, payload in frames(body):
        if opcode == _CLOSE:
            return int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
    return None


@check("websocket.handshake", on="sockets")
def handshake(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A valid opening handshake is answered with the one that RFC 6455 prescribes."""
    response = exchange.response
    if response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status in (402, 403, 429, 503):
        return Inconclusive(f"the handshake was refused for another reason ({answer(exchange)})")
    if exchange.status != 101:
        return failed("not-opened", exchange, expected="101", observed=answer(exchange))
    problem = _unlike_the_rfc(exchange, response.headers)
    if problem is not None:
        return problem
    code = closed(exchange)
    if code is None:
        return passed(exchange)
    if code in _GOING_AWAY:
        return Inconclusive(f"the server closed the socket at once, with {code}", (exchange.number,))
    return failed("closed-at-once", exchange, expected="an open socket", observed=f"closed with {code}")


def _unlike_the_rfc(exchange: Exchange, headers: Headers) -> Fail | None:
    """What a client has to break the connection off for (RFC 6455, 4.1), None where there is nothing."""
    if "websocket" not in _tokens(headers, "upgrade"):
        observed = shown(headers.get("upgrade"))
        return failed("no-upgrade", exchange, expected="Upgrade: websocket", observed=observed)
    if "upgrade" not in _tokens(headers, "connection"):
        observed = shown(headers.get("connection"))
        return failed("no-upgrade", exchange, expected="Connection: Upgrade", observed=observed)
    expected = accept_value(exchange.request.headers.get("sec-websocket-key") or "")
    observed = (headers.get("sec-websocket-accept") or "").strip()
    if observed != expected:
        return failed("wrong-accept", exchange, expected=f"Sec-WebSocket-Accept: {expected}", observed=shown(observed))
    for name in ("sec-websocket-extensions", "sec-websocket-protocol"):
        unasked = _tokens(headers, name) - _tokens(exchange.request.headers, name)
        if unasked:
            return failed("unasked", exchange, expected=f"no {name} that was not asked for", observed=min(unasked))
    return None


def accept_value(key: str) -> str:
    """What a server answers to a Sec-WebSocket-Key (RFC 6455, 4.2.2)."""
    digest = hashlib.sha1(f"{key}{_MAGIC}".encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def _tokens(headers: Headers, name: str) -> set[str]:
    """The comma-separated words of a header in lower case, without their parameters."""
    words = ",".join(headers.all(name)).split(",")
    return {word.partition(";")[0].strip().lower() for word in words if word.strip()}


@check("websocket.refused_without_credentials", on="sockets")
def refused_without_credentials(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A handshake without credentials opens nothing: a 4xx, or a socket that is closed at once."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status == 429:
        return Inconclusive("the rate limit answered first (429)")
    if exchange.status == 101:
        if closed(exchange) is not None:
            return passed(exchange)
        return failed("opened", exchange, expected="a 4xx status", observed="101")
    if exchange.succeeded:
        return failed("accepted", exchange, expected="a 4xx status", observed=answer(exchange))
    if 400 <= exchange.status < 500:
        return passed(exchange)
    return failed("not-refused", exchange, expected="a 4xx status", observed=answer(exchange))
