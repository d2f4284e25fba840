"""Generated cases as evidence: where they are asked for, and what of them counts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from vendorproof.cases import case_source
from vendorproof.checks.outcome import Fail, Outcome, Pass
from vendorproof.checks.registry import Obligation, all_checks
from vendorproof.contract.model import Contract, Effect
from vendorproof.errors import Unavailable
from vendorproof.evidence import CreatedLedger, Evidence
from vendorproof.evidence.generated import WRONG
from vendorproof.target import Client, Environment


@pytest.fixture
def make_evidence() -> Callable[..., Evidence]:
    """Makes the evidence of a client, with so many examples."""

    def make(client: Client, examples: int = 12, created: CreatedLedger | None = None) -> Evidence:
        cases = case_source(client.contract, client, examples)
        return Evidence(client.contract, client, created or CreatedLedger(), "run", cases)

    return make


def judged(contract: Contract, name: str, operation: str, shape: Any) -> Outcome:
    requirement = next(one for one in contract.requirements if one.check == name)
    return all_checks()[name].function(Obligation(contract, requirement, contract.operation(operation)), shape)


def generated(client: Client, name: str) -> list[Any]:
    return [exchange for exchange in client.journal.by_operation(name) if exchange.generated]


def test_valid_cases_are_among_the_responses_of_an_operation(client: Client, make_evidence: Any) -> None:
    evidence = make_evidence(client)
    responses = evidence.responses(client.contract.operation("createThing"))
    assert sum(exchange.generated for exchange in responses) == 12


def test_cases_are_generated_once(client: Client, make_evidence: Any) -> None:
    evidence = make_evidence(client)
    for _ in range(3):
        evidence.responses(client.contract.operation("createThing"))
        evidence.errors.bad_inputs(client.contract.operation("createThing"))
    assert len(generated(client, "createThing")) == 24


def test_without_examples_nothing_is_generated(client: Client, make_evidence: Any) -> None:
    evidence = make_evidence(client, 0)
    for name in ("listThings", "createThing", "updateThing"):
        evidence.responses(client.contract.operation(name))
        evidence.errors.bad_inputs(client.contract.operation(name))
    evidence.pagination.walks(client.contract.operation("listThings"))
    assert not any(exchange.generated for exchange in client.journal)
    assert len(evidence.pagination.walks(client.contract.operation("listThings")).walks) == 2


def test_a_wrong_case_that_is_answered_as_a_server_error_is_a_failure(
    contract: Contract, client: Client, shop: Any, make_evidence: Any
) -> None:
    def answer(seen: Any) -> httpx.Response | None:
        crashes = seen.method == "POST" and b'"tags": {}' in seen.body
        return httpx.Response(500, json={"message": "oops"}) if crashes else None

    shop.answer = answer
    sequence = make_evidence(client, 40).errors.bad_inputs(contract.operation("createThing"))
    outcome = judged(contract, "errors.bad_input_is_not_5xx", "createThing", sequence)
    assert isinstance(outcome, Fail)
    assert outcome.reason == "server-error"
    assert outcome.expected == "a 4xx status for generated, wrong: application/json: tags: Incorrect type"


def test_where_a_plain_request_fails_nothing_is_generated_on_top(client: Client, shop: Any, make_evidence: Any) -> None:
    shop.answer = lambda seen: httpx.Response(503, json={"message": "later"})
    evidence = make_evidence(client)
    evidence.responses(client.contract.operation("createThing"))
    assert generated(client, "createThing") == []


def test_a_wrong_case_that_is_accepted_is_no_evidence(client: Client, shop: Any, make_evidence: Any) -> None:
    shop.answer = lambda seen: httpx.Response(201, json={"id": "thing-1", "name": 7}) if seen.body else None
    evidence = make_evidence(client)
    operation = client.contract.operation("createThing")
    evidence.errors.bad_inputs(operation)
    assert any(exchange.purpose.startswith(WRONG) for exchange in client.journal)
    responses = evidence.responses(operation)
    assert not any(exchange.purpose.startswith(WRONG) and exchange.succeeded for exchange in responses)
    assert any(exchange.generated for exchange in responses)


def test_a_listing_is_walked_in_pages_of_different_sizes(
    contract: Contract, client: Client, make_evidence: Any
) -> None:
    walks = make_evidence(client, 20).pagination.walks(contract.operation("listThings"))
    varied = [walk for walk in walks.walks if walk.sizes]
    assert len(varied) >= 4
    assert sum(len(walk.pages) for walk in varied) <= 20
    assert all(walk.complete and walk.limit is None and sum(walk.sizes) == 23 for walk in varied)
    assert isinstance(judged(contract, "pagination.nothing_missing", "listThings", walks), Pass)


def test_a_fault_at_a_page_boundary_is_told_with_the_page_sizes(
    contract: Contract, client: Client, shop: Any, make_evidence: Any
) -> None:
    shop.page = lambda things, start, size: things[start : start + size - (start == 19)]
    walks = make_evidence(client, 60).pagination.walks(contract.operation("listThings"))
    (varied,) = (walk for walk in walks.walks if walk.sizes)
    assert varied.sizes == (19, 4)
    outcome = judged(contract, "pagination.nothing_missing", "listThings", walks)
    assert isinstance(outcome, Fail)
    assert outcome.expected == "the same 23 items at limit 100 and limits 19 + 4"
    assert '"thing-22"' in outcome.observed


def test_a_vendor_that_binds_a_cursor_to_its_page_size_is_no_fault(
    contract: Contract, client: Client, shop: Any, make_evidence: Any
) -> None:
    sizes: set[str] = set()

    def answer(seen: Any) -> httpx.Response | None:
        if seen.query.get("after") is None:
            sizes.clear()
        sizes.add(seen.query.get("limit", ""))
        return httpx.Response(400, json={"message": "another limit"}) if len(sizes) > 1 else None

    shop.answer = answer
    walks = make_evidence(client, 20).pagination.walks(contract.operation("listThings"))
    assert len(walks.walks) == 2
    assert isinstance(judged(contract, "pagination.nothing_missing", "listThings", walks), Pass)


def test_a_listing_that_changes_meanwhile_is_no_fault(
    contract: Contract, client: Client, shop: Any, make_evidence: Any
) -> None:
    def answer(seen: Any) -> None:
        if len(shop.seen) == 9:
            shop.things.pop("thing-4")

    shop.answer = answer
    walks = make_evidence(client, 20).pagination.walks(contract.operation("listThings"))
    assert walks.again is not None
    assert not isinstance(judged(contract, "pagination.nothing_missing", "listThings", walks), Fail)


def test_the_budget_is_never_exceeded(contract: Contract, make_client: Any, shop: Any, make_evidence: Any) -> None:
    for budget in (1, 6, 25):
        shop.seen.clear()
        client = make_client(budget=budget)
        evidence = make_evidence(client, 20)
        for name in ("createThing", "updateThing", "getThing", "listThings"):
            operation = contract.operation(name)
            for ask in (evidence.responses, evidence.errors.bad_inputs):
                with contextlib.suppress(Unavailable):
                    ask(operation)
        assert len(shop.seen) == budget


@pytest.fixture
def sandbox(make_client: Callable[..., Client]) -> Client:
    """A client of a live account where everything is allowed."""
    return make_client(environment=Environment.SANDBOX)


def test_at_a_live_target_only_own_things_change(sandbox: Client, shop: Any, make_evidence: Any) -> None:
    before = set(shop.things)
    evidence = make_evidence(sandbox)
    evidence.responses(sandbox.contract.operation("updateThing"))
    evidence.errors.bad_inputs(sandbox.contract.operation("updateThing"))
    changed = {seen.path.split("/")[-1] for seen in shop.seen if seen.method == "PATCH"}
    assert len(generated(sandbox, "updateThing")) == 24
    assert changed
    assert not changed & before


def test_at_a_live_target_what_was_generated_is_removed(sandbox: Client, shop: Any, make_evidence: Any) -> None:
    before = dict(shop.things)
    created = CreatedLedger()
    evidence = make_evidence(sandbox, created=created)
    evidence.responses(sandbox.contract.operation("createThing"))
    assert len(shop.things) == len(before) + 13
    assert sum(1 for _ in created.left()) == 13
    assert evidence.clean_up() == ()
    assert shop.things == before


def test_at_a_live_target_nothing_is_generated_that_stays(sandbox: Client, make_evidence: Any) -> None:
    make_evidence(sandbox).responses(sandbox.contract.operation("createOrder"))
    assert generated(sandbox, "createOrder") == []


def test_the_mock_may_keep_it(client: Client, make_evidence: Any) -> None:
    make_evidence(client).responses(client.contract.operation("createOrder"))
    assert len(generated(client, "createOrder")) == 12


def test_at_a_live_target_nothing_is_generated_that_costs(
    contract: Contract, make_client: Any, make_evidence: Any
) -> None:
    operations = tuple(
        replace(one, effects=one.effects | {Effect.COSTLY}) if one.id == "createThing" else one
        for one in contract.operations
    )
    client = make_client(of=replace(contract, operations=operations), environment=Environment.SANDBOX)
    evidence = make_evidence(client)
    evidence.responses(client.contract.operation("createThing"))
    evidence.errors.bad_inputs(client.contract.operation("createThing"))
    assert generated(client, "createThing") == []
