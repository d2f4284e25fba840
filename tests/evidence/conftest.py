"""A made-up vendor that keeps things in memory, and evidence that asks it through the real client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest

from tests.checks.builders import ACME, TOKEN, with_operation
from vendorproof.contract.conventions import Provocation, RateLimit, Step
from vendorproof.contract.model import Contract, Effect, Media, Operation
from vendorproof.evidence import CreatedLedger, Evidence
from vendorproof.exchange import Journal
from vendorproof.target import Client, Environment, Secret, Target, VirtualClock

OTHER = "acme_live_fedcba9876543210"
BASE = "/v1"


def contract_with(base: Contract = ACME, **conventions: Any) -> Contract:
    """Acme's contract with bodies that can be sent; `conventions` replaces sections of it."""
    body = (Media("application/json", {"type": "object"}, {"usual": {"name": "a"}}),)
    for name in ("createThing", "updateThing"):
        base = with_operation(name, base, request=body, request_required=True)
    base = with_operation("deleteThing", base, effects=frozenset({Effect.DELETE_OWN}))
    things = replace(base.conventions.resources["things"], change={"name": "changed"})
    usual: dict[str, Any] = {
        "resources": {"things": things},
        "rate_limit": RateLimit("on-429", {"limit": "X-Limit"}, None, "seconds"),
        "provocations": {
            "change-closed": Provocation(
                "change-closed",
                409,
                (
                    Step("createThing", {"name": "a"}),
                    Step("closeThing", expect={"/closed": True}),
                    Step("updateThing", {"name": "b"}),
                ),
            )
        },
    }
    return replace(base, conventions=replace(base.conventions, **{**usual, **conventions}))


CONTRACT = contract_with()


class Vendor:
    """Keeps things by tenant, and what it was asked. `answer` may say something else first: None lets it be."""

    def __init__(self, count: int = 7) -> None:
        self.things = {f"t{number}": {"id": f"t{number}", "name": "theirs"} for number in range(1, count + 1)}
        self.sent: list[str] = []
        self.bodies: list[Any] = []
        self.answer: Callable[[httpx.Request], httpx.Response | None] = lambda request: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        raw = request.read()
        # Not request.url: the client writes the target of a request itself, byte for byte.
        asked = request.extensions["target"].decode("ascii").removeprefix(BASE)
        self.sent.append(f"{request.method} {asked}")
        self.bodies.append(raw)
        return self.answer(request) or self._usual(request, asked, raw)

    def _usual(self, request: httpx.Request, asked: str, raw: bytes) -> httpx.Response:
        path, _, query = asked.partition("?")
        path = unquote(path)
        if path not in ("/ping", "/login"):
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if token not in (TOKEN, OTHER):
                return problem(401)
            if token == OTHER:
                return self._other(request.method, path)
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            return problem(400)
        match request.method, path.strip("/").split("/"):
            case "GET", ["things"]:
                return self._page(dict(parse_qsl(query)))
            case "POST", ["things"] if "name" not in body:
                return problem(400)
            case "POST", ["things"]:
                thing_id = f"n{len(self.sent)}"
                self.things[thing_id] = {"id": thing_id, "name": body["name"]}
                return httpx.Response(201, json=self.things[thing_id])
            case "GET", ["things", one] if one in self.things:
                return httpx.Response(200, json=self.things[one])
            case "PATCH", ["things", one] if one in self.things:
                if not isinstance(body.get("name"), str) or self.things[one].get("closed"):
                    return problem(409 if self.things[one].get("closed") else 400)
                self.things[one]["name"] = body["name"]
                return httpx.Response(200, json=self.things[one])
            case "DELETE", ["things", one] if one in self.things:
                del self.things[one]
                return httpx.Response(204)
            case "POST", ["things", one, "close"] if one in self.things:
                self.things[one]["closed"] = True  # type: ignore[assignment]
                return httpx.Response(200, json=self.things[one])
            case "GET", ["ping"]:
                return httpx.Response(200, json={"ok": True})
        return problem(404)

    def _other(self, method: str, path: str) -> httpx.Response:
        if (method, path) == ("GET", "/things"):
            return httpx.Response(200, json={"data": [{"id": "x1"}], "page": {"more": False}})
        return problem(404)

    def _page(self, query: dict[str, str]) -> httpx.Response:
        if not query.get("limit", "3").isdigit() or not query.get("after", "0").isdigit():
            return problem(400)
        limit, after = int(query.get("limit", "3")), int(query.get("after", "0"))
        things = list(self.things.values())
        end = after + limit
        page = {"more": end < len(things), **({"next": str(end)} if end < len(things) else {})}
        return httpx.Response(200, json={"data": things[after:end], "page": page})


def problem(status: int) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": f"e{status}", "message": "no"}})


class World:
    """One vendor, one client, one evidence."""

    def __init__(self, contract: Contract, vendor: Vendor, created: CreatedLedger, **target: Any) -> None:
        usual: dict[str, Any] = {
            "name": "test",
            "vendor": "acme",
            "base_url": f"https://api.acme.test{BASE}",
            "environment": Environment.SANDBOX,
            "credentials": {"default": Secret("ACME_TOKEN", TOKEN), "second_tenant": Secret("ACME_OTHER", OTHER)},
            "allow": frozenset(Effect),
        }
        self.contract = contract
        self.vendor = vendor
        self.target = Target(**{**usual, **target})
        self.journal = Journal()
        self.clock = VirtualClock()
        self.created = created
        self.client = Client(contract, self.target, self.journal, self.clock, httpx.MockTransport(vendor))
        self.evidence = Evidence(contract, self.client, created, "run1")

    def operation(self, name: str) -> Operation:
        return self.contract.operation(name)

    @property
    def sent(self) -> list[str]:
        """What the vendor was asked so far: `GET /things?limit=3`."""
        return self.vendor.sent

    def sent_by(self, ask: Callable[[], object]) -> list[str]:
        """What a question sends."""
        before = len(self.sent)
        ask()
        return self.sent[before:]


Make = Callable[..., World]


@pytest.fixture
def world() -> Iterator[Make]:
    """Makes worlds: `contract`, `vendor`, `created`, and fields of the target."""
    made: list[World] = []

    def make(
        contract: Contract = CONTRACT,
        vendor: Vendor | None = None,
        created: CreatedLedger | None = None,
        **target: Any,
    ) -> World:
        made.append(World(contract, vendor or Vendor(), created or CreatedLedger(), **target))
        return made[-1]

    yield make
    for one in made:
        one.client.close()
