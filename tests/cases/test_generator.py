"""Generated cases: what they are about, how many they are, and where they go."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import hypothesis.core
import pytest
from hypothesis.vendor import pretty

from vendorproof.cases import case_source
from vendorproof.cases.generator import Generator
from vendorproof.contract.model import Contract, Effect
from vendorproof.errors import InternalError
from vendorproof.evidence.generated import NO_CASES, WRONG
from vendorproof.target import Binding, Client, Draft, Environment

NAMES = ("listThings", "createThing", "getThing", "updateThing", "deleteThing", "createOrder", "getStatus")
OURS = {"thingId": "thing-3"}
KEY = "idempotency-key"


def everything(generator: Generator, client: Client) -> None:
    """Both directions of every operation that there is something to generate for."""
    for name in NAMES:
        operation = client.contract.operation(name)
        if generator.wants(operation):
            generator.positive(operation, OURS, client.send)
            generator.negative(operation, OURS, client.send)


@pytest.mark.parametrize("name", ["listThings", "createThing", "updateThing", "createOrder"])
def test_a_valid_case_succeeds(name: str, client: Client, make_generator: Any) -> None:
    operation = client.contract.operation(name)
    exchanges = make_generator(client, 12).positive(operation, OURS, client.send)
    assert len(exchanges) == 12
    assert [exchange.status for exchange in exchanges if not exchange.succeeded] == []
    assert all(exchange.generated and exchange.operation == name for exchange in exchanges)
    assert list(client.journal) == exchanges


def test_the_documented_example_comes_first(client: Client, shop: Any, make_generator: Any) -> None:
    (exchange,) = make_generator(client, 1).positive(client.contract.operation("createThing"), {}, client.send)
    assert shop.seen[0].json == {"name": "A thing", "home": "https://shop.invalid/thing"}
    assert exchange.purpose == "generated: a documented example"


def test_a_case_is_about_the_given_thing(client: Client, shop: Any, make_generator: Any) -> None:
    generator = make_generator(client)
    generator.positive(client.contract.operation("updateThing"), OURS, client.send)
    generator.negative(client.contract.operation("updateThing"), OURS, client.send)
    assert {seen.path for seen in shop.seen} == {"/things/thing-3"}


def test_a_thing_whose_id_is_no_path_is_encoded(client: Client, shop: Any, make_generator: Any) -> None:
    values = {"thingId": "a/b c?"}
    make_generator(client).positive(client.contract.operation("updateThing"), values, client.send)
    assert {seen.target for seen in shop.seen} == {"/v1/things/a%2Fb%20c%3F"}


def test_no_cursor_is_made_up_for_a_valid_case(client: Client, shop: Any, make_generator: Any) -> None:
    make_generator(client).positive(client.contract.operation("listThings"), {}, client.send)
    assert {name for seen in shop.seen for name in seen.query} == {"limit"}
    assert {"1", "100"} <= {seen.query.get("limit") for seen in shop.seen}


def test_a_valid_body_holds_documented_fields_alone(client: Client, shop: Any, make_generator: Any) -> None:
    make_generator(client, 30).positive(client.contract.operation("createThing"), {}, client.send)
    assert {name for seen in shop.seen for name in seen.json} == {"name", "home", "tags"}


def test_addresses_in_bodies_reach_nobody(client: Client, shop: Any, make_generator: Any) -> None:
    make_generator(client, 30).positive(client.contract.operation("createThing"), {}, client.send)
    homes = [seen.json["home"] for seen in shop.seen if "home" in seen.json]
    assert len(homes) > 3
    assert all(home.split("/")[2].endswith(".invalid") for home in homes)


@pytest.mark.parametrize("name", ["listThings", "createThing", "getThing", "updateThing"])
def test_a_wrong_case_is_wrong(name: str, client: Client, make_generator: Any) -> None:
    operation = client.contract.operation(name)
    exchanges = make_generator(client, 12).negative(operation, OURS, client.send)
    assert len(exchanges) == 12
    assert all(400 <= exchange.status < 500 for exchange in exchanges)
    assert all(exchange.purpose.startswith(WRONG) for exchange in exchanges)


def test_wrong_cases_break_different_things(client: Client, make_generator: Any) -> None:
    operation = client.contract.operation("createThing")
    exchanges = make_generator(client, 12).negative(operation, OURS, client.send)
    purposes = " ".join(exchange.purpose for exchange in exchanges)
    assert all(word in purposes for word in ("Missing required property: name", "tags", "name:", "Content-Type"))
    assert len({exchange.purpose for exchange in exchanges}) > 8


def test_purposes_are_one_short_line(client: Client, make_generator: Any) -> None:
    everything(make_generator(client, 25), client)
    purposes = [exchange.purpose for exchange in client.journal]
    assert max(len(purpose) for purpose in purposes) < 200
    assert all(purpose.isprintable() for purpose in purposes)


def test_nothing_wrong_is_sent_where_that_is_not_allowed(client: Client, shop: Any, make_generator: Any) -> None:
    generator = make_generator(client, 12, negative=False)
    assert generator.negative(client.contract.operation("createThing"), OURS, client.send) == []
    assert shop.seen == []


def test_where_there_is_nothing_to_vary_nothing_is_generated(client: Client, make_generator: Any) -> None:
    generator = make_generator(client)
    wanted = [name for name in NAMES if generator.wants(client.contract.operation(name))]
    assert wanted == ["listThings", "createThing", "getThing", "updateThing", "createOrder"]
    assert generator.positive(client.contract.operation("getThing"), OURS, client.send) == []


def test_each_request_is_sent_once(client: Client, shop: Any, make_generator: Any) -> None:
    generator = make_generator(client, 40)
    for name in ("listThings", "createThing"):
        generator.positive(client.contract.operation(name), {}, client.send)
    requests = [seen.without(KEY) for seen in shop.seen]
    assert len(set(requests)) == len(requests)


def test_every_keyed_request_has_a_key_of_its_own(client: Client, shop: Any, make_generator: Any) -> None:
    everything(make_generator(client), client)
    keyed = [seen for seen in shop.seen if (seen.method, seen.path) == ("POST", "/things")]
    keys = [key for seen in keyed for key in seen.all(KEY)]
    assert len(keyed) == len(keys) == len(set(keys)) == 24
    assert not any(seen.all(KEY) for seen in shop.seen if seen not in keyed)


def test_no_operation_gets_more_than_the_examples(client: Client, make_generator: Any) -> None:
    everything(make_generator(client, 7), client)
    for name in NAMES:
        made = client.journal.by_operation(name)
        wrong = [exchange for exchange in made if exchange.purpose.startswith(WRONG)]
        assert len(wrong) <= 7
        assert len(made) - len(wrong) <= 7


@pytest.mark.parametrize("budget", [0, 1, 5, 17])
def test_the_budget_is_never_exceeded(budget: int, make_client: Any, shop: Any, make_generator: Any) -> None:
    client = make_client(budget=budget)
    everything(make_generator(client), client)
    assert len(shop.seen) == len(client.journal) == client.budget.spent == budget


def test_without_the_right_nothing_leaves(make_client: Any, shop: Any, make_generator: Any) -> None:
    client = make_client(allow=frozenset({Effect.READ}))
    everything(make_generator(client), client)
    assert {seen.method for seen in shop.seen} == {"GET"}


def test_nothing_leaves_for_another_host(client: Client, shop: Any, make_generator: Any) -> None:
    shop.answer = lambda seen: httpx.Response(307, headers={"Location": "https://elsewhere.example/v1/things"})
    everything(make_generator(client), client)
    assert {seen.host for seen in shop.seen} == {"api.shop.example"}
    assert len(shop.seen) == len(client.journal) == 4 * 24 + 12


def test_the_credential_is_the_clients(client: Client, shop: Any, make_generator: Any) -> None:
    everything(make_generator(client), client)
    assert {tuple(seen.all("authorization")) for seen in shop.seen} == {("Bearer shop_live_0123456789abcdef",)}
    assert {tuple(seen.all("host")) for seen in shop.seen} == {("api.shop.example",)}
    assert {agent.split("/")[0] for seen in shop.seen for agent in seen.all("user-agent")} == {"vendorproof"}
    assert not any("schemathesis" in str(seen).lower() for seen in shop.seen)


def test_two_runs_send_the_same(make_client: Any, shop: Any, make_generator: Any) -> None:
    runs = []
    for _ in range(2):
        shop.seen.clear()
        client = make_client()
        everything(make_generator(client), client)
        runs.append([seen.without(KEY) for seen in shop.seen])
    assert runs[0] == runs[1]
    assert len(runs[0]) > 80


def test_another_seed_sends_something_else(make_client: Any, shop: Any, make_generator: Any) -> None:
    runs = []
    for seed in (1, 2):
        shop.seen.clear()
        client = make_client()
        everything(make_generator(client, 30, seed=seed), client)
        runs.append([seen.without(KEY) for seen in shop.seen])
    assert runs[0] != runs[1]


SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = [{here!r}, {literals!r}]
import conftest, hashlib, httpx, literals
from vendorproof.cases.generator import Generator
from vendorproof.contract.load import load_contract
from vendorproof.exchange import Journal
from vendorproof.target import Client, Environment, Secret, Target, VirtualClock
contract, shop = load_contract(Path({here!r}) / "shop"), conftest.Shop()
target = Target("test", "shop", "https://api.shop.example/v1", Environment.MOCK,
                {{"default": Secret("SHOP_TOKEN", conftest.TOKEN)}}, allow=frozenset(conftest.Effect),
                ids={{"disposable": {{"things": ("thing-3",)}}}})
client = Client(contract, target, Journal(), VirtualClock(), httpx.MockTransport(shop))
generator = Generator(contract, client, 12, 1, True)
for name in {names!r}:
    operation = contract.operation(name)
    if generator.wants(operation):
        generator.positive(operation, {ours!r}, client.send)
        generator.negative(operation, {ours!r}, client.send)
print(repr([seen.without({key!r}) for seen in shop.seen]))
"""


