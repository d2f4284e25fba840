"""Whatever a server answers, nothing but readings names what is not this run's, and nothing exceeds its rights."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evidence.conftest import CONTRACT
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.contract.model import Contract, Effect, Operation
from vendorproof.evidence import CreatedLedger, Evidence
from vendorproof.exchange import Journal
from vendorproof.mock import embedded
from vendorproof.suite import decide, items, suite_modules
from vendorproof.target import Binding, Client, Environment, Target, VirtualClock

CONTRACTS = load_contracts(contracts_root(), None)
THEIRS = [str(number) for number in range(1, 30)] + ["admin", "staff", "jane", "enaj", "bob", "bbo", "12", "21"]
"""Ids of things that were there before, short and natural, of which one is easily guessed from another."""

GIVEN = "given-away"


class Account:
    """Somebody's account behind a server that answers by chance: it lists what is theirs, and answers a creation with
    something new or, now and then, with what it showed before. Keeps what was asked of it."""

    def __init__(self, contract: Contract, seed: int) -> None:
        self.contract = contract
        self.chance = random.Random(seed)
        self.asked: list[httpx.Request] = []
        self.told: set[str] = set()
        self.shown: dict[str | None, list[str]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        if self.chance.random() < 0.1:
            return httpx.Response(self.chance.choice([400, 401, 403, 404, 409, 422, 500, 503]), json={"error": "no"})
        known = self.shown.setdefault(self._resource(request), [])
        made = changing(self.contract, request) and (not known or self.chance.random() < 0.8)
        one = f"made{len(self.told)}" if made else self.chance.choice(known or THEIRS)
        self.told |= {one} if made else set()
        listed = [*self.chance.sample(THEIRS, 9), *(thing for thing in sorted(self.told) if self.chance.random() < 0.5)]
        document = self._document(one, listed)
        if not changing(self.contract, request):
            known += [one for one in re.findall(r'"id": "([^"]*)"', json.dumps(document)) if one in THEIRS]
        return httpx.Response(201 if made else 200, json=document)

    def _resource(self, request: httpx.Request) -> str | None:
        path = target_of(request).partition("?")[0]
        for operation in self.contract.operations:
            if re.search(pattern_of(operation), path):
                return operation.resource
        return None

    def _document(self, one: str, listed: list[str]) -> Any:
        """Whatever place a contract names holds a thing or a list of them, and every name that means an id has one."""
        names = {name for operation in self.contract.operations for name in re.findall(r"\{(\w+)\}", operation.path)}
        thing = {"id": one, **dict.fromkeys(sorted(names), one), "name": one, "title": one, "email": f"{one}@x.example"}
        things = [{**thing, "id": listed_id} for listed_id in listed]
        if self.chance.random() < 0.2 and not self.contract.conventions.pagination:
            return things
        pointers = {resource.items.strip("/") for resource in self.contract.conventions.resources.values()} - {""}
        wrapped = self.chance.random() < 0.5
        return {**thing, **dict.fromkeys(sorted(pointers), things), "data": things if wrapped else thing}


def pattern_of(operation: Operation) -> str:
    """A pattern whose groups are what the path of an operation is filled with."""
    return re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(operation.path)) + "$"


def target_of(request: httpx.Request) -> str:
    """Path and query as they leave."""
    found: bytes = request.extensions["target"]
    return found.decode()


def changing(contract: Contract, request: httpx.Request) -> bool:
    """Whether a request is no reading: by its method, or by what the contract says of a POST."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return False
    path = target_of(request).partition("?")[0]
    found = [one for one in contract.operations if one.method == request.method and re.search(pattern_of(one), path)]
    return not any(one.effects <= {Effect.READ} or one.kind.value == "login" for one in found)


def named(contract: Contract, request: httpx.Request) -> Iterator[str]:
    """Whatever a request names by an id: in its path, its query, its body."""
    path, _, query = target_of(request).partition("?")
    for operation in contract.operations:
        found = re.search(pattern_of(operation), path)
        if found and "{" in operation.path:
            yield from map(unquote, found.groups())
    parameters = {resource.parameter for resource in contract.conventions.resources.values()}
    yield from (value for name, value in parse_qsl(query) if name in parameters)
    try:
        body = json.loads(request.content)
    except ValueError:
        return
    if isinstance(body, dict):
        yield from (str(one) for name, one in body.items() if name in parameters and isinstance(one, str | int))


