"""The webhook speaks when something changed since the night before, and is silent otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Say
from tests.webhook import Hook, listening
from vendorproof.checks.outcome import Blame, Verdict, Word
from vendorproof.exchange import Redactor
from vendorproof.report import LedgerWriter, RunFooter, RunHeader

PASSED = Verdict("leni", "leni.auth.x", "GET /x", "auth.accepted", Word.PASS, "must", "stated", Blame.NOBODY, 1)
FAILED = replace(PASSED, verdict=Word.FAIL, blame=Blame.VENDOR, expected="401", observed="200", reason="accepted")
HEADER = RunHeader("0.1.0", "2026-11-22T02:00:00+00:00", ("leni",), "sandbox", "sandbox", {"leni": "https://x"})


def night(path: Path, *verdicts: Verdict) -> Path:
    code = int(any(verdict.red for verdict in verdicts))
    with LedgerWriter(path, Redactor()) as ledger:
        ledger.header(HEADER)
        for verdict in verdicts:
            ledger.verdict(verdict)
        ledger.footer(RunFooter.of(verdicts, calls=1, seconds=1.0, exit_code=code))
    return path


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """A webhook; its address is in $HOOK."""
    with listening() as hook:
        monkeypatch.setenv("HOOK", hook.url)
        yield hook


def test_nothing_changed_says_nothing(say: Say, hook: Hook, tmp_path: Path) -> None:
    previous = night(tmp_path / "previous.jsonl", PASSED, replace(FAILED, requirement="leni.auth.y"))
    night(tmp_path / "out" / "ledger.jsonl", PASSED, replace(FAILED, requirement="leni.auth.y", observed="201"))
    said = say("notify", tmp_path / "out", "--previous", previous, "--webhook-variable", "HOOK")
    assert (said.code, said.out) == (0, "nothing changed\n")
    assert hook.messages == []


def test_a_change_is_told_once(say: Say, hook: Hook, tmp_path: Path) -> None:
    previous = night(tmp_path / "previous.jsonl", PASSED)
    night(tmp_path / "out" / "ledger.jsonl", FAILED)
    said = say("notify", tmp_path / "out", "--previous", previous, "--webhook-variable", "HOOK")
    assert said.code == 0, said.all
    assert "leni.auth.x at GET /x (blame: vendor): expected 401, observed 200" in said.out
    assert "told the webhook of $HOOK" in said.out
    assert "secret-part" not in said.all
    (body,) = hook.messages
    assert body["text"] == "leni at sandbox: 1 newly broken, a stated requirement is broken"


def test_a_night_without_one_before_is_the_first(say: Say, hook: Hook, tmp_path: Path) -> None:
    night(tmp_path / "out" / "ledger.jsonl", PASSED)
    said = say("notify", tmp_path / "out", "--previous", tmp_path / "none", "--webhook-variable", "HOOK")
    assert said.code == 0
    assert len(hook.messages) == 1


def test_without_a_webhook_it_only_prints(say: Say, tmp_path: Path) -> None:
    previous = night(tmp_path / "previous.jsonl", PASSED)
    night(tmp_path / "out" / "ledger.jsonl", FAILED)
    said = say("notify", tmp_path / "out", "--previous", previous)
    assert said.code == 0
    assert "newly broken" in said.out
    assert "told" not in said.out


def test_a_webhook_that_is_not_set(say: Say, tmp_path: Path) -> None:
    night(tmp_path / "out" / "ledger.jsonl", FAILED)
    said = say("notify", tmp_path / "out", "--webhook-variable", "NO_HOOK")
    assert said.code == 2
    assert "$NO_HOOK is not set" in said.err


def test_a_webhook_that_is_not_there(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "http://127.0.0.1:1/secret-part")
    night(tmp_path / "out" / "ledger.jsonl", FAILED)
    said = say("notify", tmp_path / "out", "--webhook-variable", "HOOK")
    assert said.code == 3
    assert "the webhook of $HOOK was not reached" in said.err
    assert "secret-part" not in said.all


def test_a_folder_without_a_run(say: Say, tmp_path: Path) -> None:
    said = say("notify", tmp_path)
    assert said.code == 2
    assert "no such ledger" in said.err
