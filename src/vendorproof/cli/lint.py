"""`vendorproof lint`: whether contracts and targets are right."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from vendorproof.checks.registry import all_checks
from vendorproof.contract import contracts_root, lint, load_contracts
from vendorproof.errors import Problem, TargetError
from vendorproof.target import TARGETS_FILE, read_targets


@click.command(epilog="Example: vendorproof lint contracts/leadiosa targets.toml")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
def command(paths: tuple[Path, ...]) -> None:
    """Checks contracts and targets files: every problem with its file, line, value and likely fix.

    Without a path: all contracts, and the targets.toml of this folder where there is one.
    """
    usual = (contracts_root(), *(path for path in (Path(TARGETS_FILE),) if path.exists()))
    problems = [problem for path in paths or usual for problem in _problems(path)]
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)
        sys.exit(2)
    click.echo("no problem found")


def _problems(path: Path) -> Iterable[Problem]:
    if path.suffix == ".toml":
        try:
            return read_targets(path).problems(load_contracts(contracts_root()))
        except TargetError as error:
            return error.problems
    return lint(path, {name: check.parameters for name, check in all_checks().items()})
