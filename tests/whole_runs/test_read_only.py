"""What docs/safety.md promises of a run that may only read, seen from the vendor's side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whole_runs.harness import contract_of
from vendorproof.contract import contracts_root
from vendorproof.contract.load import vendor_folders
from vendorproof.contract.model import Contract, Effect, Kind
from vendorproof.exchange import Exchange
from vendorproof.mock import embedded
from vendorproof.runs.opening import at_mock
from vendorproof.suite import items, suite_modules
from vendorproof.target.profile import READ_ONLY

VENDORS = [folder.name for folder in vendor_folders(contracts_root())]


def _only_reads(exchange: Exchange, contract: Contract) -> bool:
    if exchange.operation is None:
        return exchange.request.method in ("GET", "HEAD", "OPTIONS")
    operation = contract.operation(exchange.operation)
    return operation.effects == {Effect.READ} or operation.kind is Kind.LOGIN


@pytest.mark.parametrize(
    ("vendor", "examples"), [*((vendor, 0) for vendor in VENDORS), ("leni", 2)], ids=[*VENDORS, "leni-generated"]
)
def test_nothing_but_readings_leaves(vendor: str, examples: int) -> None:
    contract = contract_of(vendor)
    # Every role and every id that a tester could have, but no right.
    everything = embedded(contract).target
    with at_mock(contract, like=replace(everything, allow=READ_ONLY, drain=False), examples=examples, repeat=50) as run:
        for item in items(suite_modules(), {vendor: contract}):
            run.decide(item)
        assert len(run.journal) > 10
        changing = [one for one in run.journal if not _only_reads(one, contract)]
        assert [f"{one.request.method} {one.request.path}: {one.purpose}" for one in changing] == []
        assert not list(run.evidence.client.journal.find(lambda one: one.request.method in ("PUT", "PATCH", "DELETE")))
