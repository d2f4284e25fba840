"""`vendorproof clean`: removes what an interrupted run left behind."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from vendorproof.cli.options import choice_of, contracts_of, target_options
from vendorproof.contract.model import Effect
from vendorproof.errors import UsageError
from vendorproof.evidence import CreatedLedger
from vendorproof.session import Session, choose


@click.command(epilog="Example: vendorproof clean --target sandbox --report-dir reports/out")
@target_options
@click.option("--report-dir", default="reports/out", show_default=True, metavar="DIR", help="the run's folder")
def command(
    target: str, targets_file: str, budget: int | None, rate: float | None, allow: str | None, report_dir: str
) -> None:
    """Removes from a live target what an interrupted run made there, and says what it could not remove."""
    choice = choice_of(target, targets_file, budget, rate, allow)
    if choice.is_embedded:
        raise UsageError("the embedded mock keeps nothing\n    fix: name the target that the run went to (--target)")
    left = 0
    for path in sorted(Path(report_dir).glob("created-*.jsonl")):
        vendor = path.stem.removeprefix("created-")
        contract = contracts_of([vendor])[vendor]
        ledger = CreatedLedger(path)
        made = tuple(ledger.left())
        if not made:
            continue
        chosen = choose(contract, choice)
        chosen = replace(chosen, allow=chosen.allow | {Effect.DELETE_OWN})
        session = Session(contract, chosen, created=ledger)
        session.close()
        left += len(session.residue)
        click.echo(f"{vendor}: removed {len(made) - len(session.residue)} of {len(made)}")
        for thing in session.residue:
            click.echo(f"  left behind: {thing.resource} {thing.id or '(id unknown)'} ({thing.mark})")
    sys.exit(1 if left else 0)
