"""Whole runs with known deviations: from the file to the exit code, the ledger and the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.errors import ContractError
from vendorproof.mock import Mock, facts, find_fault, running
from vendorproof.report import read_ledger
from vendorproof.runs.choice import Choice
from vendorproof.runs.known import known_at
from vendorproof.runs.options import Confirm, RunOptions
from vendorproof.runs.run import Finished, Run

VENDOR = "leadiosa"
CONTRACT = load_contract(contracts_root() / VENDOR)
BROKEN = "leadiosa.pagination.limit-honoured"
OWN = "leadiosa.known.pagination-limit-honoured"


def accepting(folder: Path, *, expires: str = "2999-12-31", operation: str = "", name: str = "team.yaml") -> Path:
    path = folder / name
    where = f"\n    operation: {operation}" if operation else ""
    path.write_text(
        f"deviations:\n  - requirement: {BROKEN}{where}\n    reason: they know\n"
        f"    link: https://tracker.example.com/7\n    expires: {expires}\n",
        "utf-8",
    )
    return path


@contextmanager
def vendor(monkeypatch: pytest.MonkeyPatch, *faults: str) -> Iterator[str]:
    """The vendor as a server, with faults; its address."""
    mock = Mock(CONTRACT, faults=[find_fault(CONTRACT, name) for name in faults])
    monkeypatch.setenv("LEADIOSA_TOKEN", facts(CONTRACT, mock).credentials["default"])
    with running(mock) as server:
        yield server.base_url


def ran(tmp_path: Path, target: str, known: Path | None, **given: Any) -> Finished:
    options = RunOptions(
        vendors=(VENDOR,),
        choice=Choice(target=target, **given),
        select=(BROKEN, "leadiosa.auth.bearer-accepted"),
        report_dir=tmp_path / "out",
        known=known,
        confirm=Confirm.NEVER,
    )
    run = Run(options, {VENDOR: CONTRACT})
    for item in run.items.values():
        run.decide(item)
    return run.finish()


def test_an_accepted_failure_is_shown_and_not_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with vendor(monkeypatch, "ignores-the-limit") as url:
        unaccepted = ran(tmp_path, url, None)
        accepted = ran(tmp_path, url, accepting(tmp_path))
    assert (unaccepted.footer.exit_code, unaccepted.footer.accepted) == (1, 0)
    assert (accepted.footer.exit_code, accepted.footer.red) == (0, 0)
    ledger = read_ledger(tmp_path / "out")
    marked = [one for one in ledger.verdicts if one.requirement == BROKEN and one.verdict is Word.FAIL]
    assert len(marked) == accepted.footer.accepted > 0
    assert {one.known for one in marked} == {"they know (accepted until 2999-12-31, https://tracker.example.com/7)"}
    (own,) = [one for one in ledger.verdicts if one.requirement == OWN]
    assert (own.verdict, own.check) == (Word.PASS, "known.still_fails")
    page = accepted.paths.page.read_text("utf-8")
    assert "they know (accepted until 2999-12-31" in page
    assert "What the team accepted still fails" in page
    summary = accepted.paths.summary.read_text("utf-8")
    assert "# 🟢 Green" in summary
    assert "that the team accepted" in summary
    assert "## Known deviations" in summary
    cases = ElementTree.parse(accepted.paths.junit).iter("testcase")
    skipped = [one for one in cases if "limit-honoured" in (one.get("name") or "") and one.find("skipped") is not None]
    assert any((one.find("skipped").get("type")) == "known deviation" for one in skipped)  # type: ignore[union-attr]


def test_a_failure_elsewhere_is_not_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with vendor(monkeypatch, "ignores-the-limit") as url:
        finished = ran(tmp_path, url, accepting(tmp_path, operation="listConversations"))
    assert finished.footer.exit_code == 1
    assert finished.footer.accepted == 1


@pytest.mark.parametrize(
    ("faults", "expires", "reason"),
    [
        ((), "2999-12-31", "known-deviation-stopped"),
        (("ignores-the-limit",), "2020-01-01", "known-deviation-expired"),
        ((), "2020-01-01", "known-deviation-expired"),
    ],
)
def test_one_that_ends_is_red(
    faults: tuple[str, ...], expires: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with vendor(monkeypatch, *faults) as url:
        finished = ran(tmp_path, url, accepting(tmp_path, expires=expires))
    assert finished.footer.exit_code == 1
    (own,) = [one for one in read_ledger(tmp_path / "out").verdicts if one.requirement == OWN]
    assert (own.verdict, own.reason, own.red, own.blame) == (Word.FAIL, reason, True, "contract")
    assert reason in finished.paths.summary.read_text("utf-8")


def test_a_deviation_about_what_is_not_selected_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with vendor(monkeypatch) as url:
        options = RunOptions((VENDOR,), Choice(url), ("leadiosa.auth",), 0, tmp_path / "out", accepting(tmp_path))
        run = Run(options, {VENDOR: CONTRACT})
    assert [name for name in run.items if name.startswith("leadiosa.known")] == []


def targets(folder: Path, environment: str, url: str, known: str = "") -> Path:
    path = folder / "targets.toml"
    line = f'known = "{known}"\n' if known else ""
    path.write_text(
        f'[targets.mine]\nvendor = "{VENDOR}"\nenvironment = "{environment}"\nbase_url = "{url}"\n{line}', "utf-8"
    )
    return path


def test_a_target_may_name_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADIOSA_TOKEN", "not-a-real-token")
    accepting(tmp_path, name="mine.yaml")
    choice = Choice("mine", targets(tmp_path, "sandbox", "https://api.example.com/v1", "mine.yaml"))
    (found,) = known_at({VENDOR: CONTRACT}, choice)[VENDOR].deviations
    assert found.requirement == BROKEN
    # A file on the command line wins over it.
    other = accepting(tmp_path, expires="2020-01-01")
    (found,) = known_at({VENDOR: CONTRACT}, choice, other)[VENDOR].deviations
    assert found.expires == "2020-01-01"


def test_a_mock_deviates_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the team accepted of the vendor would be noticed to be gone in every run against the mock."""
    monkeypatch.setenv("LEADIOSA_TOKEN", "not-a-real-token")
    (deviation,) = known_at({VENDOR: CONTRACT}, Choice(), accepting(tmp_path))[VENDOR].deviations
    contract = replace(CONTRACT, known=(deviation,))
    at_mock = Choice("mine", targets(tmp_path, "mock", "http://127.0.0.1:9/api/v1"))
    live = Choice("mine", targets(tmp_path, "sandbox", "https://api.example.com/v1"))
    assert known_at({VENDOR: contract}, Choice())[VENDOR].deviations == ()
    assert len(known_at({VENDOR: contract}, live)[VENDOR].deviations) == 1
    targets(tmp_path, "mock", "http://127.0.0.1:9/api/v1")
    assert known_at({VENDOR: contract}, at_mock)[VENDOR].deviations == ()


def test_a_wrong_file_stops_the_run_before_anything_is_sent(tmp_path: Path) -> None:
    path = accepting(tmp_path, operation="getWorkspace")
    with pytest.raises(ContractError, match=r"team\.yaml:2: no check decides .* at GET /workspace"):
        Run(RunOptions((VENDOR,), known=path, report_dir=tmp_path / "out"), {VENDOR: CONTRACT})
    assert not (tmp_path / "out").exists()


def test_a_ledger_line_of_an_accepted_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with vendor(monkeypatch, "ignores-the-limit") as url:
        ran(tmp_path, url, accepting(tmp_path))
    lines = [json.loads(line) for line in (tmp_path / "out" / "ledger.jsonl").read_text("utf-8").splitlines()]
    accepted = [line for line in lines if line.get("known")]
    assert accepted
    assert {(line["verdict"], line["level"], line["basis"]) for line in accepted} >= {("fail", "must", "stated")}
    assert lines[-1]["accepted"] == len(accepted)
