"""`vendorproof report`: builds the pages of a finished run again."""

from __future__ import annotations

from pathlib import Path

import click

from vendorproof.cli.options import contracts_of
from vendorproof.report import Built, read_ledger, rebuild


@click.command(epilog="Example: vendorproof report reports/out")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--allow-download", is_flag=True, help="let npm fetch Allure where it is not installed")
def command(folder: Path, allow_download: bool) -> None:
    """Builds the pages of a run from its ledger and exchanges."""
    known = contracts_of(())
    vendors = read_ledger(folder).header.vendors
    contracts = [known[vendor] for vendor in vendors if vendor in known]
    paths = rebuild(folder, contracts, allow_download=allow_download)
    click.echo(f"report: {paths.page}")
    click.echo(f"allure: {paths.allure.page if isinstance(paths.allure, Built) else paths.allure.reason}")
