"""A run has the same options for click and for pytest, and is begun once."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vendorproof import plugin
from vendorproof.cli import run as face
from vendorproof.errors import UsageError
from vendorproof.runs import spending
from vendorproof.runs.options import OPTIONS, RunOptions, arguments_of, run_options
from vendorproof.runs.rehearsal import rehearse_like

USUAL = {option.key: () if option.many else False if option.flag else option.default for option in OPTIONS}
OTHERWISE: dict[str, Any] = {
    "target": "sandbox",
    "targets_file": "other.toml",
    "budget": "60",
    "rate": "0.5",
    "allow": "write,delete-own",
    "examples": "3",
    "select": ("a.b", "c.*"),
    "report_dir": "elsewhere",
    "known": "known.yaml",
    "confirm": "never",
    "max_time": "1.5",
    "resume": True,
}
WRONG = {
    "budget": ["-1", "x", "1.5", "", "١"],
    "rate": ["0", "-1", "nan", "inf", "x"],
    "allow": ["write,fly", "READ"],
    "examples": ["-3", "many"],
    "confirm": ["maybe", ""],
    "max_time": ["0", "-2", "soon"],
}


def by_pytest(arguments: Sequence[str]) -> dict[str, Any]:
    """The options as pytest reads them from these arguments."""
    parser = ArgumentParser()
    group = SimpleNamespace(addoption=parser.add_argument)
    plugin.pytest_addoption(SimpleNamespace(getgroup=lambda *_: group))  # type: ignore[arg-type]
    found = vars(parser.parse_args(arguments))
    return {option.key: found[f"vendorproof_{option.key}"] for option in OPTIONS}


def by_click(arguments: Sequence[str]) -> dict[str, Any]:
    """The options as click reads them from these arguments."""
    with face.command.make_context("run", list(arguments)) as context:
        return {name: value for name, value in context.params.items() if name not in ("vendors", "verbose")}


def test_both_faces_offer_the_same_options_with_the_same_defaults() -> None:
    assert by_click([]).keys() == USUAL.keys()
    assert run_options((), by_click([])) == run_options((), by_pytest([])) == run_options((), USUAL) == RunOptions()


def test_every_option_is_a_field_and_can_be_otherwise() -> None:
    assert OTHERWISE.keys() == USUAL.keys()
    plain = run_options((), USUAL)
    for key, value in OTHERWISE.items():
        assert run_options((), {**USUAL, key: value}) != plain


def test_what_one_face_hands_on_the_other_reads() -> None:
    wanted = run_options((), OTHERWISE)
    assert run_options((), by_pytest(arguments_of(OTHERWISE, plugin.PREFIX))) == wanted
    short = [argument.replace(f"--{plugin.PREFIX}-", "--") for argument in arguments_of(OTHERWISE, plugin.PREFIX)]
    assert run_options((), by_click(short)) == wanted
    assert arguments_of(USUAL, plugin.PREFIX) != arguments_of(OTHERWISE, plugin.PREFIX)


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in WRONG.items() for text in texts])
def test_both_faces_refuse_the_same_values_with_the_same_words(key: str, text: str) -> None:
    name = key.replace("_", "-")
    said = set()
    for read in (by_click, by_pytest):
        with pytest.raises(UsageError, match=f"^--{name} {text!r}: .*\n    fix: --{name} ") as caught:
            run_options((), read([f"--{name}={text}"]))
        said.add(str(caught.value))
        assert caught.value.exit_code == 2
    assert len(said) == 1


def test_a_report_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="this is a file; name a folder"):
        run_options((), {**USUAL, "report_dir": str(tmp_path / "file")})


def test_under_a_budget_each_vendor_is_rehearsed_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rehearsed: list[str] = []

    def counted(contract: Any, *others: Any) -> Any:
        rehearsed.append(contract.vendor)
        return rehearse_like(contract, *others)

    begun: list[object] = []

    def instead_of_pytest(arguments: Sequence[str], plugins: Sequence[object]) -> int:
        config: Any = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugins=lambda: set(plugins)))
        begun.append(plugin._begun(config))
        return 5

    monkeypatch.setattr(spending, "rehearse_like", counted)
    monkeypatch.setattr(pytest, "main", instead_of_pytest)
    arguments = ["leni", "lensai", "--budget", "5", "--report-dir", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["vendorproof", "run", *arguments])
    with pytest.raises(SystemExit) as end:
        face.command.main(arguments, standalone_mode=False)
    assert end.value.code == 4
    assert rehearsed == ["leni", "lensai"]
    assert len(begun) == 1
