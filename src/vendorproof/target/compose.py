"""A draft becomes the request that goes over the wire."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from vendorproof import __version__
from vendorproof.errors import InternalError, Lack, Need, NeedsValue, Unavailable
from vendorproof.exchange.model import Headers, Request
from vendorproof.target.carriage import Carried, Pairs
from vendorproof.target.decode import ACCEPTED
from vendorproof.target.draft import Draft
from vendorproof.target.profile import Target

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_FIELD: Final = re.compile(rb"|[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?")
_KEPT: Final = "%/:@!$&'()*+,;=?~-._[]{}|^`\\\"<>"
"""What a path may hold as it stands: a draft decides itself what it encodes, wrongly if it wants to."""


def compose(draft: Draft, carried: Carried, target: Target) -> Request:
    """The request of a draft.

    Raises InternalError (Unavailable for a generated draft) where the draft can't be written as HTTP (RFC 9110, 5.5),
    NeedsValue where it asks for the plain HTTP twin of an address that has none.
    """
    url = _url(draft, carried, plain_twin(target) if draft.plain_http else target.base_url)
    headers = _headers(draft, carried, urlsplit(url).netloc)
    _check(draft, headers)
    return Request(draft.method, url, Headers(headers), draft.body)


def plain_twin(target: Target) -> str:
    """The http:// twin of a target's https:// address. Raises NeedsValue where it is not known."""
    if target.http_url is not None:
        return target.http_url
    parts = urlsplit(target.base_url)
    if parts.scheme != "https":
        raise NeedsValue(
            f"the address of the target is plain HTTP itself: {target.base_url}", Need(Lack.VALUE, "http_url")
        )
    if parts.port not in (None, 443):
        line = '[targets.NAME] http_url = "http://..."'
        raise NeedsValue(
            f"the plain HTTP twin of {target.base_url} is not known (add it to the target: {line})",
            Need(Lack.VALUE, "http_url"),
        )
    host = parts.netloc.removesuffix(":443")
    return urlunsplit(("http", host, parts.path, "", ""))


def _url(draft: Draft, carried: Carried, base: str) -> str:
    path, _, raw_query = draft.path.partition("?")
    # Without a slash between them, a path of "@other.example" would make the base URL's host a user name.
    slash = "/" if path and not path.startswith("/") else ""
    pairs = urlencode((*draft.query, *carried.query), quote_via=quote, safe="")
    query = "&".join(part for part in (quote(raw_query, safe=_KEPT), pairs) if part)
    url = f"{base.rstrip('/')}{slash}{quote(path, safe=_KEPT)}"
    return f"{url}?{query}" if query else url


def _headers(draft: Draft, carried: Carried, host: str) -> Pairs:
    ours: list[tuple[str, str]] = [
        ("Host", host),
        ("User-Agent", f"vendorproof/{__version__}"),
        ("Accept", "application/json"),
        ("Accept-Encoding", ACCEPTED),
        *carried.headers,
    ]
    given = {name.lower() for name, _ in draft.headers}
    left_out = {name.lower() for name in draft.without}
    kept = [pair for pair in ours if pair[0].lower() not in given | left_out]
    kept += [pair for pair in draft.headers if pair[0].lower() not in left_out]
    if draft.body or draft.method in ("POST", "PUT", "PATCH"):
        if not {"content-length", "transfer-encoding"} & given:
            kept.append(("Content-Length", str(len(draft.body))))
    return tuple(kept)


def octets(value: str) -> bytes:
    """A header's value as it goes over the wire."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def _check(draft: Draft, headers: Pairs) -> None:
    wrong = [name for name, value in headers if not (_TOKEN.fullmatch(name) and _FIELD.fullmatch(octets(value)))]
    if not _TOKEN.fullmatch(draft.method):
        wrong.append(draft.method)
    if wrong:
        # The value is left out: it may be a credential.
        kind = Unavailable if draft.generated else InternalError
        raise kind(f"the request for {draft.path.partition('?')[0]} can't be written as HTTP: {wrong[0]!r}")
