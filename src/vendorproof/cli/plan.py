"""`vendorproof plan`: what a run would send and decide."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vendorproof.cli.options import contracts_of, taking
from vendorproof.runs.options import SELECT, TARGET, choice_of
from vendorproof.runs.rehearsal import Rehearsal, rehearse
from vendorproof.suite import items, selected, suite_modules


@click.command(epilog="Example: vendorproof plan athena --target sandbox --budget 60")
@click.argument("vendors", nargs=-1, metavar="[VENDOR]...")
@taking((*TARGET, SELECT))
def command(vendors: tuple[str, ...], **given: Any) -> None:
    """Says what a run would send and decide, and its cost in calls. Sends nothing: the run is rehearsed at the mock,
    with the rights and roles of the target."""
    choice, select = choice_of(given), given["select"]
    console = Console()
    contracts = contracts_of(vendors)
    chosen = {item.obligation.contract.vendor for item in selected(items(suite_modules(), contracts), select)}
    for contract in (one for vendor, one in contracts.items() if vendor in chosen):
        rehearsal = rehearse(contract, choice, select)
        console.print(_table(rehearsal))
        for reason, names in rehearsal.undecided().items():
            console.print(f"  [yellow]not decided[/] ({len(names)}): {escape(reason)}", highlight=False)
            console.print(f"      {', '.join(names)}", highlight=False)


def _table(rehearsal: Rehearsal) -> Table:
    table = Table(title=f"{rehearsal.vendor}: {rehearsal.calls} calls decide {len(rehearsal.decided)} requirements")
    for heading, side in (("convention", "left"), ("requirements", "right"), ("decided", "right"), ("calls", "right")):
        table.add_column(heading, justify="left" if side == "left" else "right")
    for row in rehearsal.by_convention():
        table.add_row(row.convention, str(row.requirements), str(row.decided), str(row.calls))
    return table
