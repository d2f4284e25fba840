"""Idempotency keys on every request that may have one, and marks by which a run knows what it made."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.checks.builders import ACME
from vendorproof.contract.conventions import Formats, Idempotency
from vendorproof.contract.model import Contract
from vendorproof.evidence.created.marks import Marks, amount_of, mark_field, same_amount
from vendorproof.evidence.requests.keys import Keys
from vendorproof.target import Draft

HEADER = "Idempotency-Key"
THINGS = ACME.conventions.resources["things"]


def with_conventions(**conventions: Any) -> Contract:
    return replace(ACME, conventions=replace(ACME.conventions, **conventions))


KEYED = with_conventions(idempotency=Idempotency(HEADER, "replay", None, None, ("creations",)))
AMOUNTS = with_conventions(
    formats=Formats(decimal_strings=("amount",)), resources={"things": replace(THINGS, mark="amount")}
)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Tea", "note": "A note here"}, "name"),
        ({"kind": "short", "note": "A note here"}, "note"),
        ({"kind": "short"}, "name"),
        (["A note here"], None),
    ],
)
def test_a_mark_goes_where_the_body_has_a_text_for_it(body: Any, field: str | None) -> None:
    """The name in the contract is often our reading: what the tester gave says where the text really stands."""
    assert mark_field(THINGS, body) == field


CREATION = Draft("POST", "/things", operation="createThing")


def test_every_key_is_another_uuid4() -> None:
    keys = Keys(KEYED, "run1")
    made = [keys.fresh() for _ in range(50)]
    assert len(set(made)) == 50
    assert {UUID(key).version for key in made} == {4}


def test_a_run_repeated_with_its_id_sends_the_same_keys() -> None:
    assert Keys(KEYED, "run1").fresh() == Keys(KEYED, "run1").fresh() != Keys(KEYED, "run2").fresh()


def test_a_request_that_may_have_a_key_gets_one() -> None:
    keys = Keys(KEYED, "run1")
    first, second = (dict(keys.keyed(CREATION).headers)[HEADER] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    "draft",
    [
        Draft("GET", "/things", operation="listThings"),
        Draft("GET", "/nowhere"),
        replace(CREATION, without=(HEADER,)),
        replace(CREATION, headers=((HEADER, "own"),)),
    ],
)
def test_other_requests_stay_as_they_are(draft: Draft) -> None:
    assert Keys(KEYED, "run1").keyed(draft) == draft


def test_without_the_convention_there_are_no_keys() -> None:
    assert Keys(ACME, "run1").keyed(CREATION) == CREATION


def test_a_mark_goes_into_its_field_and_is_seen_there() -> None:
    marks = Marks(ACME, "run1")
    mark = marks.fresh()
    body = marks.put(THINGS, {"name": "a", "size": 1}, mark)
    assert body == {"name": mark, "size": 1}
    assert marks.shown(THINGS, {"id": "t1", "text": {"parts": [f"> {mark}!"]}}, mark)
    assert not marks.shown(THINGS, {"id": "t1", "name": "another"}, mark)


def test_a_mark_is_not_seen_in_a_longer_one() -> None:
    marks = Marks(ACME, "run1")
    made = [marks.fresh() for _ in range(11)]
    assert made[10].startswith(made[0])
    assert not marks.shown(THINGS, {"name": made[10]}, made[0])


@pytest.mark.parametrize("body", [None, [], "text"])
def test_what_is_no_object_takes_no_mark(body: Any) -> None:
    assert Marks(ACME, "run1").put(THINGS, body, "m") == body


def test_a_resource_without_a_text_takes_no_mark() -> None:
    marks = Marks(ACME, "run1")
    bare = replace(THINGS, mark=None)
    assert marks.put(bare, {"name": "a"}, "m") == {"name": "a"}
    assert marks.put(None, {"name": "a"}, "m") == {"name": "a"}
    assert not marks.shown(bare, {"name": "m"}, "m")


def test_the_mark_of_an_amount_is_an_amount() -> None:
    marks = Marks(AMOUNTS, "run1")
    things = AMOUNTS.conventions.resources["things"]
    body = marks.put(things, {"amount": "100"}, "m")
    assert re.fullmatch(r"\d{5}[1-9]", body["amount"])
    assert marks.shown(things, {"amount": f"{body['amount']}.00"}, "m")
    assert marks.shown(things, json.loads(f'{{"amount": {body["amount"]}}}'), "m")
    assert not marks.shown(things, {"amount": "100"}, "m")
    assert not marks.shown(things, {"text": body["amount"]}, "m")


def test_amounts_hardly_ever_meet() -> None:
    made = {amount_of(f"vendorproof-run-{number}") for number in range(1000)}
    assert len(made) > 990
    assert all(100_000 <= Decimal(amount) < 1_000_000 for amount in made)


@pytest.mark.parametrize("found", [None, True, "", "ten", [], {}, "NaN"])
def test_what_is_no_number_is_no_amount(found: Any) -> None:
    assert not same_amount(found, "12.50")
