"""Requests that nobody wrote down: made by schemathesis and Hypothesis, sent through the one client."""

from __future__ import annotations

from vendorproof.contract.model import Contract, Effect
from vendorproof.evidence.generated import NO_CASES, CaseSource
from vendorproof.target import Client, Environment

SEED = 1
"""Where generation starts; the same cases come for the same contract in every run."""

__all__ = ["SEED", "case_source"]


def case_source(contract: Contract, client: Client, examples: int, *, seed: int = SEED) -> CaseSource:
    """What generates at most `examples` valid and as many wrong requests of each operation; nothing with 0.

    Wrong and random requests are for the mock and for targets that allow writing.
    """
    if examples == 0:
        return NO_CASES
    # Only here: schemathesis takes a while to import.
    from vendorproof.cases.generator import Generator

    negative = client.target.environment is Environment.MOCK or client.target.allows(Effect.WRITE)
    return Generator(contract, client, examples, seed, negative)
