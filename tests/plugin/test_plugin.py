"""The suites under pytest itself: the same as `vendorproof run`, and nobody's way crossed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vendorproof.contract import suites_root

ROOT = suites_root().parent
FEW = ("--vendor", "leadiosa", "--select", "leadiosa.versioning")


@dataclass(frozen=True)
class Ran:
    """What pytest said, its exit code, and the folder of the report."""

    code: int
    text: str
    out: Path

    @property
    def ledger(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.out / "ledger.jsonl").read_text("utf-8").splitlines()]


Pytest = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Pytest:
    """Runs pytest over the suites in a process of its own."""

    def start(*arguments: str, plugins: str = "") -> Ran:
        (tmp_path / "others.py").write_text(plugins, encoding="utf-8")
        path = [str(tmp_path), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
        settings = {
            "PYTHONPATH": os.pathsep.join(path),
            "VENDORPROOF_ALLURE": "none",
            "VENDORPROOF_STATE": str(tmp_path / "state"),
            "COLUMNS": "200",
        }
        out = tmp_path / "out"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-p", "others", "-p", "no:cacheprovider"),
                *("--vendorproof-report-dir", str(out), *arguments),
            ],
            cwd=ROOT,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        return Ran(done.returncode, done.stdout + done.stderr, out)

    return start


def test_pytest_over_the_suites_is_a_run(run: Pytest) -> None:
    ran = run("suites", *FEW)
    assert ran.code == 0, ran.text
    assert f"report: {ran.out / 'index.html'}" in ran.text
    header, *verdicts, footer = ran.ledger
    assert (header["kind"], footer["kind"], footer["exit_code"]) == ("header", "footer", 0)
    assert {line["requirement"].rsplit(".", 1)[0] for line in verdicts} == {"leadiosa.versioning"}


def test_tests_are_selected_by_what_they_verify(run: Pytest) -> None:
    ran = run("suites", "--vendor", "leadiosa", "-k", "leadiosa.versioning.base-path", "--collect-only", "-q")
    assert ran.code == 0, ran.text
    found = [line for line in ran.text.splitlines() if "::" in line]
    assert [line.partition("[")[2] for line in found] == ["leadiosa.versioning.base-path|*]"]


def test_options_have_a_second_name_that_nobody_else_takes(run: Pytest) -> None:
    taken = 'def pytest_addoption(parser):\n    parser.addoption("--target")\n    parser.addoption("--select")\n'
    ran = run(
        "suites",
        *("--vendor", "leadiosa", "--vendorproof-select", "leadiosa.versioning", "--vendorproof-target", "mock"),
        *("--target", "theirs", "--select", "theirs"),
        plugins=taken,
    )
    assert ran.code == 0, ran.text
    assert ran.ledger[-1]["exit_code"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--vendor", "leadosia"), "there is no vendor 'leadosia'"),
        (("--vendor", "leadiosa", "--select", "nothing"), "matches no requirement"),
        (("--vendor", "leadiosa", "--allow", "everything"), "the rights are"),
        (("--vendor", "leadiosa", "--target", "nowhere"), "targets.toml"),
    ],
)
def test_what_is_wrong_is_said_once(run: Pytest, arguments: tuple[str, ...], said: str) -> None:
    ran = run("suites", *arguments)
    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert said in ran.text
    assert "Traceback" not in ran.text
    assert not (ran.out / "ledger.jsonl").exists()


SPREADS = """
from importlib.util import find_spec
def pytest_addoption(parser):
    if find_spec("xdist") is None:
        parser.addoption("--numprocesses")
    if find_spec("pytest_rerunfailures") is None:
        parser.addoption("--reruns", type=int)
"""


@pytest.mark.parametrize(
    ("argument", "said"),
    [("--numprocesses=2", "a run is one process"), ("--reruns=2", "a failure is not decided anew")],
)
def test_what_spreads_a_run_or_repeats_it_is_refused(run: Pytest, argument: str, said: str) -> None:
    ran = run("suites", *FEW, argument, plugins=SPREADS)
    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert ran.text.count(said) == 1
    assert "Traceback" not in ran.text
    assert not (ran.out / "ledger.jsonl").exists()


def test_a_test_has_the_id_that_pytest_makes_of_its_text(run: Pytest) -> None:
    telling = """
def pytest_collection_finish(session):
    ids = [(one.id, type(one.id).parse(one.nodeid)) for one in session.items]
    print("the same ids:", bool(ids) and all(one == other for one, other in ids))
"""
    ran = run("suites", *FEW, "--collect-only", "-q", plugins=telling)
    assert "the same ids: True" in ran.text


def test_a_run_that_another_plugin_ends_is_not_complete(run: Pytest) -> None:
    ending = """
import pytest
@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    item.session.shouldfail = "enough"
"""
    ran = run("suites", *FEW, plugins=ending)
    *verdicts, footer = ran.ledger[1:]
    assert len(verdicts) == 1
    assert (footer["complete"], footer["exit_code"]) == (False, 3)
    assert "not complete" in ran.text


def test_what_was_selected_is_what_has_to_be_decided(run: Pytest) -> None:
    ran = run("suites", "--vendor", "leadiosa", "-k", "leadiosa.versioning.base-path")
    assert ran.code == 0, ran.text
    assert ran.ledger[-1]["complete"]


def test_other_tests_are_left_alone(run: Pytest, tmp_path: Path) -> None:
    own = tmp_path / "test_own.py"
    own.write_text("def test_own():\n    assert True\n", encoding="utf-8")
    ran = run(str(own), "-c", "/dev/null", "--rootdir", str(tmp_path), "-p", "vendorproof.plugin")
    assert ran.code == 0, ran.text
    assert "1 passed" in ran.text
    assert "vendorproof:" not in ran.text
    assert not ran.out.exists()
