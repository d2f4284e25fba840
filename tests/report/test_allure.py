"""What Allure is told, what it writes, and the page that is made of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import allure_commons
import pytest
from allure_commons import model2 as model
from allure_pytest import plugin as allure_plugin  # type: ignore[import-untyped]

from vendorproof.checks.outcome import Word
from vendorproof.checks.registry import Obligation
from vendorproof.contract.model import Basis, Contract, Level
from vendorproof.exchange import Redactor, Request, Response
from vendorproof.report import Category, clean_results
from vendorproof.report.allure.attachments import RING, Attachments
from vendorproof.report.allure.context import redact_results, write_context
from vendorproof.report.allure.labels import label, label_verdict, severity
from vendorproof.report.allure.redaction import RedactingFileLogger, redact_allure


class Told:
    """Listens to what the running test tells Allure."""

    def __init__(self) -> None:
        self.labels: dict[str, list[str]] = {}
        self.title = self.description = ""
        self.links: list[tuple[str, str, str]] = []
        self.attached: dict[str, str] = {}

    @allure_commons.hookimpl
    def add_title(self, test_title: str) -> None:
        self.title = test_title

    @allure_commons.hookimpl
    def add_description(self, test_description: str) -> None:
        self.description = test_description

    @allure_commons.hookimpl
    def add_label(self, label_type: str, labels: tuple[str, ...]) -> None:
        self.labels.setdefault(str(label_type), []).extend(labels)

    @allure_commons.hookimpl
    def add_link(self, url: str, link_type: str, name: str) -> None:
        self.links.append((link_type, url, name))

    @allure_commons.hookimpl
    def attach_data(self, body: str, name: str) -> None:
        self.attached[name] = body


@pytest.fixture
def told() -> Iterator[Told]:
    """Everything that the test tells Allure."""
    listener = Told()
    allure_commons.plugin_manager.register(listener)
    yield listener
    allure_commons.plugin_manager.unregister(listener)


@pytest.fixture
def files(tmp_path: Path, redactor: Redactor) -> Iterator[RedactingFileLogger]:
    """A writer of Allure's files that knows the secret."""
    former = redact_allure(redactor)
    yield RedactingFileLogger(str(tmp_path))
    redact_allure(former)


def obligation(contract: Contract, requirement: int = 0, operation: int | None = 0) -> Obligation:
    found = None if operation is None else contract.operations[operation]
    return Obligation(contract, contract.requirements[requirement], found)


def test_a_test_is_labelled_by_vendor_convention_and_requirement(told: Told, contract: Contract) -> None:
    label(obligation(contract))
    assert told.title == "pagination.limit-honoured at GET /things"
    assert told.labels == {
        "epic": ["Acme <Inc>"],
        "feature": ["pagination"],
        "story": ["acme.pagination.limit-honoured"],
        "severity": ["critical"],
        "level": ["must"],
        "basis": ["stated"],
    }
    assert "A page holds at most" in told.description
    assert "- **basis**: stated: the documentation says so" in told.description
    assert told.links == [
        ("link", "https://docs.example.com/pagination", "Acme <Inc>: Pagination"),
        ("issue", "https://tracker.example.com/7", "known deviation until 2027-01-01"),
    ]


def test_a_test_of_the_whole_api_has_no_place(told: Told, contract: Contract) -> None:
    label(obligation(contract, requirement=2, operation=None))
    assert told.title == "errors.envelope"
    assert "**operation**: the API as a whole" in told.description


def test_an_assumed_operation_says_so(told: Told, contract: Contract) -> None:
    assumed = replace(contract.operations[0], basis=Basis.IMPLIED, assumed=("path",), question="acme.question.path")
    label(Obligation(contract, contract.requirements[0], assumed))
    assert told.labels["basis"] == ["implied"]
    assert told.labels["severity"] == ["normal"]
    assert "**assumed**: path (the documentation does not give them, see acme.question.path)" in told.description


@pytest.mark.parametrize(
    ("level", "basis", "expected"),
    [
        (Level.MUST, Basis.STATED, "critical"),
        (Level.MUST, Basis.EXAMPLE, "normal"),
        (Level.SHOULD, Basis.STATED, "minor"),
        (Level.MAY, Basis.STATED, "trivial"),
    ],
)
def test_severity(level: Level, basis: Basis, expected: str, contract: Contract) -> None:
    requirement = replace(contract.requirements[0], level=level, basis=basis)
    assert severity(Obligation(contract, requirement, None)) == expected


