"""A plain URL on the command line as a target."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from vendorproof.contract.model import Contract
from vendorproof.errors import Place
from vendorproof.target.access import access_of, scoping_values
from vendorproof.target.address import checked_base_url
from vendorproof.target.environment import read_environment
from vendorproof.target.profile import Environment, Target

_OPTION = Place(Path("--target"))


def target_from_url(
    url: str, contract: Contract, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Target:
    """A target with safe defaults: it may only read, and the account is taken for a production one.

    The default credential, or the fields of a login, and the values of scoping headers come from the environment
    variables that the contract names: from `environ` (default: the process's), and the .env file of `folder` (default:
    the current one). Raises TargetError, naming the variable, where the credential is not set, and for a bad URL.
    """
    base_url = checked_base_url(url, Environment.PRODUCTION, _OPTION)
    environment = read_environment(folder or Path(), environ)
    access = access_of(contract, {}, environment, lambda role: _OPTION)
    return Target(
        name=base_url,
        vendor=contract.vendor,
        base_url=base_url,
        environment=Environment.PRODUCTION,
        credentials=access.credentials,
        logins=access.logins,
        values=scoping_values(contract, environment),
        proxy=access.proxy(base_url, None, _OPTION),
    )
