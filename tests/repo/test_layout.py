"""The house: which rooms there are, what each holds, what no source file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "vendorproof"
ROOMS = {
    "contract",
    "drift",
    "exchange",
    "checks",
    "target",
    "evidence",
    "cases",
    "mock",
    "runs",
    "suite",
    "report",
    "proof",
    "cli",
}
# What is no room: modules beside the rooms, the guards, other people's tools, whole runs.
TEST_FOLDERS = ROOMS | {path.stem for path in SOURCE.glob("*.py")} | {"repo", "openapi", "whole_runs"}
LONGEST_MODULE = 400


def _folders(folder: Path) -> set[str]:
    return {path.parent.relative_to(folder).parts[0] for path in folder.glob("*/*.py")}


def _python(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_there_is_no_room_beside_these() -> None:
    assert _folders(SOURCE) <= ROOMS


def test_no_room_is_empty() -> None:
    assert {path.name for path in SOURCE.iterdir() if path.is_dir() and len(list(path.rglob("*.py"))) == 1} == set()


def test_the_package_is_typed() -> None:
    assert (SOURCE / "py.typed").is_file()


def test_tests_mirror_the_rooms() -> None:
    assert _folders(ROOT / "tests") <= TEST_FOLDERS


@pytest.mark.parametrize("room", sorted(_folders(SOURCE)))
def test_every_room_is_tested(room: str) -> None:
    assert list((ROOT / "tests" / room).glob("test_*.py"))


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in (ROOT / "contracts").glob("*/openapi.yaml")))
def test_a_contract_is_complete(folder: str) -> None:
    names = {path.name for path in (ROOT / "contracts" / folder).iterdir()}
    assert {"openapi.yaml", "conventions.yaml", "requirements.yaml", "known.yaml"} <= names


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in _python("src", "suites") if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_modules_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in _python("src")}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|\bNotImplemented" r"Error\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in _python("src", "suites", "tests")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if later.search(line)
    ]
    assert found == []


def test_conftest_loads_the_plugin_and_nothing_else() -> None:
    body = ast.parse((ROOT / "conftest.py").read_text("utf-8")).body
    assert [ast.unparse(statement) for statement in body[1:]] == ["pytest_plugins = ['vendorproof.plugin']"]


@pytest.mark.parametrize("path", ["reports/out/ledger.jsonl", "targets.toml", ".env", ".venv/bin/python"])
def test_git_ignores_what_runs_write_and_what_is_secret(path: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    assert subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False).returncode == 0
