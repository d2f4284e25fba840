"""What a WebSocket of the mock says where the vendor's module does not say more."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from vendorproof.mock.data.names import stamp
from vendorproof.mock.request.call import Call

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def greet(call: Call, receive: Receive, send: Send) -> None:
    """Lets the caller in, says hello once, and stays until the caller leaves."""
    await send({"type": "websocket.accept"})
    hello = {"type": "hello", "tenant": call.tenant, "timestamp": stamp(call.now)}
    await send({"type": "websocket.send", "text": json.dumps(hello)})
    while (await receive())["type"] != "websocket.disconnect":
        continue
