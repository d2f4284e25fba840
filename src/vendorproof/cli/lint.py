"""`vendorproof lint`: whether contracts and targets are right."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from vendorproof.checks.registry import check_parameters
from vendorproof.contract import contracts_root, lint, load_contracts, load_known
from vendorproof.contract.model import Contract
from vendorproof.errors import ContractError, Problem, TargetError
from vendorproof.target import TARGETS_FILE, read_targets


@click.command(epilog="Example: vendorproof lint contracts/leadiosa targets.toml")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
def command(paths: tuple[Path, ...]) -> None:
    """Checks contracts, targets files and files of known deviations: every problem with its file, line, value and fix.

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
            return tuple(_target_problems(path))
        except TargetError as error:
            return error.problems
    if path.is_file() and path.suffix in (".yaml", ".yml") and not (path.parent / "openapi.yaml").is_file():
        return _known_problems(path, load_contracts(contracts_root()))
    return lint(path, check_parameters())


def _target_problems(path: Path) -> Iterator[Problem]:
    contracts = load_contracts(contracts_root())
    file = read_targets(path)
    yield from file.problems(contracts)
    for known in file.known_files:
        if known.is_file():
            yield from _known_problems(known, contracts)


def _known_problems(path: Path, contracts: Mapping[str, Contract]) -> tuple[Problem, ...]:
    try:
        load_known(path, contracts)
    except ContractError as error:
        return error.problems
    return ()
