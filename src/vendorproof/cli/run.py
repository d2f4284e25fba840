"""`vendorproof run`: the suites against a target."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import pytest

from vendorproof.cli.options import taking
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.contract.place import suites_root
from vendorproof.interruption import Interruption
from vendorproof.plugin import PREFIX, Begun
from vendorproof.report import read_ledger, wanted
from vendorproof.runs.options import OPTIONS, arguments_of, run_options
from vendorproof.runs.run import Run

_SETTINGS = Path(__file__).parent.parent / "suite" / "pytest.ini"
_TO_PYTEST_ALONE = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


@click.command(
    epilog="Example: vendorproof run leadiosa --target http://127.0.0.1:8000 --allow write,delete-own --budget 200"
)
@click.argument("vendors", nargs=-1, metavar="[VENDOR]...")
@taking(OPTIONS)
@click.option("-v", "--verbose", is_flag=True, help="one line a test")
def command(vendors: tuple[str, ...], verbose: bool, **given: Any) -> None:
    """Runs the suites of the vendors (all by default) against a target (the embedded mock by default).

    `pytest suites` with the same options is equal.
    """
    options = run_options(vendors, given)
    # Begun here and not by pytest: what is wrong with the request gets one message and our exit code.
    run = Run(options, load_contracts(contracts_root(), vendors or None))
    run.open_folder()
    arguments = [*arguments_of(given, PREFIX), *(f"--{PREFIX}-vendor={vendor}" for vendor in vendors)]
    if not options.resume:
        (options.report_dir / "ledger.jsonl").unlink(missing_ok=True)
    sys.exit(run_pytest([*arguments, *(["-v"] if verbose else [])], run))


def run_pytest(arguments: Sequence[str], run: Run) -> int:
    """Drives pytest over the suites for a run; the exit code is the documented one."""
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
            # It takes the same options as allure-pytest, so that pytest ends where both are installed.
            *("-p", "no:allure_pytest_bdd"),
            "--quiet",
            *style,
            *arguments,
        ],
        plugins=[interruption, Begun(run)],
    )
    if interruption.number:
        return 128 + interruption.number
    if status == pytest.ExitCode.USAGE_ERROR:
        return 2
    if status not in _TO_PYTEST_ALONE:
        return int(status) if status == pytest.ExitCode.INTERRUPTED or int(status) > 6 else 4
    footer = read_ledger(run.options.report_dir / "ledger.jsonl").footer
    return footer.exit_code if footer else 4
