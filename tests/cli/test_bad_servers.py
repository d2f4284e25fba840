"""Whatever answers at the target: a run ends in time, with verdicts and the documented exit code."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Say
from tests.target.conftest import Servers, head_of, servers

__all__ = ["servers"]

TOKEN = "lead_live_0123456789abcdef"
TARGETS = """\
[targets.bad]
vendor = "leadiosa"
base_url = "http://{address}/api/v1"
environment = "sandbox"
allow = ["read", "write", "delete-own"]
max_seconds = 0.5
read_timeout = 0.5
max_body_bytes = 20000
[targets.bad.credentials]
default = "LEADIOSA_TOKEN"
"""
FEW = ("operations.subscription-is-read", "versioning.base-path", "auth.missing-header-is-401")
Behaviour = Callable[[socket.socket], None]


def answering(status: str, content_type: str, body: bytes) -> Behaviour:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def behave(connection: socket.socket) -> None:
        while head_of(connection):
            connection.sendall(head + body)

    return behave


def closing(connection: socket.socket) -> None:
    head_of(connection)


def endless(connection: socket.socket) -> None:
    head_of(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while True:
        connection.sendall(b"1," * 4096)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (answering("500 Oops", "application/json", b"{}"), 1),
        (answering("200 OK", "text/html", b"<html></html>"), 1),
        (endless, 1),
        (closing, 3),
    ],
    ids=["500", "html", "endless", "closing"],
)
def test_a_bad_server(apart: Say, servers: Servers, tmp_path: Path, behaviour: Behaviour, code: int) -> None:
    address = servers.start(behaviour)
    (tmp_path / "targets.toml").write_text(TARGETS.format(address=address), encoding="utf-8")
    wanted = [part for name in FEW for part in ("--select", f"leadiosa.{name}")]
    run = apart("run", "leadiosa", "--target", "bad", "--report-dir", "out", *wanted, LEADIOSA_TOKEN=TOKEN)
    assert run.code == code, run.all
    assert "Traceback" not in run.all
    lines = [json.loads(line) for line in (tmp_path / "out" / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert lines[-1]["kind"] == "footer"
    assert lines[-1]["exit_code"] == code
    found = {line["verdict"] for line in lines if line["kind"] == "verdict"}
    assert "error" not in found
