"""WebSockets: the handshake, and who it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.checks.builders import error, exchange, silence
from tests.checks.table import Example, Table, accept, examples, reject, undecided
from vendorproof.checks.websocket import accept_value, frames
from vendorproof.exchange.model import Exchange, Trouble

# The example of RFC 6455, 1.3.
KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
OPEN = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": ACCEPT}


def opened(
    body: bytes = b"", headers: Mapping[str, str] | None = None, asks: Mapping[str, str] | None = None
) -> Exchange:
    """The documented answer; a header given as "" is left out."""
    told = {name: value for name, value in {**OPEN, **(headers or {})}.items() if value}
    asked = {"Sec-WebSocket-Key": KEY, **(asks or {})}
    return exchange(101, body, told, operation="listen", asks=asked)


def close(code: int | None, reason: str = "") -> bytes:
    payload = (code.to_bytes(2, "big") if code else b"") + reason.encode()
    return bytes((0x88, len(payload))) + payload


def text(words: str) -> bytes:
    return bytes((0x81, len(words))) + words.encode()


def refused(status: int, **given: Any) -> Exchange:
    return error(status, operation="listen", **given)


HANDSHAKE = Table(
    "websocket.handshake",
    accept("as the RFC has it", opened()),
    accept("in other letters", opened(headers={"Upgrade": "WebSocket", "Connection": "keep-alive, upgrade"})),
    accept("a message at once", opened(text('{"hello": 1}'))),
    accept("half a message", opened(text("hello")[:3])),
    accept(
        "a protocol that was asked for",
        opened(headers={"Sec-WebSocket-Protocol": "v2"}, asks={"Sec-WebSocket-Protocol": "v1, v2"}),
    ),
    accept(
        "an extension that was asked for",
        opened(
            headers={"Sec-WebSocket-Extensions": "permessage-deflate"},
            asks={"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"},
        ),
    ),
    reject("an answer like any other", "not-opened", exchange(200, {}, operation="listen")),
    reject("nothing there", "not-opened", refused(404)),
    reject("a credential that is good elsewhere", "not-opened", refused(401)),
    reject("another way wanted", "not-opened", refused(426)),
    reject("a broken server", "not-opened", refused(500)),
    reject("no Upgrade", "no-upgrade", opened(headers={"Upgrade": ""})),
    reject("another Upgrade", "no-upgrade", opened(headers={"Upgrade": "h2c"})),
    reject("no Connection", "no-upgrade", opened(headers={"Connection": ""})),
    reject("another Connection", "no-upgrade", opened(headers={"Connection": "keep-alive"})),
    reject("no accept", "wrong-accept", opened(headers={"Sec-WebSocket-Accept": ""})),
    reject("the key as it came", "wrong-accept", opened(headers={"Sec-WebSocket-Accept": KEY})),
    reject("a protocol that nobody asked for", "unasked", opened(headers={"Sec-WebSocket-Protocol": "v1"})),
    reject(
        "an extension that nobody asked for",
        "unasked",
        opened(headers={"Sec-WebSocket-Extensions": "permessage-deflate"}),
    ),
    reject("closed for what the client did", "closed-at-once", opened(close(1008))),
    reject("closed with a code of its own", "closed-at-once", opened(text("no") + close(4401, "who?"))),
    reject("closed without a code", "closed-at-once", opened(close(None))),
    undecided("closed for good reason", opened(close(1001)), "1001"),
    undecided("no permission", refused(403), "403"),
    undecided("the rate limit", refused(429), "429"),
    undecided("no response", silence(operation="listen")),
)

REFUSED = Table(
    "websocket.refused_without_credentials",
    accept("refused", refused(401, role="none")),
    accept("refused in another way", refused(403, role="none")),
    accept("opened, and closed at once", opened(close(4401))),
    accept("opened, told why, and closed at once", opened(text("who?") + close(1008))),
    reject("opened", "opened", opened()),
    reject("opened with a message", "opened", opened(text("hello"))),
    reject("answered", "accepted", exchange(200, {}, operation="listen")),
    reject("a broken server", "not-refused", refused(500)),
    reject("sent elsewhere", "not-refused", exchange(302, "", {"Location": "/login"}, operation="listen")),
    undecided("the rate limit", refused(429), "429"),
    undecided("no response", silence(Trouble.CLOSED, operation="listen")),
)

TABLES = [HANDSHAKE, REFUSED]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()


def test_the_accept_value_is_the_one_of_the_rfc() -> None:
    assert accept_value(KEY) == ACCEPT


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_frames_of_every_length_are_read(length: int) -> None:
    if length < 126:
        head = bytes((0x82, length))
    elif length < 65_536:
        head = bytes((0x82, 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((0x82, 127)) + length.to_bytes(8, "big")
    frame = head + b"x" * length
    assert [(opcode, len(payload)) for opcode, payload in frames(frame + close(1000))] == [(2, length), (8, 2)]
    assert list(frames(frame[:-1])) == []
