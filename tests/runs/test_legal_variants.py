"""Servers that keep every promise and are odd otherwise: none of them raises an alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Contract
from vendorproof.mock import embedded, variants_of
from vendorproof.runs.opening import at_mock
from vendorproof.suite import Item, items, suite_modules
from vendorproof.target import Target

VENDORS = sorted(folder.name for folder in contracts_root().iterdir() if (folder / "requirements.yaml").is_file())


@cache
def contract_of(vendor: str) -> Contract:
    return load_contract(contracts_root() / vendor)


@cache
def items_of(vendor: str) -> Sequence[Item]:
    return items(suite_modules(), {vendor: contract_of(vendor)})


PLAIN = [(vendor, one.id) for vendor in VENDORS for one in variants_of(contract_of(vendor)) if not one.assumes]
ASSUMING = [(vendor, one.id) for vendor in VENDORS for one in variants_of(contract_of(vendor)) if one.assumes]
APART = {"events-with-cr", "cursors-die-with-a-change"}
"""Other ways to do what another variant does in its own: nobody could do both at once."""

EVERY = 9
"""So many variants pass between two that the default run tries alone; the slow tests try each."""


def alarms(vendor: str, variants: Sequence[str], like: Target | None = None) -> list[Verdict]:
    with at_mock(contract_of(vendor), variants=variants, like=like) as session:
        verdicts = [session.decide(item) for item in items_of(vendor)]
    assert any(verdict.verdict is Word.PASS for verdict in verdicts)
    return [verdict for verdict in verdicts if verdict.verdict in (Word.FAIL, Word.ERROR)]


def knowing_nothing(vendor: str) -> Target:
    """A target whose tester has keys and all rights, and nothing of what the documentation leaves open."""
    mock = embedded(contract_of(vendor)).target
    return replace(mock, ids={}, values={}, values_of={}, bodies={})


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_has_many_ways_to_be_odd(vendor: str) -> None:
    assert sum(own == vendor for own, _ in PLAIN) > 12


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_alarm_where_the_oddities_come_together(vendor: str) -> None:
    assert alarms(vendor, [name for own, name in PLAIN if own == vendor and name not in APART]) == []


@pytest.mark.parametrize(("vendor", "variant"), PLAIN[::EVERY])
def test_no_alarm_at_an_odd_server(vendor: str, variant: str) -> None:
    assert alarms(vendor, [variant]) == []


@pytest.mark.slow
@pytest.mark.parametrize(("vendor", "variant"), [one for place, one in enumerate(PLAIN) if place % EVERY])
def test_no_alarm_at_any_odd_server(vendor: str, variant: str) -> None:
    assert alarms(vendor, [variant]) == []


@pytest.mark.parametrize(("vendor", "variant"), ASSUMING)
def test_no_alarm_where_our_reading_is_not_the_vendors(vendor: str, variant: str) -> None:
    assert alarms(vendor, [variant], knowing_nothing(vendor)) == []
