"""`vendorproof prove`: which checks notice which fault."""

from __future__ import annotations

import sys
import time

import click
from rich.console import Console

from vendorproof.cli.options import contracts_of
from vendorproof.mock import faults_of, find_fault
from vendorproof.proof import Proof, Sight, prove_all


@click.command(epilog="Example: vendorproof prove leadiosa --fault drops-the-last-item-of-a-page")
@click.argument("vendors", nargs=-1, metavar="[VENDOR]...")
@click.option("--fault", "names", multiple=True, metavar="ID", help="a fault to prove (repeatable; default: all)")
@click.option("--processes", type=click.IntRange(min=1), metavar="N", help="processes (default: one a core)")
def command(vendors: tuple[str, ...], names: tuple[str, ...], processes: int | None) -> None:
    """Runs the suites against each fault of the mocks and says which checks noticed it, survivors first.

    Exit code 1 where a fault is missed, is noticed for another reason only, or alarms a requirement that it keeps.
    """
    contracts = contracts_of(vendors).values()
    faults = [fault for contract in contracts for fault in faults_of(contract)]
    if names:
        faults = [find_fault(contract, name) for contract in contracts for name in names]
    console = Console(stderr=True)
    began = time.monotonic()
    proofs = []
    with console.status("") as status:

        def done(proof: Proof) -> None:
            proofs.append(proof)
            status.update(f"{len(proofs)} of {len(faults)} faults: {proof.vendor} {proof.fault}")

        prove_all(faults, processes=processes, done=done)
    for proof in sorted(proofs, key=lambda one: not one.survived):
        for line in lines_of(proof):
            click.echo(line)
    survivors = sum(proof.survived for proof in proofs)
    seconds = time.monotonic() - began
    click.echo(f"{len(proofs)} faults, {len(proofs) - survivors} noticed, {survivors} survived, {seconds:.1f} s")
    sys.exit(1 if survivors else 0)


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