def test_another_process_sends_the_same(client: Client, shop: Any, make_generator: Any, tmp_path: Path) -> None:
    # A module of literals like those that Hypothesis would draw from, were it allowed to.
    words = [f"literal number {number}" for number in range(500)]
    (tmp_path / "literals.py").write_text(f"WORDS = {words!r}\n", encoding="utf-8")
    here = str(Path(__file__).parent)
    script = SCRIPT.format(here=here, literals=str(tmp_path), names=NAMES, ours=OURS, key=KEY)
    environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)}
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
    )
    everything(make_generator(client), client)
    assert told.stdout.strip() == repr([seen.without(KEY) for seen in shop.seen])


@pytest.mark.parametrize("status", [402, 429])
def test_a_target_that_refuses_all_is_left_alone(status: int, client: Client, shop: Any, make_generator: Any) -> None:
    shop.answer = lambda seen: httpx.Response(status, headers={"Retry-After": "1"})
    everything(make_generator(client), client)
    # A 429 is repeated by the client, as it says, and once a second later than it says.
    assert len(shop.seen) == (3 if status == 429 else 1)


def test_a_target_that_does_not_answer_is_not_asked_on(client: Client, shop: Any, make_generator: Any) -> None:
    def gone(seen: Any) -> httpx.Response:
        raise httpx.ConnectError("gone")

    shop.answer = gone
    made = make_generator(client).positive(client.contract.operation("createThing"), {}, client.send)
    assert len(made) == len(shop.seen) == 1


