"""What is wrong with a request gets one message that names the place and the fix, and its exit code."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Contracts, Say
from vendorproof.cli import mock as mock_command
from vendorproof.cli import plan as plan_command
from vendorproof.errors import InternalError
from vendorproof.exchange.redaction import Redactor

TARGETS = """\
[targets.sandbox]
vendor = "leadiosa"
environment = "sandbox"
[targets.sandbox.credentials]
default = "LEADIOSA_TOKEN"
"""


def told(said: object, *parts: str) -> None:
    """Asserts that a command ended with exit code 2 and one message that holds all parts."""
    assert said.code == 2, said  # type: ignore[attr-defined]
    text: str = said.err  # type: ignore[attr-defined]
    assert "Traceback" not in text
    for part in parts:
        assert part in text, text


@pytest.mark.parametrize("command", [("run",), ("plan",), ("prove",), ("mock",)])
def test_an_unknown_vendor(say: Say, command: tuple[str, ...]) -> None:
    told(say(*command, "leadosia"), "there is no vendor 'leadosia'", "did you mean 'leadiosa'")


@pytest.mark.parametrize(
    ("word", "hint"), [("rn", "Did you mean 'run'?"), ("planned", "Did you mean 'plan'?"), ("xyz", "The commands are")]
)
def test_an_unknown_command(say: Say, word: str, hint: str) -> None:
    told(say(word), f"No such command '{word}'", hint)


@pytest.mark.parametrize("command", ["run", "plan"])
def test_a_selector_that_matches_nothing(say: Say, command: str) -> None:
    told(
        say(command, "leadiosa", "--select", "leadiosa.pagination.limit-honored"),
        "--select 'leadiosa.pagination.limit-honored' matches no requirement",
        "did you mean 'leadiosa.pagination.",
    )


@pytest.mark.parametrize("command", ["run", "plan"])
def test_a_key_that_is_not_set(say: Say, command: str) -> None:
    told(say(command, "leadiosa", "--target", "http://127.0.0.1:9/api/v1"), "LEADIOSA_TOKEN", "not set")


def test_a_key_that_the_targets_file_names_and_is_not_set(say: Say, tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text(TARGETS, encoding="utf-8")
    told(say("run", "leadiosa", "--target", "sandbox"), "LEADIOSA_TOKEN", "targets.toml:")


@pytest.mark.parametrize("command", ["run", "plan"])
def test_an_unknown_target(say: Say, tmp_path: Path, command: str) -> None:
    (tmp_path / "targets.toml").write_text(TARGETS, encoding="utf-8")
    told(say(command, "leadiosa", "--target", "sandbx"), "'sandbx'", "sandbox")


def test_a_target_without_any_targets_file(say: Say) -> None:
    told(say("run", "leadiosa", "--target", "sandbox"), "targets.toml")


def test_a_targets_file_with_an_unknown_key(say: Say, tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text(TARGETS.replace("environment", "enviroment"), encoding="utf-8")
    told(say("run", "leadiosa", "--target", "sandbox"), "targets.toml:3", "enviroment", "environment")


@pytest.mark.parametrize(
    ("option", "value", "part"),
    [
        ("--allow", "read,everything", "everything"),
        ("--budget", "-1", "--budget"),
        ("--budget", "many", "--budget"),
        ("--rate", "0", "--rate"),
        ("--examples", "-3", "--examples"),
        ("--colour", "red", "--colour"),
    ],
)
def test_an_option_that_can_not_be(say: Say, option: str, value: str, part: str) -> None:
    told(say("run", "leadiosa", option, value), part)


def test_a_report_folder_that_is_a_file(say: Say, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    told(say("run", "leadiosa", "--report-dir", "out"), "is a file", "name a folder")
    assert (tmp_path / "out").read_text("utf-8") == "mine"


SPOILS = {
    "a requirement that names no check": (
        "requirements",
        "check: auth.missing_refused",
        "check: auth.mising_refused",
        ("'auth.mising_refused'", "auth.missing_refused"),
    ),
    "an unknown key": ("conventions", "\npagination:\n", "\npaginaton:\n", ("paginaton", "pagination")),
    "a broken reference": (
        "openapi",
        "'#/components/responses/Page'",
        "'#/components/responses/Pgae'",
        ("#/components/responses/Pgae", "Page"),
    ),
    "no vendor's name": ("conventions", "vendor: leadiosa", "vendor: leadosia", ("leadosia", "leadiosa")),
    "broken YAML": ("requirements", "requirements:\n", "requirements: [\n", ()),
}


@pytest.mark.parametrize("command", ["run", "plan", "lint"])
@pytest.mark.parametrize("words", SPOILS)
def test_a_contract_with(say: Say, contracts: Contracts, command: str, words: str) -> None:
    name, old, new, parts = SPOILS[words]
    place = contracts.spoil(name, old, new)
    said = say(command, *([] if command == "lint" else ["leadiosa"]))
    told(said, place.rpartition(":")[0], *parts)
    number = int(place.rpartition(":")[2])
    if words != "broken YAML":
        lines = [int(line) for line in re.findall(rf"{re.escape(place.rpartition(':')[0])}:(\d+)", said.err)]
        # A key that stands on a line of its own begins below the line break.
        assert number in lines or number + 1 in lines, said.err


@pytest.mark.parametrize("command", ["run", "lint"])
def test_a_contract_with_the_same_id_twice(say: Say, contracts: Contracts, command: str) -> None:
    path = contracts.root / "leadiosa" / "requirements.yaml"
    ids = re.findall(r"- id: (leadiosa\.\S+)", path.read_text("utf-8"))
    place = contracts.spoil("requirements", f"- id: {ids[1]}\n", f"- id: {ids[0]}\n")
    told(say(command), place, ids[0], "twice")


def test_a_folder_of_contracts_that_is_not_there(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDORPROOF_CONTRACTS", "nowhere")
    told(say("run"), "VENDORPROOF_CONTRACTS=nowhere", "no such folder")


def test_an_unknown_fault(say: Say) -> None:
    told(say("prove", "leadiosa", "--fault", "ignores-the-limits"), "ignores-the-limits", "ignores-the-limit")
    told(say("mock", "leadiosa", "--fault", "ignores-the-limits"), "ignores-the-limits", "ignores-the-limit")


@pytest.mark.parametrize("content", [None, "", "no JSON", '{"log": 3}', "[]"])
def test_a_recording_that_is_none(say: Say, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "x.har").write_text(content, encoding="utf-8")
    told(say("judge", "x.har", "--vendor", "leadiosa"), "x.har")


@pytest.mark.parametrize("content", [None, "", "no JSON\n", '{"kind": "verdict"}\n'])
def test_a_report_of_no_run(say: Say, tmp_path: Path, content: str | None) -> None:
    (tmp_path / "out").mkdir()
    if content is not None:
        (tmp_path / "out" / "ledger.jsonl").write_text(content, encoding="utf-8")
    told(say("report", "out"), "ledger.jsonl")


def test_our_own_error_is_told_from_the_vendors(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise InternalError("two checks are named alike")

    monkeypatch.setattr(plan_command, "rehearse", fail)
    said = say("plan", "leadiosa")
    assert (said.code, said.err) == (4, "vendorproof: two checks are named alike\n")


def test_an_error_that_nobody_foresaw_is_ours_too(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(plan_command, "rehearse", fail)
    said = say("plan", "leadiosa")
    assert said.code == 4
    assert "ZeroDivisionError: by us" in said.err


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (4, RuntimeError("sent Bearer wak_live_9f3b7c1d")),
        (4, OSError(errno.EIO, "while wak_live_9f3b7c1d was sent")),
        (2, OSError(errno.ENOENT, "there is no such file", "reports/wak_live_9f3b7c1d")),
    ],
    ids=["unforeseen", "of the machine", "of a file"],
)
def test_an_error_tells_no_secret(say: Say, monkeypatch: pytest.MonkeyPatch, code: int, error: Exception) -> None:
    redactor = Redactor({"$LEADIOSA_TOKEN": "wak_live_9f3b7c1d"})

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(plan_command, "rehearse", fail)
    said = say("plan", "leadiosa")
    assert said.code == code
    assert "$LEADIOSA_TOKEN" in said.err
    assert "wak_live_9f3b7c1d" not in said.all
    assert redactor.labels == ("$LEADIOSA_TOKEN",)


def test_an_interrupt(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mock_command, "serve", stop)
    said = say("mock", "leadiosa")
    assert (said.code, said.err.strip()) == (130, "vendorproof: interrupted")


@pytest.mark.parametrize("command", ["run", "plan", "mock", "prove", "judge", "report", "lint", "clean"])
def test_every_command_explains_itself_with_an_example(say: Say, command: str) -> None:
    said = say(command, "--help")
    assert said.code == 0
    assert f"Example: vendorproof {command}" in said.out


def test_the_command_line_tells_its_exit_codes(say: Say) -> None:
    said = say("--help")
    assert said.code == 0
    assert re.findall(r"^ +(\d)  ", said.out, re.MULTILINE) == ["0", "1", "2", "3", "4"]
