"""Whole runs with generated cases, at the embedded mock."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.contract.model import Contract
from vendorproof.run import Run, RunOptions
from vendorproof.session import at_mock
from vendorproof.suite import items, suite_modules

VENDOR = "leadiosa"


@pytest.fixture(scope="module")
def contracts() -> Mapping[str, Contract]:
    return load_contracts(contracts_root(), [VENDOR])


def words(contracts: Mapping[str, Contract], examples: int) -> tuple[dict[str, Word], int]:
    """The verdict of every obligation, and how many requests were generated."""
    with at_mock(contracts[VENDOR], examples=examples) as session:
        found = {item.obligation.id: session.decide(item).verdict for item in items(suite_modules(), contracts)}
        return found, sum(exchange.generated for exchange in session.journal)


def test_a_faithful_vendor_keeps_everything_under_generated_cases(contracts: Mapping[str, Contract]) -> None:
    without, none = words(contracts, 0)
    under, generated = words(contracts, 4)
    assert none == 0
    assert generated > 100
    assert {name for name, word in under.items() if word in (Word.FAIL, Word.ERROR)} == set()
    assert {name for name, word in without.items() if word is Word.PASS and under[name] is not Word.PASS} == set()


def test_the_option_reaches_the_generator(contracts: Mapping[str, Contract], tmp_path: Path) -> None:
    run = Run(RunOptions(examples=3, report_dir=tmp_path), contracts)
    responses = run.session(VENDOR).evidence.responses(contracts[VENDOR].operation("listContacts"))
    run.finish(complete=False)
    assert sum(exchange.generated for exchange in responses) == 3
