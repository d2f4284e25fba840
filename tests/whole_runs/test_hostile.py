"""Whatever a server does to a run: it ends in verdicts, in time, in bounded memory, without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_bad_servers import FEW, TARGETS, TOKEN
from tests.target.conftest import Servers, servers
from tests.target.test_hostile_servers import CUT, FAILS, OK, Behaviour, then
from tests.whole_runs.harness import environment
from vendorproof.report import read_ledger

__all__ = ["servers"]

MOST_MEMORY = 300 * 1024
"""Kilobytes, as the kernel counts them."""

MOST_SECONDS = 60


def body(data: bytes, content_type: str = "application/json") -> Behaviour:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n\r\n"
    return then(head.encode() + data)


def redirect(location: str) -> Behaviour:
    return then(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())


def half_a_frame(connection: object) -> None:
    """Agrees to a WebSocket that nobody asked for, and begins a frame of it."""
    then(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x7f\x00")(
        connection  # type: ignore[arg-type]
    )


MORE: dict[str, Behaviour] = {
    "100,000 levels of JSON": body(b"[" * 100_000 + b"]" * 100_000),
    "100,000 levels of objects": body(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "NaN": body(b'{"data": NaN, "more": Infinity}'),
    "the same key twice": body(b'{"data": [], "data": {}}'),
    "broken UTF-8": body(b'{"data": "\xff\xfe\xc3"}'),
    "half a surrogate": body(b'{"data": "\\ud800"}'),
    "an integer of 100,000 digits": body(b'{"data": ' + b"9" * 100_000 + b"}"),
    "a float beyond all": body(b'{"data": 1e999999}'),
    "no JSON at all": body(b"\x00" * 1000),
    "a BOM": body(b"\xef\xbb\xbf{}"),
    "a content type that is none": body(b"{}", "///;;;=,"),
    "a content type of another charset": body("{}".encode("utf-16"), "application/json; charset=utf-16"),
    "a redirect to itself": redirect("/api/v1/conversations"),
    "a redirect to a file": redirect("file:///etc/passwd"),
    "a redirect to another host": redirect("http://elsewhere.invalid/"),
    "a redirect to nowhere": redirect("http://[::1"),
    "a length that is too short": then(OK + b"Content-Length: 2\r\n\r\n{}" + b"x" * 5000),
    "half a WebSocket frame": half_a_frame,
}
SERVERS: dict[str, Behaviour] = {**{name: behave for name, (behave, _) in FAILS.items()}, **CUT, **MORE}


@pytest.mark.slow
@pytest.mark.timeout(120, method="signal")
@pytest.mark.parametrize("case", SERVERS)
def test_a_run_survives_a_hostile_server(case: str, servers: Servers, tmp_path: Path) -> None:
    address = servers.start(SERVERS[case])
    (tmp_path / "targets.toml").write_text(TARGETS.format(address=address), encoding="utf-8")
    wanted = [part for name in FEW for part in ("--select", f"leadiosa.{name}")]
    begun = time.monotonic()
    output = tmp_path / "output.txt"
    with output.open("wb") as stream:
        run = subprocess.Popen(
            [sys.executable, "-m", "vendorproof", "run", "leadiosa", "--target", "bad", *wanted],
            env=environment("leadiosa", tmp_path / "state") | {"LEADIOSA_TOKEN": TOKEN},
            cwd=tmp_path,
            stdout=stream,
            stderr=stream,
        )
        _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    said = output.read_text(encoding="utf-8")
    assert run.returncode in (1, 3), said
    assert "Traceback" not in said
    assert time.monotonic() - begun < MOST_SECONDS
    assert usage.ru_maxrss < MOST_MEMORY
    ledger = read_ledger(tmp_path / "reports" / "out")
    assert ledger.footer is not None
    assert len(ledger.verdicts) > len(FEW)
    assert {verdict.verdict.value for verdict in ledger.verdicts} <= {"fail", "inconclusive", "not_applicable", "pass"}


def test_there_are_many_kinds_of_hostile_servers() -> None:
    assert len(SERVERS) > 50
