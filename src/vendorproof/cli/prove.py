"""`vendorproof prove`: which checks notice which fault."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from vendorproof.cli.options import contracts_of
from vendorproof.contract.model import Contract
from vendorproof.mock import Fault, faults_of, find_fault
from vendorproof.proof import (
    Fate,
    Judged,
    Proof,
    Sight,
    accepted_survivors,
    judge_mutants,
    kill_matrix,
    prove_all,
    shares,
)
from vendorproof.report import kills, write_kill_matrix

_EVERY = 50
"""Faults between two lines of progress where nobody watches."""


@click.command(epilog="Example: vendorproof prove leadiosa --fault drops-the-message --fault 'drops-the-code@every=20'")
@click.argument("vendors", nargs=-1, metavar="[VENDOR]...")
@click.option("--fault", "names", multiple=True, metavar="ID", help="a fault to prove (repeatable; default: all)")
@click.option(
    "--mutants", is_flag=True, help="each documented field, header and status, wrong in each usual way, instead"
)
@click.option("--processes", type=click.IntRange(min=1), metavar="N", help="processes (default: one a core)")
@click.option(
    "--report-dir", default="reports/out", show_default=True, metavar="DIR", help="where the kill matrix goes"
)
@click.option("-q", "--quiet", is_flag=True, help="no line for a fault that was noticed")
def command(
    vendors: tuple[str, ...],
    names: tuple[str, ...],
    mutants: bool,
    processes: int | None,
    report_dir: str,
    quiet: bool,
) -> None:
    """Runs the suites against each fault of the mocks and says which checks noticed it, survivors first.

    The kill matrix is written as kill-matrix.json and kill-matrix.html. Exit code 1 where a fault is missed, is noticed
    for another reason only, or alarms a requirement that it keeps; where one that is accepted as a survivor is noticed
    after all; and, where all faults were run, where a statement of a page has a check that was not seen both to accept
    and to reject.
    """
    contracts = contracts_of(vendors)
    if mutants:
        _mutants(contracts, processes)
        return
    faults = [fault for contract in contracts.values() for fault in faults_of(contract)]
    if names:
        faults = [find_fault(contract, name) for contract in contracts.values() for name in names]
    matrix, proofs = _proven(contracts, faults, processes, whole=not names)
    states = {(row.vendor, row.fault): row.state for row in matrix.rows}
    for proof in sorted(proofs, key=lambda one: states[one.vendor, one.fault] not in kills.BAD):
        if not quiet or states[proof.vendor, proof.fault] in kills.BAD:
            for line in lines_of(proof):
                click.echo(line)
    for one in matrix.unproven:
        lacks = "the faithful mock does not pass it" if not one.accepts else "no fault breaks it"
        click.echo(f"unproven  {one.requirement} ({one.basis}): {lacks}")
    page = write_kill_matrix(Path(report_dir), matrix)
    for line in _totals(matrix):
        click.echo(line)
    click.echo(f"the kill matrix is {page}")
    sys.exit(0 if matrix.held else 1)


def _proven(
    contracts: Mapping[str, Contract], faults: Sequence[Fault], processes: int | None, *, whole: bool
) -> tuple[kills.KillMatrix, list[Proof]]:
    started, began = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    passed: dict[str, frozenset[str]] = {vendor: frozenset() for vendor in contracts}
    heard: Counter[bool] = Counter()
    console = Console(stderr=True)
    with console.status("the faithful mocks") as status:

        def done(proof: Proof) -> None:
            heard[proof.survived] += 1
            count = heard.total()
            words = f"{count} of {len(faults)} faults, {heard[True]} survived, {time.monotonic() - began:.0f} s"
            status.update(f"{words}: {proof.vendor} {proof.fault}")
            if not console.is_terminal and count % _EVERY == 0:
                console.print(words)

        proofs = prove_all(faults, processes=processes, done=done, faithful=passed.__setitem__)
    seconds = round(time.monotonic() - began, 1)
    accepted = accepted_survivors()
    matrix = kill_matrix(contracts, proofs, passed, accepted, whole=whole, started=started, seconds=seconds)
    return matrix, proofs


def _totals(matrix: kills.KillMatrix) -> list[str]:
    """How many faults came to what, a line a vendor and one for all."""
    groups = {vendor: [row for row in matrix.rows if row.vendor == vendor] for vendor in matrix.titles}
    groups = {**groups, "all": list(matrix.rows)} if len(groups) > 1 else groups
    lines = []
    for name, rows in groups.items():
        counts = kills.totals(rows)
        words = [f"{counts[state]} {state}" for state in kills.STATES if counts[state]]
        lines.append(f"{name}: {counts['faults']} faults, {', '.join(words) or 'none proven'}")
    return [*lines[:-1], f"{lines[-1]}, {matrix.seconds} s"]


def lines_of(proof: Proof) -> list[str]:
    """One fault in words."""
    word = "SURVIVED" if proof.survived else "noticed"
    lines = [f"{word:9} {proof.vendor} {proof.fault}: {proof.summary}"]
    for finding in proof.findings:
        seen = finding.verdict
        detail = f" ({seen.reason} at {seen.operation}: {seen.observed})" if seen else ""
        wanted = f", expected {finding.expected_reason}" if finding.sight is Sight.OTHER_REASON else ""
        if proof.survived or finding.sight is not Sight.NOTICED:
            lines.append(f"          {finding.sight}: {finding.requirement}{wanted}{detail}")
    return lines


def _mutants(contracts: Mapping[str, Contract], processes: int | None) -> None:
    """Judges the mutants and tells the share noticed, by kind and by vendor, survivors first."""
    began = time.monotonic()
    console = Console(stderr=True)
    with console.status("the faithful mocks") as status:
        judged = judge_mutants(
            contracts, processes=processes, done=lambda count: status.update(f"{count} mutants judged")
        )
    for fate in (Fate.SURVIVED, Fate.ALARMED):
        for one in judged:
            if one.fate is fate:
                told = f" ({one.by})" if one.by else ""
                click.echo(f"{fate}: {one.vendor} {one.mutant.id}{told}")
    for title, by in (("by kind", _kind), ("by part", _part), ("by vendor", _vendor)):
        click.echo(f"{title}:")
        for name, (noticed, breaking) in shares(judged, by).items():
            click.echo(f"  {name}: {noticed} of {breaking} noticed ({100 * noticed / breaking:.1f} %)")
    fates = Counter(one.fate for one in judged)
    words = ", ".join(f"{fates[fate]} {fate}" for fate in Fate if fates[fate])
    click.echo(f"{len(judged)} mutants: {words or 'none'}; {time.monotonic() - began:.1f} s")
    sys.exit(1 if fates[Fate.SURVIVED] or fates[Fate.ALARMED] else 0)


def _kind(one: Judged) -> str:
    return one.mutant.kind.value


def _part(one: Judged) -> str:
    return one.mutant.part.value


def _vendor(one: Judged) -> str:
    return one.vendor
