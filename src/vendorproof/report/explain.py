"""A verdict in words: what a failing test says, what a category is recognised by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract.model import Requirement
from vendorproof.exchange.curl import curl
from vendorproof.exchange.model import Exchange
from vendorproof.exchange.redaction import Redactor
from vendorproof.report.run import by_number
from vendorproof.report.text import cut, legible, numbered, plural

_VALUE_SHOWN = 4000
_STEPS_SHOWN = 20
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Category(StrEnum):
    """What a verdict means for the reader; reports/categories.json recognises a message by these words."""

    PASS = "pass"
    VIOLATION = "vendor violation"
    WARNING = "warning"
    KNOWN = "known deviation"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"
    ERROR = "our error"

    @classmethod
    def of(cls, verdict: Verdict) -> Category:
        """The category of a verdict: a failure is known where the team accepted it, a violation where it turns the run
        red, else a warning."""
        if verdict.accepted:
            return cls.KNOWN
        if verdict.verdict is Word.FAIL:
            return cls.VIOLATION if verdict.red else cls.WARNING
        return _CATEGORIES[verdict.verdict]


_CATEGORIES: Mapping[Word, Category] = {
    Word.PASS: Category.PASS,
    Word.INCONCLUSIVE: Category.INCONCLUSIVE,
    Word.NOT_APPLICABLE: Category.NOT_APPLICABLE,
    Word.ERROR: Category.ERROR,
}


def headline(verdict: Verdict) -> str:
    """One line: `vendor violation: leadiosa.pagination.limit-honoured at GET /conversations`."""
    where = "" if verdict.operation == "*" else f" at {verdict.operation}"
    return legible(f"{Category.of(verdict)}: {verdict.requirement}{where}")


def explain(verdict: Verdict, requirement: Requirement, exchanges: Iterable[Exchange], redactor: Redactor) -> str:
    """What a failing test says: the requirement with its level, basis and section; expected; observed; how many
    exchanges were judged; a curl line that reproduces it. `exchanges` are looked up by the verdict's numbers."""
    return "\n".join([headline(verdict), *(f"  {line}" for line in _lines(verdict, requirement, exchanges, redactor))])


def culprit(verdict: Verdict, evidence: Mapping[tuple[str, int], Exchange]) -> Exchange | None:
    """The exchange that shows a verdict best: the last one judged, since a walk fails where it stops."""
    keys = ((verdict.vendor, number) for number in reversed(verdict.exchanges))
    return next((evidence[key] for key in keys if key in evidence), None)


def reproduction(verdict: Verdict, evidence: Mapping[tuple[str, int], Exchange], redactor: Redactor) -> Iterable[str]:
    """What sends again what a verdict rests on, as curl lines: where something was changed on the way, each request in
    its order, and otherwise the one that shows it best."""
    keys = [(verdict.vendor, number) for number in verdict.exchanges]
    story = [evidence[key] for key in keys if key in evidence]
    shown = culprit(verdict, evidence)
    if shown is None:
        return
    if len(story) == 1 or all(exchange.request.method in _READING for exchange in story):
        yield f"reproduce: {legible(curl(shown, redactor))}"
        return
    yield "reproduce, in this order:"
    yield from (f"  {legible(curl(exchange, redactor))}" for exchange in story[:_STEPS_SHOWN])
    if len(story) > _STEPS_SHOWN:
        yield f"  and {len(story) - _STEPS_SHOWN} more"


def said(verdict: Verdict, redactor: Redactor, *, limit: int = _VALUE_SHOWN) -> Iterable[str]:
    """What a verdict says of itself, a line each: expected, observed, reason, what came of repeating it, why it was
    accepted; redacted, legible, cut to `limit`."""
    for name, value in sayings(verdict):
        yield f"{name}: {cut(legible(redactor.text(value)), limit)}"


def sayings(verdict: Verdict) -> Iterable[tuple[str, str]]:
    """What a verdict says of itself, by name; what it does not say is left out."""
    named = {"expected": verdict.expected, "observed": verdict.observed, "reason": verdict.reason}
    named |= {"place": verdict.place, "repetition": verdict.repetition, "accepted": verdict.known}
    yield from ((name, value) for name, value in named.items() if value)


def short(verdict: Verdict, redactor: Redactor, *, limit: int = 300) -> str:
    """The same in one line."""
    words = f"expected {verdict.expected}, observed {verdict.observed}" if verdict.expected else verdict.reason
    if verdict.flaky:
        words = f"{verdict.repetition}: {words}"
    if verdict.known:
        words = f"{words}; {verdict.known}"
    return cut(legible(redactor.text(words)).replace("\n", " "), limit)


def _lines(
    verdict: Verdict, requirement: Requirement, exchanges: Iterable[Exchange], redactor: Redactor
) -> Iterable[str]:
    yield requirement.text
    yield f"level {verdict.level}, basis {verdict.basis}, section {requirement.section!r}, check {verdict.check}"
    yield from said(verdict, redactor)
    yield f"judged {plural(verdict.judged, 'exchange')}" + (
        f": {numbered(verdict.exchanges)}" if verdict.exchanges else ""
    )
    yield from reproduction(verdict, by_number(exchanges), redactor)
