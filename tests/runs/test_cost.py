"""What a complete run costs: at most so many calls for each requirement that it decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.runs.choice import Choice
from vendorproof.runs.opening import at_mock
from vendorproof.runs.rehearsal import rehearse
from vendorproof.suite import items, suite_modules

CONTRACTS = load_contracts(contracts_root(), None)
CALLS_A_REQUIREMENT = 2.5
DRAINS = ("drains the limit", "spends the allowance")
"""How the purposes of calls begin that use up a limit or an allowance: as many as there are left."""

BUDGET = 60
SHARES = {"leancore": 0.5}
"""The least share of its requirements that a run under the budget decides, by vendor; 0.7 of any other."""


@pytest.mark.parametrize("vendor", CONTRACTS)
def test_a_complete_run_costs_little(vendor: str) -> None:
    contract = CONTRACTS[vendor]
    with at_mock(contract) as session:
        verdicts = [session.decide(item) for item in items(suite_modules(), {vendor: contract})]
        session.evidence.clean_up()
        calls = [exchange for exchange in session.journal if not exchange.purpose.startswith(DRAINS)]
    decided = {one.requirement for one in verdicts if one.verdict in (Word.PASS, Word.FAIL)}
    assert decided == {one.id for one in contract.requirements if one.check}
    assert len(calls) <= CALLS_A_REQUIREMENT * len(decided)


@pytest.mark.parametrize("vendor", CONTRACTS)
def test_few_calls_decide_most(vendor: str) -> None:
    whole = rehearse(CONTRACTS[vendor], Choice())
    assert len(replace(whole, budget=BUDGET).decided) >= SHARES.get(vendor, 0.7) * len(whole.decided)
