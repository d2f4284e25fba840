"""Sessions at a vendor's embedded mock, with parts of its tester's target replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.mock import Fault, embedded, find_fault
from vendorproof.runs.session import Session
from vendorproof.target import EmbeddedTransport


@cache
def contract_of(vendor: str) -> Contract:
    return load_contract(contracts_root() / vendor)


@contextmanager
def mocked(vendor: str, *faults: str | Fault, **target: Any) -> Iterator[Session]:
    """A session at a mock, `faults` by their names or made for a test; `target` replaces fields of the target."""
    contract = contract_of(vendor)
    chosen = [find_fault(contract, one) if isinstance(one, str) else one for one in faults]
    mock = embedded(contract, faults=chosen)
    transport = EmbeddedTransport(mock.app)
    try:
        changed = replace(mock.target, **target)
        with Session(contract, changed, clock=mock.clock, transport=transport, run_id="test") as session:
            yield session
    finally:
        transport.close()


def without(values: Any, *names: str) -> dict[str, Any]:
    """A mapping without these keys."""
    return {name: value for name, value in values.items() if name not in names}


def purposes(session: Session, since: int = 0) -> Sequence[str]:
    """What the requests were for, from a number on."""
    return [exchange.purpose for exchange in list(session.journal)[since:]]
