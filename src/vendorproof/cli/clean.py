"""`vendorproof clean`: removes what an interrupted run left behind."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import click

from vendorproof.cli.options import contracts_of, taking
from vendorproof.contract.model import Effect
from vendorproof.errors import UsageError
from vendorproof.evidence import Created, CreatedLedger, ledgers_in, residue_lines
from vendorproof.runs.choice import Choice, choose
from vendorproof.runs.opening import sharing
from vendorproof.runs.options import REPORT_DIR, TARGET, choice_of
from vendorproof.runs.session import Session


@click.command(epilog="Example: vendorproof clean --target sandbox --report-dir reports/out")
@taking((*TARGET, REPORT_DIR))
@click.option("--forget", is_flag=True, help="tell no more of what can't be removed")
def command(forget: bool, **given: Any) -> None:
    """Removes from a live target what interrupted runs made there, and says what it could not remove.

    Without --target it goes to the targets of those runs by their names in the targets file. A file that
    somebody else wrote, or that was changed, is refused, and nothing is sent. Exit code 1 where something is left.
    """
    choice, folder = choice_of(given), REPORT_DIR.value(given["report_dir"])
    if not folder.is_dir():
        raise UsageError(f"--report-dir {str(folder)!r}: there is no such folder")
    left: list[Created] = []
    found = False
    # All are read before anything is sent: one that somebody changed is a reason to look first.
    for ledger in [CreatedLedger(path) for path in ledgers_in(folder)]:
        if ledger.origin is None or not any(True for _ in ledger.left()):
            ledger.close()
            continue
        found = True
        left += _cleaned(ledger, choice)
        if forget and ledger.path is not None:
            ledger.path.unlink(missing_ok=True)
    if not found:
        click.echo(f"{folder}: no run left anything behind")
    sys.exit(1 if left and not forget else 0)


def _cleaned(ledger: CreatedLedger, choice: Choice) -> tuple[Created, ...]:
    """Removes what one run left; returns what is still there."""
    origin = ledger.origin
    if origin is None:
        return ()
    contract = contracts_of([origin.vendor])[origin.vendor]
    before = len(tuple(ledger.left()))
    if choice.is_embedded and "://" in origin.target:
        # An address comes from who calls or from their targets file, never from a file in a report folder.
        said = f"{origin.vendor}: {before} things are at {origin.base_url}: not touched"
        click.echo(f"{said} (to go there, say --target {origin.base_url})")
        return tuple(ledger.left())
    chosen = choose(contract, replace(choice, target=origin.target) if choice.is_embedded else choice)
    chosen = replace(chosen, allow=chosen.allow | {Effect.DELETE_OWN})
    if chosen.base_url != origin.base_url:
        click.echo(f"{origin.vendor}: {before} things are at {origin.base_url}, not at {chosen.base_url}: not touched")
        return tuple(ledger.left())
    with ExitStack() as stack:
        session = Session(contract, chosen, created=ledger, run_id=origin.run, shared=sharing(chosen, stack))
        session.close(thorough=True)
    now = len(session.residue)
    click.echo(f"{origin.vendor} at {origin.base_url}, run {origin.run}: removed {before - now} of {before}")
    for line in residue_lines(session.residue):
        click.echo(f"  {session.client.redactor.text(line)}")
    return session.residue
