"""`vendorproof lint`: whether contracts and targets are right."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vendorproof.checks.registry import all_checks
from vendorproof.contract import contracts_root, lint


@click.command(epilog="Example: vendorproof lint contracts/leadiosa")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
def command(paths: tuple[Path, ...]) -> None:
    """Checks contract folders (all by default): every problem with its file, line, value and likely fix."""
    checks = {name: check.parameters for name, check in all_checks().items()}
    problems = [problem for path in paths or (contracts_root(),) for problem in lint(path, checks)]
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)
        sys.exit(2)
    click.echo("no problem found")
