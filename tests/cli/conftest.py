"""The command line, in this process and in one of its own; contracts to spoil; the mock as a server that counts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

from vendorproof.cli import main
from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.mock import Fault, Mock, facts, find_fault, running

VENDOR = "leadiosa"
SECONDS = 50
"""The time limit of a command in a process of its own."""


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


Say = Callable[..., Said]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Away from the checkout, without the tester's own credentials and without Allure's HTML, which takes seconds.

    What earlier tests of this process called secret is none of a command that begins here.
    """
    monkeypatch.setattr("vendorproof.exchange.redaction._alive", WeakSet())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VENDORPROOF_ALLURE", "none")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("VENDORPROOF_STATE", str(tmp_path / "state"))
    for name in [name for name in os.environ if name.startswith("LEADIOSA_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command in this process."""

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["vendorproof", *map(str, arguments)])
        capsys.readouterr()
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        return Said(code or 0, said.out, said.err)

    return run


@pytest.fixture
def apart(tmp_path: Path) -> Say:
    """Runs a command in a process of its own, as a run has to be: it drives pytest."""

    def run(*arguments: object, **variables: str) -> Said:
        source = str(Path(__file__).parents[2] / "src")
        path = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run(
            [sys.executable, "-m", "vendorproof", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path, **variables},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load_contract(contracts_root() / VENDOR)


class Counting(Mock):
    """The mock, and how many requests reached it."""

    asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += scope["type"] in ("http", "websocket")
        await super().__call__(scope, receive, send)


@dataclass(frozen=True)
class Server:
    """A mock that listens, and its tester's environment."""

    mock: Counting
    url: str
    variables: dict[str, str]


Serve = Callable[..., Server]


@pytest.fixture
def serve(contract: Contract) -> Iterator[Serve]:
    """Serves the mock of the vendor, with the faults of these names."""
    with ExitStack() as stack:

        def start(faults: Sequence[str] = ()) -> Server:
            found: list[Fault] = [find_fault(contract, name) for name in faults]
            mock = Counting(contract, faults=found)
            served = stack.enter_context(running(mock))
            return Server(mock, served.base_url, dict(facts(contract, mock).variables))

        yield start


class Contracts:
    """A folder of contracts that a test may spoil."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(contracts_root() / VENDOR, root / VENDOR)

    def spoil(self, name: str, old: str, new: str) -> str:
        """Replaces the first occurrence of `old`; the file and line where it stands, as messages name it."""
        path = self.root / VENDOR / f"{name}.yaml"
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return f"{path}:{text[: text.index(old)].count(chr(10)) + 1}"


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contracts:
    copied = Contracts(tmp_path / "contracts")
    monkeypatch.setenv("VENDORPROOF_CONTRACTS", str(copied.root))
    return copied
