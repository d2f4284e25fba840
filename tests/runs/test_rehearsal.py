"""A run rehearsed at the mock: what it would cost, and what a budget is best spent on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Contract, Effect
from vendorproof.mock import embedded
from vendorproof.runs.choice import Choice
from vendorproof.runs.opening import at_mock
from vendorproof.runs.rehearsal import Rehearsal, rehearse, rehearse_like

BUDGETS = [0, 1, 5, 20, 60, 150]


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract(contracts_root() / "leadiosa")


@pytest.fixture(scope="module")
def whole(contract: Contract) -> Rehearsal:
    return rehearse(contract, Choice())


def within(whole: Rehearsal, budget: int | None) -> Rehearsal:
    """The same rehearsal under a budget."""
    return Rehearsal(whole.vendor, whole.steps, whole.sent, budget, whole.removals)


def test_without_a_budget_everything_is_run(whole: Rehearsal, contract: Contract) -> None:
    assert whole.chosen == whole.steps
    decidable = {requirement.id for requirement in contract.requirements if requirement.check}
    assert whole.decided == decidable
    assert whole.undecided() == {}
    assert whole.calls == whole.sent + len(whole.removals)


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_plan_keeps_its_budget(whole: Rehearsal, budget: int) -> None:
    plan = within(whole, budget)
    assert plan.calls <= budget
    assert plan.affordable <= whole.affordable


def test_a_larger_budget_decides_more(whole: Rehearsal) -> None:
    counts = [len(within(whole, budget).decided) for budget in [*BUDGETS, whole.calls]]
    assert counts == sorted(counts)
    assert counts[0] <= 1
    assert counts[-1] == len(whole.decided)


def test_the_first_calls_decide_most(whole: Rehearsal) -> None:
    assert len(within(whole, 20).decided) > len(whole.decided) / 3
    assert whole.calls > 300


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_run_of_the_plan_keeps_the_budget_and_decides_as_told(
    contract: Contract, whole: Rehearsal, budget: int
) -> None:
    plan = within(whole, budget)
    with at_mock(contract) as session:
        found = [session.decide(step.item) for step in plan.chosen]
        assert len(session.journal) <= budget
    assert {one.requirement for one in found if one.verdict in (Word.PASS, Word.FAIL)} == plan.decided


def test_what_a_budget_leaves_out_is_told(whole: Rehearsal) -> None:
    plan = within(whole, 20)
    told = plan.undecided()
    assert set(told) == {"costs more than the budget of 20 calls"}
    assert set(told["costs more than the budget of 20 calls"]) == whole.decided - plan.decided


def test_each_call_is_counted_once(whole: Rehearsal) -> None:
    rows = whole.by_convention()
    assert sum(row.calls for row in rows) == whole.sent
    assert [row.convention for row in rows] == sorted({row.convention for row in rows})
    assert sum(row.requirements for row in rows) == len({step.verdict.requirement for step in whole.steps})
    assert all(row.decided <= row.requirements for row in rows)


def test_a_target_with_fewer_rights_decides_less(contract: Contract, whole: Rehearsal) -> None:
    like = replace(embedded(contract).target, allow=frozenset({Effect.READ}), drain=False)
    plan = rehearse_like(contract, like)
    assert plan.decided < whole.decided
    reasons = plan.undecided()
    assert [one for one in reasons if "needs the right 'write'" in one]
    assert [one for one in reasons if "drain = true" in one]
    assert sum(len(names) for names in reasons.values()) >= len(whole.decided - plan.decided)
    assert plan.sent < whole.sent


def test_a_selection_is_rehearsed_alone(contract: Contract) -> None:
    plan = rehearse(contract, Choice(), ["leadiosa.pagination"])
    assert {one.rsplit(".", 1)[0] for one in plan.decided} == {"leadiosa.pagination"}
    assert rehearse(contract, Choice(), ["lensai.pagination"]).steps == ()


def test_what_is_decided_already_is_left_out(contract: Contract) -> None:
    whole = rehearse(contract, Choice(), ["leadiosa.versioning"])
    some = {step.item.obligation.id for step in whole.steps[:2]}
    rest = rehearse_like(contract, None, select=["leadiosa.versioning"], decided=frozenset(some))
    assert rest.affordable == whole.affordable - some