def wrongs(contract: Contract, target: Target, account: Account, given_away: set[str]) -> list[str]:
    """What the server was asked that it must not be."""
    literal = {part for operation in contract.operations for part in operation.path.split("/") if "{" not in part}
    ours = account.told | given_away | literal
    found = []
    for request in account.asked:
        line = f"{request.method} {target_of(request)}"
        if request.url.host != urlsplit(target.base_url).hostname:
            found.append(f"another host: {line}")
        if not changing(contract, request):
            continue
        if not target.allow & {Effect.WRITE, Effect.DELETE_OWN}:
            found.append(f"no right: {line}")
        if request.method == "DELETE" and Effect.DELETE_OWN not in target.allow:
            found.append(f"no right to delete: {line}")
        found += [f"{one!r} is not ours: {line}" for one in named(contract, request) if one not in ours]
    if target.budget is not None and len(account.asked) > target.budget:
        found.append(f"{len(account.asked)} calls of {target.budget}")
    return found


def at(contract: Contract, **settings: Any) -> Target:
    """The mock's target of a vendor as somebody's real one: with the tester's credentials and values, and no ids."""
    mock = embedded(contract)
    usual = {
        "environment": Environment.SANDBOX,
        "base_url": f"https://api.{contract.vendor}.test/v1",
        "ids": {},
        "drain": False,
        "max_wait": 0.0,
    }
    return replace(mock.target, **{**usual, **settings})


def run(contract: Contract, target: Target, seed: int, most: int = 10_000) -> Account:
    """Everything that the suites ask, and the tidying up, in an order that the seed shuffles."""
    account = Account(contract, seed)
    client = Client(contract, target, Journal(), VirtualClock(), httpx.MockTransport(account))
    evidence = Evidence(contract, client, CreatedLedger(), "a1b2c3")
    found = items(suite_modules(), {contract.vendor: contract})
    random.Random(seed).shuffle(found)
    verdicts: list[Any] = []
    for item in found[:most]:
        verdicts.append(decide(item, evidence, verdicts))
    evidence.clean_up(thorough=True)
    client.close()
    return account


def told(target: Target) -> set[str]:
    """What the tester told outright: values of scopes, and whatever stands in a body of theirs."""
    bodies = re.findall(r'"([^"]*)"', json.dumps([*target.bodies.values()]))
    return {*target.values.values(), *bodies}


@pytest.mark.parametrize("vendor", CONTRACTS)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_nobodys_things_are_touched(vendor: str, seed: int) -> None:
    contract = CONTRACTS[vendor]
    target = at(contract)
    assert wrongs(contract, target, run(contract, target, seed), told(target)) == []


EFFECTS = st.frozensets(st.sampled_from(sorted(Effect)), max_size=5)


def bindings_of(operations: tuple[Operation, ...]) -> st.SearchStrategy[dict[str, Binding]]:
    paths = st.sampled_from([*[one.path for one in operations], "/things/..", "/things/{thingId}/../../x", "/admin"])
    binding = st.builds(Binding, st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]), paths)
    return st.dictionaries(st.sampled_from([one.id for one in operations]), binding, max_size=2)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**16),
    allow=EFFECTS,
    given_away=st.booleans(),
    budget=st.none() | st.integers(0, 30),
    bindings=bindings_of(CONTRACT.operations),
)
def test_no_rights_answers_bindings_or_order_open_the_gate(
    seed: int, allow: frozenset[Effect], given_away: bool, budget: int | None, bindings: dict[str, Binding]
) -> None:
    target = at(
        CONTRACT,
        allow=allow | {Effect.READ},
        ids={"disposable": {"things": (GIVEN,)}} if given_away else {},
        budget=budget,
        bindings=bindings,
    )
    account = run(CONTRACT, target, seed, 60)
    assert not [request for request in account.asked if ".." in target_of(request)]
    assert wrongs(CONTRACT, target, account, {GIVEN} if given_away else set()) == []
