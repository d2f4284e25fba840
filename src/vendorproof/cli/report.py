"""`vendorproof report`: builds the pages of a finished run again."""

from __future__ import annotations

from pathlib import Path

import click

from vendorproof.cli.options import contracts_of
from vendorproof.report import read_ledger, rebuild


@click.command(epilog="Example: vendorproof report reports/out")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Builds the pages of a run from its ledger and exchanges."""
    known = contracts_of(())
    vendors = read_ledger(folder).header.vendors
    click.echo(f"report: {rebuild(folder, [known[vendor] for vendor in vendors if vendor in known]).page}")
