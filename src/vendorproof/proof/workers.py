"""Proves many faults at once, in as many processes as there are cores."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context

from vendorproof.contract import contracts_root, load_contract
from vendorproof.mock import Fault, find_fault
from vendorproof.proof.gate import Gate, Proof

Job = tuple[str, str]
"""A vendor and the id of one of its faults."""

_CHUNKS = 6
"""Pieces of work a process and vendor: few enough that each process learns the faithful run of few vendors, enough that
all of them end at about the same time."""


def prove_all(faults: Iterable[Fault], *, processes: int | None = None, done: Callable[[Proof], None]) -> list[Proof]:
    """Proves faults in parallel; `done` hears of each as it is ready. The proofs are in the order of the faults."""
    jobs = [(fault.vendor, fault.id) for fault in faults]
    workers = min(processes or os.cpu_count() or 1, len(jobs)) or 1
    proofs: dict[Job, Proof] = {}

    def take(found: Sequence[Proof]) -> None:
        for proof in found:
            proofs[(proof.vendor, proof.fault)] = proof
            done(proof)

    if workers == 1:
        for job in jobs:
            take([prove_job(job)])
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            for found in pool.map(prove_jobs, list(chunks(jobs, workers))):
                take(found)
    return [proofs[job] for job in jobs]


def chunks(jobs: Sequence[Job], workers: int) -> Iterable[list[Job]]:
    """The jobs of each vendor in pieces: for all workers, and small enough to end together."""
    for vendor in dict.fromkeys(vendor for vendor, _ in jobs):
        own = [job for job in jobs if job[0] == vendor]
        pieces = min(len(own), _CHUNKS * workers)
        # Neighbours of the catalogue cost alike: dealt out, the pieces do too.
        yield from (own[piece::pieces] for piece in range(pieces))


def prove_jobs(jobs: Sequence[Job]) -> list[Proof]:
    """The proofs of some faults, one after the other."""
    return [prove_job(job) for job in jobs]


def prove_job(job: Job) -> Proof:
    """The proof of one fault; what this process has learnt of its vendor before is made use of."""
    vendor, name = job
    gate = _gate(vendor)
    began = time.perf_counter()
    proof = gate.prove(find_fault(gate.contract, name))
    return replace(proof, seconds=round(time.perf_counter() - began, 3))


@cache
def _gate(vendor: str) -> Gate:
    gate = Gate(load_contract(contracts_root() / vendor))
    # Learnt before the first fault, so that its time is not the first fault's.
    assert gate.faithful
    return gate
