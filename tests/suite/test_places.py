"""A place that we assumed is confirmed by what it answers, and what the documentation says of all then holds there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.builders import ACME, acme, error, exchange, obligation, silence, with_operation
from vendorproof.contract.model import Basis, Contract
from vendorproof.exchange.model import Exchange
from vendorproof.suite.places import Standing, standing
from vendorproof.target import Environment, Target

TARGET = Target("sandbox", "acme", "https://api.acme.test/v1", Environment.SANDBOX)
BOUND = replace(TARGET, bindings={"getThing": None})  # type: ignore[dict-item]
THING = exchange(200, {"id": "t1"}, operation="getThing")


def assumed(operation: str, *parts: str, contract: Contract = ACME) -> Contract:
    return with_operation(operation, contract=contract, basis=Basis.IMPLIED, assumed=parts or ("path",))


def found(check: str, operation: str, *journal: Exchange, target: Target = TARGET, **given: Any) -> Standing:
    contract = given.pop("contract", None) or assumed(operation)
    asked = obligation(contract, check, operation=operation, given=given)
    return standing(asked, target, lambda name: [one for one in journal if one.operation == name])


def test_a_stated_place_is_stated() -> None:
    assert found("errors.bad_input_is_not_5xx", "getThing", contract=ACME) == Standing(Basis.STATED)


def test_a_place_that_the_tester_told_is_stated() -> None:
    assert found("schema.success_body", "getThing", target=BOUND) == Standing(Basis.STATED)


@pytest.mark.parametrize(
    "check",
    ["errors.bad_input_is_not_5xx", "auth.missing_refused", "content.json_responses", "lifecycle.created_is_readable"],
)
def test_what_is_said_of_all_holds_where_the_place_answered_in_the_form_of_its_kind(check: str) -> None:
    assert found(check, "getThing", error(401, operation="getThing")).basis is Basis.IMPLIED
    confirmed = found(check, "getThing", error(401, operation="getThing"), THING)
    assert confirmed == Standing(Basis.STATED, THING.number)
    assert confirmed.place == f"assumed, confirmed by #{THING.number}"


@pytest.mark.parametrize(
    "check",
    ["schema.success_body", "operations.answers", "operations.documented_status", "content.documented_headers"],
)
def test_what_was_guessed_of_one_operation_stays_our_reading(check: str) -> None:
    assert found(check, "getThing", THING) == Standing(Basis.IMPLIED)


@pytest.mark.parametrize(
    ("check", "given", "basis"),
    [
        ("lifecycle.update_persists", {}, Basis.IMPLIED),
        ("errors.status", {"status": 404, "provoke": "invalid-body"}, Basis.IMPLIED),
        ("errors.status", {"status": 404, "provoke": "malformed-body"}, Basis.STATED),
        ("errors.status", {"status": 404, "provoke": "absent-id"}, Basis.STATED),
    ],
)
def test_what_comes_of_a_body_that_was_guessed_stays_our_reading(
    check: str, given: dict[str, Any], basis: Basis
) -> None:
    contract = assumed("updateThing", "path", "body")
    changed = exchange(200, {"id": "t1"}, operation="updateThing")
    assert found(check, "updateThing", changed, contract=contract, **given).basis is basis


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("getThing", exchange(200, "<html>", {"Content-Type": "text/html"}, operation="getThing")),
        ("getThing", exchange(200, {"ok": True}, operation="getThing")),
        ("getThing", exchange(204, operation="getThing")),
        ("getThing", silence(operation="getThing")),
        ("getThing", exchange(200, {"id": "t1"}, operation="getThing", role="second_tenant")),
        ("listThings", exchange(200, {"ok": True}, operation="listThings")),
        ("listThings", exchange(200, {"id": "t1"}, operation="listThings")),
        ("createThing", exchange(200, {"ok": True}, operation="createThing")),
        ("deleteThing", error(405, operation="deleteThing")),
    ],
)
def test_another_kind_of_answer_confirms_nothing(operation: str, answer: Exchange) -> None:
    assert found("errors.bad_input_is_not_5xx", operation, answer).confirmed is None


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("listThings", exchange(200, {"data": [{"id": "t1"}]}, operation="listThings")),
        ("createThing", exchange(201, {"id": "t1"}, operation="createThing")),
        ("deleteThing", exchange(204, operation="deleteThing")),
    ],
)
def test_the_form_of_each_kind_confirms(operation: str, answer: Exchange) -> None:
    assert found("errors.bad_input_is_not_5xx", operation, answer).confirmed == answer.number


def test_an_answer_without_the_envelope_confirms_nothing() -> None:
    contract = assumed("getThing", contract=acme(data="/data"))
    assert found("errors.bad_input_is_not_5xx", "getThing", THING, contract=contract).confirmed is None


def test_a_server_that_answers_whatever_it_is_asked_confirms_nothing() -> None:
    anything = exchange(200, {"id": "x"}, operation=None, path="/vendorproof-no-such-path")
    assert found("errors.bad_input_is_not_5xx", "getThing", THING, anything).confirmed is None
