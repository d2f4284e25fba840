"""summary.md: the run on one page of Markdown, for a CI service's job summary or a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from vendorproof.checks.outcome import Verdict
from vendorproof.exchange.curl import curl
from vendorproof.report.explain import Category, culprit, said, short
from vendorproof.report.overview import WHOLE_API, State, Vendor, judgement, overview, reasons, states
from vendorproof.report.run import FinishedRun
from vendorproof.report.text import cut, legible, plural

_SHOWN = 50
_PLACES_SHOWN = 8
_VALUE_SHOWN = 1500
_REASON_SHOWN = 300
_MARKS = {"red": "🔴 Red", "green": "🟢 Green", "none": "⚪ No result"}


def write_summary(path: Path, run: FinishedRun) -> None:
    """Writes counts, red failures first, our errors, warnings, what is inconclusive by reason; of a redacted run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(_lines(run)) + "\n", encoding="utf-8")


def _lines(run: FinishedRun) -> Iterable[str]:
    vendors = overview(run)
    word, sentence = judgement(run)
    yield f"# {_MARKS[word]}: {_inline(', '.join(vendor.title for vendor in vendors) or 'no vendor')}"
    yield f"\n{sentence}\n"
    yield from _facts(run)
    yield from _counts(vendors)
    yield from _failures(run)
    yield from _listed(run, Category.ERROR, "Our errors", "Our fault, not the vendor's.")
    yield from _listed(run, Category.WARNING, "Warnings", "Broken, but not stated as a must.")
    yield from _inconclusive(run)


def _facts(run: FinishedRun) -> Iterable[str]:
    header, footer = run.header, run.footer
    where = ", ".join(dict.fromkeys(header.base_urls.values()))
    yield f"- target: {_inline(f'{header.target} ({header.environment})')} {_inline(where)}".rstrip()
    yield f"- started: {_inline(header.started)} by vendorproof {_inline(header.version)}"
    if header.selection:
        yield f"- selection: {_inline(', '.join(header.selection))}"
    if footer is not None:
        budget = "" if header.budget is None else f" of a budget of {header.budget:,}"
        yield f"- spent: {plural(footer.calls, 'call')}{budget}, {footer.seconds:.1f} s"
        yield f"- exit code: {footer.exit_code}"
    yield ""


def _counts(vendors: Sequence[Vendor]) -> Iterable[str]:
    counted = [states(vendor.rows) for vendor in vendors]
    columns = [state for state in State if any(state in counts for counts in counted)]
    if columns:
        yield "| requirements of | in all | " + " | ".join(columns) + " |"
        yield "| --- | ---: |" + " ---: |" * len(columns)
        for vendor, counts in zip(vendors, counted, strict=True):
            numbers = " | ".join(str(counts.get(state, 0)) for state in columns)
            yield f"| {_inline(vendor.title)} | {len(vendor.rows)} | {numbers} |"
        yield ""


def _failures(run: FinishedRun) -> Iterable[str]:
    broken = [verdict for verdict in run.verdicts if verdict.red]
    if not broken:
        return
    yield f"## Broken: {plural(len(broken), 'verdict')}\n"
    texts = {requirement.id: requirement for contract in run.contracts for requirement in contract.requirements}
    for verdict in broken[:_SHOWN]:
        requirement = texts.get(verdict.requirement)
        yield f"### `{verdict.requirement}` {_place(verdict)}\n"
        if requirement is not None:
            yield f"{_inline(requirement.text)} (section {_inline(requirement.section)})\n"
        yield _fenced("\n".join(said(verdict, run.redactor, limit=_VALUE_SHOWN)), "text")
        shown = culprit(verdict, run.evidence)
        if shown is not None:
            yield _fenced(legible(curl(shown, run.redactor)), "sh")
    if len(broken) > _SHOWN:
        yield f"{len(broken) - _SHOWN} more in index.html.\n"


def _listed(run: FinishedRun, category: Category, title: str, meaning: str) -> Iterable[str]:
    verdicts = [verdict for verdict in run.verdicts if Category.of(verdict) is category]
    if not verdicts:
        return
    yield f"## {title}: {plural(len(verdicts), 'verdict')}\n\n{meaning}\n"
    for verdict in verdicts[:_SHOWN]:
        yield f"- `{verdict.requirement}` {_place(verdict)}: {_inline(short(verdict, run.redactor))}"
    if len(verdicts) > _SHOWN:
        yield f"- {len(verdicts) - _SHOWN} more in index.html"
    yield ""


def _inconclusive(run: FinishedRun) -> Iterable[str]:
    grouped = reasons(run.verdicts)
    if not grouped:
        return
    count = sum(len(verdicts) for verdicts in grouped.values())
    yield f"## Inconclusive: {plural(count, 'verdict')}\n\nCould not be exercised; never counted as a pass.\n"
    for reason, verdicts in list(grouped.items())[:_SHOWN]:
        ids = list(dict.fromkeys(f"`{verdict.requirement}`" for verdict in verdicts))
        more = f" and {len(ids) - _PLACES_SHOWN} more" if len(ids) > _PLACES_SHOWN else ""
        yield f"- {_inline(cut(reason, _REASON_SHOWN))} ({plural(len(verdicts), 'verdict')}):"
        yield f"  {', '.join(ids[:_PLACES_SHOWN])}{more}"
    if len(grouped) > _SHOWN:
        yield f"- {len(grouped) - _SHOWN} more reasons in index.html"
    yield ""


def _place(verdict: Verdict) -> str:
    return "" if verdict.operation == WHOLE_API else f"at {_inline(verdict.operation)}"


def _inline(text: str) -> str:
    """Text as it is: a vendor's words make no markup, link or image."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", legible(text).replace("\n", " "))


def _fenced(text: str, language: str) -> str:
    ticks = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}{language}\n{text}\n{fence}\n"
