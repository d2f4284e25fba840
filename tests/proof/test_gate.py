"""The fault gate: each fault is noticed, for its reason, by the checks of what it breaks and by no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from vendorproof.checks.outcome import Fail, Inconclusive, Outcome, Pass, Word
from vendorproof.checks.registry import all_checks
from vendorproof.cli.prove import lines_of
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.mock import faults_of, find_fault
from vendorproof.proof import Gate, Proof, Sight, prove_all
from vendorproof.suite import Item, items, suite_modules

CONTRACTS = load_contracts(contracts_root())
LEADIOSA = CONTRACTS["leadiosa"]
ITEMS = items(suite_modules(), {"leadiosa": LEADIOSA})
SAMPLE = [fault.id for fault in sorted(faults_of(LEADIOSA), key=lambda fault: fault.id)[::10]]
"""Every tenth fault: all kinds, in a few seconds. The slow test proves them all."""

LOST = "drops-an-item-at-one-page-boundary"
MISSING = "leadiosa.pagination.nothing-missing"
WALKS = ("nothing-twice", "same-order", "last-page-has-no-more", "has-more-truthful", "cursor-continues")
CALM = next(
    name
    for name in (f"leadiosa.pagination.{word}" for word in WALKS)
    if name not in {breach.requirement for breach in find_fault(LEADIOSA, LOST).breaches}
)
"""A requirement about walks that the fault keeps."""


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(LEADIOSA)


def survivors(proofs: Iterable[Proof]) -> list[str]:
    return [line for proof in proofs if proof.survived for line in lines_of(proof)]


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_is_noticed_and_nothing_else_alarmed(name: str, gate: Gate) -> None:
    fault = find_fault(LEADIOSA, name)
    proof = gate.prove(fault)
    assert survivors([proof]) == []
    assert {finding.requirement for finding in proof.findings} <= set(fault.violates)
    assert proof.findings
    assert proof.calls > 100


@pytest.mark.slow
@pytest.mark.timeout(900, method="signal")
def test_every_fault_of_every_vendor_is_noticed() -> None:
    faults = [fault for contract in CONTRACTS.values() for fault in faults_of(contract)]
    heard: list[str] = []
    proofs = prove_all(faults, processes=2, done=lambda proof: heard.append(proof.fault))
    assert survivors(proofs) == []
    assert Counter((proof.vendor, proof.fault) for proof in proofs) == Counter((one.vendor, one.id) for one in faults)
    assert len(heard) == len(faults)


@pytest.mark.parametrize("vendor", sorted(CONTRACTS))
def test_every_fault_breaks_what_the_vendor_promises(vendor: str) -> None:
    contract = CONTRACTS[vendor]
    known = {requirement.id for requirement in contract.requirements if requirement.check}
    faults = faults_of(contract)
    assert faults
    assert [fault.id for fault in faults if not fault.breaches] == []
    assert {fault.id: set(fault.violates) - known for fault in faults if set(fault.violates) - known} == {}


@pytest.mark.parametrize("vendor", sorted(CONTRACTS))
def test_the_faithful_mock_alarms_nobody(vendor: str) -> None:
    words = Gate(CONTRACTS[vendor]).faithful
    assert {name: word for name, word in words.items() if word in (Word.FAIL, Word.ERROR)} == {}
    assert Word.PASS in words.values()


def judging(requirement: str, function: Callable[..., Outcome]) -> list[Item]:
    """A few tests of the suites, those of one requirement with another check."""
    wanted = [item for item in ITEMS if item.obligation.requirement.id in (MISSING, CALM)]
    return [
        replace(item, check=replace(item.check, function=function))
        if item.obligation.requirement.id == requirement
        else item
        for item in wanted
    ]


def blind(*_: Any) -> Outcome:
    return Pass((1,))


def never_sure(*_: Any) -> Outcome:
    return Inconclusive("who knows")


def for_another_reason(*evidence: Any) -> Outcome:
    found = all_checks()["pagination.nothing_missing"].function(*evidence)
    return replace(found, reason="who-knows") if isinstance(found, Fail) else found


def broken_when_it_matters(*evidence: Any) -> Outcome:
    found = all_checks()["pagination.nothing_missing"].function(*evidence)
    if isinstance(found, Fail):
        raise ZeroDivisionError
    return found


def never_satisfied(*_: Any) -> Outcome:
    return Fail("item-missing", "this", "that", (1,))


@pytest.mark.parametrize(
    ("function", "sight"),
    [
        (blind, Sight.MISSED),
        (never_sure, Sight.MISSED),
        # What fails at the faithful mock as well says nothing of a fault.
        (never_satisfied, Sight.MISSED),
        (for_another_reason, Sight.OTHER_REASON),
        (broken_when_it_matters, Sight.ERROR),
    ],
)
def test_a_check_that_does_not_see_is_reported(function: Callable[..., Outcome], sight: Sight) -> None:
    fault = find_fault(LEADIOSA, LOST)
    assert MISSING in fault.violates
    proof = Gate(LEADIOSA, judging(MISSING, function)).prove(fault)
    assert proof.survived
    assert sight in {finding.sight for finding in proof.findings if finding.requirement == MISSING}
    assert f"{sight}: {MISSING}" in "\n".join(lines_of(proof))


def test_the_same_tests_with_their_own_check_see() -> None:
    proof = Gate(LEADIOSA, judging("none", blind)).prove(find_fault(LEADIOSA, LOST))
    seen = {finding.requirement: finding.sight for finding in proof.findings}
    assert seen[MISSING] is Sight.NOTICED
    assert CALM not in seen


def test_a_check_that_cries_wolf_is_reported() -> None:
    wolf = all_checks()["pagination.nothing_missing"].function
    proof = Gate(LEADIOSA, judging(CALM, wolf)).prove(find_fault(LEADIOSA, LOST))
    assert {finding.sight for finding in proof.findings if finding.requirement == CALM} == {Sight.FALSE_ALARM}
    assert proof.survived


def test_proofs_are_alike_in_processes_of_their_own(gate: Gate) -> None:
    faults = [find_fault(LEADIOSA, name) for name in (LOST, SAMPLE[0])]
    apart = prove_all(faults, processes=2, done=lambda proof: None)
    assert [replace(proof, seconds=0.0) for proof in apart] == [gate.prove(fault) for fault in faults]
