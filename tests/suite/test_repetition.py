"""A failure once more: confirmed or seen once, never taken back, and never at the price of a change."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.checks.builders import obligation
from tests.evidence.conftest import CONTRACT, Make, World, problem, world
from vendorproof.checks.outcome import Verdict, Word
from vendorproof.checks.registry import all_checks
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Effect
from vendorproof.mock import find_fault
from vendorproof.runs.opening import at_mock
from vendorproof.suite import Item, Phase, Repetitions, decide, items, selected, suite_modules

__all__ = ["world"]

Answer = Callable[[httpx.Request], httpx.Response | None]


def item(
    test: Callable[..., None],
    check: str = "operations.answers",
    operation: str = "listThings",
    phase: Phase = Phase.READ,
) -> Item:
    return Item(test, all_checks()[check], obligation(CONTRACT, check, operation=operation), phase)


def attempt(evidence: Any, operation: Any, judge: Any) -> None:
    judge(evidence.attempted(operation))


def responses(evidence: Any, operation: Any, judge: Any) -> None:
    judge(evidence.responses(operation))


def first(count: int, status: int = 500) -> Answer:
    """Fails so many times, then never again."""
    turns = itertools.count()
    return lambda request: problem(status) if next(turns) < count else None


def repeated(asked: World, one: Item, most: int = 50) -> tuple[Verdict, Verdict, list[str]]:
    """The verdict, the verdict after a repetition, and what the repetition sent."""
    verdict = decide(one, asked.evidence)
    before = len(asked.sent)
    again = Repetitions(asked.contract, asked.client, "run1", most).confirm(one, verdict, asked.evidence)
    return verdict, again, asked.sent[before:]


def test_a_failure_that_fails_again_is_confirmed(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(500)
    verdict, again, sent = repeated(asked, item(attempt))
    assert (again.verdict, again.confirmed, again.flaky) == (Word.FAIL, True, False)
    assert again.repetition == "failed again when it was repeated"
    assert len(sent) == 1
    assert again.repeated == (len(asked.journal),)
    assert again.exchanges == (*verdict.exchanges, *again.repeated)
    assert (again.reason, again.expected, again.observed) == (verdict.reason, verdict.expected, verdict.observed)
    assert again.red


def test_a_failure_that_was_seen_once_stays_a_failure(world: Make) -> None:
    asked = world()
    asked.vendor.answer = first(1)
    verdict, again, _ = repeated(asked, item(attempt))
    assert (again.verdict, again.confirmed, again.flaky) == (Word.FAIL, False, True)
    assert again.red
    assert again.repetition == "seen once, not again when it was repeated"
    both = [asked.journal[number].status for number in again.exchanges]
    assert both == [500, 200]
    assert [asked.journal[number].status for number in again.repeated] == [200]
    assert verdict.confirmed is None


@pytest.mark.parametrize("broken", [1, 9])
def test_a_check_of_each_answer_gets_the_very_request_again(broken: int, world: Make) -> None:
    """Not another answer of the operation, which may be good whatever became of this one."""
    turns = itertools.count()

    def answer(request: httpx.Request) -> httpx.Response | None:
        asked = request.extensions["target"]
        if b"limit=2" in asked and next(turns) < broken:
            return httpx.Response(200, text="no JSON")
        return None

    def both(evidence: Any, operation: Any, judge: Any) -> None:
        evidence.pagination.page(operation, limit=2)
        judge(evidence.responses(operation))

    asked = world()
    asked.vendor.answer = answer
    _, again, sent = repeated(asked, item(both, "content.json_responses", phase=Phase.ALL))
    assert sent == ["GET /things?limit=2"]
    assert (again.confirmed, again.flaky) == ((True, False) if broken > 1 else (False, True))


def test_what_changes_something_is_not_repeated(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(500) if request.method == "POST" else None
    verdict, again, sent = repeated(asked, item(attempt, operation="createThing", phase=Phase.WRITE))
    assert verdict.verdict is Word.FAIL
    assert sent == []
    assert (again.confirmed, again.flaky, again.exchanges) == (None, False, verdict.exchanges)
    assert again.repetition.startswith("not repeated: POST /things once more may change something")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_change_in_answers_that_are_judged_one_by_one_is_not_repeated(method: str, world: Make) -> None:
    asked = world()
    name = {"PATCH": "updateThing", "DELETE": "deleteThing"}[method]
    asked.vendor.answer = lambda request: httpx.Response(500, text="x") if request.method == method else None
    _, again, sent = repeated(asked, item(responses, "content.json_responses", name, Phase.ALL))
    assert [one for one in sent if not one.startswith("GET")] == []
    assert again.confirmed is None
    assert "may change something" in again.repetition


def test_the_limit_is_not_drained_again(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(500)
    _, again, sent = repeated(asked, item(attempt, phase=Phase.DRAIN))
    assert sent == []
    assert again.repetition == "not repeated: it would use up the limit once more"


def test_a_login_is_not_repeated(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: httpx.Response(500, text="x")
    _, again, sent = repeated(asked, item(attempt, operation="logIn"))
    assert sent == []
    assert "lock an account" in again.repetition


def test_repetitions_keep_to_their_share(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(500)
    verdict = decide(item(attempt), asked.evidence)
    other = decide(item(attempt, operation="getThing"), asked.evidence)
    repetitions = Repetitions(asked.contract, asked.client, "run1", most=1)
    before = len(asked.sent)
    assert repetitions.confirm(item(attempt), verdict, asked.evidence).confirmed
    late = repetitions.confirm(item(attempt, operation="ping"), other, asked.evidence)
    assert late.repetition == "not repeated: no call is left for repetitions"
    assert len(asked.sent) == before + 1


def test_the_budget_of_the_run_is_kept(world: Make) -> None:
    asked = world(budget=1)
    asked.vendor.answer = lambda request: problem(500)
    _, again, sent = repeated(asked, item(attempt))
    assert sent == []
    assert again.confirmed is None
    assert "no call is left" in again.repetition


def test_a_right_that_the_target_does_not_give_is_not_taken(world: Make) -> None:
    asked = world(allow=frozenset({Effect.READ}))
    asked.vendor.answer = lambda request: problem(500)
    _, again, _ = repeated(asked, item(attempt))
    assert again.confirmed


def test_several_failures_share_what_was_repeated(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(500)
    repetitions = Repetitions(asked.contract, asked.client, "run1")
    made = [item(attempt), item(attempt, "operations.answers")]
    verdicts = [decide(one, asked.evidence) for one in made]
    before = len(asked.sent)
    confirmed = [repetitions.confirm(one, verdict, asked.evidence) for one, verdict in zip(made, verdicts, strict=True)]
    assert [one.confirmed for one in confirmed] == [True, True]
    assert len(asked.sent) == before + 1


def test_an_error_of_ours_in_a_repetition_costs_no_verdict(world: Make) -> None:
    turns = itertools.count()

    def test(evidence: Any, operation: Any, judge: Any) -> None:
        if next(turns):
            raise ZeroDivisionError("by us")
        judge(evidence.attempted(operation))

    asked = world()
    asked.vendor.answer = lambda request: problem(500)
    _, again, _ = repeated(asked, item(test))
    assert (again.verdict, again.confirmed) == (Word.FAIL, None)
    assert again.repetition == "not repeated: our error: ZeroDivisionError: by us"


def test_what_decides_nothing_the_second_time_confirms_nothing(world: Make) -> None:
    asked = world()
    statuses = itertools.chain([500], itertools.repeat(429))
    asked.vendor.answer = lambda request: problem(next(statuses))
    _, again, _ = repeated(asked, item(attempt))
    assert (again.confirmed, again.flaky) == (None, False)
    assert "limit or quota" in again.repetition


def test_the_mock_s_failures_are_repeated_on_request_alone() -> None:
    contract = load_contract(contracts_root() / "leadiosa")
    fault = find_fault(contract, "ignores-the-limit")
    chosen = selected(items(suite_modules(), {"leadiosa": contract}), ["leadiosa.pagination.limit-honoured"])
    for repeat, confirmed in ((0, None), (50, True)):
        with at_mock(contract, faults=[fault], repeat=repeat) as session:
            failed = [one for one in (session.decide(each) for each in chosen) if one.verdict is Word.FAIL]
        assert failed
        assert {one.confirmed for one in failed} == {confirmed}


def test_a_fault_that_comes_and_goes_is_reported_and_told_apart() -> None:
    """One answer in so many breaks the documentation: every run that sees it is red, and says that it was seen once."""
    contract = load_contract(contracts_root() / "leadiosa")
    fault = find_fault(contract, "calls-json-plain-text").only(every=20)
    chosen = items(suite_modules(), {"leadiosa": contract})
    with at_mock(contract, faults=[fault], repeat=200) as session:
        failed = [one for one in (session.decide(each) for each in chosen) if one.verdict is Word.FAIL]
    assert {one.requirement for one in failed} == {"leadiosa.content.responses-are-json"}
    assert any(one.red for one in failed)
    assert all(one.red is (one.basis == "stated") for one in failed)
    flaky = [one for one in failed if one.flaky]
    assert flaky
    for one in flaky:
        statuses = [session.journal[number].response for number in one.repeated]
        assert statuses
        assert all(response is not None and response.content_type == "application/json" for response in statuses)


def test_a_target_that_never_answers_is_not_asked_for_ever(world: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vendorproof.suite.repetition.MOST_WASTED", -1.0)

    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silence")

    asked = world()
    asked.vendor.answer = silent
    made = [item(attempt), item(attempt, operation="getThing"), item(attempt, operation="ping")]
    verdicts = [decide(one, asked.evidence) for one in made]
    repetitions = Repetitions(asked.contract, asked.client, "run1")
    before = len(asked.sent)
    again = [repetitions.confirm(one, verdict, asked.evidence) for one, verdict in zip(made, verdicts, strict=True)]
    assert len(asked.sent) == before
    assert {one.repetition for one in again if one.verdict is Word.FAIL} == {
        "not repeated: answers that never ended took 0 seconds of repetitions"
    }
