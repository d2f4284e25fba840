"""Proves many faults at once, in as many processes as there are cores."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from typing import TypeVar

from vendorproof.contract import contracts_root, load_contract
from vendorproof.mock import Fault, find_fault
from vendorproof.proof.gate import Gate, Proof
from vendorproof.proof.mutation import Judged, Mutation

Job = tuple[str, str]
"""A vendor and the id of one of its faults."""

W = TypeVar("W")
R = TypeVar("R")

_CHUNKS = 6
"""Pieces of work a process and vendor: few enough that each process learns the faithful run of few vendors, enough that
all of them end at about the same time."""


@dataclass(frozen=True)
class Piece:
    """What a process found out about some faults of one vendor, and the requirements that its faithful mock passes."""

    vendor: str
    passed: frozenset[str]
    proofs: tuple[Proof, ...]


def prove_all(
    faults: Iterable[Fault],
    *,
    processes: int | None = None,
    done: Callable[[Proof], None],
    faithful: Callable[[str, frozenset[str]], None] = lambda vendor, passed: None,
) -> list[Proof]:
    """Proves faults in parallel; `done` hears of each as it is ready, `faithful` of the requirements that the faithful
    mock of each vendor passes. The proofs are in the order of the faults."""
    jobs = [(fault.vendor, fault.id) for fault in faults]
    workers = min(processes or os.cpu_count() or 1, len(jobs)) or 1
    proofs: dict[Job, Proof] = {}
    for _, piece in _made(prove_jobs, list(chunks(jobs, workers)), workers):
        faithful(piece.vendor, piece.passed)
        for proof in piece.proofs:
            proofs[(proof.vendor, proof.fault)] = proof
            done(proof)
    return [proofs[job] for job in jobs]


def _made(function: Callable[[W], R], work: Sequence[W], workers: int) -> Iterator[tuple[W, R]]:
    """Each piece of work with what a function makes of it, as it is ready; a single worker is this process."""
    if workers == 1:
        for piece in work:
            yield piece, function(piece)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        pieces = {pool.submit(function, piece): piece for piece in work}
        for future in as_completed(pieces):
            yield pieces[future], future.result()


def chunks(jobs: Sequence[Job], workers: int) -> Iterable[list[Job]]:
    """The jobs of each vendor in pieces: for all workers, and small enough to end together."""
    for vendor in dict.fromkeys(vendor for vendor, _ in jobs):
        own = [job for job in jobs if job[0] == vendor]
        pieces = min(len(own), _CHUNKS * workers)
        # Neighbours of the catalogue cost alike: dealt out, the pieces do too.
        yield from (own[piece::pieces] for piece in range(pieces))


def prove_jobs(jobs: Sequence[Job]) -> Piece:
    """The proofs of some faults of one vendor, one after the other."""
    vendor = jobs[0][0]
    return Piece(vendor, _gate(vendor).passed, tuple(prove_job(job) for job in jobs))


def prove_job(job: Job) -> Proof:
    """The proof of one fault; what this process has learnt of its vendor before is made use of."""
    vendor, name = job
    gate = _gate(vendor)
    began = time.perf_counter()
    proof = gate.prove(find_fault(gate.contract, name))
    return replace(proof, seconds=round(time.perf_counter() - began, 3))


@cache
def _gate(vendor: str) -> Gate:
    return Gate(load_contract(contracts_root() / vendor))


def judge_mutants(vendors: Iterable[str], *, processes: int | None = None, done: Callable[[int], None]) -> list[Judged]:
    """The fate of every mutant of these vendors' answers, found out in parallel; `done` hears how many are judged."""
    workers = processes or os.cpu_count() or 1
    work = [(vendor, piece, workers * _CHUNKS) for vendor in vendors for piece in range(workers * _CHUNKS)]
    judged: dict[tuple[str, int, int], list[Judged]] = {}
    for piece, found in _made(_judge_piece, work, workers):
        judged[piece] = found
        done(sum(map(len, judged.values())))
    return [one for piece in work for one in judged[piece]]


def _judge_piece(piece: tuple[str, int, int]) -> list[Judged]:
    vendor, first, step = piece
    mutation = _mutation(vendor)
    return [mutation.judge(mutant) for mutant in mutation.mutants[first::step]]


@cache
def _mutation(vendor: str) -> Mutation:
    return Mutation(_gate(vendor))
