"""Choices that a page leaves open: which are pinned, with what, and how they are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.drift import Pin, pins, read_pins, write_pins
from vendorproof.errors import UsageError
from vendorproof.exchange import Redactor
from vendorproof.exchange.model import Exchange
from vendorproof.runs.opening import at_mock
from vendorproof.suite import items, suite_modules


def journal(vendor: str, *variants: str) -> tuple[Contract, tuple[Exchange, ...]]:
    contract = load_contract(contracts_root() / vendor)
    with at_mock(contract, variants=variants) as session:
        for item in items(suite_modules(), {vendor: contract}):
            session.decide(item)
        return contract, tuple(session.journal)


def observed(vendor: str, choice: str, *variants: str) -> set[str]:
    return {pin.observed for pin in pins(*journal(vendor, *variants)) if pin.choice == choice}


@pytest.mark.parametrize(
    ("choice", "variant", "before", "after"),
    [
        ("page-size-over-the-maximum", "rejects-over-maximum", "no more than the maximum", "400 validation_error"),
        ("body-that-is-no-json", "malformed-json-is-422", "400 validation_error", "422 validation_error"),
        ("cursor-never-issued", "nothing-behind-a-bad-cursor", "400 invalid_cursor", "200, no items"),
    ],
)
def test_what_the_page_leaves_open_is_pinned_as_it_was_seen(choice: str, variant: str, before: str, after: str) -> None:
    assert observed("leadiosa", choice) == {before}
    assert observed("leadiosa", choice, variant) == {after}


def test_what_the_page_settles_is_no_choice() -> None:
    assert observed("leadiosa", "absent-id") == set()
    assert observed("leni", "absent-id") == {"404"}


def test_a_pin_names_an_exchange_that_shows_it() -> None:
    contract, exchanges = journal("leadiosa")
    by_number = {exchange.number: exchange for exchange in exchanges}
    found = pins(contract, exchanges)
    assert len({(pin.choice, pin.operation) for pin in found}) == len(found) > 5
    for pin in found:
        if pin.observed[:3].isdigit():
            assert pin.observed.startswith(str(by_number[pin.exchange].status))


def test_two_observations_of_one_choice_are_both_kept() -> None:
    contract, exchanges = journal("leadiosa")
    first = next(one for one in exchanges if one.purpose == "a path that does not exist")
    assert first.response is not None
    other = replace(first, number=9999, response=replace(first.response, status=410, body=b"{}"))
    found = [pin.observed for pin in pins(contract, (first, other)) if pin.choice == "unknown-path"]
    assert found == ["404 not_found or 410"]


def test_pins_are_kept_redacted_and_read_again(tmp_path: Path) -> None:
    pin = Pin("acme", "unknown-path", "*", "404 secret-0123456789abcdef", 7)
    write_pins(tmp_path, [pin], Redactor({"$KEY": "secret-0123456789abcdef"}))
    assert read_pins(tmp_path) == (replace(pin, observed="404 $KEY"),)


@pytest.mark.parametrize("text", [None, "no JSON", '[{"vendor": "acme"}]'])
def test_a_folder_without_pins_is_a_usage_error(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "pins.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"pins\.json holds no pins"):
        read_pins(tmp_path)
