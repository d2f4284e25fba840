"""A run arranged for reading: the state of each requirement, and what the run comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from vendorproof.checks.outcome import Blame, Word
from vendorproof.report.overview import MEANINGS, State, judgement, overview, reasons, states

OTHER = "GET /things/{thingId}/parts"


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ([], State.NOT_RUN),
        ([Word.PASS], State.PASS),
        ([Word.PASS, Word.NOT_APPLICABLE], State.PASS),
        ([Word.PASS, Word.INCONCLUSIVE], State.PARTLY),
        ([Word.INCONCLUSIVE, Word.NOT_APPLICABLE], State.INCONCLUSIVE),
        ([Word.NOT_APPLICABLE], State.NOT_APPLICABLE),
        ([Word.PASS, Word.ERROR, Word.INCONCLUSIVE], State.ERROR),
        ([Word.PASS, Word.ERROR, Word.FAIL], State.FAIL),
    ],
)
def test_a_requirement_is_as_good_as_its_worst_verdict(
    words: list[Word], state: State, make_run: Any, make_verdict: Any
) -> None:
    (vendor,) = overview(make_run(*(make_verdict(word) for word in words)))
    assert vendor.rows[0].state is state


def test_a_failure_that_is_no_stated_must_is_a_warning(make_run: Any, make_verdict: Any) -> None:
    (vendor,) = overview(make_run(make_verdict(), make_verdict(Word.FAIL, basis="implied", operation=OTHER)))
    assert vendor.rows[0].state is State.WARNING


def test_every_requirement_of_the_contract_is_there_judged_or_not(make_run: Any, make_verdict: Any) -> None:
    (vendor,) = overview(make_run(make_verdict()))
    assert [(row.name, row.state) for row in vendor.rows] == [
        ("limit-honoured", State.PASS),
        ("newest-first", State.NOT_RUN),
        ("envelope", State.NOT_RUN),
        ("mailed", State.UNDECIDABLE),
    ]
    assert [group.convention for group in vendor.groups] == ["pagination", "errors"]
    assert states(vendor.rows) == {State.PASS: 1, State.NOT_RUN: 2, State.UNDECIDABLE: 1}


def test_operations_come_in_the_order_of_the_page(make_run: Any, make_verdict: Any) -> None:
    places = [OTHER, "GET /gone", "GET /things", "*"]
    (vendor,) = overview(make_run(*(make_verdict(operation=place) for place in places)))
    assert vendor.operations == ("*", "GET /things", OTHER, "GET /gone")
    assert [verdict.operation for verdict in vendor.rows[0].verdicts] == list(vendor.operations)


def test_a_verdict_that_no_contract_knows_is_still_shown(make_run: Any, make_verdict: Any) -> None:
    run = make_run(make_verdict(requirement="acme.gone.one"), make_verdict(vendor="b", requirement="b"), contracts=())
    assert [vendor.title for vendor in overview(run)] == ["acme", "b"]
    assert [row.text for vendor in overview(run) for row in vendor.rows] == [
        "The contract no longer holds this requirement."
    ] * 2


def test_reasons_the_most_frequent_first(make_run: Any, make_verdict: Any) -> None:
    run = make_run(
        make_verdict(Word.INCONCLUSIVE, reason="rare"),
        make_verdict(Word.INCONCLUSIVE, reason="often"),
        make_verdict(Word.INCONCLUSIVE, reason="often", operation=OTHER),
        make_verdict(Word.NOT_APPLICABLE, reason="often"),
    )
    assert [(reason, len(verdicts)) for reason, verdicts in reasons(run.verdicts).items()] == [
        ("often", 2),
        ("rare", 1),
    ]


def test_what_a_run_comes_to(make_run: Any, make_verdict: Any) -> None:
    passed, failed = make_verdict(), make_verdict(Word.FAIL)
    assert judgement(make_run(passed))[0] == "green"
    assert judgement(make_run(passed, make_verdict(Word.FAIL, level="should")))[0] == "green"
    assert judgement(make_run(passed, failed))[0] == "red"
    assert judgement(make_run())[0] == "none"
    assert judgement(make_run(make_verdict(Word.INCONCLUSIVE)))[0] == "none"
    assert judgement(make_run(passed, make_verdict(Word.ERROR, blame=Blame.OURS)))[0] == "none"


def test_an_unfinished_run_is_never_green(make_run: Any, make_verdict: Any) -> None:
    run = make_run(make_verdict())
    assert judgement(replace(run, footer=None))[0] == "none"
    assert judgement(replace(run, footer=replace(run.footer, complete=False)))[0] == "none"
    word, sentence = judgement(replace(make_run(make_verdict(Word.FAIL)), footer=None))
    assert word == "red"
    assert "did not finish" in sentence


def test_every_state_has_a_meaning() -> None:
    assert set(MEANINGS) == set(State)
