"""A run that is interrupted tidies up, writes what it knows, and can be gone on with."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

from tests.whole_runs.harness import (
    ALL_RIGHTS,
    Outcome,
    added,
    environment,
    killing,
    started,
    things,
    vendorproof,
    watched,
)
from vendorproof.checks.outcome import Word
from vendorproof.report import read_ledger

VENDOR = "leadiosa"
RUN = ("run", VENDOR, "--allow", ALL_RIGHTS, "--select", f"{VENDOR}.lifecycle", "--select", f"{VENDOR}.operations")
PAGES = {"ledger.jsonl", "exchanges.har", "index.html", "junit.xml", "summary.md", "allure-results"}


def interrupted(victims: list[subprocess.Popen[str]], url: str, folder: Path) -> Outcome:
    """A run that somebody ends."""
    victims.append(started(*RUN, "--target", url, env=environment(VENDOR, folder / "state"), cwd=folder))
    output, _ = victims[0].communicate(timeout=60)
    return Outcome(victims[0].returncode, output)


def onward(url: str, folder: Path, *more: str) -> Outcome:
    return vendorproof(*RUN, "--target", url, *more, env=environment(VENDOR, folder / "state"), cwd=folder)


def archived(report: Path) -> list[int]:
    """The numbers of the exchanges in a report's archive."""
    entries = json.loads((report / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    return [entry["request"]["_vendorproof"]["number"] for entry in entries]


def test_ctrl_c_ends_a_run_in_order_and_it_is_gone_on_with(tmp_path: Path) -> None:
    victims: list[subprocess.Popen[str]] = []
    report = tmp_path / "reports" / "out"
    with watched(VENDOR, killing(lambda: victims[0], 12, "handled", signal.SIGINT)) as (mock, url):
        before = things(mock.mock)
        first = interrupted(victims, url, tmp_path)
        assert first.code == 130, first.text
        assert "Traceback" not in first.text
        assert "not complete, go on with --resume" in first.text
        assert set(added(mock.mock, before)) <= {"conversations"}
        assert {path.name for path in report.iterdir()} >= PAGES
        part = read_ledger(report)
        assert part.footer is not None
        assert (part.footer.complete, part.footer.exit_code) == (False, 130)
        decided = [one for one in part.verdicts if one.verdict is Word.PASS]
        assert 0 < len(decided) < 60
        spent = mock.count

        second = onward(url, tmp_path, "--resume")
        assert second.code == 0, second.text
        whole = read_ledger(report)
        assert whole.footer is not None
        assert whole.complete
        assert len(whole.verdicts) > len(part.verdicts)
        assert [one for one in whole.verdicts if one in decided] == decided
        numbers = archived(report)
        assert len(set(numbers)) == len(numbers) == whole.footer.calls
        # The request under way when the signal came has no answer, and so no exchange.
        assert mock.count - 1 <= len(numbers) <= mock.count
        assert {number for one in whole.verdicts for number in one.exchanges} <= set(numbers)

        resumed = mock.count - spent
        assert onward(url, tmp_path).code == 0
        assert len(read_ledger(report).verdicts) == len(whole.verdicts)
        assert resumed < mock.count - spent - resumed


def test_sigterm_ends_a_run_as_ctrl_c_does(tmp_path: Path) -> None:
    victims: list[subprocess.Popen[str]] = []
    with watched(VENDOR, killing(lambda: victims[0], 9, "handled", signal.SIGTERM)) as (mock, url):
        before = things(mock.mock)
        ended = interrupted(victims, url, tmp_path)
        assert ended.code == 143, ended.text
        assert set(added(mock.mock, before)) <= {"conversations"}
    footer = read_ledger(tmp_path / "reports" / "out").footer
    assert footer is not None
    assert (footer.complete, footer.exit_code) == (False, 143)


def test_a_run_that_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    victims: list[subprocess.Popen[str]] = []
    report = tmp_path / "reports" / "out"
    with watched(VENDOR, killing(lambda: victims[0], 30, "handled", signal.SIGKILL)) as (_, url):
        interrupted(victims, url, tmp_path)
        part = read_ledger(report)
        assert part.footer is None
        decided = {one.requirement: one.exchanges for one in part.verdicts if one.verdict is Word.PASS}
        assert decided
        second = onward(url, tmp_path, "--resume")
        assert second.code == 0, second.text
        whole = read_ledger(report)
        assert whole.complete
        kept = {number for exchanges in decided.values() for number in exchanges}
        assert min(archived(report)) > max(kept)