def test_a_target_that_fails_is_left_alone(client: Client, shop: Any, make_generator: Any) -> None:
    shop.answer = lambda seen: httpx.Response(500) if len(shop.seen) == 5 else None
    made = make_generator(client).negative(client.contract.operation("createThing"), {}, client.send)
    assert len(made) == len(shop.seen) == 5


def test_an_id_that_nobody_made_is_asked_for(client: Client, shop: Any, make_generator: Any) -> None:
    made = make_generator(client).negative(client.contract.operation("getThing"), OURS, client.send)
    assert {exchange.purpose for exchange in made} == {f"{WRONG}: an id that nobody made"}
    assert len({seen.path for seen in shop.seen}) == len(made) == 12


def test_a_fault_of_ours_comes_out(client: Client, make_generator: Any) -> None:
    def broken(draft: Draft) -> Any:
        raise InternalError("ours")

    with pytest.raises(InternalError, match="ours"):
        make_generator(client).positive(client.contract.operation("createThing"), {}, broken)


def test_a_bound_operation_is_asked_for_at_its_real_place(make_client: Any, shop: Any, make_generator: Any) -> None:
    client = make_client(bindings={"updateThing": Binding("PUT", "/goods/{thingId}")})
    make_generator(client).positive(client.contract.operation("updateThing"), OURS, client.send)
    assert {(seen.method, seen.path) for seen in shop.seen} == {("PUT", "/goods/thing-3")}


def test_hypothesis_prints_values_again(client: Client, make_generator: Any) -> None:
    everything(make_generator(client, 2), client)
    printer = hypothesis.core.RepresentationPrinter  # type: ignore[attr-defined]
    assert printer is pretty.RepresentationPrinter


def test_no_examples_no_cases(contract: Contract, client: Client) -> None:
    assert case_source(contract, client, 0) is NO_CASES


@pytest.mark.parametrize(
    ("environment", "allow", "wrong"),
    [
        (Environment.MOCK, {Effect.READ}, True),
        (Environment.SANDBOX, {Effect.READ}, False),
        (Environment.SANDBOX, {Effect.READ, Effect.WRITE}, True),
    ],
)
def test_wrong_cases_are_for_the_mock_and_where_writing_is_allowed(
    environment: Environment, allow: set[Effect], wrong: bool, make_client: Callable[..., Client]
) -> None:
    client = make_client(environment=environment, allow=frozenset(allow))
    source = case_source(client.contract, client, 3)
    made = source.negative(client.contract.operation("listThings"), {}, client.send)
    assert bool(made) == wrong


def test_schemathesis_is_only_loaded_when_there_is_something_to_generate() -> None:
    script = "import sys, vendorproof.runs.session; assert not {'schemathesis', 'hypothesis'} & set(sys.modules)"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)
