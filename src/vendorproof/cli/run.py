"""`vendorproof run`: the suites against a target."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from vendorproof.cli.options import choice_of, contracts_of, target_options
from vendorproof.contract.place import suites_root
from vendorproof.errors import UsageError
from vendorproof.interruption import Interruption
from vendorproof.report import read_ledger, wanted
from vendorproof.runs.run import Confirm, Run, RunOptions

_SETTINGS = Path(__file__).parent.parent / "suite" / "pytest.ini"
_TO_PYTEST_ALONE = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


@click.command(
    epilog="Example: vendorproof run leadiosa --target http://127.0.0.1:8000 --allow write,delete-own --budget 200"
)
@click.argument("vendors", nargs=-1, metavar="[VENDOR]...")
@target_options
@click.option("--examples", type=click.IntRange(min=0), default=0, metavar="N", help="generated cases an operation")
@click.option("--select", multiple=True, metavar="ID-OR-GLOB", help="requirements to decide (repeatable)")
@click.option("--report-dir", default="reports/out", show_default=True, metavar="DIR", help="where the report goes")
@click.option("--known", metavar="FILE", help="failures that the team accepted, in the form of known.yaml")
@click.option(
    "--confirm",
    type=click.Choice([one.value for one in Confirm]),
    default=Confirm.LIVE.value,
    show_default=True,
    help="where a failure is repeated once",
)
@click.option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="after which nothing more is asked; the rest is inconclusive",
)
@click.option("--resume", is_flag=True, help="go on from the run in the report folder, with what it left undecided")
@click.option("-v", "--verbose", is_flag=True, help="one line a test")
def command(
    vendors: tuple[str, ...],
    target: str,
    targets_file: str,
    budget: int | None,
    rate: float | None,
    allow: str | None,
    examples: int,
    select: tuple[str, ...],
    report_dir: str,
    known: str | None,
    confirm: str,
    max_time: float | None,
    resume: bool,
    verbose: bool,
) -> None:
    """Runs the suites of the vendors (all by default) against a target (the embedded mock by default).

    `pytest suites` with the same options is equal.
    """
    folder = Path(report_dir)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--report-dir {report_dir!r} is a file\n    fix: name a folder")
    choice = choice_of(target, targets_file, budget, rate, allow)
    # Said now and not by pytest: what is wrong with the request gets one message and our exit code.
    accepted = Path(known) if known else None
    asked = RunOptions(vendors, choice, select, examples, folder, accepted, Confirm(confirm), max_time, resume)
    Run(asked, contracts_of(vendors))
    options = {"target": target, "targets-file": targets_file, "budget": budget, "rate": rate, "allow": allow}
    options |= {"examples": examples, "report-dir": report_dir, "known": known, "confirm": confirm}
    options |= {"max-time": max_time}
    arguments = [f"--vendorproof-{name}={value}" for name, value in options.items() if value is not None]
    arguments += [f"--vendorproof-vendor={vendor}" for vendor in vendors]
    arguments += [f"--vendorproof-select={selector}" for selector in select]
    arguments += ["--vendorproof-resume"] if resume else []
    if not resume:
        (folder / "ledger.jsonl").unlink(missing_ok=True)
    sys.exit(run_pytest([*arguments, *(["-v"] if verbose else [])], folder))


def run_pytest(arguments: Sequence[str], report_dir: Path) -> int:
    """Drives pytest over the suites; the exit code is the documented one of the run."""
    suites = suites_root()
    interruption = Interruption()
    # Where a line tells how far the run is, pytest's own percentage would be another one.
    style = ["-o", "console_output_style=none"] if wanted(sys.stderr) else []
    status = pytest.main(
        [
            str(suites),
            "-c",
            str(_SETTINGS),
            f"--rootdir={suites.parent}",
            f"--confcutdir={suites}",
            "-p",
            "vendorproof.plugin",
            "--quiet",
            *style,
            *arguments,
        ],
        plugins=[interruption],
    )
    if interruption.number:
        return 128 + interruption.number
    if status not in _TO_PYTEST_ALONE:
        return int(status) if status == pytest.ExitCode.INTERRUPTED or int(status) > 6 else 4
    footer = read_ledger(report_dir / "ledger.jsonl").footer
    return footer.exit_code if footer else 4
