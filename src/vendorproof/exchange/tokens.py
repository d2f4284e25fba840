"""Tokens in the answers that issue them, and what a JSON Web Token (RFC 7519) tells of itself."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from vendorproof.contract.pointer import resolve
from vendorproof.exchange.model import parse_json

Json = Any
_CARRIED = re.compile(r"[!-~](?:[\t -~]*[!-~])?")
"""The value of a header (RFC 9110, 5.5), of the characters that credentials have."""

_DEEPEST = 4
_LATEST = 253_402_300_799
"""The last second of the year 9999: a later one, or NaN, is no moment."""


def token_in(document: Json, pointer: str, *, any_name: bool = False) -> str | None:
    """The token in an answer: at the pointer, or else the only text of the same name further in, since a page that
    names the field seldom tells what is around it. With `any_name` a text under another name of a token will do.
    What no header can carry, for its line ends or blanks, is no token.
    """
    found = resolve(document, pointer)
    if isinstance(found, str) and found:
        return found if _CARRIED.fullmatch(found) else None
    wanted = pointer.rpartition("/")[2]
    named = [value for name, value in _texts(document, _DEEPEST) if name == wanted]
    if not named and any_name:
        named = [value for name, value in _texts(document, _DEEPEST) if _names_a_token(name)]
    return named[0] if len(set(named)) == 1 else None


def _names_a_token(name: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    return plain in ("token", "accesstoken", "jwt", "authtoken", "idtoken", "bearer", "bearertoken")


def _texts(document: Json, depth: int) -> Iterator[tuple[str, str]]:
    if depth == 0 or not isinstance(document, Mapping):
        return
    for name, value in document.items():
        if isinstance(value, str) and _CARRIED.fullmatch(value):
            yield str(name), value
        yield from _texts(value, depth - 1)


def claims(token: str) -> Mapping[str, Json] | None:
    """The claims of a JSON Web Token; None for a text that is none: three parts, the first two JSON objects in
    base64url."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    header, payload = _object(parts[0]), _object(parts[1])
    return payload if header is not None else None


def ends(token: str) -> float | None:
    """The epoch second at which a JSON Web Token says that it ends; None where it tells no moment."""
    told = (claims(token) or {}).get("exp")
    if not isinstance(told, int | float) or isinstance(told, bool):
        return None
    return float(told) if abs(told) <= _LATEST else None


def _object(part: str) -> Mapping[str, Json] | None:
    try:
        found = parse_json(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
