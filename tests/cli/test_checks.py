"""The catalogue of checks, for who writes a register."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Say
from vendorproof.checks.registry import all_checks
from vendorproof.report.catalogue import catalogue_markdown


def test_every_check_has_a_line(say: Say) -> None:
    said = say("checks")
    assert (said.code, said.err) == (0, "")
    assert [line.split()[0] for line in said.out.splitlines()] == sorted(all_checks())
    assert all(line.endswith(".") for line in said.out.splitlines())


def test_a_check_says_what_it_takes_and_who_uses_it(say: Say) -> None:
    said = say("checks", "errors.details")
    assert said.code == 0
    assert "with presence (needed): whether details are there\n      present or absent\n" in said.out
    assert "with statuses (needed): " in said.out
    assert "      a list, each a status of an error from 400 to 599\n" in said.out
    assert "with code (optional): " in said.out
    assert "athena.errors.validation-codes-have-details" in said.out


@pytest.mark.parametrize("name", ["pagination", "pagination.*"])
def test_a_convention_and_a_glob_are_names_too(say: Say, name: str) -> None:
    said = say("checks", name)
    named = [line.split()[0] for line in said.out.splitlines() if "(on: " in line]
    assert named == [one for one in sorted(all_checks()) if one.startswith("pagination.")]


def test_an_unknown_name_is_told_with_the_nearest(say: Say) -> None:
    said = say("checks", "errors.detials")
    assert (said.code, said.out) == (2, "")
    assert said.err == "vendorproof: there is no check 'errors.detials'\n    fix: did you mean 'errors.details'?\n"


def test_the_document_is_what_the_checks_say(say: Say) -> None:
    written = (Path(__file__).parents[2] / "docs" / "checks.md").read_text("utf-8")
    assert written == say("checks", "--markdown").out == catalogue_markdown(), "vendorproof checks --markdown"
