"""What several commands share: vendors, targets, rights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from vendorproof.checks.registry import all_checks
from vendorproof.contract import check_problems, contracts_root, load_contracts
from vendorproof.contract.model import Contract
from vendorproof.errors import ContractError
from vendorproof.runs.session import EMBEDDED, Choice, rights

Command = TypeVar("Command", bound=Callable[..., Any])


def contracts_of(vendors: Sequence[str]) -> dict[str, Contract]:
    """The contracts of the named vendors, of all where none is named.

    Raises UsageError for a vendor that there is not, ContractError for a contract that is wrong or names no check.
    """
    contracts = load_contracts(contracts_root(), list(vendors) or None)
    parameters = {name: check.parameters for name, check in all_checks().items()}
    problems = [problem for contract in contracts.values() for problem in check_problems(contract, parameters)]
    if problems:
        raise ContractError(*problems)
    return contracts


def target_options(command: Command) -> Command:
    """The options that say where requests go."""
    for option in reversed(
        (
            click.option(
                "--target", default=EMBEDDED, show_default=True, metavar="NAME-OR-URL", help="where requests go"
            ),
            click.option("--targets-file", default="targets.toml", show_default=True, help="the file of targets"),
            click.option("--budget", type=click.IntRange(min=0), metavar="N", help="calls at most, a vendor"),
            click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="calls a second"),
            click.option("--allow", metavar="RIGHTS", help="rights at the target, by comma: write,delete-own,…"),
        )
    ):
        command = option(command)
    return command


def choice_of(target: str, targets_file: str, budget: int | None, rate: float | None, allow: str | None) -> Choice:
    """The target that the options choose."""
    from pathlib import Path

    return Choice(target, Path(targets_file), budget, rate, rights(allow))
