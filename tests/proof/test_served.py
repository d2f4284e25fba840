"""The mock in this process and the mock as a server are one: what a URL alone can exercise is decided alike."""

from __future__ import annotations

import pytest

from vendorproof.checks.outcome import Blame, Verdict, Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Effect
from vendorproof.mock import Mock, embedded, running
from vendorproof.runs.choice import Choice
from vendorproof.runs.opening import at_mock, opened
from vendorproof.runs.session import Session
from vendorproof.suite import items, suite_modules

CONTRACT = load_contract(contracts_root() / "leadiosa")
DECIDED = (Word.PASS, Word.FAIL, Word.NOT_APPLICABLE)


def decided(session: Session) -> dict[str, Verdict]:
    found = items(suite_modules(), {CONTRACT.vendor: CONTRACT})
    return {item.obligation.id: session.decide(item) for item in found}


def test_a_url_and_a_token_decide_what_the_embedded_mock_does(monkeypatch: pytest.MonkeyPatch) -> None:
    with at_mock(CONTRACT) as session:
        here = decided(session)
    monkeypatch.setenv("LEADIOSA_TOKEN", embedded(CONTRACT).facts.credentials["default"])
    allow = frozenset({Effect.READ, Effect.WRITE, Effect.DELETE_OWN})
    with running(Mock(CONTRACT)) as served, opened(CONTRACT, Choice(served.base_url, allow=allow)) as session:
        there = decided(session)

    assert there.keys() == here.keys()
    differing = {
        name: (here[name].verdict, verdict.verdict, verdict.reason)
        for name, verdict in there.items()
        if verdict.verdict in DECIDED and verdict.verdict is not here[name].verdict
    }
    assert differing == {}
    undecided = [verdict for verdict in there.values() if verdict.verdict not in DECIDED]
    assert {verdict.verdict for verdict in undecided} <= {Word.INCONCLUSIVE}
    assert all(verdict.reason for verdict in undecided)
    assert {verdict.blame for verdict in undecided} <= {Blame.ENVIRONMENT, Blame.CONTRACT}
    passed = {verdict.requirement for verdict in there.values() if verdict.verdict is Word.PASS}
    possible = {requirement.id for requirement in CONTRACT.requirements if requirement.check}
    assert len(passed) > 0.7 * len(possible)
