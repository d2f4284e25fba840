"""The credentials of a target, looked up in the environment by the names that the file or the contract gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from vendorproof.contract.model import Contract
from vendorproof.errors import Place, Problem, TargetError
from vendorproof.exchange.redaction import SHORTEST
from vendorproof.exchange.secrecy import names_a_user
from vendorproof.target.address import is_loopback
from vendorproof.target.draft import DEFAULT
from vendorproof.target.environment import proxy_for, secret_of
from vendorproof.target.profile import Secret

Named = str | Mapping[str, str]
"""Where a role's credential is: a variable, or for a login one a field of its body."""


@dataclass(frozen=True)
class Access:
    """What was found: credentials and logins by role, and of roles without a value the variable that lacks it."""

    credentials: Mapping[str, Secret]
    logins: Mapping[str, Mapping[str, Secret]]
    unset: Mapping[str, str]
    environment: Mapping[str, str]

    def proxy(self, base_url: str, named: str | None, place: Place) -> Secret | None:
        """The proxy for an address: the named one (a variable or a URL), else the environment's; never for loopback.

        Raises TargetError for a proxy that is not set, or that is no http(s) URL.
        """
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        if named is None:
            proxy = None if is_loopback(host) else proxy_for(parts.scheme, host, self.environment)
        elif "://" in named:
            proxy = Secret("proxy", named)
            if urlsplit(named).username is not None:
                raise TargetError(Problem(place, "a proxy's user and password don't stand in the file", _PROXY_FIX))
        else:
            proxy = secret_of(named, self.environment, place)
            if proxy is None:
                raise TargetError(Problem(place, f"${named} is not set", _set(named)))
        if proxy is not None and not _is_url(proxy.value):
            raise TargetError(Problem(place, f"{proxy} holds no http(s) URL of a proxy", _PROXY_FIX))
        if proxy is not None and 0 < len(urlsplit(proxy.value).password or "") < SHORTEST:
            message = f"the password in {proxy} has fewer than {SHORTEST} characters, too few to be kept out of reports"
            raise TargetError(Problem(place, message, "give the proxy's user a longer one"))
        return proxy


_PROXY_FIX = 'put http://user:password@host:port into a variable and write its name: proxy = "CORPORATE_PROXY"'


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def access_of(
    contract: Contract,
    named: Mapping[str, Named],
    environment: Mapping[str, str],
    place_of: Callable[[str], Place],
) -> Access:
    """Looks up the credentials of the roles that are named, and of the default role by the contract's names.

    `place_of` gives the place of a role for messages. Raises TargetError where the default credential is not set.
    """
    credentials: dict[str, Secret] = {}
    logins: dict[str, Mapping[str, Secret]] = {}
    unset: dict[str, str] = {}
    for role, names in {DEFAULT: _documented(contract, environment), **named}.items():
        if isinstance(names, str):
            secret = secret_of(names, environment, place_of(role))
            if secret is None:
                unset[role] = names
            else:
                credentials[role] = secret
            continue
        found = _fields(names, environment, place_of(role))
        logins[role] = {field: secret for field, secret in found.items() if secret is not None}
        lacking = [names[field] for field, secret in found.items() if secret is None]
        if lacking:
            unset[role] = ", ".join(lacking)
            del logins[role]
    account = _account(contract, environment, place_of)
    if account and DEFAULT in credentials:
        logins.setdefault(DEFAULT, account)
    if DEFAULT in unset and any(not operation.public for operation in contract.operations):
        raise TargetError(_missing(contract, unset[DEFAULT], DEFAULT in named, place_of(DEFAULT)))
    return Access(credentials, logins, unset, environment)


def _documented(contract: Contract, environment: Mapping[str, str]) -> Named:
    """Where the default credential is when nobody says: the vendor's own variable, else those of its login."""
    authentication = contract.conventions.authentication
    if authentication.login is None or environment.get(authentication.variable):
        return authentication.variable
    return authentication.login.request


def _account(
    contract: Contract, environment: Mapping[str, str], place_of: Callable[[str], Place]
) -> Mapping[str, Secret]:
    """The fields of the documented login, where all of their variables are set: a token does not test a login."""
    login = contract.conventions.authentication.login
    if login is None:
        return {}
    found = _fields(login.request, environment, place_of(DEFAULT))
    return {field: secret for field, secret in found.items() if secret is not None} if all(found.values()) else {}


def _fields(names: Mapping[str, str], environment: Mapping[str, str], place: Place) -> dict[str, Secret | None]:
    """The fields of a login's body by the variables that hold them; the name of a user may be short."""
    return {
        field: secret_of(variable, environment, place, shortest=1 if names_a_user(field) else SHORTEST)
        for field, variable in names.items()
    }


def _missing(contract: Contract, variables: str, by_file: bool, place: Place) -> Problem:
    login = contract.conventions.authentication.login
    shown = ", ".join(f"${name}" for name in variables.split(", "))
    fix = _set(variables.split(", ")[0])
    if login is not None and not by_file:
        fix += f", or ${contract.conventions.authentication.variable} to a token"
    return Problem(place, f"no credential for {contract.title}: {shown} not set", fix)


def _set(variable: str) -> str:
    return f"set it (export {variable}=...), or write {variable}=... into a file .env beside"


def scoping_values(contract: Contract, environment: Mapping[str, str]) -> dict[str, str]:
    """The values of scoping headers that the environment holds under the contract's names."""
    context = contract.conventions.authentication.context
    return {header.value: environment[header.variable] for header in context if environment.get(header.variable)}
