"""Files and streams that are none: one clear message, the documented exit code, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Say

LONG = "a" * 100_000


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("lint", LONG), "File name too long"),
        (("run", "leni", "--known", LONG), "File name too long"),
        (("judge", "/dev/zero", "--vendor", "leni"), "it is no regular file"),
        (("run", "leni", "--known", "/dev/zero"), "it is no regular file"),
        (("plan", "leni", "--targets-file", "/dev/zero", "--target", "x"), "it is no regular file"),
        (("notify", "/dev/null/x", "--previous", "/dev/zero"), ""),
        (("run", "leni", "--report-dir", "/dev/null/out"), "can't be written: Not a directory"),
        (("run", "leni", "--report-dir", "/proc/nowhere"), "can't be written: No such file or directory"),
    ],
)
def test_what_is_no_file_is_one_message(say: Say, arguments: tuple[str, ...], told: str) -> None:
    said = say(*arguments)
    assert said.code == 2
    assert told in said.err
    assert "Traceback" not in said.all
    assert len(said.err) < 1_000 + 2 * len(LONG)


def test_a_reader_that_goes_away_ends_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    environment = {**os.environ, "VENDORPROOF_ALLURE": "none", "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = ["run", "leni", "--select", "leni.operations", "--report-dir", str(out)]
    with subprocess.Popen(
        [sys.executable, "-m", "vendorproof", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=tmp_path,
    ) as run:
        assert run.stdout is not None
        run.stdout.close()
        _, err = run.communicate(timeout=50)
    assert (run.returncode, err) == (0, b"")
    assert '"complete": true' in (out / "ledger.jsonl").read_text("utf-8")
