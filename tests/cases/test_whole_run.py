"""Whole runs with generated cases, at the embedded mock."""

from __future__ import annotations

from pathlib import Path

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.runs.opening import at_mock
from vendorproof.runs.options import RunOptions
from vendorproof.runs.run import Run
from vendorproof.suite import items, suite_modules

CONTRACTS = load_contracts(contracts_root())


def words(vendor: str, examples: int) -> tuple[dict[str, Word], int]:
    """The verdict of every obligation, and how many requests were generated."""
    contract = CONTRACTS[vendor]
    with at_mock(contract, examples=examples) as session:
        found = [session.decide(item) for item in items(suite_modules(), {vendor: contract})]
        made = sum(exchange.generated for exchange in session.journal)
        return {f"{one.requirement}|{one.operation}": one.verdict for one in found}, made


@pytest.mark.parametrize("vendor", sorted(CONTRACTS))
def test_a_faithful_vendor_keeps_everything_under_generated_cases(vendor: str) -> None:
    without, none = words(vendor, 0)
    under, generated = words(vendor, 4)
    assert none == 0
    assert generated > 20
    assert {name for name, word in under.items() if word in (Word.FAIL, Word.ERROR)} == set()
    assert {name for name, word in without.items() if word is Word.PASS and under[name] is not Word.PASS} == set()


def test_the_option_reaches_the_generator(tmp_path: Path) -> None:
    contract = CONTRACTS["leadiosa"]
    run = Run(RunOptions(examples=3, report_dir=tmp_path), {contract.vendor: contract})
    responses = run.session(contract.vendor).evidence.responses(contract.operation("listContacts"))
    run.finish()
    assert sum(exchange.generated for exchange in responses) == 3
