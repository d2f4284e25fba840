"""No check without examples: one that it accepts, one that it rejects, one of nothing to judge, and one for each reason
that it can give. And none that still accepts what it accepts when the answers are taken away."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.checks.nothing import each_silenced, emptied, silenced
from tests.checks.table import Example, Table
from vendorproof.checks.outcome import Fail, Inconclusive, NotApplicable, Outcome, Pass
from vendorproof.checks.registry import all_checks

HERE = Path(__file__).parent
CHECKS = sorted(all_checks())
MODULES = sorted({check.function.__module__ for check in all_checks().values()})


@cache
def tables() -> dict[Table, str]:
    """Every table of every module of this folder, and the file that it is in."""
    found = {path.name: import_module(f"tests.checks.{path.stem}") for path in sorted(HERE.glob("test_*.py"))}
    return {table: name for name, module in found.items() for table in getattr(module, "TABLES", ())}


@cache
def accepted() -> dict[str, tuple[Example, ...]]:
    """What each check accepts."""
    rows = [Example(table, row) for table in tables() for row in table.rows if row.outcome is Pass]
    return {name: tuple(one for one in rows if one.table.check == name) for name in CHECKS}


def judged(example: Example, evidence: Any) -> Outcome:
    """What the check of an example says of other evidence for the same obligation."""
    return example.check.function(example.table.obligation(example.row), evidence)


def reasons(source: str) -> Iterator[tuple[str, int]]:
    """Every literal word that a call of `failed` in a module's source can give as its reason, and its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="failed"), args=[first, *_]):
                for inner in ast.walk(first):
                    match inner:
                        case ast.Constant(value=str(word)) if not isinstance(first, ast.JoinedStr):
                            yield word, node.lineno


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("outcome", [Pass, Fail])
def test_every_check_has_examples_of_both_kinds(name: str, outcome: type) -> None:
    own = [row for table in tables() if table.check == name for row in table.rows]
    assert [row.words for row in own if row.outcome is outcome]


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_has_an_example_of_nothing_to_judge(name: str) -> None:
    own = [table for table in tables() if table.check == name]
    undecided = [row for table in own for row in table.rows if row.outcome in (Inconclusive, NotApplicable)]
    places = ", ".join(sorted({tables()[table] for table in own})) or "no file of tests/checks"
    assert undecided, (
        f"{name} has no example of nothing to judge: add an undecided(...) or passed_over(...) to its Table in {places}"
        " - an exchange without an answer, an empty listing, a body that can't be read"
    )


@pytest.mark.parametrize("name", CHECKS)
def test_nothing_is_accepted_where_no_request_was_answered(name: str) -> None:
    for example in accepted()[name]:
        outcome = judged(example, silenced(example.row.evidence))
        assert not isinstance(outcome, Pass), f"{name} passes without an answer: {example.row.words}"


@pytest.mark.parametrize("name", CHECKS)
def test_nothing_is_accepted_by_a_request_that_was_not_answered(name: str) -> None:
    for example in accepted()[name]:
        for number, evidence in each_silenced(example.row.evidence):
            outcome = judged(example, evidence)
            rests = isinstance(outcome, Pass) and number in outcome.judged
            assert not rests, f"{name} passes by a request without an answer: {example.row.words}"


@pytest.mark.parametrize("name", CHECKS)
def test_evidence_with_nothing_in_it_is_undecided(name: str) -> None:
    for example in accepted()[name]:
        evidence = emptied(example.row.evidence)
        if evidence is not None:
            outcome = judged(example, evidence)
            assert isinstance(outcome, Inconclusive | NotApplicable), f"{name} decides by nothing: {outcome}"


def test_every_table_is_of_a_check() -> None:
    assert {table.check for table in tables()} <= set(all_checks())


@pytest.mark.parametrize("module", MODULES)
def test_every_reason_has_an_example(module: str) -> None:
    own = {name for name, check in all_checks().items() if check.function.__module__ == module}
    shown = {row.says for table in tables() if table.check in own for row in table.rows if row.outcome is Fail}
    source = Path(inspect.getsourcefile(import_module(module)) or "")
    unseen = [f"{source.name}:{line}: {word}" for word, line in reasons(source.read_text("utf-8")) if word not in shown]
    assert unseen == []
