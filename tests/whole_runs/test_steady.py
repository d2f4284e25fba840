"""Two runs against the faithful mock say the same, whatever the order and the seeds."""

from __future__ import annotations

import os

import pytest

from benchmarks import steady
from tests.whole_runs.harness import contract_of
from vendorproof.checks.outcome import Blame, Word
from vendorproof.contract import contracts_root
from vendorproof.contract.load import vendor_folders

RUNS = int(os.environ.get("VENDORPROOF_STEADY_RUNS", "1"))
"""Runs a vendor. `tox -e steady` makes two hundred, of every vendor."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60 + 20 * RUNS, method="signal")]


@pytest.mark.parametrize("vendor", [folder.name for folder in vendor_folders(contracts_root())])
def test_not_one_verdict_differs(vendor: str) -> None:
    assert list(steady.differences(contract_of(vendor), RUNS)) == []


def test_a_verdict_that_differs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here by chance: every second run."""
    passed = {"leni.a.b|*": (Word.PASS, Blame.NOBODY, "")}
    failed = {"leni.a.b|*": (Word.FAIL, Blame.VENDOR, "broken: in pieces")}

    def said_by(contract: object, seed: int | None, examples: int = 0) -> steady.Said:
        return failed if seed is not None and seed % 2 else passed

    monkeypatch.setattr(steady, "said_by", said_by)
    assert list(steady.differences(contract_of("leni"), 3)) == [
        f"seed {seed}: leni.a.b|*: fail (blame: vendor, broken: in pieces), usually pass (blame: nobody)"
        for seed in (1, 3)
    ]
