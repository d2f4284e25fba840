"""Whole runs as a user starts them: the command as a process, against the mock served over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Contract
from vendorproof.mock import Mock, export_lines, running
from vendorproof.runs.options import RunOptions
from vendorproof.runs.run import Finished, Run

ROOT = Path(__file__).parents[2]
ALL_RIGHTS = "read,write,delete-own"


def contract_of(vendor: str) -> Contract:
    """The shipped contract of a vendor."""
    return load_contract(contracts_root() / vendor)


def environment(vendor: str, state: Path, **more: str) -> dict[str, str]:
    """The environment of a tester of a vendor's mock: no Node, no terminal, a state folder of its own."""
    exports = dict(line.removeprefix("export ").split("=", 1) for line in export_lines(contract_of(vendor)))
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR", "LANG") if name in os.environ}
    python_path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return {**kept, "PATH": "/nowhere", "PYTHONPATH": python_path, "VENDORPROOF_STATE": str(state), **exports, **more}


def command(*arguments: str | Path) -> list[str]:
    """A command line of vendorproof."""
    return [sys.executable, "-m", "vendorproof", *map(str, arguments)]


@dataclass(frozen=True)
class Outcome:
    """What came of a command."""

    code: int
    text: str


def vendorproof(*arguments: str | Path, env: Mapping[str, str], cwd: Path, timeout: float = 120) -> Outcome:
    """Runs a command to its end."""
    done = subprocess.run(
        command(*arguments), env=env, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False
    )
    return Outcome(done.returncode, done.stdout + done.stderr)


def started(*arguments: str | Path, env: Mapping[str, str], cwd: Path) -> subprocess.Popen[str]:
    """Starts a command; whoever starts it ends it. Ctrl-C reaches it also where these tests run in the background and
    a shell has it ignored."""
    return subprocess.Popen(
        command(*arguments),
        env=env,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


Hook = Callable[[int, Mapping[str, Any], str], bool]
"""Called with the number of a request, its ASGI scope and when: "before" or "handled" or "answered". True drops the
request, or its answer."""


@dataclass(frozen=True)
class Answer:
    """An answer in the place of the mock's."""

    status: int
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


class Watched:
    """The mock with somebody who counts its requests and may step in. `instead` may give another answer to a request
    with a number and an ASGI scope; None lets the mock answer. `altered` may make another answer of the mock's."""

    def __init__(self, mock: Mock, hook: Hook) -> None:
        self.mock = mock
        self.blueprint = mock.blueprint
        self.count = 0
        self.instead: Callable[[int, Mapping[str, Any]], Answer | None] = lambda number, scope: None
        self.altered: Callable[[int, Mapping[str, Any], int, list[tuple[str, str]], bytes], Answer] | None = None
        self._hook = hook

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.mock(scope, receive, send)
            return
        self.count += 1
        number = self.count
        if self._hook(number, scope, "before"):
            return
        other = self.instead(number, scope)
        if other is not None:
            await receive()
            await _answer(other, send)
            return
        answer: list[Any] = []

        async def keep(message: Any) -> None:
            answer.append(message)

        await self.mock(scope, receive, keep)
        if self._hook(number, scope, "handled"):
            return
        if self.altered is not None:
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer[0]["headers"]]
            body = b"".join(message.get("body", b"") for message in answer[1:])
            await _answer(self.altered(number, scope, answer[0]["status"], headers, body), send)
            return
        for message in answer:
            await send(message)
        self._hook(number, scope, "answered")


async def _answer(answer: Answer, send: Any) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def let_be(number: int, scope: Mapping[str, Any], when: str) -> bool:
    """Steps in never."""
    return False


@contextmanager
def watched(vendor: str, hook: Hook = let_be, **options: Any) -> Iterator[tuple[Watched, str]]:
    """The mock served from a thread, and its address."""
    mock = Watched(Mock(contract_of(vendor), **options), hook)
    with running(mock) as served:  # type: ignore[arg-type]
        yield mock, served.base_url


def decided(options: RunOptions) -> tuple[Run, Finished]:
    """A whole run in this process, without pytest around it."""
    run = Run(options, {vendor: contract_of(vendor) for vendor in options.vendors})
    for item in run.items.values():
        run.decide(item)
    return run, run.finish()


def targets_file(folder: Path, vendor: str, base_url: str, variable: str, **keys: object) -> Path:
    """A targets file with one target, `live`, that may do everything; `keys` are more of its keys."""
    rights = ["read", "write", "delete-own", "costly", "dangerous"]
    table = {"vendor": vendor, "base_url": base_url, "environment": "sandbox", "allow": rights, **keys}
    lines = ["[targets.live]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    lines += ["[targets.live.credentials]", f'default = "{variable}"']
    path = folder / "targets.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def killing(
    victim: Callable[[], subprocess.Popen[str]],
    moment: int,
    phase: str,
    number: int,
    methods: Sequence[str] = ("GET", "POST", "PATCH", "PUT", "DELETE"),
) -> Hook:
    """Sends the victim a signal when the request with this number, of those with such a method, is there: before it is
    handled, once it is handled and not answered, or once it is answered."""
    counted: list[int] = []

    def hook(count: int, scope: Mapping[str, Any], when: str) -> bool:
        if when == "before" and scope["method"] in methods:
            counted.append(count)
        if len(counted) != moment or counted[-1] != count or when != phase:
            return False
        process = victim()
        os.kill(process.pid, number)
        if number == signal.SIGKILL:
            process.wait()
            return True
        return False

    return hook


def things(mock: Mock) -> dict[str, set[str]]:
    """The ids of the tester's things, by resource."""
    resources = mock.contract.conventions.resources
    return {name: {row.id for row in mock.store.rows("default", name)} for name in resources}


def added(mock: Mock, before: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The ids of what has come to the tester's things since."""
    now = things(mock)
    return {name: ids - before[name] for name, ids in now.items() if ids - before[name]}
