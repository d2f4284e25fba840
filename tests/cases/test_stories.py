"""Stories that nobody wrote down: how they are told, made short, and what only they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from vendorproof.cases.stories import MOVES, shortest_wrong, stories
from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Contract
from vendorproof.errors import Unavailable
from vendorproof.evidence.generated import Move
from vendorproof.exchange import Redactor
from vendorproof.mock import Fault
from vendorproof.mock.data.store import Row
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.used_keys import Claim
from vendorproof.report import explain
from vendorproof.runs.opening import at_mock
from vendorproof.suite import items, suite_modules


class Box:
    """A stage on which something can be put in, taken out, shaken; `is_wrong` judges what happened."""

    def __init__(self, is_wrong: Callable[[str], bool], refused: str = "") -> None:
        self.happened = ""
        self._is_wrong = is_wrong
        self._refused = refused

    @property
    def wrong(self) -> bool:
        return self._is_wrong(self.happened)

    @property
    def verbs(self) -> Sequence[str]:
        return ("in", "shake", "out")

    def move(self, verb: str, place: int) -> Move | None:
        inside = self.happened.count("in ") > self.happened.count("out ")
        return self._doing(f"{verb} ") if verb != "out" or inside else None

    def _doing(self, word: str) -> Move:
        def move() -> None:
            if word == self._refused:
                raise Unavailable("not here")
            self.happened += word

        return move


def told(stages: Sequence[object]) -> list[str]:
    return [stage.happened for stage in stages if isinstance(stage, Box)]


def test_stories_differ_are_short_and_come_again() -> None:
    first = told(stories(lambda: Box(lambda happened: False), 20))
    assert told(stories(lambda: Box(lambda happened: False), 20)) == first
    assert len(set(first)) > 5
    assert all(len(happened.split()) <= MOVES for happened in first)
    assert sum(len(happened.split()) for happened in first) <= 20 * MOVES


@pytest.mark.parametrize(
    ("is_wrong", "shortest"),
    [
        (lambda happened: "in in " in happened and "out " in happened, {"in in out "}),
        (lambda happened: happened.count("out ") == 2, {"in out in out ", "in in out out "}),
        (lambda happened: "shake " in happened, {"shake "}),
    ],
    ids=["one of two", "again", "at once"],
)
def test_a_story_that_goes_wrong_is_made_short(is_wrong: Callable[[str], bool], shortest: set[str]) -> None:
    found = shortest_wrong(lambda: Box(is_wrong), 50)
    assert isinstance(found, Box)
    assert found.happened in shortest


def test_where_nothing_goes_wrong_there_is_no_such_story() -> None:
    assert shortest_wrong(lambda: Box(lambda happened: False), 20) is None


def test_a_story_ends_where_the_target_does_not_go_along() -> None:
    assert set("".join(told(stories(lambda: Box(lambda happened: False, "in "), 20))).split()) <= {"shake"}


def test_a_mistake_of_ours_is_told() -> None:
    def is_wrong(happened: str) -> bool:
        return False

    class Broken(Box):
        def move(self, verb: str, place: int) -> Move | None:
            return self._break

        def _break(self) -> None:
            raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        stories(lambda: Broken(is_wrong), 5)


def _all_change(row: Row | None, call: Call) -> Row | None:
    if row is not None and call.method == "PATCH" and isinstance(call.payload, dict):
        for other in call.mock.store.rows(row.tenant, row.resource):
            call.mock.store.put(replace(other, body={**other.body, **call.payload}))
    return row


def _older_keys_are_forgotten(claim: Claim, call: Call) -> Claim:
    newest = call.mock.memory.get("newest")
    call.mock.memory["newest"] = claim.slot
    return claim if claim.slot == newest else replace(claim, used=None)


def _only_the_first_update_is_kept(row: Row | None, call: Call) -> Row | None:
    if row is None or call.method != "PATCH":
        return row
    first: set[str] = call.mock.memory.setdefault("first", set())
    if row.id in first:
        return call.mock.store.find(row.tenant, row.resource, row.id)
    first.add(row.id)
    return row


def failing(contract: Contract, check: str, fault: Fault, examples: int) -> list[tuple[Verdict, str]]:
    """The failure of a check's first test with what it says, where it fails."""
    with at_mock(contract, faults=[fault], examples=examples) as session:
        chosen = [
            one
            for one in items(suite_modules(), {contract.vendor: contract})
            if one.obligation.requirement.check == check
        ][:1]
        found = [(item, session.decide(item)) for item in chosen]
        assert Word.ERROR not in {verdict.verdict for _, verdict in found}
        return [
            (
                verdict,
                explain(
                    verdict,
                    item.obligation.requirement,
                    [session.journal[number] for number in verdict.exchanges],
                    Redactor(),
                ),
            )
            for item, verdict in found
            if verdict.verdict is Word.FAIL
        ]


OLDER_KEYS = Fault("forgets-older-keys", "A key is known until the next.", ((points.CLAIM, _older_keys_are_forgotten),))
FIRST_UPDATE = Fault(
    "keeps-one-update", "Updates after the first are lost.", ((points.STORED, _only_the_first_update_is_kept),)
)
ALL_CHANGE = Fault("changes-all", "An update changes everything.", ((points.STORED, _all_change),))


@pytest.mark.parametrize(
    ("vendor", "check", "fault", "reason", "methods"),
    [
        ("athena", "idempotency.duplicate_conflicts", OLDER_KEYS, "duplicate-accepted", {("POST", "POST", "POST")}),
        (
            "leadiosa",
            "lifecycle.created_is_readable",
            ALL_CHANGE,
            "differs",
            {("POST", "POST", "GET", "PATCH", "GET", "GET")},
        ),
        (
            "leadiosa",
            "lifecycle.update_persists",
            FIRST_UPDATE,
            "not-kept",
            {("POST", "GET", "PATCH", "GET", "GET", "PATCH", "GET")},
        ),
    ],
    ids=["keys", "things", "second updates"],
)
def test_what_only_a_story_shows_is_told_in_its_shortest_form(
    vendor: str, check: str, fault: Fault, reason: str, methods: set[tuple[str, ...]]
) -> None:
    contract = load_contract(contracts_root() / vendor)
    assert failing(contract, check, fault, 0) == []
    failures = failing(contract, check, fault, 60)
    assert failures
    for verdict, said in failures:
        assert verdict.reason == reason
        lines = said.split("\n")
        steps = lines[lines.index("  reproduce, in this order:") + 1 :]
        assert len(steps) == len(verdict.exchanges)
        assert all("curl" in step for step in steps)
        told = tuple(next((word for word in ("POST", "PATCH") if f"-X {word}" in step), "GET") for step in steps)
        assert told in methods
