"""`vendorproof vendors`: what the vendors promise."""

from __future__ import annotations

import click

from vendorproof.cli.options import contracts_of
from vendorproof.report.register import register_markdown


@click.command(epilog="Example: vendorproof vendors > docs/vendors.md")
@click.argument("vendors", nargs=-1, metavar="[VENDOR]...")
def command(vendors: tuple[str, ...]) -> None:
    """Prints the registers of the vendors as Markdown: requirements by convention, what is undecidable and why."""
    click.echo(register_markdown(contracts_of(vendors).values()), nl=False)
