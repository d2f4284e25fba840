"""A run that is killed at any moment leaves a ledger by which `clean` finds what it made."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.whole_runs.harness import ALL_RIGHTS, added, environment, killing, started, things, vendorproof, watched
from vendorproof.evidence import CreatedLedger, ledgers_in
from vendorproof.mock import Mock
from vendorproof.mock.data.limiter import Limiter
from vendorproof.report import read_ledger

VENDOR = "leadiosa"
PHASES = ("before", "handled", "answered")
METHODS = ("GET", "POST", "PATCH", "DELETE")
WRITES = [(1, "handled"), (2, "handled"), (3, "answered"), (4, "before"), (5, "handled")]
"""Writes of a run that only lets things live: its creations, a deletion, the tidying up."""


def undeletable(mock: Mock) -> set[str]:
    resources = mock.contract.conventions.resources.values()
    return {resource.name for resource in resources if resource.delete is None}


def check_a_kill(moment: int, phase: str, folder: Path, *selection: str, again: bool, methods: Sequence[str]) -> None:
    env = environment(VENDOR, folder / "state")
    victims: list[subprocess.Popen[str]] = []
    hook = killing(lambda: victims[0], moment, phase, signal.SIGKILL, methods)
    with watched(VENDOR, hook) as (mock, url):
        before = things(mock.mock)
        run = ("run", VENDOR, "--target", url, "--allow", ALL_RIGHTS, *selection)
        victims.append(started(*run, env=env, cwd=folder))
        output, _ = victims[0].communicate(timeout=120)
        assert victims[0].returncode == -signal.SIGKILL, output
        report = folder / "reports" / "out"
        with patch.dict(os.environ, VENDORPROOF_STATE=str(folder / "state")):
            for path in ledgers_in(report):
                assert list(CreatedLedger(path).things)
        assert read_ledger(report).footer is None
        cleaned = vendorproof("clean", "--target", url, env=env, cwd=folder)
        left = added(mock.mock, before)
        assert set(left) <= undeletable(mock.mock), cleaned.text
        assert cleaned.code == (1 if left else 0), cleaned.text
        assert "Traceback" not in cleaned.text
        told = {name: int(count) for count, name in re.findall(r"left behind: (\d+) of (\w+)", cleaned.text)}
        assert {name: told.get(name, 0) >= len(ids) for name, ids in left.items()} == dict.fromkeys(left, True)
        if not again:
            return
        mock.mock.limiter = Limiter(60)
        second = vendorproof(*run, env=env, cwd=folder)
        assert second.code == 0, second.text
        assert ("left behind by earlier runs" in second.text) == bool(left)
        assert read_ledger(report).complete
        assert set(added(mock.mock, before)) <= undeletable(mock.mock)


@pytest.mark.parametrize(("moment", "phase"), WRITES, ids=lambda value: str(value))
def test_what_a_killed_run_made_is_found_and_removed(moment: int, phase: str, tmp_path: Path) -> None:
    selection = ("--select", f"{VENDOR}.lifecycle")
    check_a_kill(moment, phase, tmp_path, *selection, again=phase == "answered", methods=("POST", "DELETE"))


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many requests a whole run and its tidying up send."""
    folder = tmp_path_factory.mktemp("whole")
    with watched(VENDOR) as (mock, url):
        run = ("run", VENDOR, "--target", url, "--allow", ALL_RIGHTS)
        done = vendorproof(*run, env=environment(VENDOR, folder / "state"), cwd=folder)
        assert done.code == 0, done.text
        return mock.count


@pytest.mark.slow
@pytest.mark.timeout(300, method="signal")
@pytest.mark.parametrize("place", range(50))
def test_fifty_moments_of_a_whole_run(place: int, calls: int, tmp_path: Path) -> None:
    check_a_kill(1 + place * calls // 50, PHASES[place % 3], tmp_path, again=True, methods=METHODS)
