"""No word of the language of contracts without a contract that uses it and a verdict that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tests.repo import contract_words as language
from tests.repo.contract_words import FOLDERS, OPERATION, decided, field_of, words
from vendorproof.checks.outcome import Word
from vendorproof.contract import load_contract
from vendorproof.contract.model import Effect
from vendorproof.target import Environment

SILENT = '"unspecified"'
"""The word of what the documentation does not say: nothing is decided by it."""

LACKING = {"authentication.context.required"}
"""Keys that tell what comes of a value which a target lacks, so that no verdict that passes asks for them."""

BESIDES = ("leadiosa", "leancore", "bolt")
"""Contracts that have between them what is read beside the verdicts of a faithful mock: provocations and updates, a
login and scoping headers, keys."""


@pytest.mark.parametrize("vendor", FOLDERS)
def test_a_faithful_mock_keeps_its_own_register(vendor: str) -> None:
    verdicts = [one.verdict for one in decided(vendor)]
    assert [one for one in verdicts if one.verdict in (Word.FAIL, Word.ERROR)] == []
    passed = {one.requirement for one in verdicts if one.verdict is Word.PASS}
    assert passed
    assert passed == {one.id for one in load_contract(FOLDERS[vendor]).requirements if one.check}


def unused(wanted: Iterable[language.Word]) -> set[language.Word]:
    """The words of conventions.yaml that no contract uses with a verdict that comes of them: a requirement that passes
    at its faithful mock, and on the way to it somebody reads what the word says."""
    missing = set(wanted)
    for vendor in FOLDERS:
        passed = [one.read for one in decided(vendor) if one.verdict.verdict is Word.PASS]
        for place, word in missing & language.used(vendor):
            if word == SILENT or place in LACKING or any(field_of(place) in read for read in passed):
                missing.discard((place, word))
    return missing


def test_every_word_of_the_conventions_is_used() -> None:
    assert unused(words("conventions")) == set()


def test_a_word_that_nothing_comes_of_is_found() -> None:
    made_up = {("pagination.style", '"scroll"'), ("rateLimit.window", SILENT)}
    assert unused(made_up) == made_up


@pytest.mark.parametrize(
    ("name", "about", "used"),
    [("x-vendorproof", "operation", language.used_at), ("requirements", "requirement", language.used_by)],
)
def test_every_word_about_an_operation_or_a_requirement_is_used(
    name: str, about: str, used: Callable[[str], Iterable[tuple[str, set[language.Word]]]]
) -> None:
    missing = words(name)
    for vendor in FOLDERS:
        passed = {getattr(one.verdict, about) for one in decided(vendor) if one.verdict.verdict is Word.PASS}
        missing -= {word for own, here in used(vendor) if own in passed for word in here}
    assert missing == set()


def test_every_key_is_read_by_somebody() -> None:
    read = {field for vendor in FOLDERS for one in decided(vendor) for field in one.read}
    read |= {field for vendor in BESIDES for field in language.read_besides(vendor)}
    places = {place for place, _ in language.parts("x-vendorproof") if place}
    assert [place for place in sorted(language.keys()) if field_of(place) not in read] == []
    assert [place for place in sorted(places) if ("Operation", OPERATION[place]) not in read] == []
    assert read >= language.ANSWER


def test_the_words_of_targets_are_those_of_the_code() -> None:
    told = {word.strip('"') for _, word in words("targets")}
    assert told == {*(effect.value for effect in Effect), *(environment.value for environment in Environment)}
