"""What several commands share: vendors, and the options of a run as click takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from vendorproof.checks.registry import check_parameters
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.contract.lint import demand_checks
from vendorproof.contract.model import Contract
from vendorproof.runs.options import Option

Command = TypeVar("Command", bound=Callable[..., Any])


def contracts_of(vendors: Sequence[str]) -> dict[str, Contract]:
    """The contracts of the named vendors, of all where none is named.

    Raises UsageError for a vendor that there is not, ContractError for a contract that is wrong or names no check.
    """
    contracts = load_contracts(contracts_root(), list(vendors) or None)
    demand_checks(contracts.values(), check_parameters())
    return contracts


def taking(options: Iterable[Option]) -> Callable[[Command], Command]:
    """A command that takes these options, as texts: what they mean is read where pytest's are read as well."""

    def decorate(command: Command) -> Command:
        for option in reversed(tuple(options)):
            command = _click(option)(command)
        return command

    return decorate


def _click(option: Option) -> Callable[[Command], Command]:
    if option.flag:
        return click.option(f"--{option.name}", is_flag=True, help=option.help)
    return click.option(
        f"--{option.name}",
        default=None if option.many else option.default,
        multiple=option.many,
        metavar=option.metavar,
        show_default=option.default is not None,
        help=option.help,
    )
