"""Vendors whose pages have numbers, or tell the link of the next one: a faithful one keeps all, every lie is seen."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.cli.prove import lines_of
from vendorproof.contract import load_contract
from vendorproof.mock import faults_of, variants_of
from vendorproof.proof import Gate
from vendorproof.runs.opening import at_mock

CONTRACTS = Path(__file__).parents[1] / "mock" / "contracts"
VENDORS = ["cobb", "dart", "echo", "flux"]


@cache
def gate_of(vendor: str) -> Gate:
    return Gate(load_contract(CONTRACTS / vendor))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_faithful_vendor_keeps_its_whole_register(vendor: str) -> None:
    words = gate_of(vendor).faithful
    assert set(words.values()) == {Word.PASS}
    assert len(words) > 13


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_lie_is_seen_for_what_it_is(vendor: str) -> None:
    gate = gate_of(vendor)
    proofs = [gate.prove(fault) for fault in faults_of(gate.contract)]
    assert [line for proof in proofs if proof.survived for line in lines_of(proof)] == []
    lies = {proof.fault for proof in proofs}
    if gate.contract.conventions.pagination and gate.contract.conventions.pagination.linked:
        assert {"links-a-page-to-itself", "announces-the-end-after-two-pages", "always-announces-more"} <= lies
    else:
        assert {"ignores-the-page-number", "counts-pages-from-another-number", "skips-a-page", "repeats-a-page"} <= lies


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_alarm_where_pages_are_cut_in_other_legal_ways(vendor: str) -> None:
    gate = gate_of(vendor)
    plain = [one for one in variants_of(gate.contract) if not one.assumes]
    own = [one.id for one in plain if any(hook.__module__.endswith(".pagination") for _, hook in one.hooks)]
    assert own
    for variants in (*([name] for name in own), [one.id for one in plain]):
        with at_mock(gate.contract, variants=variants) as session:
            verdicts = [session.decide(item) for item in gate.items]
        assert [one for one in verdicts if one.verdict in (Word.FAIL, Word.ERROR)] == [], variants
