"""`vendorproof report`: builds the pages of a finished run again."""

from __future__ import annotations

from pathlib import Path

import click

from vendorproof.report import rebuild


@click.command(epilog="Example: vendorproof report reports/out")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Builds the pages of a run from its ledger and exchanges."""
    click.echo(f"report: {rebuild(folder).index}")
