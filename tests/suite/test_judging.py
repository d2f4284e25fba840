"""What becomes of whatever a test does: one verdict, and never an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.checks.builders import ACME, error, exchange, obligation
from tests.evidence.conftest import Make, problem, world
from vendorproof.checks.outcome import Blame, Fail, Inconclusive, NotApplicable, Outcome, Pass, Verdict, Word, passed
from vendorproof.checks.registry import all_checks
from vendorproof.contract.model import Effect
from vendorproof.errors import InternalError, Unavailable
from vendorproof.suite import Item, Judge, Phase, combined, decide, verdict_of

__all__ = ["world"]

BROKEN = Fail("broken", "whole", "in pieces", (3,))


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Pass((1,))], Pass((1,))),
        ([Pass((1, 2)), Pass((2, 3))], Pass((1, 2, 3))),
        ([Pass((1,)), BROKEN], BROKEN),
        ([BROKEN, Fail("other", "a", "b", (4,))], BROKEN),
        ([Inconclusive("no"), BROKEN], BROKEN),
        ([Inconclusive("no"), Pass((1,))], Pass((1,))),
        ([NotApplicable("no"), Pass((1,))], Pass((1,))),
        ([Inconclusive("no"), Inconclusive("no"), NotApplicable("nor")], Inconclusive("no; nor")),
        ([NotApplicable("no"), NotApplicable("nor")], NotApplicable("no")),
        ([], Inconclusive("the test judged nothing")),
    ],
)
def test_outcomes_become_one(outcomes: list[Outcome], expected: Outcome) -> None:
    assert combined(outcomes) == expected


@pytest.mark.parametrize(
    ("outcome", "word", "blame"),
    [
        (Pass((1, 2)), Word.PASS, Blame.NOBODY),
        (BROKEN, Word.FAIL, Blame.VENDOR),
        (Inconclusive("no", (1, 2)), Word.INCONCLUSIVE, Blame.ENVIRONMENT),
        (NotApplicable("no"), Word.NOT_APPLICABLE, Blame.NOBODY),
    ],
)
def test_an_outcome_becomes_a_verdict(outcome: Outcome, word: Word, blame: Blame) -> None:
    asked = obligation(ACME, "auth.missing_refused", operation="listThings")
    verdict = verdict_of(all_checks()["auth.missing_refused"], asked, outcome)
    assert (verdict.verdict, verdict.blame) == (word, blame)
    assert (verdict.vendor, verdict.requirement, verdict.operation) == ("acme", "acme.auth.example", "GET /things")
    assert (verdict.check, verdict.level, verdict.basis) == ("auth.missing_refused", "must", "stated")
    judged = getattr(outcome, "judged", ())
    assert (verdict.judged, verdict.exchanges) == (len(judged), judged)
    assert verdict.reason == getattr(outcome, "reason", "")
    assert (verdict.expected, verdict.observed) == (getattr(outcome, "expected", ""), getattr(outcome, "observed", ""))


@pytest.mark.parametrize(
    ("level", "basis", "red"),
    [
        ("must", "stated", True),
        ("should", "stated", False),
        ("may", "stated", False),
        ("must", "example", False),
        ("must", "implied", False),
        ("must", "standard", False),
    ],
)
def test_only_what_is_stated_and_must_be_turns_a_run_red(level: str, basis: str, red: bool) -> None:
    failed = Verdict("acme", "acme.a.b", "*", "a.b", Word.FAIL, level, basis, Blame.VENDOR, 1)
    assert (failed.red, failed.warning) == (red, not red)
    other = [Verdict("acme", "acme.a.b", "*", "a.b", word, level, basis, Blame.VENDOR, 1) for word in Word]
    assert [verdict.verdict for verdict in other if verdict.red or verdict.warning] == [Word.FAIL]


def test_a_check_of_each_answer_judges_one_by_one() -> None:
    asked = obligation(ACME, "content.json_responses", operation="getThing")
    judge = Judge(all_checks()["content.json_responses"], asked)
    good, page, nothing = exchange(200, {}), exchange(200, "x"), exchange(204)
    judge((good, nothing))
    judge(good, page)
    judge(nothing)
    kinds = [type(outcome) for outcome in judge.outcomes]
    assert kinds == [Pass, Fail, NotApplicable]
    assert judge.outcomes[0] == Pass((good.number,))


def test_a_check_of_one_piece_judges_piece_by_piece() -> None:
    asked = obligation(ACME, "auth.missing_refused", operation="getThing")
    judge = Judge(all_checks()["auth.missing_refused"], asked)
    judge(error(401), exchange(200, {}))
    assert [type(outcome) for outcome in judge.outcomes] == [Pass, Fail]


def item(test: Callable[..., None], *, check: str = "auth.missing_refused", operation: str = "listThings") -> Item:
    given = {"status": 404, "provoke": "absent-id"} if check == "errors.status" else None
    asked = obligation(ACME, check, operation=operation, given=given)
    return Item(test, all_checks()[check], asked, Phase.READ)


def test_a_test_gets_what_it_asks_for(world: Make) -> None:
    seen: dict[str, Any] = {}

    def test(judge: Any, operation: Any, obligation: Any, evidence: Any) -> None:
        seen.update(judge=judge, operation=operation, obligation=obligation, evidence=evidence)
        judge(evidence.auth.none(operation))

    asked = world()
    verdict = decide(item(test), asked.evidence)
    assert verdict.verdict is Word.PASS
    assert seen["operation"].id == "listThings"
    assert seen["evidence"] is asked.evidence
    assert seen["obligation"].requirement.check == "auth.missing_refused"
    assert [asked.journal[number].role for number in verdict.exchanges] == ["none"]


def test_a_test_that_judges_nothing_is_our_error(world: Make) -> None:
    def test(evidence: Any, operation: Any) -> None:
        evidence.auth.none(operation)

    verdict = decide(item(test), world().evidence)
    assert (verdict.verdict, verdict.blame) == (Word.ERROR, Blame.OURS)
    assert verdict.reason == "the test ended without a judgment"


def test_an_exception_of_ours_is_our_error(world: Make) -> None:
    def test(judge: Any) -> None:
        raise ZeroDivisionError("by us")

    verdict = decide(item(test), world().evidence)
    assert (verdict.verdict, verdict.blame, verdict.reason) == (Word.ERROR, Blame.OURS, "ZeroDivisionError: by us")


def test_an_interrupt_is_none(world: Make) -> None:
    def test(judge: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decide(item(test), world().evidence)


def test_evidence_that_can_not_be_had_is_inconclusive(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        judge(evidence.attempted(operation))

    verdict = decide(item(test, operation="createThing"), world(allow=frozenset({Effect.READ})).evidence)
    assert (verdict.verdict, verdict.blame) == (Word.INCONCLUSIVE, Blame.ENVIRONMENT)
    assert "needs the right 'write'" in verdict.reason


def test_a_spent_budget_is_inconclusive(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        judge(evidence.auth.none(operation))

    verdict = decide(item(test), world(budget=0).evidence)
    assert (verdict.verdict, verdict.blame) == (Word.INCONCLUSIVE, Blame.ENVIRONMENT)
    assert "budget" in verdict.reason


def test_what_came_before_evidence_ran_out_does_not_count_as_a_pass(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        judge(evidence.auth.none(operation))
        raise Unavailable("and then there was nothing")

    verdict = decide(item(test), world().evidence)
    assert (verdict.verdict, verdict.reason) == (Word.INCONCLUSIVE, "and then there was nothing")


def test_what_was_seen_to_fail_fails_whatever_else_can_not_be_had(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        judge(evidence.success(operation))
        raise Unavailable("and then there was nothing")

    verdict = decide(item(test), world().evidence)
    assert (verdict.verdict, verdict.reason) == (Word.FAIL, "accepted")


def test_a_failure_names_what_shows_it(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        judge(evidence.auth.none(operation))

    asked = world()
    asked.vendor.answer = lambda request: problem(418)
    verdict = decide(item(test), asked.evidence)
    assert (verdict.verdict, verdict.reason, verdict.expected) == (Word.FAIL, "other-status", "401")
    assert [asked.journal[number].status for number in verdict.exchanges] == [418]


def test_a_test_about_the_whole_api_has_no_operation(world: Make) -> None:
    def test(operation: Any, judge: Any) -> None: ...

    verdict = decide(item(test, check="errors.status", operation="once"), world().evidence)
    assert verdict.verdict is Word.ERROR
    assert "operation" in verdict.reason


def test_nothing_passes_that_cites_nothing() -> None:
    with pytest.raises(InternalError, match="cites no exchange"):
        Pass(())


def test_a_pass_that_cites_nothing_is_our_error(world: Make) -> None:
    def test(judge: Any) -> None:
        judge.outcomes.append(passed())

    verdict = decide(item(test), world().evidence)
    assert (verdict.verdict, verdict.blame) == (Word.ERROR, Blame.OURS)
    assert "a pass that cites no exchange" in verdict.reason


def test_a_failure_that_cites_nothing_is_our_error(world: Make) -> None:
    def test(judge: Any) -> None:
        judge.outcomes.append(Fail("broken", "whole", "in pieces", ()))

    verdict = decide(item(test), world().evidence)
    assert (verdict.verdict, verdict.reason) == (Word.ERROR, "a fail that cites no exchange")


@pytest.mark.parametrize(("status", "word"), [(401, "pass"), (418, "fail")])
def test_a_decision_by_another_operation_alone_is_our_error(world: Make, status: int, word: str) -> None:
    def test(evidence: Any, judge: Any) -> None:
        judge(evidence.auth.none(asked.operation("getThing")))

    asked = world(ids={"default": {"things": ("t1",)}})
    asked.vendor.answer = lambda request: problem(status) if "authorization" not in request.headers else None
    verdict = decide(item(test), asked.evidence)
    assert (verdict.verdict, verdict.blame, verdict.operation) == (Word.ERROR, Blame.OURS, "GET /things")
    assert verdict.reason.startswith(f"a {word} at GET /things that cites none of its exchanges: GET /")


def test_one_exchange_of_the_operation_is_enough(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        judge(evidence.auth.none(asked.operation("getThing")))
        judge(evidence.auth.none(operation))

    asked = world(ids={"default": {"things": ("t1",)}})
    verdict = decide(item(test), asked.evidence)
    assert verdict.verdict is Word.PASS
    assert [asked.journal[number].operation for number in verdict.exchanges] == ["getThing", "listThings"]


def test_another_method_on_its_path_is_of_the_operation(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        judge(evidence.errors.other_method(operation, "PUT"))

    asked = world()
    asked.vendor.answer = lambda request: problem(405) if request.method == "PUT" else None
    given = obligation(ACME, "operations.read_only", operation="listThings", given={"methods": ["PUT"]})
    read_only = Item(test, all_checks()["operations.read_only"], given, Phase.READ)
    verdict = decide(read_only, asked.evidence)
    assert verdict.verdict is Word.PASS
    assert [asked.journal[number].operation for number in verdict.exchanges] == [None]
