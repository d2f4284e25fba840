"""How the checks' examples are written: one small table a check, one row an example.

    MISSING_REFUSED = Table(
        "auth.missing_refused",
        accept("the documented status", exchange(401)),
        reject("a success", "accepted", exchange(200)),
        undecided("the rate limit came first", exchange(429)),
    )

    TABLES = [MISSING_REFUSED]


    @pytest.mark.parametrize("example", examples(TABLES))
    def test_examples(example: Example) -> None:
        example.holds()

A module of this folder that tests checks has the list `TABLES` under that name: `test_coverage.py` reads it and
demands, of every registered check, an accepted and a rejected example, and of every reason word in the source of the
checks a rejected one. Evidence is literal: `builders.py` has short ways to write exchanges and contracts.

The obligation of a row is the vendor `ACME` of `builders.py` at the operation of the row's first exchange (the API as a
whole for a check that is about `once`), and a requirement that says nothing beside the check's name. A table, or a
single row over it, says otherwise with

    contract=   another contract, usually `acme(pagination=…, errors=…)`
    operation=  the id of another operation, ONCE for the API as a whole
    given=      the register's `with:` parameters
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.checks.builders import ACME, ONCE, obligation
from vendorproof.checks.outcome import Fail, Inconclusive, NotApplicable, Outcome, Pass
from vendorproof.checks.registry import Check, Obligation, all_checks
from vendorproof.checks.shapes import Attempt, Sequence
from vendorproof.contract.model import Contract
from vendorproof.exchange.model import Exchange


class Given(dict[str, Any]):
    """What `with:` gives a check, which may ask for nothing that it does not declare."""

    def __init__(self, check: str, given: Mapping[str, Any]) -> None:
        super().__init__(given)
        self._declared = all_checks()[check].parameters

    def _asked(self, key: object) -> None:
        assert key in self._declared, f"reads {key!r}, which it does not declare: {sorted(self._declared)}"

    def __getitem__(self, key: str) -> Any:
        self._asked(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._asked(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._asked(key)
        return super().__contains__(key)


@dataclass(frozen=True)
class Row:
    """One example: what it is of in words, the evidence, and what the check has to say of it."""

    words: str
    evidence: Any
    outcome: type[Outcome]
    says: str = ""
    contract: Contract | None = None
    operation: str | None = None
    given: Mapping[str, Any] | None = None

    def judge(self, outcome: Outcome) -> None:
        """Asserts that the outcome is the one this row stands for."""
        assert isinstance(outcome, self.outcome), outcome
        match outcome:
            case Pass(judged):
                assert judged, "it says of no exchange that it was judged"
                assert set(judged) <= set(numbers(self.evidence))
            case Fail(reason, expected, observed, judged):
                assert reason == self.says
                assert expected.strip()
                assert observed.strip()
                assert expected != observed
                assert judged, "it names no exchange that shows the failure"
                assert set(judged) <= set(numbers(self.evidence))
            case Inconclusive(reason) | NotApplicable(reason):
                assert reason
                assert self.says in reason


def accept(words: str, evidence: Any, **over: Any) -> Row:
    """Evidence that keeps the requirement."""
    return Row(words, evidence, Pass, **over)


def reject(words: str, reason: str, evidence: Any, **over: Any) -> Row:
    """Evidence that breaks the requirement, and the exact word that the check says of it."""
    return Row(words, evidence, Fail, reason, **over)


def undecided(words: str, evidence: Any, says: str = "", **over: Any) -> Row:
    """Evidence that decides nothing; `says` is a part of the reason."""
    return Row(words, evidence, Inconclusive, says, **over)


def passed_over(words: str, evidence: Any, says: str = "", **over: Any) -> Row:
    """An exchange that the requirement does not speak of; `says` is a part of the reason."""
    return Row(words, evidence, NotApplicable, says, **over)


class Table:
    """The examples of one check, and what is usual for their obligations."""

    def __init__(
        self,
        check: str,
        *rows: Row,
        contract: Contract = ACME,
        operation: str | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self.check = check
        self.rows = rows
        self._contract = contract
        self._operation = operation
        self._given = given or {}

    def obligation(self, row: Row) -> Obligation:
        """What the check is asked about in a row."""
        first = next(exchanges(row.evidence), None)
        usual = ONCE if all_checks()[self.check].on == ONCE or first is None else first.operation or ONCE
        return obligation(
            row.contract or self._contract,
            self.check,
            operation=row.operation or self._operation or usual,
            given=Given(self.check, self._given if row.given is None else row.given),
        )


@dataclass(frozen=True)
class Example:
    """One row of one table."""

    table: Table
    row: Row

    @property
    def check(self) -> Check:
        return all_checks()[self.table.check]

    def holds(self) -> None:
        """Asks the check, and asserts that it says what the row stands for."""
        self.row.judge(self.check.function(self.table.obligation(self.row), self.row.evidence))


def attempts(*rows: Row) -> Iterator[Row]:
    """Rows of single exchanges as what a check of attempts gets, of ids that nothing vouches for."""
    return (dataclasses.replace(row, evidence=Attempt(row.evidence)) for row in rows)


def alone(*rows: Row) -> Iterator[Row]:
    """Rows of single exchanges as what a check of sequences gets that judges the last."""
    return (dataclasses.replace(row, evidence=Sequence((row.evidence,))) for row in rows)


def examples(tables: Iterable[Table]) -> list[Any]:
    """Every row of the tables as a parameter of a test, named after the check and the row."""
    return [
        pytest.param(Example(table, row), id=f"{table.check}-{row.outcome.__name__}-{row.words}")
        for table in tables
        for row in table.rows
    ]


def exchanges(evidence: Any) -> Iterator[Exchange]:
    """Every exchange in a piece of evidence, in order."""
    if isinstance(evidence, Exchange):
        yield evidence
    elif isinstance(evidence, tuple):
        for one in evidence:
            yield from exchanges(one)
    elif dataclasses.is_dataclass(evidence):
        for field in dataclasses.fields(evidence):
            yield from exchanges(getattr(evidence, field.name))


def numbers(evidence: Any) -> list[int]:
    """The numbers of the exchanges in a piece of evidence."""
    return [exchange.number for exchange in exchanges(evidence)]
