"""summary.md: the run on one page of Markdown, for a CI service's job summary or a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

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
    yield from _failures(run, vendors)
    yield from _listed(run, Category.ERROR, "Our errors", "Our fault, not the vendor's.")
    yield from _listed(run, Category.WARNING, "Warnings", "Broken, but not stated as a must.")
    yield from _listed(run, Category.KNOWN, "Known deviations", "Broken, and accepted by the team until a date.")
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


def _failures(run: FinishedRun, vendors: Sequence[Vendor]) -> Iterable[str]:
    broken = [row for vendor in vendors for row in vendor.rows if row.state is State.FAIL]
    if not broken:
        return
    yield f"## Broken: {plural(len(broken), 'requirement')}\n"
    for row in broken[:_SHOWN]:
        failures = [verdict for verdict in row.verdicts if verdict.red]
        yield f"### `{row.id}`\n"
        section = f" (section {_inline(row.requirement.section)})" if row.requirement else ""
        yield f"{_inline(row.text)}{section}\n"
        if failures[0].operation != WHOLE_API:
            others = [_code(verdict.operation) for verdict in failures[1:]]
            likewise = f", and likewise at {_few(others)}" if others else ""
            yield f"At {_code(failures[0].operation)}{likewise}:\n"
        yield _fenced("\n".join(said(failures[0], run.redactor, limit=_VALUE_SHOWN)), "text")
        shown = culprit(failures[0], run.evidence)
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
        where = "" if verdict.operation == WHOLE_API else f" at {_code(verdict.operation)}"
        yield f"- `{verdict.requirement}`{where}: {_code(short(verdict, run.redactor))}"
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
        ids = _few([f"`{one}`" for one in dict.fromkeys(verdict.requirement for verdict in verdicts)])
        yield f"- {_code(cut(reason, _REASON_SHOWN))} ({plural(len(verdicts), 'verdict')}): {ids}"
    if len(grouped) > _SHOWN:
        yield f"- {len(grouped) - _SHOWN} more reasons in index.html"
    yield ""


def _few(words: Sequence[str]) -> str:
    more = f" and {len(words) - _PLACES_SHOWN} more" if len(words) > _PLACES_SHOWN else ""
    return ", ".join(words[:_PLACES_SHOWN]) + more


def _code(text: str) -> str:
    """A vendor's words as a code span: no markup, link, image or mention comes of them."""
    text = legible(text).replace("\n", " ")
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    return f"`{text}`" if len(ticks) == 1 else f"{ticks} {text} {ticks}"


def _inline(text: str) -> str:
    """Text as it is, its signs no markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", legible(text).replace("\n", " "))


def _fenced(text: str, language: str) -> str:
    ticks = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}{language}\n{text}\n{fence}\n"