def test_a_verdict_is_a_category_and_a_blame(told: Told, make_verdict: Any) -> None:
    label_verdict(make_verdict(Word.FAIL))
    assert told.labels == {"category": ["vendor violation"], "blame": ["vendor"]}


def test_a_failure_attaches_the_exchange_that_shows_it(
    told: Told, make_verdict: Any, make_exchange: Any, redactor: Redactor, secret: str
) -> None:
    exchanges = [make_exchange(number) for number in (1, 2, 3)]
    Attachments(redactor).attach(make_verdict(Word.FAIL, exchanges=(1, 2)), exchanges)
    assert list(told.attached) == ["exchange #2 GET /v1/things", "exchanges"]
    shown = told.attached["exchange #2 GET /v1/things"].split("\n")
    assert shown[0].startswith("curl -sS -i")
    assert "Authorization: Bearer $ACME_TOKEN" in shown
    assert "200 after 12 ms" in shown
    held = [json.loads(line) for line in told.attached["exchanges"].splitlines()]
    assert [one["number"] for one in held] == [1, 2]
    assert secret not in "".join(told.attached.values())


def test_a_pass_attaches_the_last_exchanges_as_one_short_file(
    told: Told, make_verdict: Any, make_exchange: Any, redactor: Redactor
) -> None:
    exchanges = [make_exchange(number, response=Response(200, body=b"x" * 100_000)) for number in range(1, 31)]
    Attachments(redactor).attach(make_verdict(exchanges=tuple(range(1, 31))), exchanges)
    ((name, text),) = told.attached.items()
    assert name == f"the last {RING} of 30 exchanges"
    assert [json.loads(line)["number"] for line in text.splitlines()] == list(range(11, 31))
    assert len(text) < RING * 3000


def test_the_body_of_a_failure_is_capped(told: Told, make_verdict: Any, make_exchange: Any, redactor: Redactor) -> None:
    exchange = make_exchange(response=Response(200, body=b"x" * 1_000_000))
    Attachments(redactor).attach(make_verdict(Word.FAIL), [exchange])
    assert all(65_536 < len(text) < 67_000 for text in told.attached.values())


def test_nothing_is_attached_where_nothing_was_exchanged(told: Told, make_verdict: Any, redactor: Redactor) -> None:
    Attachments(redactor).attach(make_verdict(Word.FAIL, exchanges=(9,)), [])
    assert told.attached == {}


def test_allure_writes_through_the_redactor_once_imported() -> None:
    assert allure_plugin.AllureFileLogger is RedactingFileLogger


def test_no_file_of_allure_holds_a_secret(files: RedactingFileLogger, tmp_path: Path, secret: str) -> None:
    result = model.TestResult(
        uuid="1",
        name=secret,
        statusDetails=model.StatusDetails(message=secret, trace=f"at {secret}"),
        parameters=[model.Parameter(name="key", value=secret)],
        labels=[model.Label(name="story", value=secret)],
    )
    files.report_result(result)
    files.report_container(model.TestResultContainer(uuid="2", name=secret))
    files.report_globals(model.Globals(errors=[model.StatusDetails(message=secret)]))
    files.report_attached_data(f"text {secret}\ud800", "a.txt")
    files.report_attached_data(b"\xff\x00" + secret.encode(), "b.bin")
    (tmp_path / "source").write_text("nothing", "utf-8")
    source = tmp_path / "source"
    source.write_text(secret, "utf-8")
    files.report_attached_file(str(source), "c.txt")
    source.unlink()
    written = list(tmp_path.iterdir())
    assert len(written) == 6
    assert all(secret.encode() not in path.read_bytes() for path in written)
    assert (tmp_path / "b.bin").read_bytes() == b"\xff\x00$ACME_TOKEN"
    assert result.name == secret


def test_a_result_does_not_name_this_machine(files: RedactingFileLogger, tmp_path: Path) -> None:
    labels = [model.Label(name="host", value="build-17.corporate.example"), model.Label(name="story", value="kept")]
    result = model.TestResult(uuid="1", labels=labels)
    files.report_result(result)
    (written,) = tmp_path.iterdir()
    assert json.loads(written.read_text("utf-8"))["labels"] == [{"name": "story", "value": "kept"}]
    assert result.labels == labels


