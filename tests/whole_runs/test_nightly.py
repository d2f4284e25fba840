"""The nightly workflow does what its page says: its commands are run here, night after night, against the mock."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.webhook import Hook, listening
from tests.whole_runs.harness import ROOT, contract_of
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.mock import Mock, facts, find_fault, running
from vendorproof.report.allure.tool import PACKAGE
from vendorproof.target import read_targets

VENDOR = "leni"
FAULT = "calls-json-plain-text"
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text("utf-8"))
JOB: dict[str, Any] = WORKFLOW["jobs"]["night"]
STEPS: list[dict[str, Any]] = JOB["steps"]
GITLAB = yaml.safe_load((ROOT / "docs" / "nightly" / "gitlab-ci.yml").read_text("utf-8"))["nightly"]
CONTRACTS = load_contracts(contracts_root())

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the CI machines of the workflow have bash")


def step(name: str) -> dict[str, Any]:
    (found,) = [one for one in STEPS if one.get("name") == name]
    return found


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as hook:
        yield hook


class Nights:
    """The machine of a CI service: a checkout, vendorproof on the PATH, what is carried from night to night."""

    def __init__(self, folder: Path, webhook: str) -> None:
        self.folder = folder
        self.webhook = webhook
        tools = folder / "bin"
        tools.mkdir()
        shim = tools / "vendorproof"
        shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m vendorproof "$@"\n', "utf-8")
        shim.chmod(0o755)
        self.path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        self.number = 0

    def pass_by(self, *faults: str) -> tuple[int, str, Path]:
        """One night at the vendor with these faults: the exit code, what was said, the report."""
        self.number += 1
        report = self.folder / f"night-{self.number}"
        contract = contract_of(VENDOR)
        mock = Mock(contract, faults=[find_fault(contract, name) for name in faults])
        with running(mock) as served:
            done = subprocess.run(
                ["bash", "-e", "-c", step("Run")["run"]],
                cwd=ROOT,
                env={
                    **{name: value for name, value in JOB["env"].items() if "${{" not in str(value)},
                    **facts(contract, mock).variables,
                    "MAX_TIME": str(JOB["env"]["MAX_TIME"]),
                    "PATH": self.path,
                    "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
                    "VENDORPROOF_ALLURE": "none",
                    "VENDORPROOF_STATE": str(self.folder / "state"),
                    "VENDOR": VENDOR,
                    "TARGET": served.base_url,
                    "REPORT": str(report),
                    "NIGHTS": str(self.folder / "nights"),
                    "WEBHOOK_URL": self.webhook,
                    "GITHUB_STEP_SUMMARY": str(self.folder / "step-summary.md"),
                },
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        return done.returncode, done.stdout + done.stderr, report


@pytest.mark.slow
@pytest.mark.timeout(300, method="signal")
def test_three_nights(tmp_path: Path, hook: Hook) -> None:
    nights = Nights(tmp_path, hook.url)

    code, said, report = nights.pass_by()
    assert code == 0, said
    for name in ("ledger.jsonl", "exchanges.har", "junit.xml", "summary.md", "index.html"):
        assert (report / name).is_file()
    assert (tmp_path / "nights" / "ledger.jsonl").read_bytes() == (report / "ledger.jsonl").read_bytes()
    assert "first night" in hook.messages[0]["text"]

    (tmp_path / "nights" / "history.jsonl").write_text('{"name": "the night before"}\n', "utf-8")
    code, said, report = nights.pass_by()
    assert code == 0, said
    assert "nothing changed" in said
    assert len(hook.messages) == 1
    assert (report / "allure" / "history.jsonl").is_file()

    code, said, report = nights.pass_by(FAULT)
    assert code == 1, said
    assert len(hook.messages) == 2
    assert "newly broken" in hook.messages[1]["text"]
    summary = (tmp_path / "step-summary.md").read_text("utf-8")
    assert summary.count("# 🟢 Green") == 2
    assert summary.count("# 🔴 Red") == 1
    assert "secret-part" not in said
    assert "secret-part" not in "".join(path.read_text("utf-8") for path in report.glob("*.*"))


@pytest.mark.timeout(150, method="signal")
def test_a_night_that_can_not_begin_says_so(tmp_path: Path) -> None:
    """A key that is not set in the CI's store."""
    nights = Nights(tmp_path, "")
    done = subprocess.run(
        ["bash", "-e", "-c", step("Run")["run"]],
        cwd=ROOT,
        env={
            "PATH": nights.path,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
            "VENDOR": VENDOR,
            "TARGETS_FILE": JOB["env"]["TARGETS_FILE"],
            "REPORT": str(tmp_path / "report"),
            "NIGHTS": str(tmp_path / "nights"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert "$LENI_API_KEY not set" in done.stderr


def test_what_is_installed(tmp_path: Path) -> None:
    """With the tools replaced by recorders."""
    log = tmp_path / "log"
    for name in ("python", "npm"):
        recorder = tmp_path / name
        recorder.write_text(f'#!/bin/sh\necho "{name} $*" >>{shlex.quote(str(log))}\n', "utf-8")
        recorder.chmod(0o755)
    environ = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["bash", "-e", "-c", step("Install")["run"]], env=environ, check=True)
    installed = log.read_text("utf-8").splitlines()
    assert installed[0] == "python -m pip install --quiet ."
    assert installed[1].startswith("npm install --global ")
    assert installed[1].endswith(PACKAGE)
    assert GITLAB["before_script"] == [installed[0]]
    assert PACKAGE in (ROOT / "docs" / "nightly" / "gitlab-ci.yml").read_text("utf-8")


def test_no_command_is_put_together_from_outside() -> None:
    """An expression in a command would be run as it comes; values go through the environment."""
    assert [one["run"] for one in STEPS if "${{" in one.get("run", "")] == []
    assert WORKFLOW["permissions"] == {"contents": "read"}


def test_actions_are_pinned_to_a_version() -> None:
    used = [one["uses"] for one in STEPS if "uses" in one]
    assert used
    assert [name for name in used if not re.fullmatch(r"actions/[\w/-]+@v\d+", name)] == []


def test_it_is_scheduled_and_never_twice_at_once() -> None:
    # YAML 1.1 reads the key `on` as true.
    assert WORKFLOW[True]["schedule"][0]["cron"]
    assert WORKFLOW["concurrency"]["group"]
    assert GITLAB["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]
    assert GITLAB["resource_group"]


def test_every_vendor_has_its_night() -> None:
    vendors = json.loads(re.findall(r"\[.*?\]", JOB["strategy"]["matrix"]["vendor"])[0])
    assert sorted(vendors) == sorted(CONTRACTS)
    assert GITLAB["parallel"]["matrix"] == [{"VENDOR": vendors}]


def test_secrets_are_those_that_the_contracts_name() -> None:
    documented: dict[str, str] = {}
    for vendor, contract in CONTRACTS.items():
        authentication = contract.conventions.authentication
        documented[authentication.variable] = vendor
        documented |= {context.variable: vendor for context in authentication.context}
        login = authentication.login
        documented |= {variable: vendor for variable in login.request.values()} if login else {}
    given = {name: value for name, value in step("Run")["env"].items() if name != "WEBHOOK_URL"}
    for name, value in given.items():
        assert value == f"${{{{ matrix.vendor == '{documented[name]}' && secrets.{name} || '' }}}}"
    for vendor in CONTRACTS:
        assert [name for name in given if documented[name] == vendor]


def test_the_targets_of_the_night_are_right_and_only_read() -> None:
    file = read_targets(ROOT / JOB["env"]["TARGETS_FILE"])
    assert file.problems(CONTRACTS) == ()
    assert sorted(file.names) == sorted(f"{vendor}-{JOB['env']['TARGET']}" for vendor in CONTRACTS)
    assert [name for name, table in file.source.data["targets"].items() if "allow" in table] == []


def test_the_twin_does_the_same() -> None:
    assert GITLAB["script"] == [step("Run")["run"]]
    shared = ("TARGET", "TARGETS_FILE", "MAX_TIME")
    assert {name: str(GITLAB["variables"][name]) for name in shared} == {name: str(JOB["env"][name]) for name in shared}
    assert GITLAB["cache"]["paths"] == [f"{step('Take up the nights before')['with']['path']}/"]
    assert GITLAB["artifacts"]["reports"]["junit"].endswith("/junit.xml")


def test_what_is_kept_is_what_is_taken_up() -> None:
    before, after = step("Take up the nights before"), step("Keep what tomorrow needs")
    assert before["with"]["path"] == after["with"]["path"]
    assert before["with"]["key"] == after["with"]["key"]
    assert after["with"]["key"].startswith(before["with"]["restore-keys"])
    assert [one["if"] for one in (after, step("Keep the report"))] == ["always()", "always()"]
    assert JOB["env"]["NIGHTS"].startswith(before["with"]["path"])
