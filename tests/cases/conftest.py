"""A made-up shop: its contract, a server that keeps it or not, and clients for that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest

from vendorproof.cases.generator import Generator
from vendorproof.contract.load import load_contract
from vendorproof.contract.model import Contract, Effect
from vendorproof.exchange import Journal
from vendorproof.target import Client, Environment, Secret, Target, VirtualClock

TOKEN = "shop_live_0123456789abcdef"
HOST = "api.shop.example"


@dataclass(frozen=True)
class Seen:
    """One request as it arrived, host included."""

    host: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def without(self, *names: str) -> tuple[Any, ...]:
        """What is the same in every run, when these headers are not."""
        kept = tuple((key, value) for key, value in self.headers if key.lower() not in names)
        return self.method, self.target, kept, self.body

    @property
    def path(self) -> str:
        return self.target.partition("?")[0].removeprefix("/v1")

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Shop:
    """Answers as the contract says, unless a test replaces `page`, `answer` or `things`."""

    def __init__(self, count: int = 23) -> None:
        self.things = {f"thing-{number}": {"id": f"thing-{number}", "name": "a"} for number in range(count)}
        self.seen: list[Seen] = []
        self.answer: Callable[[Seen], httpx.Response | None] = lambda seen: None
        self.page: Callable[[list[Any], int, int], list[Any]] = lambda things, start, size: things[start : start + size]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        seen = Seen(
            request.url.host,
            request.method,
            request.extensions["target"].decode("ascii"),
            tuple((key.decode(), value.decode("latin-1")) for key, value in request.headers.raw),
            request.read(),
        )
        self.seen.append(seen)
        return self.answer(seen) or self._usual(seen)

    def _usual(self, seen: Seen) -> httpx.Response:
        if seen.all("authorization") != [f"Bearer {TOKEN}"]:
            return _error(401, "who?")
        match seen.method, seen.path.strip("/").split("/"):
            case "GET", ["things"]:
                return self._listed(seen.query)
            case "POST", ["things" | "orders"]:
                return self._kept(seen, f"thing-{len(self.things)}", 201)
            case "GET", ["things", one]:
                known = self.things.get(unquote(one))
                return httpx.Response(200, json=known) if known else _error(404, "no such thing")
            case "PATCH", ["things", one]:
                return self._kept(seen, one, 200) if one in self.things else _error(404, "no such thing")
            case "DELETE", ["things", one]:
                return httpx.Response(204) if self.things.pop(one, None) else _error(404, "no such thing")
        return _error(404, "no such path")

    def _kept(self, seen: Seen, thing_id: str, status: int) -> httpx.Response:
        try:
            body = seen.json
        except ValueError:
            return _error(400, "not JSON")
        if seen.all("content-type") != ["application/json"] or not _valid(body):
            return _error(400, "not what is documented")
        self.things[thing_id] = {"id": thing_id, "name": body["name"]}
        return httpx.Response(status, json=self.things[thing_id])

    def _listed(self, query: dict[str, str]) -> httpx.Response:
        limit, after = query.get("limit", "10"), query.get("after", "0")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= 100 and after.isascii() and after.isdigit()):
            return _error(400, "limit")
        things, start, size = list(self.things.values()), int(after), int(limit)
        end = start + size
        following = str(end) if end < len(things) else None
        return httpx.Response(200, json={"data": self.page(things, start, size), "next": following})


def _valid(body: Any) -> bool:
    if not isinstance(body, dict) or not isinstance(body.get("name"), str) or not 1 <= len(body["name"]) <= 40:
        return False
    home, tags = body.get("home", "https://"), body.get("tags", [])
    return (
        isinstance(home, str)
        and home.startswith("https://")
        and isinstance(tags, list)
        and len(tags) <= 3
        and all(isinstance(tag, str) for tag in tags)
    )


def _error(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"message": message})


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load_contract(Path(__file__).parent / "shop")


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def make_client(contract: Contract, shop: Shop) -> Iterator[Callable[..., Client]]:
    """Makes a client of the shop; what is given replaces a field of its target."""
    made: list[Client] = []

    def make(*, of: Contract = contract, **given: Any) -> Client:
        usual: dict[str, Any] = {
            "name": "test",
            "vendor": "shop",
            "base_url": f"https://{HOST}/v1",
            "environment": Environment.MOCK,
            "credentials": {"default": Secret("SHOP_TOKEN", TOKEN)},
            "allow": frozenset(Effect),
            "ids": {"disposable": {"things": ("thing-3", "a/b c?")}},
        }
        made.append(Client(of, Target(**(usual | given)), Journal(), VirtualClock(), httpx.MockTransport(shop)))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()


@pytest.fixture
def make_generator() -> Callable[..., Generator]:
    """Makes a generator that sends through a client."""

    def make(client: Client, examples: int = 12, *, seed: int = 1, negative: bool = True) -> Generator:
        return Generator(client.contract, client, examples, seed, negative)

    return make