def test_a_run_of_pytest_leaks_nothing(tmp_path: Path, secret: str) -> None:
    (tmp_path / "test_leaky.py").write_text(
        "import allure, pytest\n"
        "from vendorproof.exchange import Redactor\n"
        "from vendorproof.report.allure.redaction import redact_allure\n"
        f"SECRET = {secret!r}\n"
        "redact_allure(Redactor({'$ACME_TOKEN': SECRET}))\n"
        "@pytest.mark.parametrize('key', [SECRET])\n"
        "def test_leaks(key):\n"
        "    print(key)\n"
        "    allure.attach(key, name=key)\n"
        "    allure.dynamic.title(key)\n"
        "    local = [key]\n"
        "    raise ValueError(key)\n",
        "utf-8",
    )
    plugins = ["-p", "vendorproof.report.allure.redaction", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--showlocals", *plugins, "--alluredir", "results", "test_leaky.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout.decode()
    written = list((tmp_path / "results").iterdir())
    assert len(written) >= 3
    assert all(secret.encode() not in path.read_bytes() for path in written)


def test_the_context_of_a_run(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    run = make_run(make_verdict(), make_verdict(Word.FAIL))
    write_context(tmp_path, run.header, run.footer, run.redactor, {})
    lines = (tmp_path / "environment.properties").read_text("utf-8").splitlines()
    assert "target=sandbox" in lines
    assert r"URL\ of\ acme=https\://api.example.com/v1" in lines
    assert r"vendor\ violation=1" in lines
    assert "complete=yes" in lines
    assert json.loads((tmp_path / "executor.json").read_text("utf-8")) == {"name": "vendorproof", "type": "local"}
    assert len(json.loads((tmp_path / "categories.json").read_text("utf-8"))) == len(Category) - 1  # passes are none


@pytest.mark.parametrize(
    ("environ", "name", "order"),
    [
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "9", "GITHUB_RUN_NUMBER": "3"},
            "GitHub Actions",
            "3",
        ),
        ({"GITLAB_CI": "true", "CI_PIPELINE_IID": "4", "CI_JOB_URL": "https://ci"}, "GitLab CI", "4"),
        ({"JENKINS_URL": "https://ci", "BUILD_NUMBER": "5"}, "Jenkins", "5"),
    ],
)
def test_the_build_of_a_ci_service_is_named(
    environ: dict[str, str], name: str, order: str, tmp_path: Path, make_run: Any
) -> None:
    run = make_run()
    write_context(tmp_path, run.header, run.footer, run.redactor, environ)
    executor = json.loads((tmp_path / "executor.json").read_text("utf-8"))
    assert (executor["name"], executor["buildOrder"]) == (name, order)


def test_results_are_redacted_again_once_a_secret_is_known(tmp_path: Path, redactor: Redactor, secret: str) -> None:
    name = "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f-attachment.txt"
    (tmp_path / name).write_text(f"key {secret}", "utf-8")
    (tmp_path / "mine.txt").write_text(secret, "utf-8")
    redact_results(tmp_path, redactor)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {
        name: "key $ACME_TOKEN",
        "mine.txt": secret,
    }


def test_old_results_are_removed_once_and_nothing_else(tmp_path: Path) -> None:
    results = tmp_path / "allure-results"
    clean_results(results)
    own = "6f6c1c1e-6d0e-4d0e-9a51-0d4f7f6b2b11"
    ours = [f"{own}-result.json", f"{own}-container.json", f"{own}-attachment.txt", "executor.json"]
    theirs = ["holiday.jpg", "notes-result.json", "history", ".env"]
    for name in (*ours, *theirs):
        (results / name).write_text("{}", "utf-8")
    (results / "pictures").mkdir()
    clean_results(results)
    assert sorted(path.name for path in results.iterdir()) == sorted([*theirs, "pictures"])


def test_a_url_in_an_exchanges_name_is_redacted(told: Told, make_verdict: Any, make_exchange: Any, secret: str) -> None:
    exchange = make_exchange(request=Request("GET", f"https://x/{secret}"))
    Attachments(Redactor({"$T": secret})).attach(make_verdict(Word.FAIL), [exchange])
    assert "exchange #1 GET /$T" in told.attached
