"""Which URLs requests may go to."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from vendorproof.errors import Place, Problem, TargetError
from vendorproof.exchange.secrecy import discreet
from vendorproof.target.profile import Environment

_URL: Final = re.compile(r"[\x21-\x7e]+")
_HOST: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?")
_NUMBERS: Final = re.compile(r"[0-9.]+")


def checked_base_url(url: str, environment: Environment, place: Place) -> str:
    """The URL without a slash at its end.

    Raises TargetError for what is no absolute http(s) URL, for one with a user, password, query or fragment in it, and
    for plain HTTP to another machine, unless a mock is there: a credential would leave in the clear.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise TargetError(Problem(place, f"no URL: {error}", "write it as in https://api.example.com/v1")) from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        # The URL is not shown: what is wrong with it may be the secret in it.
        fix = "name the environment variable of the credential under [targets.NAME.credentials]"
        raise TargetError(Problem(place, "a base URL has no user, password, query or fragment", fix))
    if (
        parts.scheme not in ("http", "https")
        or not _is_host(host, "[" in parts.netloc)
        or port == 0
        or not _URL.fullmatch(url)
    ):
        raise TargetError(
            Problem(
                place, f"no absolute http(s) URL: {discreet(repr(url))}", "write it as in https://api.example.com/v1"
            )
        )
    if parts.scheme == "http" and environment is not Environment.MOCK and not is_loopback(host):
        message = f"credentials would go to {host} unencrypted"
        fix = 'write https://; for a mock on another machine environment = "mock" in targets.toml'
        raise TargetError(Problem(place, message, fix))
    return url.rstrip("/")


def _is_host(host: str, in_brackets: bool) -> bool:
    if not in_brackets and not _NUMBERS.fullmatch(host):
        return bool(_HOST.fullmatch(host))
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def same_host(url: str) -> str:
    """One name for all spellings of where a URL goes: the host in lower case without a dot at its end, with its port;
    every name of this machine is one, and so is every way to write an address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    host = str(_address(host) or host)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return f"{'localhost' if is_loopback(host) else host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is, None where it is a name; one of IPv4 that is written as one of IPv6 is that."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
