"""Exchanges are expensive: what somebody has asked for is never asked for again."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.evidence.conftest import CONTRACT, Make, World, contract_with, problem
from vendorproof.contract.conventions import Idempotency
from vendorproof.errors import Unavailable

Question = Callable[[World], object]

KEYS = contract_with(idempotency=Idempotency("Idempotency-Key", "replay", 86_400, None, ("creations",)))

QUESTIONS: dict[str, Question] = {
    "a reading": lambda w: w.evidence.attempt(w.operation("getThing")),
    "a creation": lambda w: w.evidence.attempt(w.operation("createThing")),
    "an update": lambda w: w.evidence.attempt(w.operation("updateThing")),
    "a deletion": lambda w: w.evidence.attempt(w.operation("deleteThing")),
    "everything of an operation": lambda w: w.evidence.responses(w.operation("listThings")),
    "everything of no operation": lambda w: w.evidence.responses(None),
    "a reading that says it is JSON": lambda w: w.evidence.as_json(w.operation("getThing")),
    "no credential": lambda w: w.evidence.auth.none(w.operation("listThings")),
    "no credential for a change": lambda w: w.evidence.auth.none(w.operation("updateThing")),
    "an unknown credential": lambda w: w.evidence.auth.unknown(w.operation("getThing")),
    "what is refused": lambda w: w.evidence.lifecycle.refused(w.operation("createThing")),
    "credentials like a good one": lambda w: w.evidence.auth.similar(w.operation("getThing")),
    "a malformed credential": lambda w: w.evidence.auth.malformed(w.operation("getThing")),
    "another role": lambda w: w.evidence.auth.role(w.operation("getThing"), "second_tenant"),
    "another tenant's reading": lambda w: w.evidence.auth.foreign(w.operation("getThing")),
    "two listings": lambda w: w.evidence.auth.both_listings(w.operation("listThings")),
    "a page": lambda w: w.evidence.pagination.page(w.operation("listThings"), limit=2),
    "walks": lambda w: w.evidence.pagination.walks(w.operation("listThings")),
    "a small page": lambda w: w.evidence.pagination.few(w.operation("listThings")),
    "the default size": lambda w: w.evidence.pagination.default_and_explicit(w.operation("listThings")),
    "the maximum": lambda w: w.evidence.pagination.small_and_largest(w.operation("listThings")),
    "more than the maximum": lambda w: w.evidence.pagination.beyond_maximum(w.operation("listThings")),
    "a made-up cursor": lambda w: w.evidence.pagination.first_and_garbage(w.operation("listThings")),
    "an absent id": lambda w: w.evidence.errors.provoke("absent-id"),
    "a malformed body": lambda w: w.evidence.errors.provoke("malformed-body"),
    "an invalid body": lambda w: w.evidence.errors.provoke("invalid-body"),
    "an invalid parameter": lambda w: w.evidence.errors.provoke("invalid-parameter"),
    "a provocation": lambda w: w.evidence.errors.provoke("change-closed"),
    "bad inputs": lambda w: w.evidence.errors.bad_inputs(w.operation("createThing")),
    "another method": lambda w: w.evidence.errors.other_method(w.operation("getThing"), "PUT"),
    "all errors": lambda w: w.evidence.errors.all_errors(),
    "an update's life": lambda w: w.evidence.lifecycle.updated(w.operation("updateThing")),
    "a deletion's life": lambda w: w.evidence.lifecycle.deleted(w.operation("deleteThing")),
    "a replay": lambda w: w.evidence.idempotency.again(w.operation("createThing")),
    "a replay's effects": lambda w: w.evidence.idempotency.effects(w.operation("createThing")),
    "another key": lambda w: w.evidence.idempotency.other_key(w.operation("createThing")),
    "a race": lambda w: w.evidence.idempotency.race(w.operation("createThing")),
    "no key": lambda w: w.evidence.idempotency.without_key(w.operation("createThing")),
    "any answer": lambda w: w.evidence.transport.any_answer(),
}


@pytest.mark.parametrize("words", QUESTIONS)
def test_a_question_asked_again_sends_nothing(world: Make, words: str) -> None:
    asked = world(KEYS)
    assert asked.sent_by(lambda: QUESTIONS[words](asked)) != []
    assert asked.sent_by(lambda: QUESTIONS[words](asked)) == []


def test_questions_share_what_was_sent(world: Make) -> None:
    asked = world()
    listing = asked.operation("listThings")
    asked.evidence.attempt(listing)
    assert asked.sent_by(lambda: asked.evidence.pagination.page(listing)) == []
    assert asked.sent_by(lambda: asked.evidence.pagination.first_and_garbage(listing)) == [
        "GET /things?after=vendorproof-never-issued"
    ]
    assert asked.sent_by(lambda: asked.evidence.errors.bad_inputs(listing)) == [
        "GET /things?limit=many",
        "GET /things?limit=-1",
        "GET /things?limit=6",
    ]


def test_an_answer_that_refuses_is_remembered_as_well(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(403)
    assert asked.evidence.attempt(asked.operation("listThings")).status == 403
    assert asked.sent_by(lambda: asked.evidence.attempt(asked.operation("listThings"))) == []


def test_a_write_makes_readings_old(world: Make) -> None:
    asked = world()
    listing, creation = asked.operation("listThings"), asked.operation("createThing")
    asked.evidence.pagination.page(listing, limit=2)
    asked.evidence.attempt(creation)
    assert asked.sent_by(lambda: asked.evidence.pagination.page(listing, limit=2)) == ["GET /things?limit=2"]


def test_a_write_that_was_refused_does_not(world: Make) -> None:
    asked = world(ids={"disposable": {"things": ("t1",)}})
    listing = asked.operation("listThings")
    asked.evidence.pagination.page(listing, limit=2)
    asked.evidence.auth.none(asked.operation("closeThing"))
    assert asked.sent_by(lambda: asked.evidence.pagination.page(listing, limit=2)) == []


def test_refusals_stay_true_after_a_write(world: Make) -> None:
    asked = world()
    asked.evidence.auth.none(asked.operation("getThing"))
    asked.evidence.attempt(asked.operation("createThing"))
    assert asked.sent_by(lambda: asked.evidence.auth.none(asked.operation("getThing"))) == []


def test_what_can_not_be_had_is_remembered_too(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: httpx.Response(200, json={"data": [], "page": {"more": False}})

    def ask() -> None:
        with pytest.raises(Unavailable, match="no id of things is known"):
            asked.evidence.attempt(asked.operation("getThing"))

    assert asked.sent_by(ask) != []
    assert asked.sent_by(ask) == []


def test_a_test_says_what_it_rests_on_though_another_sent_it(world: Make) -> None:
    asked = world()
    first = asked.evidence.pagination.walks(asked.operation("listThings"))
    with asked.evidence.trace.collecting() as used:
        asked.evidence.pagination.walks(asked.operation("listThings"))
    assert used == {page.number for walk in first.walks for page in walk.pages}


def test_a_question_about_what_is_not_documented_sends_nothing(world: Make) -> None:
    asked = world(CONTRACT)

    def ask() -> None:
        with pytest.raises(Unavailable, match="names no idempotency"):
            asked.evidence.idempotency.again(asked.operation("createThing"))

    assert asked.sent_by(ask) == []
