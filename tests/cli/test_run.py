"""Whole runs from the command line: their exit codes, what they cost, and what can be made of what they leave."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Say, Serve
from vendorproof.contract import Contract
from vendorproof.mock import find_fault

FEW = ("--select", "leadiosa.pagination", "--select", "leadiosa.versioning")
FAULT = "ignores-the-limit"
BROKEN = "leadiosa.pagination.limit-honoured"


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text("utf-8").splitlines()]


def verdicts(folder: Path) -> dict[str, set[str]]:
    """The words that each requirement got."""
    found: dict[str, set[str]] = {}
    for line in lines(folder):
        if line["kind"] == "verdict":
            found.setdefault(line["requirement"], set()).add(line["verdict"])
    return found


def test_a_selection_of_one_of_several_vendors(apart: Say, say: Say, tmp_path: Path) -> None:
    few = ("leadiosa", "lensai", "--budget", "3", "--select", "leadiosa.versioning.base-path")
    plan = say("plan", *few)
    assert (plan.code, plan.err) == (0, "")
    assert "leadiosa: 1 calls decide 1 requirements" in plan.out
    assert "lensai" not in plan.out
    run = apart("run", *few, "--report-dir", tmp_path / "out")
    assert (run.code, run.err) == (0, "")
    assert verdicts(tmp_path / "out").keys() == {"leadiosa.versioning.base-path"}


def test_a_faithful_vendor(apart: Say, say: Say, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = apart("run", "leadiosa", "--report-dir", out, *FEW)
    assert (run.code, run.err) == (0, "")
    assert f"report: {out / 'index.html'}" in run.out
    assert "Traceback" not in run.all
    for name in ("ledger.jsonl", "exchanges.har", "index.html", "junit.xml", "summary.md"):
        assert (out / name).stat().st_size > 0
    header, *_, footer = lines(out)
    assert (header["kind"], footer["kind"]) == ("header", "footer")
    assert footer["exit_code"] == 0
    assert set().union(*verdicts(out).values()) <= {"pass", "not_applicable"}

    plan = say("plan", "leadiosa", *FEW)
    decided = {name for name, words in verdicts(out).items() if "pass" in words}
    assert f"leadiosa: {footer['calls']} calls decide {len(decided)} requirements" in plan.out

    # What was recorded, judged again by the same checks, is kept as well, and nothing is sent for it.
    judged = say("judge", out / "exchanges.har", "--vendor", "leadiosa", "--base-url", header["base_urls"]["leadiosa"])
    assert judged.code == 0, judged
    assert "FAIL" not in judged.out
    assert "warning" not in judged.out
    assert f"{footer['calls']} exchanges: " in judged.out

    page = (out / "index.html").read_text("utf-8")
    (out / "index.html").unlink()
    (out / "junit.xml").unlink()
    rebuilt = say("report", out)
    assert rebuilt.code == 0
    assert f"report: {out / 'index.html'}\n" in rebuilt.out
    assert (out / "index.html").read_text("utf-8") == page
    assert (out / "junit.xml").is_file()


def test_a_vendor_that_breaks_a_promise(apart: Say, say: Say, serve: Serve, contract: Contract, tmp_path: Path) -> None:
    out = tmp_path / "out"
    server = serve([FAULT])
    run = apart("run", "leadiosa", "--target", server.url, "--report-dir", out, *FEW, **server.variables)
    assert run.code == 1, run.all
    assert BROKEN in run.out
    assert "at most" in run.out
    assert "curl" in run.out
    assert server.variables["LEADIOSA_TOKEN"] not in run.all
    assert "Traceback" not in run.all
    promised = find_fault(contract, FAULT).violates
    assert {name for name, words in verdicts(out).items() if "fail" in words} == set(promised) & set(verdicts(out))
    assert lines(out)[-1]["exit_code"] == 1
    assert server.variables["LEADIOSA_TOKEN"] not in "".join(
        path.read_text("utf-8") for path in out.rglob("*") if path.is_file()
    )

    judged = say("judge", out / "exchanges.har", "--vendor", "leadiosa", "--base-url", server.url)
    assert judged.code == 1
    assert f"FAIL: {BROKEN}" in judged.out
    failed = {line.split()[1] for line in judged.out.splitlines() if line.startswith("FAIL: ")}
    assert failed <= set(promised)


def test_a_vendor_that_is_not_there(apart: Say, tmp_path: Path) -> None:
    out = tmp_path / "out"
    nobody = ("--target", "http://127.0.0.1:9/api/v1")
    run = apart("run", "leadiosa", *nobody, "--report-dir", out, *FEW, LEADIOSA_TOKEN="t0ken-t0ken")
    assert run.code == 3, run.all
    assert "Traceback" not in run.all
    assert set().union(*verdicts(out).values()) <= {"inconclusive", "not_applicable"}


def test_a_budget_is_never_exceeded(apart: Say, serve: Serve, tmp_path: Path) -> None:
    out = tmp_path / "out"
    server = serve()
    target = ("--target", server.url, "--budget", 12, "--report-dir", out)
    run = apart("run", "leadiosa", *target, *FEW, **server.variables)
    assert run.code == 0, run.all
    assert 0 < server.mock.asked <= 12
    assert lines(out)[-1]["calls"] == server.mock.asked
    assert "pass" in set().union(*verdicts(out).values())


def test_a_plan_sends_nothing(say: Say, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    plan = say("plan", "leadiosa", "--target", server.url, "--budget", 15)
    assert plan.code == 0
    assert server.mock.asked == 0
    assert int(re.findall(r"leadiosa: (\d+) calls decide", plan.out)[0]) <= 15
    assert "pagination" in plan.out
    assert "needs the right 'write'" in plan.out
    assert "costs more than the budget of 15 calls" in plan.out


def test_a_fault_is_proven_from_the_command_line(say: Say) -> None:
    proof = say("prove", "leadiosa", "--fault", FAULT, "--processes", 1)
    assert proof.code == 0, proof
    assert f"noticed   leadiosa {FAULT}" in proof.out
    assert "1 faults, 1 noticed" in proof.out
