"""Calls a mock in this process, without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from vendorproof.mock.app import Mock
from vendorproof.mock.facts import facts

Json = Any


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    chunks: tuple[bytes, ...]

    @property
    def json(self) -> Json:
        return json.loads(self.body)

    def __getitem__(self, name: str) -> str:
        """A header by its name in lower case."""
        return self.headers[name]


class Client:
    """A caller of one mock; every argument can be replaced for one call."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        self.facts = facts(mock.contract, mock)

    def headers(self, role: str | None) -> dict[str, str]:
        """The documented headers of a role; none for None."""
        authentication = self.mock.contract.conventions.authentication
        if role is None:
            return {}
        carrier = authentication.carrier
        found = {carrier.parameter: carrier.template.format(credential=self.facts.credentials[role])}
        values = self.facts.values_of.get(role, self.facts.values)
        for context in authentication.context:
            found[context.header] = context.template.format(value=values[context.value])
        return found

    def __call__(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        role: str | None = "default",
        headers: Mapping[str, str | None] | None = None,
        raw: bytes | None = None,
        scheme: str = "https",
        base: str | None = None,
        **query: Any,
    ) -> Got:
        """One request; a header of None is left out."""
        sent: dict[str, str | None] = {"Host": "mock.example", **self.headers(role)}
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        if content:
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        base = self.mock.blueprint.base_path if base is None else base
        scope = {
            "type": "http",
            "method": method,
            "scheme": scheme,
            "path": base + path,
            "raw_path": (base + path).encode(),
            "query_string": urlencode(query).encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value is not None],
        }
        return asyncio.run(_exchange(self.mock, scope, content))


async def _exchange(mock: Mock, scope: dict[str, Any], content: bytes) -> Got:
    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    await mock(scope, receive, send)
    headers = {name.decode().lower(): value.decode() for name, value in messages[0]["headers"]}
    pieces = [message.get("body", b"") for message in messages[1:]]
    return Got(messages[0]["status"], headers, b"".join(pieces), tuple(piece for piece in pieces if piece))


def walk(client: Client, path: str, **query: Any) -> list[Json]:
    """The pages of a cursor listing to its end."""
    pagination = client.mock.contract.conventions.pagination
    assert pagination is not None
    pages = [client("GET", path, **query).json]
    while len(pages) < 500:
        inner = pages[-1]
        for token in pagination.response["cursor"].split("/")[1:]:
            inner = inner.get(token) if isinstance(inner, dict) else None
        if inner is None:
            return pages
        pages.append(client("GET", path, **query, **{pagination.request["cursor"]: inner}).json)
    raise AssertionError("the walk never ends")
