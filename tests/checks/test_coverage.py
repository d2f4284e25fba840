"""No check without examples: one that it accepts, one that it rejects, and one for each reason that it can give."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from tests.checks.table import Table
from vendorproof.checks.outcome import Fail, Pass
from vendorproof.checks.registry import all_checks

HERE = Path(__file__).parent
CHECKS = sorted(all_checks())
MODULES = sorted({check.function.__module__ for check in all_checks().values()})


@cache
def tables() -> tuple[Table, ...]:
    """Every table of every module of this folder."""
    modules = [import_module(f"tests.checks.{path.stem}") for path in sorted(HERE.glob("test_*.py"))]
    return tuple(table for module in modules for table in getattr(module, "TABLES", ()))


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


def test_every_table_is_of_a_check() -> None:
    assert {table.check for table in tables()} <= set(all_checks())


@pytest.mark.parametrize("module", MODULES)
def test_every_reason_has_an_example(module: str) -> None:
    own = {name for name, check in all_checks().items() if check.function.__module__ == module}
    shown = {row.says for table in tables() if table.check in own for row in table.rows if row.outcome is Fail}
    source = Path(inspect.getsourcefile(import_module(module)) or "")
    unseen = [f"{source.name}:{line}: {word}" for word, line in reasons(source.read_text("utf-8")) if word not in shown]
    assert unseen == []
