"""Runs the suites against a fault and compares with what the fault breaks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from multiprocessing import get_context

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Contract
from vendorproof.mock import Fault, find_fault
from vendorproof.session import at_mock
from vendorproof.suite import Item, items, suite_modules


class Sight(StrEnum):
    """How well one requirement's checks saw a fault."""

    NOTICED = "noticed"
    OTHER_REASON = "noticed for another reason"
    MISSED = "missed"
    FALSE_ALARM = "false alarm"
    ERROR = "our error"


@dataclass(frozen=True)
class Finding:
    """What one requirement showed of one fault; `verdict` is the one that decided, None where none did."""

    fault: str
    requirement: str
    sight: Sight
    expected_reason: str
    verdict: Verdict | None


@dataclass(frozen=True)
class Proof:
    """All that one fault showed."""

    vendor: str
    fault: str
    summary: str
    findings: tuple[Finding, ...]
    calls: int

    @property
    def survived(self) -> bool:
        """Whether something is not as it has to be."""
        return any(finding.sight is not Sight.NOTICED for finding in self.findings)


def prove(contract: Contract, fault: Fault, faithful: Mapping[str, Word]) -> Proof:
    """Runs every item against the mock with a fault.

    `faithful` maps obligation ids to their verdict at the faithful mock: what fails there anyway says nothing here.
    """
    verdicts: dict[str, Verdict] = {}
    with at_mock(contract, faults=[fault]) as session:
        for item in _items(contract):
            verdicts[item.obligation.id] = session.decide(item)
        calls = len(session.journal)
    fresh = [verdict for name, verdict in verdicts.items() if verdict.verdict is not faithful.get(name)]
    return Proof(contract.vendor, fault.id, fault.summary, tuple(_findings(contract, fault, fresh)), calls)


def _findings(contract: Contract, fault: Fault, fresh: Sequence[Verdict]) -> Iterator[Finding]:
    failed = [verdict for verdict in fresh if verdict.verdict is Word.FAIL]
    for breach in fault.breaches:
        own = [verdict for verdict in failed if verdict.requirement == breach.requirement]
        right = next((verdict for verdict in own if verdict.reason == breach.reason), None)
        verdict = right or next(iter(own), None)
        sight = Sight.NOTICED if right else Sight.OTHER_REASON if own else Sight.MISSED
        yield Finding(fault.id, breach.requirement, sight, breach.reason, verdict)
    for verdict in failed:
        if verdict.requirement not in fault.violates:
            yield Finding(fault.id, verdict.requirement, Sight.FALSE_ALARM, "", verdict)
    for verdict in fresh:
        if verdict.verdict is Word.ERROR:
            yield Finding(fault.id, verdict.requirement, Sight.ERROR, "", verdict)


def faithful_words(contract: Contract) -> dict[str, Word]:
    """The verdict of every obligation at the faithful mock."""
    with at_mock(contract) as session:
        return {item.obligation.id: session.decide(item).verdict for item in _items(contract)}


def _items(contract: Contract) -> list[Item]:
    return items(suite_modules(), {contract.vendor: contract})


def prove_all(faults: Iterable[Fault], *, processes: int | None = None, done: Callable[[Proof], None]) -> list[Proof]:
    """Proves faults in parallel; `done` hears of each as it is ready."""
    jobs = [(fault.vendor, fault.id) for fault in faults]
    workers = min(processes or os.cpu_count() or 1, len(jobs)) or 1
    proofs = []
    if workers == 1:
        for job in jobs:
            proofs.append(_prove_job(job))
            done(proofs[-1])
        return proofs
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for proof in pool.map(_prove_job, jobs, chunksize=1):
            proofs.append(proof)
            done(proof)
    return proofs


def _prove_job(job: tuple[str, str]) -> Proof:
    vendor, name = job
    contract = _contract(vendor)
    return prove(contract, find_fault(contract, name), _faithful(vendor))


@cache
def _contract(vendor: str) -> Contract:
    return load_contract(contracts_root() / vendor)


@cache
def _faithful(vendor: str) -> dict[str, Word]:
    return faithful_words(_contract(vendor))
