"""What a run may spend: calls, also beside others with the same key; time; a vendor's quota and rate."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.whole_runs.harness import (
    Answer,
    added,
    contract_of,
    decided,
    environment,
    started,
    targets_file,
    things,
    watched,
)
from vendorproof.checks.outcome import Verdict, Word
from vendorproof.errors import Lack, Need
from vendorproof.runs.choice import Choice, choose
from vendorproof.runs.opening import sharing
from vendorproof.runs.options import Confirm, RunOptions
from vendorproof.runs.run import Run

VENDOR = "leadiosa"
FEW = ("--select", "leadiosa.pagination", "--select", "leadiosa.lifecycle")


@pytest.fixture(autouse=True)
def tester(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The variables of a tester of every mock, a state folder of its own, no page of Allure's."""
    for name, value in environment(VENDOR, tmp_path / "state").items():
        if name.startswith(("LEADIOSA_", "VENDORPROOF_")):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("VENDORPROOF_ALLURE", "none")
    monkeypatch.chdir(tmp_path)


def options(folder: Path, url: str, **given: Any) -> RunOptions:
    """A run that may do everything at a target."""
    choice = {name: given.pop(name) for name in ("budget", "rate") if name in given}
    file = targets_file(folder, VENDOR, url, "LEADIOSA_TOKEN", **given.pop("target", {}))
    return RunOptions((VENDOR,), Choice("live", file, **choice), report_dir=folder / "out", **given)


def words(verdicts: tuple[Verdict, ...]) -> Counter[Word]:
    return Counter(one.verdict for one in verdicts)


@pytest.mark.parametrize("budget", [0, 1, 2, 9, 40, 90])
def test_a_budget_is_never_exceeded_and_what_was_made_is_removed(budget: int, tmp_path: Path) -> None:
    with watched(VENDOR) as (mock, url):
        before = things(mock.mock)
        run, finished = decided(options(tmp_path, url, budget=budget, examples=3, confirm=Confirm.ALWAYS))
        assert mock.count == finished.footer.calls <= budget
        assert set(added(mock.mock, before)) <= {"conversations", "notes", "messages"}
        assert finished.footer.exit_code == (0 if budget else 3)
        assert any("budget" in one.reason for one in run.verdicts)
        assert Word.ERROR not in words(run.verdicts)


def test_a_budget_of_the_target_is_never_exceeded_either(tmp_path: Path) -> None:
    with watched(VENDOR) as (mock, url):
        _, finished = decided(options(tmp_path, url, target={"budget": 30}, examples=2, select=("leadiosa.lifecycle",)))
        assert mock.count == finished.footer.calls <= 30


def test_runs_at_the_same_time_share_the_budget_of_a_key(tmp_path: Path) -> None:
    with watched(VENDOR) as (mock, url), ExitStack() as stack:
        file = targets_file(tmp_path, VENDOR, url, "LEADIOSA_TOKEN", budget=40)
        env = environment(VENDOR, tmp_path / "state")
        # Somebody uses the key all the time, so that it is one budget also where the runs do not overlap.
        sharing(choose(contract_of(VENDOR), Choice("live", file)), stack)
        runs = [
            started("run", VENDOR, "--target", "live", "--report-dir", tmp_path / name, *FEW, env=env, cwd=tmp_path)
            for name in ("one", "two")
        ]
        output = [run.communicate(timeout=60)[0] for run in runs]
        # One that comes when the other has spent all decides nothing, and says so.
        assert 0 in {run.returncode for run in runs} <= {0, 3}, output
        calls = [int(found) for text in output for found in re.findall(r"(\d+) calls in", text)]
        assert mock.count == sum(calls) <= 40


