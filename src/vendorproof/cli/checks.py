"""`vendorproof checks`: the catalogue of checks."""

from __future__ import annotations

import click

from vendorproof.cli.options import contracts_of
from vendorproof.report.catalogue import catalogue_markdown, lines_of, matching


@click.command(epilog="Example: vendorproof checks 'pagination.*'")
@click.argument("name", required=False)
@click.option("--markdown", is_flag=True, help="the whole catalogue as docs/checks.md has it")
def command(name: str | None, markdown: bool) -> None:
    """Says what each check decides; with NAME (a check, a convention or a glob) also what it may be given under
    `with:`, which values those are, and which requirements use it."""
    if markdown:
        click.echo(catalogue_markdown(), nl=False)
        return
    found = matching(name)
    if name is None:
        width = max(len(check.name) for check in found)
        for check in found:
            click.echo(f"{check.name:{width}}  {check.summary}")
        return
    contracts = contracts_of(())
    click.echo("\n\n".join("\n".join(lines_of(check, contracts.values())) for check in found))
