"""Environment variables: the real ones, and those of a .env file where the real ones say nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from vendorproof.contract.files import regular
from vendorproof.errors import Place, Problem, TargetError
from vendorproof.exchange.redaction import SHORTEST
from vendorproof.target.profile import Secret


def read_environment(folder: Path, environ: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """The variables of `environ` (default: the process's), and of the folder's .env file where there is one.

    A variable of the environment wins over the file's, unless it is empty. Values of the file are taken literally:
    nothing in them is expanded. Raises TargetError, with the line, for a line that is no assignment.
    """
    real = os.environ if environ is None else environ
    path = folder / ".env"
    try:
        with regular(path).open(encoding="utf-8-sig") as stream:
            bindings = list(parse_stream(stream))
    except FileNotFoundError:
        return dict(real)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise TargetError(Problem(Place(path), f"can't be read: {why}")) from None
    values: dict[str, str] = {}
    for binding in bindings:
        if binding.error:
            problem = Problem(
                Place(path, binding.original.line), "not of the form NAME=value", "quote values with spaces"
            )
            raise TargetError(problem)
        if binding.key and binding.value is not None:
            values[binding.key] = binding.value
    return values | {name: value for name, value in real.items() if value or name not in values}


def secret_of(
    variable: str, environment: Mapping[str, str], place: Place, *, shortest: int = SHORTEST
) -> Secret | None:
    """The secret in a variable, None where it is not set or empty.

    Raises TargetError, without the value, where it can't be kept: shorter than `shortest` characters, or not on one
    line. What is shorter can't be told from ordinary text, so it can't be kept out of reports.
    """
    value = environment.get(variable, "").strip()
    if not value:
        return None
    if len(value) < shortest:
        message = f"the value of ${variable} has {len(value)} characters, too few to be kept out of reports"
        fix = f"check what {variable} is set to; a secret has {shortest} characters or more"
        raise TargetError(Problem(place, message, fix))
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        message = f"the value of ${variable} has line ends or control characters inside"
        raise TargetError(Problem(place, message, f"set {variable} to the bare secret, on one line"))
    return Secret(variable, value)


def proxy_for(scheme: str, host: str, environment: Mapping[str, str]) -> Secret | None:
    """The proxy that the environment names for a host: HTTPS_PROXY or HTTP_PROXY, else ALL_PROXY, unless NO_PROXY
    excepts it."""
    excepted = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    if any(_covers(entry.strip().lower(), host.lower()) for entry in excepted.split(",")):
        return None
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name.upper(), name):
            if environment.get(variable):
                return Secret(variable, environment[variable])
    return None


def _covers(entry: str, host: str) -> bool:
    """Whether an entry of NO_PROXY is a host, a domain above it, or all of them."""
    domain = entry.removeprefix("*").removeprefix(".")
    return entry == "*" or (bool(domain) and (host == domain or host.endswith(f".{domain}")))
