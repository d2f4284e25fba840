"""Where an answer sends us on to, as far as we go there."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urljoin, urlsplit

from vendorproof.exchange.model import Failure, Headers, Request, Response, Trouble

_AS_READING: Final = frozenset({301, 302, 303})
_AS_BEFORE: Final = frozenset({307, 308})
_OF_A_BODY: Final = frozenset({"content-length", "content-type", "transfer-encoding"})


def redirected(request: Request, response: Response) -> Request | Failure | None:
    """The request that a redirect asks for (RFC 9110, 15.4); None where the answer is none.

    A Failure where it leads to another origin: scheme, host or port. Nothing follows there, least of all a credential.
    """
    location = response.headers.get("location")
    if location is None or response.status not in _AS_READING | _AS_BEFORE:
        return None
    try:
        url = urljoin(request.url, location)
        same = _origin(url) == _origin(request.url)
    except ValueError:
        return Failure(Trouble.REDIRECTS, f"HTTP {response.status} to what is no URL: {location}")
    if not same:
        return Failure(Trouble.REDIRECTS, f"HTTP {response.status} to another host or scheme: {location}")
    url = url.partition("#")[0]
    if response.status in _AS_BEFORE or request.method in ("GET", "HEAD"):
        return replace(request, url=url)
    headers = Headers(tuple(pair for pair in request.headers if pair[0].lower() not in _OF_A_BODY))
    return Request("GET", url, headers)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default
