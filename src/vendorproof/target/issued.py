"""The secrets that answers issue: tokens of logins, new keys, the secrets by which webhooks are signed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from vendorproof.contract.model import Contract, Effect, Kind, Operation
from vendorproof.exchange.model import Headers, NotJson, Response
from vendorproof.exchange.secrecy import secrets_in, secrets_in_headers, secrets_in_text, tokens_in

Json = Any

_ABOUT_SECRETS: Final = frozenset(
    "key keys token tokens credential credentials auth oauth oauth2 login signin webhook webhooks "
    "register signup password secret secrets".split()
)
"""What a segment of a path ends with below which answers issue secrets, and show them again."""

_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_NAMES: Final = (*b"token secret passw pwd passphrase credential bearer jwt key".split(), b"eyj", b"\\u")
"""What a text holds, in small letters, that may hold a secret: a name, the beginning of a token, an escape."""


class IssuedSecrets:
    """Tells the secrets that the answers of one contract's operations hold."""

    def __init__(self, contract: Contract) -> None:
        self._login = contract.conventions.authentication.login
        carriers = {carrier.parameter for carrier in contract.conventions.authentication.carriers}
        self._named = frozenset(carriers | set(_passwords(contract)))
        self._sought = (*_NAMES, *(name.lower().encode() for name in self._named))

    def issued_by(self, operation: Operation | None, response: Response) -> Iterator[tuple[str, str]]:
        """The secrets in an answer as (name of the field, value), some of them more than once.

        They are told by what the contract says (the login's operations, the names of the credential's carriers,
        `format: password`, `writeOnly`), by the names of fields and headers, and by the form of JSON Web Tokens.
        """
        issuing = operation is not None and response.status < 400 and self._issues(operation)
        yield from secrets_in_headers(_but_cookies(response) if not issuing else response.headers, issued=issuing)
        lowered = response.body.lower()
        if not issuing and not any(name in lowered for name in self._sought):
            return
        text = response.body.decode("utf-8", "replace")
        yield from tokens_in(text)
        try:
            yield from secrets_in(response.json, issued=issuing, named=self._named)
            if isinstance(response.json, str):
                yield from secrets_in_text(response.json, issued=issuing)
        except NotJson:
            yield from secrets_in_text(text, issued=issuing)

    def _issues(self, operation: Operation) -> bool:
        login = self._login
        if operation.kind is Kind.LOGIN or (login and operation.id in (login.operation, login.refresh, login.verify)):
            return True
        if login is not None and operation.public and operation.effects != {Effect.READ}:
            return True
        names = (_WORD.findall(segment) for segment in operation.path.split("/") if not segment.startswith("{"))
        return any(words[-1].lower() in _ABOUT_SECRETS for words in names if words)


def _but_cookies(response: Response) -> Headers:
    """Servers that keep sessions send everybody who brings no cookie another one with each answer."""
    return Headers(tuple(pair for pair in response.headers if pair[0].lower() != "set-cookie"))


def _passwords(contract: Contract) -> Iterator[str]:
    """The names of fields that the contract calls passwords, or that are written and never read."""
    for operation in contract.operations:
        medias = [*operation.request, *(media for response in operation.responses for media in response.media)]
        for media in medias:
            yield from _passwords_of(media.schema)


def _passwords_of(schema: Json) -> Iterator[str]:
    pending, seen = [schema], set[int]()
    while pending:
        part = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, Mapping):
            properties = part.get("properties")
            for name, inner in properties.items() if isinstance(properties, Mapping) else ():
                if isinstance(inner, Mapping) and (inner.get("format") == "password" or inner.get("writeOnly") is True):
                    yield name
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
