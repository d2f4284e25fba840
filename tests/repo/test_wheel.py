"""What is published works: built, installed into an empty environment far from the checkout, and run there."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
DATA = {
    "contracts": "vendorproof/_data/contracts",
    "suites": "vendorproof/_data/suites",
    "reports": "vendorproof/_data/reports",
}
WRITTEN_BY_RUNS = {"__pycache__", "out"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300, method="signal")]


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel and its dependencies alone, and the empty folder to work in."""

    executables: Path
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _run(str(self.executables / arguments[0]), *arguments[1:], cwd=self.folder)


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV"))
    }
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=240)


def _build(folder: Path, *options: str) -> Path:
    finished = _run(
        sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), *options, str(ROOT), cwd=folder
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist."""
    return _build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "env", with_pip=True)
    executables = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    finished = _run(str(executables / "python"), "-m", "pip", "install", "-q", str(wheel), cwd=folder)
    assert finished.returncode == 0, finished.stderr
    empty = folder / "empty"
    empty.mkdir()
    return Installed(executables, empty)


def _contents(wheel: Path) -> dict[str, bytes]:
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_sdist_gives_the_wheel_that_the_checkout_gives(wheel: Path, tmp_path: Path) -> None:
    assert _contents(_build(tmp_path, "--wheel")) == _contents(wheel)


@pytest.mark.parametrize("folder", sorted(DATA))
def test_the_wheel_holds_the_data_of_the_checkout(wheel: Path, folder: str) -> None:
    in_checkout = {
        f"{DATA[folder]}/{path.relative_to(ROOT / folder).as_posix()}": path.read_bytes()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not WRITTEN_BY_RUNS & set(path.relative_to(ROOT).parts)
    }
    in_wheel = {name: text for name, text in _contents(wheel).items() if name.startswith(f"{DATA[folder]}/")}
    assert in_checkout
    assert in_wheel == in_checkout


def test_the_wheel_holds_the_package_and_nothing_beside_it(wheel: Path) -> None:
    names = _contents(wheel).keys()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"vendorproof"}
    assert {"vendorproof/py.typed", "vendorproof-0.1.0.dist-info/licenses/LICENSE"} <= names


def test_the_installed_command_runs_a_vendor(installed: Installed) -> None:
    finished = installed.run("vendorproof", "run", "leadiosa")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    report = installed.folder / "reports" / "out"
    assert str(Path("reports") / "out") in finished.stdout
    written = {path.name for path in report.iterdir()}
    assert {"ledger.jsonl", "index.html", "junit.xml", "summary.md", "exchanges.har", "allure-results"} <= written


def test_the_installed_contracts_are_clean(installed: Installed) -> None:
    finished = installed.run("vendorproof", "lint")
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_module_is_the_command(installed: Installed) -> None:
    as_module = installed.run("python", "-m", "vendorproof", "--version")
    assert as_module.returncode == 0, as_module.stderr
    assert as_module.stdout == installed.run("vendorproof", "--version").stdout
    assert "0.1.0" in as_module.stdout


def test_the_environment_is_consistent(installed: Installed) -> None:
    finished = installed.run("python", "-m", "pip", "check")
    assert finished.returncode == 0, finished.stdout
