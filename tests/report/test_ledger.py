"""The ledger keeps every verdict, survives a kill, and refuses what is none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vendorproof.checks.outcome import Blame, Word
from vendorproof.errors import Lack, Need, UsageError
from vendorproof.exchange import Redactor
from vendorproof.report import LedgerWriter, RunFooter, read_ledger


def write(path: Path, run: Any) -> Path:
    with LedgerWriter(path, run.redactor) as ledger:
        ledger.header(run.header)
        for verdict in run.verdicts:
            ledger.verdict(verdict)
        if run.footer is not None:
            ledger.footer(run.footer)
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]


def test_what_was_written_is_read(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    words = [make_verdict(word) for word in Word]
    run = make_run(
        *words,
        make_verdict(Word.INCONCLUSIVE, need=Need(Lack.ROLE, "revoked")),
        make_verdict(operation="*", exchanges=(), judged=0, observed="Größe \u2028 \ud800 \0"),
    )
    ledger = read_ledger(write(tmp_path / "deep" / "ledger.jsonl", run))
    assert ledger.header == run.header
    assert ledger.verdicts == run.verdicts
    assert ledger.footer == run.footer
    assert ledger.complete


def test_a_folder_stands_for_its_ledger(tmp_path: Path, make_run: Any) -> None:
    write(tmp_path / "ledger.jsonl", make_run())
    assert read_ledger(tmp_path).verdicts == ()


def test_a_verdict_line_has_the_documented_form(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    verdict = make_verdict(Word.FAIL, exchanges=(41, 42, 43), judged=3)
    line = lines(write(tmp_path / "ledger.jsonl", make_run(verdict)))[1]
    assert list(line.items()) == [
        ("kind", "verdict"),
        ("vendor", "acme"),
        ("requirement", "acme.pagination.limit-honoured"),
        ("operation", "GET /things"),
        ("check", "pagination.limit_honoured"),
        ("verdict", "fail"),
        ("level", "must"),
        ("basis", "stated"),
        ("blame", "vendor"),
        ("judged", 3),
        ("expected", "at most 7 items"),
        ("observed", "25 items"),
        ("reason", "limit-exceeded"),
        ("exchanges", [41, 42, 43]),
        ("need", None),
        ("place", ""),
        ("known", ""),
        ("confirmed", None),
        ("flaky", False),
        ("repetition", ""),
        ("repeated", []),
    ]


def test_the_footer_counts(make_verdict: Any) -> None:
    verdicts = [
        make_verdict(),
        make_verdict(Word.FAIL),
        make_verdict(Word.FAIL, level="should"),
        make_verdict(Word.FAIL, basis="implied"),
        make_verdict(Word.INCONCLUSIVE, blame=Blame.ENVIRONMENT),
        make_verdict(Word.FAIL, known="they know"),
    ]
    footer = RunFooter.of(verdicts, calls=9, seconds=2.0, exit_code=1)
    assert footer.counts == {"pass": 1, "fail": 4, "inconclusive": 1, "not_applicable": 0, "error": 0}
    assert (footer.red, footer.warnings, footer.accepted) == (1, 2, 1)


def test_a_line_is_on_disk_before_the_next(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    run = make_run()
    ledger = LedgerWriter(tmp_path / "ledger.jsonl", run.redactor)
    ledger.header(run.header)
    ledger.verdict(make_verdict())
    found = read_ledger(tmp_path)
    ledger.close()
    assert len(found.verdicts) == 1
    assert not found.complete


def test_a_stopped_run_is_no_result(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    run = make_run(make_verdict())
    stopped = replace(run, footer=replace(run.footer, complete=False))
    assert not read_ledger(write(tmp_path / "ledger.jsonl", stopped)).complete


@pytest.mark.parametrize("left", [1, 5, 60])
def test_a_line_cut_off_by_a_kill_is_left_out(left: int, tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    path = write(tmp_path / "ledger.jsonl", make_run(make_verdict(), make_verdict(observed="é"), footer=None))
    whole = path.read_bytes()
    path.write_bytes(whole[:-left])
    ledger = read_ledger(path)
    assert len(ledger.verdicts) == 1
    assert ledger.footer is None


def test_a_secret_never_reaches_the_file(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    secret = 'quote"and\\slash'
    run = make_run(make_verdict(Word.FAIL, observed=f"key {secret}"), redactor=Redactor({"$KEY": secret}))
    run = replace(run, header=replace(run.header, base_urls={"acme": f"https://x/?k={secret}"}))
    written = write(tmp_path / "ledger.jsonl", run)
    assert lines(written)[1]["observed"] == "key $KEY"
    assert lines(written)[0]["base_urls"] == {"acme": "https://x/?k=$KEY"}
    assert "slash" not in written.read_text("utf-8")


def test_an_older_ledger_is_replaced(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    write(tmp_path / "ledger.jsonl", make_run(make_verdict()))
    assert read_ledger(write(tmp_path / "ledger.jsonl", make_run())).verdicts == ()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda text: "", r"ledger\.jsonl:1: empty"),
        (lambda text: text[:30], r"ledger\.jsonl:1: the header is cut off"),
        (lambda text: "\0\0\n", r"ledger\.jsonl:1: not JSON"),
        (
            lambda text: text.replace('"need": null', '"need": {"kind": "luck"}', 1),
            r"ledger\.jsonl:2: 'need' is no kind",
        ),
        (lambda text: "[1]\n", r"ledger\.jsonl:1: expected an object"),
        (lambda text: '{"log": {}}\n', r"ledger\.jsonl:1: kind None, expected 'header'"),
        (lambda text: text.replace('"format": 1', '"format": 2'), r"ledger\.jsonl:1: ledger format 2, this version"),
        (lambda text: text.replace('"seed"', '"sead"'), r"ledger\.jsonl:1: a header line without seed"),
        (lambda text: text.replace('"vendors": ["acme"]', '"vendors": 5'), r":1: vendors is 5, expected list"),
        (lambda text: text.replace('"verdict": "pass"', '"verdict": "passed"'), r":2: 'passed' is not a valid Word"),
        (lambda text: text.replace('"judged": 1', '"judged": "1"'), r":2: judged is '1', expected int"),
        (lambda text: text.replace('"kind": "verdict"', '"kind": "verdikt"'), r":2: kind 'verdikt', expected"),
        (lambda text: text.replace('"pass": 1', '"pass": 2'), r":3: the footer counts .*: lines were lost"),
        (lambda text: text + text, r":4: a line after the footer"),
    ],
)
def test_what_is_no_ledger_is_refused_with_its_place(
    change: Any, complaint: str, tmp_path: Path, make_run: Any, make_verdict: Any
) -> None:
    path = write(tmp_path / "ledger.jsonl", make_run(make_verdict()))
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    with pytest.raises(UsageError, match=complaint):
        read_ledger(path)


def test_a_missing_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such ledger"):
        read_ledger(tmp_path)


def test_a_ledger_of_before_repetitions_is_read(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    path = write(tmp_path / "ledger.jsonl", make_run(make_verdict()))
    added = ("need", "known", "confirmed", "flaky", "repetition", "repeated", "accepted")
    older = [{name: value for name, value in line.items() if name not in added} for line in lines(path)]
    path.write_text("".join(json.dumps(line) + "\n" for line in older), "utf-8")
    ledger = read_ledger(path)
    assert ledger.verdicts == (make_verdict(),)
    assert ledger.footer is not None
    assert ledger.footer.accepted == 0


def test_a_repeated_failure_is_read_as_it_was_written(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    told = {"confirmed": False, "flaky": True, "repetition": "not again", "repeated": (2,), "exchanges": (1, 2)}
    flaky = make_verdict(Word.FAIL, **told)
    run = make_run(flaky, make_verdict(Word.FAIL, known="they know"))
    assert read_ledger(write(tmp_path / "ledger.jsonl", run)).verdicts == run.verdicts


def test_a_key_of_a_later_version_is_passed_over(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    path = write(tmp_path / "ledger.jsonl", make_run(make_verdict()))
    path.write_text(path.read_text("utf-8").replace('"kind": "verdict"', '"kind": "verdict", "novel": true'), "utf-8")
    assert len(read_ledger(path).verdicts) == 1
