"""Known deviations: what they accept, and how nobody misses that one ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.checks.builders import with_operation
from tests.suite.conftest import Suite, requirement, with_requirements
from vendorproof.checks.outcome import Blame, Verdict, Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Basis, Contract, KnownDeviation
from vendorproof.errors import ContractError, InternalError, Place
from vendorproof.mock import find_fault
from vendorproof.runs.opening import at_mock
from vendorproof.suite import Item, Known, Phase, items, known_items, over_known_deviations, selected, suite_modules
from vendorproof.suite.verifies import verifies

TODAY = "2026-11-22"
REQUIREMENT = "acme.auth.missing-refused"


def deviation(**given: Any) -> KnownDeviation:
    usual: dict[str, Any] = {
        "requirement": REQUIREMENT,
        "operation": None,
        "reason": "they know",
        "link": "https://tracker.example.com/7",
        "expires": "2026-12-01",
        "place": Place(Path("team/known.yaml"), 3),
    }
    return KnownDeviation(**{**usual, **given})


def verdict(word: Word, operation: str = "GET /things", **given: Any) -> Verdict:
    usual: dict[str, Any] = {"exchanges": (4,), "reason": "accepted" if word is Word.FAIL else ""}
    return Verdict(
        "acme", REQUIREMENT, operation, "auth.missing_refused", word, "must", "stated", Blame.VENDOR, 1, **usual | given
    )


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ({}, True),
        ({"operation": "GET /things"}, True),
        ({"operation": "POST /things"}, False),
        ({"requirement": "acme.auth.other"}, False),
        ({"expires": TODAY}, True),
        ({"expires": "2026-11-21"}, False),
    ],
)
def test_a_deviation_accepts_what_it_names_until_its_last_day(given: dict[str, Any], accepted: bool) -> None:
    marked = Known((deviation(**given),), TODAY).accept(verdict(Word.FAIL))
    assert marked.accepted is accepted
    assert marked.red is not accepted
    assert not marked.warning
    if accepted:
        expires = given.get("expires", "2026-12-01")
        assert marked.known == f"they know (accepted until {expires}, https://tracker.example.com/7)"
        assert replace(marked, known="") == verdict(Word.FAIL)


@pytest.mark.parametrize("word", [word for word in Word if word is not Word.FAIL])
def test_only_a_failure_is_accepted(word: Word) -> None:
    assert Known((deviation(),), TODAY).accept(verdict(word)) == verdict(word)


def test_a_warning_may_be_accepted_as_well() -> None:
    warned = replace(verdict(Word.FAIL), level="should")
    marked = Known((deviation(),), TODAY).accept(warned)
    assert (warned.warning, marked.warning, marked.accepted) == (True, False, True)


CONTRACT = with_requirements(
    requirement("auth.missing-refused", "auth.missing_refused", "listThings", "getThing"),
    requirement("auth.public", "auth.public_open", "ping"),
    requirement("auth.nobody", None),
)


@pytest.fixture
def module(suite: Suite) -> ModuleType:
    @verifies("auth.missing_refused", "auth.public_open")
    def test_refused(operation: Any, evidence: Any, judge: Any) -> None: ...

    @over_known_deviations
    def test_known(verdicts: Any, judge: Any) -> None:
        judge(verdicts)

    return suite(test_refused=test_refused, test_known=test_known)


def found_in(module: ModuleType, contract: Contract = CONTRACT) -> list[Item]:
    return items([module], {"acme": contract})


def test_each_deviation_is_an_item_at_the_end(module: ModuleType) -> None:
    known = Known((deviation(), deviation(operation="GET /things/{thingId}", reason="and that")), TODAY)
    found = found_in(module)
    made = known_items([module], CONTRACT, known, found, found)
    assert [item.obligation.id for item in made] == [
        "acme.known.auth-missing-refused|*",
        "acme.known.auth-missing-refused|GET /things/{thingId}",
    ]
    assert {item.phase for item in made} == {Phase.KNOWN}
    assert max(phase for phase in Phase if phase is not Phase.KNOWN) < Phase.KNOWN
    asked = made[0].obligation.requirement
    assert asked.binding
    assert (asked.section, asked.page) == ("known.yaml:3", "known.yaml")
    assert asked.text == f"{REQUIREMENT} fails as accepted (they know), and not after 2026-12-01."


def test_what_is_not_asked_has_no_item(module: ModuleType) -> None:
    found = found_in(module)
    chosen = selected(found, ["acme.auth.public"])
    assert known_items([module], CONTRACT, Known((deviation(),), TODAY), found, chosen) == []
    assert known_items([module], CONTRACT, Known(), found, found) == []


@pytest.mark.parametrize(
    "given", [{"operation": "POST /things"}, {"requirement": "acme.auth.nobody"}, {"requirement": "acme.auth.gone"}]
)
def test_a_deviation_that_nothing_decides_is_refused(given: dict[str, Any], module: ModuleType) -> None:
    found = found_in(module)
    with pytest.raises(ContractError, match=r"team/known\.yaml:3: no check decides .* never be noticed"):
        known_items([module], CONTRACT, Known((deviation(**given),), TODAY), found, found)


def test_suites_without_a_test_for_deviations_are_our_error(suite: Suite) -> None:
    @verifies("auth.missing_refused")
    def test_refused(operation: Any, evidence: Any, judge: Any) -> None: ...

    module = suite(test_refused=test_refused)
    found = found_in(module)
    with pytest.raises(InternalError, match="no suite test decides"):
        known_items([module], CONTRACT, Known((deviation(),), TODAY), found, found)


FAILS, HOLDS, OPEN = verdict(Word.FAIL), verdict(Word.PASS), verdict(Word.INCONCLUSIVE, reason="no answer")
ELSEWHERE = verdict(Word.PASS, "GET /things/{thingId}", exchanges=(9,))


@pytest.mark.parametrize(
    ("given", "verdicts", "word", "reason", "observed"),
    [
        ({}, [FAILS], Word.PASS, "", ""),
        ({}, [ELSEWHERE, FAILS], Word.PASS, "", ""),
        ({"operation": "GET /things"}, [FAILS, ELSEWHERE], Word.PASS, "", ""),
        (
            {},
            [HOLDS, ELSEWHERE],
            Word.FAIL,
            "known-deviation-stopped",
            "holds now (GET /things, GET /things/{thingId})",
        ),
        ({"operation": "GET /things"}, [HOLDS], Word.FAIL, "known-deviation-stopped", "entry from known.yaml:3"),
        ({}, [HOLDS, OPEN], Word.INCONCLUSIVE, "no answer", ""),
        ({}, [], Word.INCONCLUSIVE, f"{REQUIREMENT} was not decided in this run", ""),
        ({"operation": "GET /things"}, [ELSEWHERE], Word.INCONCLUSIVE, "was not decided in this run", ""),
        ({"expires": "2026-11-21"}, [FAILS], Word.FAIL, "known-deviation-expired", "it still fails"),
        ({"expires": "2026-11-21"}, [HOLDS], Word.FAIL, "known-deviation-expired", "it holds now"),
        ({"expires": "2026-11-21"}, [OPEN], Word.FAIL, "known-deviation-expired", "could not tell"),
        ({"expires": TODAY}, [FAILS], Word.PASS, "", ""),
    ],
)
def test_a_deviation_that_ends_is_a_failure_of_its_own(
    given: dict[str, Any], verdicts: Sequence[Verdict], word: Word, reason: str, observed: str, module: ModuleType
) -> None:
    found = found_in(module)
    known = Known((deviation(**given),), TODAY)
    (item,) = known_items([module], CONTRACT, known, found, found)
    with at_acme() as session:
        session.verdicts.extend(verdicts)
        own = session.decide(item)
    assert own.verdict is word
    assert reason in own.reason
    assert observed in own.observed
    assert own.red is (word is Word.FAIL)
    if word is Word.FAIL:
        assert own.blame is Blame.CONTRACT
        assert own.expected
    assert (own.requirement, own.check) == ("acme.known.auth-missing-refused", "known.still_fails")


def test_one_that_ends_is_red_where_the_operation_is_our_reading_too(module: ModuleType) -> None:
    contract = with_operation("listThings", CONTRACT, basis=Basis.IMPLIED)
    found = found_in(module, contract)
    known = Known((deviation(operation="GET /things"),), TODAY)
    (item,) = known_items([module], contract, known, found, found)
    with at_acme() as session:
        session.verdicts.append(replace(HOLDS, basis="implied"))
        own = session.decide(item)
    assert (own.verdict, own.basis, own.red) == (Word.FAIL, "stated", True)


def at_acme() -> Any:
    return at_mock(load_contract(contracts_root() / "leni"))


@pytest.mark.parametrize("broken", [True, False])
def test_at_a_vendor_that_deviates_and_at_one_that_no_longer_does(broken: bool) -> None:
    """From a fault to the exit code, by the suites of a shipped contract."""
    contract = load_contract(contracts_root() / "leadiosa")
    known = Known((deviation(requirement="leadiosa.pagination.limit-honoured"),), TODAY)
    found = items(suite_modules(), {"leadiosa": contract})
    chosen = selected(found, ["leadiosa.pagination.limit-honoured"])
    chosen += known_items(suite_modules(), contract, known, found, chosen)
    faults = [find_fault(contract, "ignores-the-limit")] if broken else []
    with at_mock(contract, faults=faults, known=known) as session:
        verdicts = [session.decide(item) for item in chosen]
    stated = [one for one in verdicts if one.requirement == "leadiosa.pagination.limit-honoured"]
    own = verdicts[-1]
    if broken:
        assert any(one.accepted for one in stated)
        assert not any(one.red for one in verdicts)
        assert own.verdict is Word.PASS
        assert set(own.exchanges) <= {number for one in stated for number in one.exchanges}
    else:
        assert all(one.verdict is Word.PASS for one in stated)
        assert [one.reason for one in verdicts if one.red] == ["known-deviation-stopped"]
