"""No key is in anything that a run writes or says, whatever a server, an exception or a warning gives back of it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.whole_runs.harness import ROOT, Answer, environment, targets_file, vendorproof, watched
from tests.whole_runs.leaks import CANARIES, WAYS, Leak, answered, found, searched
from vendorproof.mock.data.principals import Directory
from vendorproof.report import read_ledger

VENDOR = "leadiosa"
PLAIN = (("content-type", "application/json"),)
COOKIE = ("set-cookie", f"sid={CANARIES['non_owner']}; Path=/; HttpOnly")
VARIABLES = {f"CANARY_{role.upper()}": key for role, key in CANARIES.items()}


@pytest.mark.parametrize("way", [name for name in WAYS if name not in ("gzip", "deflate")])
def test_the_search_finds_every_way(way: str) -> None:
    leak = WAYS[way](CANARIES["second_tenant"])
    _, headers, body = answered(leak, 200, [], b'{"data": []}')
    assert "second_tenant" in next(found(repr(headers).encode() + b"\n" + body))


@pytest.mark.parametrize("innocent", [b"$LEADIOSA_TOKEN", b'{"token": "cnry_live_"}', bytes(range(256)) * 9])
def test_the_search_finds_nothing_where_nothing_is(innocent: bytes) -> None:
    assert list(found(innocent)) == []


def leaking(mock: Any) -> None:
    """Every answer gives a key back, each in another way, of one role after another."""
    ways, keys = list(WAYS.values()), list(CANARIES.values())

    def leak(number: int) -> Leak:
        return ways[number % len(ways)](keys[number // 3 % len(keys)])

    def altered(number: int, scope: Mapping[str, Any], status: int, headers: Any, body: bytes) -> Answer:
        status, headers, body = answered(leak(number), status, headers, body)
        return Answer(status, body, tuple(headers))

    mock.altered = altered
    principals = {role: mock.mock.directory.role(role) for role in CANARIES}
    mock.mock.directory = Directory(replace(one, credential=CANARIES[role]) for role, one in principals.items())


def knowing_the_keys(folder: Path, url: str, *, budget: int) -> None:
    """A targets file that gives a run the key of every role."""
    targets = targets_file(folder, VENDOR, url, "CANARY_DEFAULT", budget=budget, rate=2000, max_wait=0.2, max_seconds=3)
    others = "".join(f'{role} = "CANARY_{role.upper()}"\n' for role in CANARIES if role != "default")
    targets.write_text(targets.read_text("utf-8") + others, "utf-8")


@pytest.mark.parametrize("way", ["as it comes", pytest.param("as a plugin makes it worse", marks=pytest.mark.slow)])
def test_no_key_is_in_anything_that_is_written_or_said(way: str, tmp_path: Path) -> None:
    env = environment(VENDOR, tmp_path / "state", **VARIABLES)
    if way != "as it comes":
        path = os.pathsep.join([env["PYTHONPATH"], str(ROOT)])
        env |= {"PYTEST_PLUGINS": "tests.whole_runs.babbler", "PYTHONPATH": path}
    home = tmp_path / "home"
    home.mkdir()
    with watched(VENDOR) as (mock, url):
        leaking(mock)
        knowing_the_keys(home, url, budget=400)
        run = ("run", VENDOR, "--target", "live", "--examples", "1", "--confirm", "always")
        done = vendorproof(*run, "--max-time", "40", "-v", env=env, cwd=home)
        assert done.code in (0, 1, 3, 4), done.text
        report = home / "reports" / "out"
        ledger = read_ledger(report)
        said = [done.text, *(vendorproof(*more, env=env, cwd=home).text for more in (("report", report), ("clean",)))]
        assert mock.count > len(WAYS) > 80
    assert sum(one.judged for one in ledger.verdicts) > 500
    assert "$CANARY_DEFAULT" in (report / "exchanges.har").read_text("utf-8")
    assert searched(report, tmp_path / "state") == {}
    assert [list(found(words.encode("utf-8", "surrogateescape"))) for words in said] == [[], [], []]


def test_no_key_is_in_the_logs_of_the_http_library(tmp_path: Path) -> None:
    log = tmp_path / "http.log"
    addopts = f"--log-file={log} --log-file-level=DEBUG -o log_cli=true -o log_cli_level=DEBUG --capture=no"
    env = environment(VENDOR, tmp_path / "state", PYTEST_ADDOPTS=addopts, **VARIABLES)
    with watched(VENDOR) as (mock, url):
        leaking(mock)
        knowing_the_keys(tmp_path, url, budget=60)
        done = vendorproof("run", VENDOR, "--target", "live", "--select", "*.pagination.*", env=env, cwd=tmp_path)
    assert done.code in (0, 1, 3), done.text
    written = log.read_text("utf-8")
    for said in (written, done.text):
        assert "receive_response_headers.complete" in said
        assert "$CANARY_" in said
        assert list(found(said.encode("utf-8", "surrogateescape"))) == []


def test_nothing_that_a_login_issues_is_in_anything_that_is_written_or_said(tmp_path: Path) -> None:
    ways = [way for name, way in WAYS.items() if name not in ("a body that is cut", "the cut of an archive")]
    keys = list(CANARIES.values())
    issued = {"refreshToken": keys[0], "session": {"id": keys[1]}, "tokens": [{"value": keys[2]}], "csrf": keys[3]}

    def altered(number: int, scope: Mapping[str, Any], status: int, headers: Any, body: bytes) -> Answer:
        if scope["path"].endswith("/auth/login"):
            return Answer(status, json.dumps({**json.loads(body), **issued}).encode(), (*PLAIN, COOKIE))
        status, headers, body = answered(ways[number % len(ways)](keys[number % len(keys)]), status, headers, body)
        return Answer(status, body, tuple(headers))

    with watched("leancore") as (mock, url):
        mock.altered = altered
        env = environment("leancore", tmp_path / "state")
        run = ("run", "leancore", "--target", url, "--confirm", "never", "--max-time", "12")
        done = vendorproof(*run, env=env, cwd=tmp_path)
        assert done.code in (0, 1, 3), done.text
        assert mock.count > 60
    report = tmp_path / "reports" / "out"
    assert "$LEANCORE_TOKEN_SESSION" in (report / "exchanges.har").read_text("utf-8")
    assert searched(report, tmp_path / "state") == {}
    assert list(found(done.text.encode("utf-8", "surrogateescape"))) == []
