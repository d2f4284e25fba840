"""One exchange with everything in it that a file has to keep."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from vendorproof.exchange import Exchange, Headers, Request, Response


class MakeExchange(Protocol):
    def __call__(self, **given: Any) -> Exchange: ...


@pytest.fixture
def make_exchange() -> MakeExchange:
    """Makes an exchange; what is given replaces a field of the usual one."""

    def make(**given: Any) -> Exchange:
        usual: dict[str, Any] = {
            "number": 1,
            "vendor": "acme",
            "operation": "createThing",
            "role": "default",
            "request": Request(
                "POST",
                "https://api.example.com/v1/things?limit=2&q=a%20b",
                Headers((("Host", "api.example.com"), ("Content-Type", "application/json"), ("Accept", "*/*"))),
                b'{"name": "x"}',
            ),
            "response": Response(
                201,
                Headers(
                    (("Content-Type", "application/json; charset=utf-8"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2"))
                ),
                '{"data": {"id": "t1", "name": "Zoë"}}'.encode(),
            ),
            "sent": 1_795_000_000.123456,
            "elapsed": 0.0123,
            "purpose": "a valid request",
        }
        return Exchange(**(usual | given))

    return make