def test_when_the_time_is_over_the_rest_is_inconclusive(tmp_path: Path) -> None:
    with watched(VENDOR) as (mock, url):
        run, finished = decided(options(tmp_path, url, max_time=0.000001, select=("leadiosa.lifecycle",)))
        assert mock.count == 0
        over = [one for one in run.verdicts if "the time of this run, 1e-06 s, is over (--max-time)" in one.reason]
        assert {one.verdict for one in over} == {Word.INCONCLUSIVE}
        assert len(over) > 5
        assert words(run.verdicts).keys() == {Word.INCONCLUSIVE}
        assert (finished.footer.exit_code, finished.footer.complete) == (3, True)
        assert "No result" in finished.paths.summary.read_text("utf-8").splitlines()[0]


def test_a_run_that_the_time_cut_is_not_green(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(VENDOR) as (_, url):
        run = Run(options(tmp_path, url, max_time=1000.0, select=FEW[3:]), {VENDOR: contract_of(VENDOR)})
        first, *others = run.items.values()
        passed = run.decide(first).verdict
        monkeypatch.setattr("vendorproof.target.deadline.Deadline.left", 0.0)
        cut = [run.decide(item) for item in others]
        finished = run.finish()
    assert passed is Word.PASS
    assert {(one.verdict, one.need) for one in cut} == {(Word.INCONCLUSIVE, Need(Lack.TIME, "1000 s"))}
    assert finished.footer.exit_code == 3
    summary = finished.paths.summary.read_text("utf-8")
    assert "Green" not in summary
    assert "The time was over: " in summary


def test_a_spent_quota_ends_spending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    after: list[str] = []

    def spent(number: int, scope: Mapping[str, Any]) -> Answer | None:
        if number <= 10:
            return None
        sent = str(scope["headers"]) + scope["query_string"].decode()
        # A made-up key may begin with the good one.
        after.extend(re.findall(rf"{re.escape(key)}(?!\w)", sent))
        return Answer(402, b'{"error": "the sandbox quota is spent"}')

    exports = environment("leni", tmp_path / "state")
    key = exports["LENI_API_KEY"]
    monkeypatch.setenv("LENI_API_KEY", key)
    with watched("leni") as (mock, url):
        mock.instead = spent
        file = targets_file(tmp_path, "leni", url, "LENI_API_KEY")
        run, _ = decided(RunOptions(("leni",), Choice("live", file), report_dir=tmp_path / "out"))
    told = [one for one in run.verdicts if "the vendor's quota for the role 'default' is spent" in one.reason]
    assert len(told) > 30
    assert {one.verdict for one in told} == {Word.INCONCLUSIVE}
    assert after == [key]


def test_a_rate_limit_is_no_failure(tmp_path: Path) -> None:
    def limited(number: int, scope: Mapping[str, Any]) -> Answer | None:
        if number % 3:
            return None
        limits = {"limit": "300", "remaining": "0", "reset": str(int(time.time()) + 1)}
        headers = [(f"x-ratelimit-{name}", value) for name, value in limits.items()]
        error = {"error": {"code": "rate_limited", "message": "Slow down.", "request_id": str(uuid4())}}
        plain = (("content-type", "application/json"), ("retry-after", "0"))
        return Answer(429, json.dumps(error).encode(), (*plain, *headers))

    with watched(VENDOR) as (mock, url):
        mock.instead = limited
        run, _ = decided(options(tmp_path, url, select=("leadiosa.operations", "leadiosa.pagination", "leadiosa.auth")))
        assert mock.count > 60
    assert [one for one in run.verdicts if one.verdict is Word.FAIL] == []
    assert words(run.verdicts)[Word.PASS] > 100


def test_nothing_but_rate_limits_decides_nothing(tmp_path: Path) -> None:
    with watched(VENDOR) as (mock, url):
        mock.instead = lambda number, scope: Answer(429, headers=(("retry-after", "0"),))
        run, finished = decided(options(tmp_path, url, select=("leadiosa.operations", "leadiosa.lifecycle")))
    assert Word.FAIL not in words(run.verdicts)
    assert finished.footer.exit_code == 3
