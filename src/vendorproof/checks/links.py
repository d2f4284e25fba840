"""Links that an answer holds: found in its header, and followed no further than our key may go."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urljoin, urlsplit

from vendorproof.contract.model import Contract
from vendorproof.exchange.model import Exchange

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s;,"]*))?)*)')
_PARAMETER = re.compile(r';\s*([^\s=;,]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;,"]*))')


def linked(exchange: Exchange, relation: str) -> str | None:
    """The target of the first link with this relation in the Link header fields (RFC 8288), None where there is none.
    One with an anchor is about something else."""
    fields = exchange.response.headers.all("link") if exchange.response else ()
    for target, parameters in _LINK.findall(", ".join(fields)):
        told: dict[str, str] = {}
        for name, quoted, token in _PARAMETER.findall(parameters):
            told.setdefault(name.lower(), quoted or token)
        if relation in told.get("rel", "").lower().split() and "anchor" not in told:
            return str(target)
    return None


def followed(contract: Contract, page: Exchange, link: str, base: str) -> str:
    """What a link in an answer asks for (it may be relative: RFC 3986): its path below the path `base` of the base URL,
    and its query, encoded as they came. A key in the query is left out: whoever sends it adds their own.

    Raises ValueError, and says why, where it is no URL, or leads to another host or out of the base URL.
    """
    own, target = urlsplit(page.request.url), urlsplit(urljoin(page.request.url, link))
    if target.hostname != own.hostname:
        raise ValueError(f"it leads to another host, {target.hostname}")
    path = target.path.removeprefix(base.rstrip("/"))
    if not target.path.startswith(base) or not path.startswith("/"):
        raise ValueError(f"it leads out of {base}, to {target.path}")
    keys = {one.parameter for one in contract.conventions.authentication.carriers if one.location == "query"}
    pairs = [pair for pair in target.query.split("&") if unquote_plus(pair.partition("=")[0]) not in keys]
    return "?".join(filter(None, (path, "&".join(pairs))))
