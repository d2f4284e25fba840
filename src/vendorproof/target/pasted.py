"""Secrets that somebody pasted into a file that holds none: they are errors, and no message repeats them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from vendorproof.contract import pointer
from vendorproof.contract.wording import show
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Problem
from vendorproof.exchange.redaction import Redactor
from vendorproof.exchange.secrecy import NOT_SHOWN, begins_like_a_key, holds_user, pasted_secret

Json = Any

_BODIES: Final = re.compile(r"/targets/[^/]+/bodies/")


class Discreet:
    """Words messages about a file so that they repeat nothing which looks like a secret, wherever it stands there."""

    def __init__(self, document: Json) -> None:
        self._redactor = Redactor()
        for _, text in _texts(document):
            if pasted_secret(text):
                self._redactor.add(NOT_SHOWN, text)
                self._redactor.add(NOT_SHOWN, pointer.escape(text))

    def show(self, value: Json) -> str:
        """A value as JSON, cut where it is long."""
        return show(value, self._redactor.text)

    def problem(self, problem: Problem) -> Problem:
        """The problem without secrets."""
        return replace(problem, message=self._redactor.text(problem.message), fix=self._redactor.text(problem.fix))


def pasted(source: Source) -> Iterator[Problem]:
    """Where a file holds a URL with a user and a password, or what begins like a well-known kind of key; a body that
    the API wants may hold the latter."""
    for at, text in _texts(source.data):
        if holds_user(text):
            fix = 'leave them out; a proxy\'s stand in an environment variable: proxy = "CORPORATE_PROXY"'
            yield source.problem(at, f"a URL with a user and a password {NOT_SHOWN}", fix)
        elif begins_like_a_key(text) and not _BODIES.match(f"{at}/"):
            fix = "set an environment variable, here or in .env, and write its name under [targets.NAME.credentials]"
            yield source.problem(at, f"looks like a secret {NOT_SHOWN}", fix)


def _texts(document: Json, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document, names included, with the pointer to where it stands."""
    if isinstance(document, dict):
        for name, inner in document.items():
            here = at + pointer.join(name)
            yield here, name
            yield from _texts(inner, here)
    elif isinstance(document, list):
        for index, inner in enumerate(document):
            yield from _texts(inner, at + pointer.join(index))
    elif isinstance(document, str):
        yield at, document
