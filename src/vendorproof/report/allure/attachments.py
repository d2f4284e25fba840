"""Exchanges as attachments of the running test: few files, bounded size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import allure

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.exchange.model import Exchange
from vendorproof.exchange.redaction import Redactor
from vendorproof.report.excerpt import Excerpt, excerpt
from vendorproof.report.explain import culprit
from vendorproof.report.run import by_number
from vendorproof.report.text import legible

RING = 20
"""How many of the last exchanges a test keeps: one attachment for all of them, since a file an exchange explodes."""

BODY_LIMIT = 64 * 1024
"""Characters of a body that a failure shows."""

BODY_LIMIT_HELD = 2 * 1024
"""Characters of a body that any other verdict shows: hundreds of tests share the same few listings."""

_NDJSON = "application/x-ndjson"

attach: Any = allure.attach
"""Allure's call for the running test, which has no types."""


def attach_exchanges(verdict: Verdict, exchanges: Iterable[Exchange], redactor: Redactor) -> None:
    """Attaches the evidence of a verdict to the running test.

    Of `exchanges`, those with the verdict's numbers: the last 20 as one NDJSON file, and of a failure also the one
    that shows it, as text with the curl line. Attaches nothing where there is no exchange.
    """
    held = [one for one in exchanges if one.vendor == verdict.vendor and one.number in set(verdict.exchanges)]
    failed = verdict.verdict in (Word.FAIL, Word.ERROR)
    limit = BODY_LIMIT if failed else BODY_LIMIT_HELD
    shown = culprit(verdict, by_number(held)) if failed else None
    if shown is not None:
        text = as_text(excerpt(shown, redactor, body_limit=limit))
        name = f"exchange #{shown.number} {shown.request.method} {shown.request.path}"
        attach(text, name=legible(redactor.text(name)), attachment_type=allure.attachment_type.TEXT)
    if held:
        name = f"{min(len(held), RING)} of {len(held)} exchanges" if len(held) > RING else "exchanges"
        attach(ndjson(held, redactor, body_limit=limit), name=name, attachment_type=_NDJSON, extension="ndjson")


def ndjson(exchanges: Sequence[Exchange], redactor: Redactor, *, body_limit: int) -> str:
    """The last 20 exchanges, redacted, one JSON object a line."""
    excerpts = (excerpt(exchange, redactor, body_limit=body_limit) for exchange in exchanges[-RING:])
    return "".join(legible(json.dumps(one.as_json(), ensure_ascii=False)) + "\n" for one in excerpts)


def as_text(one: Excerpt) -> str:
    """An exchange as a person reads HTTP, the curl line first."""
    return legible("\n".join(_lines(one)))


def _lines(one: Excerpt) -> Iterable[str]:
    yield one.curl
    yield ""
    yield f"{one.method} {one.url}"
    yield from (f"{name}: {value}" for name, value in one.headers)
    yield from _body(one.body.text, one.body.note)
    yield ""
    if one.answer.reason:
        yield f"no response: {one.answer.reason}"
        return
    yield f"{one.answer.status} after {one.elapsed * 1000:.0f} ms"
    yield from (f"{name}: {value}" for name, value in one.answer.headers)
    yield from _body(one.answer.body.text, one.answer.body.note)


def _body(text: str, note: str) -> Iterable[str]:
    if text:
        yield ""
        yield text
    if note:
        yield f"({note})"
