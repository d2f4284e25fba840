"""Exchanges as attachments of the running test: few files, bounded size."""

from __future__ import annotations

import json
from collections.abc import Iterable
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


class Attachments:
    """Attaches the evidence of verdicts to the tests of one run.

    It remembers how each exchange reads, since many tests judge the same one.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._lines: dict[tuple[str, int, int], str] = {}

    def attach(self, verdict: Verdict, exchanges: Iterable[Exchange]) -> None:
        """Attaches what of `exchanges` has the verdict's numbers to the running test: the last 20 as one NDJSON file,
        and of a failure the one that shows it as text with its curl line. Nothing where there is no exchange."""
        evidence = by_number(exchanges)
        keys = [(verdict.vendor, number) for number in verdict.exchanges]
        held = [evidence[key] for key in keys if key in evidence]
        failed = verdict.verdict in (Word.FAIL, Word.ERROR)
        shown = culprit(verdict, evidence) if failed else None
        if shown is not None:
            text = as_text(excerpt(shown, self._redactor, body_limit=BODY_LIMIT))
            name = f"exchange #{shown.number} {shown.request.method} {shown.request.path}"
            attach(text, name=legible(self._redactor.text(name)), attachment_type=allure.attachment_type.TEXT)
        if held:
            limit = BODY_LIMIT if failed else BODY_LIMIT_HELD
            text = "".join(self._line(exchange, limit) for exchange in held[-RING:])
            name = "exchanges" if len(held) <= RING else f"the last {RING} of {len(held)} exchanges"
            attach(text, name=name, attachment_type=_NDJSON, extension="ndjson")

    def _line(self, exchange: Exchange, limit: int) -> str:
        key = (exchange.vendor, exchange.number, limit)
        if key not in self._lines:
            one = excerpt(exchange, self._redactor, body_limit=limit).as_json()
            self._lines[key] = legible(json.dumps(one, ensure_ascii=False)) + "\n"
        return self._lines[key]


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
