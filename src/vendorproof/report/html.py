"""index.html: the requirement × operation matrix, with the evidence of every verdict, in one file.

The page is made by Python alone, opens from disk, and asks nothing of the network. Everything in it that a vendor said
is data: the template escapes what it prints, the script shows what it unfolds as text, and the policy in the page runs
no other script than the one it came with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import markupsafe

from vendorproof.checks.outcome import Verdict
from vendorproof.exchange.curl import curl
from vendorproof.report.excerpt import excerpt
from vendorproof.report.explain import Category, culprit, sayings
from vendorproof.report.facts import about, counts, spent
from vendorproof.report.overview import (
    MEANINGS,
    WHOLE_API,
    Row,
    State,
    Vendor,
    judgement,
    overview,
    reasons,
    states,
)
from vendorproof.report.page_parts import bar, page
from vendorproof.report.run import FinishedRun
from vendorproof.report.text import cut, legible

EVIDENCE_LIMIT = 1_500_000
"""Characters of exchanges that the page holds; the rest stands in exchanges.har."""

_BODY_OF_A_PROBLEM = 4_000
_BODY_OF_OTHERS = 600
_EXCHANGES_OF_OTHERS = 3
_EXCHANGES_LISTED = 24
_VALUE_SHOWN = 4_000
_BROKEN_SHOWN = 50
_GROUPS_STAY_OPEN = 120

_SHORT = {
    Category.PASS: "pass",
    Category.VIOLATION: "fail",
    Category.WARNING: "warn",
    Category.KNOWN: "known",
    Category.INCONCLUSIVE: "inc",
    Category.NOT_APPLICABLE: "n/a",
    Category.ERROR: "error",
}
_PROBLEMS = (Category.VIOLATION, Category.ERROR, Category.WARNING, Category.KNOWN)


def write_page(path: Path, run: FinishedRun, beside: Sequence[str] = ()) -> None:
    """Writes the page of a redacted run; `beside` names the other files of the report, which it links to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A lone surrogate in an exchange becomes the JSON escape of itself.
    path.write_text(render(run, beside), encoding="utf-8", errors="backslashreplace")


def render(run: FinishedRun, beside: Sequence[str] = ()) -> str:
    """The page as text."""
    vendors = overview(run)
    rows = [row for vendor in vendors for row in vendor.rows]
    broken = [row for row in rows if row.state is State.FAIL]
    word, sentence = judgement(run)
    return page(
        "page.html",
        "page.js",
        run=run,
        word=word,
        sentence=sentence,
        facts=about(run.header) | spent(run.footer),
        verdicts=counts(run.footer),
        vendors=vendors,
        beside=beside,
        counts=states(rows),
        rows=len(rows),
        broken=[_broken(row, run) for row in broken[:_BROKEN_SHOWN]],
        more_broken=max(0, len(broken) - _BROKEN_SHOWN),
        inconclusive=list(reasons(run.verdicts).items()),
        many=len(rows) > _GROUPS_STAY_OPEN,
        data=markupsafe.Markup(_json(_data(vendors, run))),
        states=states,
        meanings=MEANINGS,
        short=lambda verdict: _SHORT[Category.of(verdict)],
        bar=bar,
        column=lambda operation: re.sub(r"\{[^}]*\}", "{}", operation),
        whole_api=WHOLE_API,
    )


def _json(value: Any) -> str:
    """JSON for a script element: no sign in it can end the element or begin markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _broken(row: Row, run: FinishedRun) -> dict[str, Any]:
    """A broken requirement: its first failure in full, the operations of the others."""
    failures = [verdict for verdict in row.verdicts if verdict.red]
    verdict = failures[0]
    shown = culprit(verdict, run.evidence)
    return {
        "row": row,
        "operations": [failure.operation for failure in failures if failure.operation != WHOLE_API],
        "curl": curl(shown, run.redactor) if shown else "",
        "said": {name: _value(value) for name, value in sayings(verdict)},
    }


def _data(vendors: Iterable[Vendor], run: FinishedRun) -> dict[str, Any]:
    """What the page's script unfolds: requirements, their verdicts, the exchanges."""
    held = _evidence(run)
    return {
        vendor.id: {
            "operations": vendor.operations,
            "rows": {row.id: _row(row, vendor) for row in vendor.rows},
            "exchanges": held.get(vendor.id, {}),
        }
        for vendor in vendors
    }


def _row(row: Row, vendor: Vendor) -> dict[str, Any]:
    about = {
        "level": row.level,
        "basis": row.basis,
        "section": row.requirement.section if row.requirement else "",
        "check": row.check,
        "undecidable": row.undecidable,
    }
    return {
        "about": {name: value for name, value in about.items() if value},
        "verdicts": [_verdict(verdict, row, vendor) for verdict in row.verdicts],
    }


def _verdict(verdict: Verdict, row: Row, vendor: Vendor) -> dict[str, Any]:
    shown = {
        "at": vendor.operations.index(verdict.operation),
        "word": _SHORT[Category.of(verdict)],
        "judged": verdict.judged,
        "exchanges": verdict.exchanges[-_EXCHANGES_LISTED:],
    }
    if verdict.basis != row.basis:
        shown["basis"] = verdict.basis
    if Category.of(verdict) is not Category.PASS:
        shown["blame"] = verdict.blame.value
    return shown | {name: _value(value) for name, value in sayings(verdict)}


def _value(text: str) -> str:
    return cut(legible(text), _VALUE_SHOWN)


def _evidence(run: FinishedRun) -> dict[str, dict[int, Any]]:
    """The exchanges that verdicts point at: of problems first and with more of their bodies, until the page is full."""
    wanted: dict[tuple[str, int], int] = {}
    for problem in (True, False):
        for verdict in run.verdicts:
            if (Category.of(verdict) in _PROBLEMS) is problem:
                most = _EXCHANGES_LISTED if problem else _EXCHANGES_OF_OTHERS
                for number in verdict.exchanges[-most:]:
                    limit = _BODY_OF_A_PROBLEM if problem else _BODY_OF_OTHERS
                    wanted.setdefault((verdict.vendor, number), limit)
    held: dict[str, dict[int, Any]] = {}
    size = 0
    for (vendor, number), limit in wanted.items():
        exchange = run.evidence.get((vendor, number))
        if exchange is None:
            continue
        one = excerpt(exchange, run.redactor, body_limit=limit).as_json()
        size += len(json.dumps(one, ensure_ascii=False))
        if size > EVIDENCE_LIMIT:
            break
        held.setdefault(vendor, {})[number] = one
    return held
