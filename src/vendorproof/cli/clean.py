"""`vendorproof clean`: removes what an interrupted run left behind."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from vendorproof.cli.options import choice_of, contracts_of, target_options
from vendorproof.contract.model import Effect
from vendorproof.errors import UsageError
from vendorproof.evidence import Created, CreatedLedger, ledgers_in, residue_lines
from vendorproof.runs.session import Choice, Session, choose, sharing


@click.command(epilog="Example: vendorproof clean --target sandbox --report-dir reports/out")
@target_options
@click.option("--report-dir", default="reports/out", show_default=True, metavar="DIR", help="the run's folder")
@click.option("--forget", is_flag=True, help="tell no more of what can't be removed")
def command(
    target: str,
    targets_file: str,
    budget: int | None,
    rate: float | None,
    allow: str | None,
    report_dir: str,
    forget: bool,
) -> None:
    """Removes from a live target what interrupted runs made there, and says what it could not remove.

    Without --target it goes to the targets of those runs by their names in the targets file. A file that
    somebody else wrote, or that was changed, is refused, and nothing is sent. Exit code 1 where something is left.
    """
    choice = choice_of(target, targets_file, budget, rate, allow)
    folder = Path(report_dir)
    if not folder.is_dir():
        raise UsageError(f"--report-dir {report_dir!r}: there is no such folder")
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
        click.echo(f"  {line}")
    return session.residue
