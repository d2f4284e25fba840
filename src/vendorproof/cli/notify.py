"""`vendorproof notify`: tells a webhook what changed since the night before, and is silent where nothing did."""

from __future__ import annotations

import os
from pathlib import Path

import click

from vendorproof.errors import UsageError
from vendorproof.report import changes_since, payload, plain, read_ledger
from vendorproof.target import post_webhook


@click.command(
    epilog="Example: vendorproof notify reports/out --previous previous.jsonl --webhook-variable SLACK_WEBHOOK_URL"
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="REPORT_DIR")
@click.option(
    "--previous", type=click.Path(path_type=Path), metavar="LEDGER", help="the ledger of the run before; may be absent"
)
@click.option("--webhook-variable", metavar="NAME", help="the environment variable that holds the webhook's URL")
@click.option("--template", type=click.Path(path_type=Path), metavar="FILE", help="the message (default: for Slack)")
def command(folder: Path, previous: Path | None, webhook_variable: str | None, template: Path | None) -> None:
    """Compares the ledger of a run with that of the run before, verdict by verdict, and posts what changed.

    Prints it as well; without --webhook-variable it only prints. Exit code 3 where the webhook can't be reached.
    """
    before = read_ledger(previous) if previous is not None and previous.exists() else None
    changes = changes_since(before, read_ledger(folder))
    if not changes.any:
        click.echo("nothing changed")
        return
    for line in plain(changes):
        click.echo(line)
    body = payload(changes, os.environ, template)
    if webhook_variable is None:
        return
    url = os.environ.get(webhook_variable, "")
    if not url:
        fix = "set it from the CI's store of secrets, or leave --webhook-variable out"
        raise UsageError(f"${webhook_variable} is not set\n    fix: {fix}")
    post_webhook(url, body, name=webhook_variable)
    click.echo(f"told the webhook of ${webhook_variable}")
