"""The facts of one run, as values: what every page of the report is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract.model import Contract
from vendorproof.exchange.model import Exchange
from vendorproof.exchange.redaction import Redactor


@dataclass(frozen=True)
class RunHeader:
    """What is known before the first verdict.

    `started` is ISO 8601 with its offset; `base_urls` maps each vendor to where its requests went; `selection` holds
    the --select patterns, empty for everything; `budget` is in calls, None without a limit; `contracts` maps each
    vendor to the fingerprint of its contract; `labels` are what stands in place of secrets (`$LEADIOSA_TOKEN`).
    """

    version: str
    started: str
    vendors: tuple[str, ...]
    target: str
    environment: str
    base_urls: Mapping[str, str]
    selection: tuple[str, ...] = ()
    budget: int | None = None
    seed: int | None = None
    contracts: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunFooter:
    """What is known after the last verdict.

    `counts` maps every word of a verdict to how many there are; `red` of them make the run fail, `warnings` are
    failures that do not, and `accepted` are failures that the team accepted. `calls` were sent in `seconds`. `complete`
    is False where the run was stopped before it had asked everything.
    """

    counts: Mapping[str, int]
    red: int
    warnings: int
    calls: int
    seconds: float
    complete: bool
    exit_code: int
    accepted: int = 0

    @classmethod
    def of(
        cls, verdicts: Iterable[Verdict], *, calls: int, seconds: float, exit_code: int, complete: bool = True
    ) -> RunFooter:
        """The footer of these verdicts."""
        verdicts = tuple(verdicts)
        return cls(
            counts=tally(verdicts),
            red=sum(verdict.red for verdict in verdicts),
            warnings=sum(verdict.warning for verdict in verdicts),
            accepted=sum(verdict.accepted for verdict in verdicts),
            calls=calls,
            seconds=seconds,
            complete=complete,
            exit_code=exit_code,
        )


@dataclass(frozen=True)
class FinishedRun:
    """One run with everything its report shows; `footer` is None where the run was killed."""

    header: RunHeader
    footer: RunFooter | None
    verdicts: tuple[Verdict, ...]
    contracts: tuple[Contract, ...]
    exchanges: tuple[Exchange, ...]
    redactor: Redactor

    @property
    def complete(self) -> bool:
        """Whether the verdicts are a result: a run without a footer, or one that was stopped, is none."""
        return self.footer is not None and self.footer.complete

    def redacted(self) -> FinishedRun:
        """The run with no secret in its header and verdicts; exchanges are redacted where they are shown."""
        text = self.redactor.text
        header = replace(
            self.header,
            target=text(self.header.target),
            base_urls={vendor: text(url) for vendor, url in self.header.base_urls.items()},
            selection=tuple(text(pattern) for pattern in self.header.selection),
        )
        verdicts = tuple(
            replace(
                verdict,
                expected=text(verdict.expected),
                observed=text(verdict.observed),
                reason=text(verdict.reason),
                repetition=text(verdict.repetition),
                known=text(verdict.known),
            )
            for verdict in self.verdicts
        )
        return replace(self, header=header, verdicts=verdicts)

    @cached_property
    def evidence(self) -> Mapping[tuple[str, int], Exchange]:
        """The exchanges by vendor and number."""
        return by_number(self.exchanges)


def by_number(exchanges: Iterable[Exchange]) -> dict[tuple[str, int], Exchange]:
    """Exchanges by vendor and number."""
    return {(exchange.vendor, exchange.number): exchange for exchange in exchanges}


def tally(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many verdicts there are of each word; a word that nobody said counts 0."""
    counted = Counter(verdict.verdict for verdict in verdicts)
    return {word.value: counted[word] for word in Word}
