"""Words that no shipped contract uses: their lies are seen, and what is legal under them is no failure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.cli.prove import lines_of
from vendorproof.contract import load_contract
from vendorproof.mock import Fault, faults_of
from vendorproof.proof import Gate
from vendorproof.runs.opening import at_mock

CONTRACTS = Path(__file__).parents[1] / "mock" / "contracts"
CHECKS = {"content.documented_headers", "idempotency.mismatch", "pagination.order"}


@cache
def gate_of(vendor: str) -> Gate:
    return Gate(load_contract(CONTRACTS / vendor))


def breaks_a_word(gate: Gate, fault: Fault) -> bool:
    broken = [gate.contract.requirement(breach.requirement).check for breach in fault.breaches if breach.certain]
    return not CHECKS.isdisjoint(broken)


ACTS, REPLAYS = "acts-on-another-body-under-a-used-key", "replays-the-answer-for-another-body"
LIES = {
    "acme": {ACTS, "answers-another-body-under-a-used-key-with-400"},
    "bolt": {ACTS, REPLAYS, "shows-the-other-end-first"},
    "gale": {ACTS, "leaves-out-documented-headers", "writes-documented-headers-as-words"},
}


@pytest.mark.parametrize("vendor", LIES)
def test_every_lie_is_seen_for_what_it_is(vendor: str) -> None:
    gate = gate_of(vendor)
    proofs = [gate.prove(fault) for fault in faults_of(gate.contract) if breaks_a_word(gate, fault)]
    assert [line for proof in proofs if proof.survived for line in lines_of(proof)] == []
    assert LIES[vendor] <= {proof.fault for proof in proofs}


@pytest.mark.parametrize(
    ("vendor", "variant"),
    [
        ("bolt", "another-body-is-409"),
        ("gale", "every-documented-header"),
        ("gale", "reset-as-a-distance"),
        ("gale", "timestamps-elsewhere"),
    ],
)
def test_no_alarm_where_a_vendor_does_it_in_another_legal_way(vendor: str, variant: str) -> None:
    gate = gate_of(vendor)
    with at_mock(gate.contract, variants=[variant]) as session:
        verdicts = [session.decide(item) for item in gate.items]
    assert [one for one in verdicts if one.verdict in (Word.FAIL, Word.ERROR)] == []
