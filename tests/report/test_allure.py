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
from allure_pytest import plugin as allure_plugin

from vendorproof.checks.outcome import Word
from vendorproof.checks.registry import Obligation
from vendorproof.contract.model import Basis, Contract, Level
from vendorproof.exchange import Redactor, Request, Response
from vendorproof.report import Built, NotBuilt, build_allure_html, clean_results
from vendorproof.report.allure.attachments import RING, Attachments
from vendorproof.report.allure.context import write_context
from vendorproof.report.allure.labels import label, label_verdict, severity
from vendorproof.report.allure.redaction import RedactingFileLogger, redact_allure
from vendorproof.report.allure.tool import VARIABLE, Tool, environment, find_tool

ANALYTICS = (
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
    "<script>\nwindow.dataLayer = [];\nfunction gtag(){dataLayer.push(arguments);}\ngtag('js', new Date());\n</script>"
)


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
    assert "- **basis**: stated: the page says so" in told.description
    assert told.links == [
        ("link", "https://docs.example.com/pagination", "Acme <Inc>: Pagination"),
        ("issue", "https://tracker.example.com/7", "known deviation until 2027-01-01"),
    ]


def test_a_test_of_the_whole_api_has_no_place(told: Told, contract: Contract) -> None:
    label(obligation(contract, requirement=2, operation=None))
    assert told.title == "errors.envelope"
    assert "**operation**: the API as a whole" in told.description


def test_an_assumed_operation_says_so(told: Told, contract: Contract) -> None:
    assumed = replace(contract.operations[0], basis=Basis.IMPLIED, assumed=("path",))
    label(Obligation(contract, contract.requirements[0], assumed))
    assert told.labels["basis"] == ["implied"]
    assert told.labels["severity"] == ["normal"]
    assert "**assumed**: path" in told.description


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
    assert len(json.loads((tmp_path / "categories.json").read_text("utf-8"))) == 5


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


def test_old_results_are_removed_once(tmp_path: Path) -> None:
    results = tmp_path / "allure-results"
    clean_results(results)
    (results / "old-result.json").write_text("{}", "utf-8")
    clean_results(results)
    assert list(results.iterdir()) == []


# ---- the page


FAKE = """
import json, os, pathlib, sys
words = sys.argv[1:]
if words == ["--version"]:
    print(os.environ.get("npm_config_fake_version", "3.18.0"))
    sys.exit()
config = json.loads(pathlib.Path(words[words.index("--config") + 1]).read_text("utf-8"))
folder = pathlib.Path(words[words.index("--cwd") + 1]) / words[-1]
shown = len(list(folder.glob("*-result.json"))) - int(os.environ.get("npm_config_fake_missing", "0"))
history = pathlib.Path(config["historyPath"])
nights = history.read_text("utf-8")
if config["appendHistory"]:
    tests = {"t": {"status": "passed", "labels": [{"name": "a", "value": "b"}], "trace": "long"}}
    nights += json.dumps({"name": config["name"], "testResults": tests}) + "\\n"
history.write_text(nights, "utf-8")
out = pathlib.Path(config["output"])
out.mkdir(parents=True)
(out / "summary.json").write_text(json.dumps({"stats": {"total": shown}}), "utf-8")
page = "<html><head><title>" + config["name"] + "</title></head><body>" + os.environ.get("npm_config_fake_extra", "")
(out / "index.html").write_text(page + "</body></html>", "utf-8")
(out / "environ.json").write_text(json.dumps(dict(os.environ)), "utf-8")
print("said something", file=sys.stderr)
"""


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A folder with a name that is a pattern, and two tests' results, one of them repeated."""
    folder = tmp_path / "a[1]*" / "allure-results"
    folder.mkdir(parents=True)
    for number, test in enumerate(["one", "two"]):
        (folder / f"{number}-result.json").write_text(json.dumps({"uuid": str(number), "historyId": test}), "utf-8")
    return folder


@pytest.fixture
def fake(tmp_path: Path) -> dict[str, str]:
    """The environment in which a stand-in for Allure's command is found."""
    script = tmp_path / "fake allure.py"
    script.write_text(FAKE, "utf-8")
    return {VARIABLE: f'"{sys.executable}" "{script}"', "PATH": "", "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}


def build(results: Path, environ: dict[str, str], title: str = "night 1") -> Built | NotBuilt:
    return build_allure_html(results, results.parent / "allure" / "index.html", title=title, environ=environ)


def test_a_page_is_built(results: Path, fake: dict[str, str]) -> None:
    built = build(results, fake)
    page = results.parent / "allure" / "index.html"
    assert built == Built(page, 2, "3.18.0")
    assert "night 1" in page.read_text("utf-8")


def test_the_page_has_no_analytics_and_may_load_nothing(results: Path, fake: dict[str, str]) -> None:
    build(results, fake | {"npm_config_fake_extra": f"before{ANALYTICS}after"})
    page = (results.parent / "allure" / "index.html").read_text("utf-8")
    assert "<body>beforeafter</body>" in page
    assert page.startswith('<html><head><meta http-equiv="Content-Security-Policy" content="default-src data: blob:;')


def test_a_page_whose_analytics_stay_is_not_kept(results: Path, fake: dict[str, str]) -> None:
    outcome = build(results, fake | {"npm_config_fake_extra": "<img src='https://www.google-analytics.com/x'>"})
    assert isinstance(outcome, NotBuilt)
    assert "analytics" in outcome.reason
    assert not (results.parent / "allure").exists()


def test_a_page_with_too_few_tests_is_not_kept(results: Path, fake: dict[str, str]) -> None:
    build(results, fake)
    outcome = build(results, fake | {"npm_config_fake_missing": "1"}, "night 2")
    assert outcome == NotBuilt("Allure 3.18.0 shows 1 of 2 tests: said something")
    assert "night 1" in (results.parent / "allure" / "index.html").read_text("utf-8")
    assert "night 2" not in (results.parent / "allure" / "history.jsonl").read_text("utf-8")


def test_a_repeated_test_counts_once(results: Path, fake: dict[str, str]) -> None:
    (results / "3-result.json").write_text('{"uuid": "3", "historyId": "one"}', "utf-8")
    assert isinstance(build(results, fake | {"npm_config_fake_missing": "1"}), Built)


def test_a_history_counts_each_night_once(results: Path, fake: dict[str, str]) -> None:
    history = results.parent / "allure" / "history.jsonl"
    for title in ("night 1", "night 1", "night 2"):
        build(results, fake, title)
    nights = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    assert [night["name"] for night in nights] == ["night 1", "night 2"]
    assert nights[0]["testResults"] == {"t": {"status": "passed", "labels": []}}


def test_a_broken_line_of_the_history_is_passed_over(results: Path, fake: dict[str, str]) -> None:
    build(results, fake)
    history = results.parent / "allure" / "history.jsonl"
    history.write_text(history.read_text("utf-8") + '{"name": "cut o\n[]\n{"name": 1}\n', "utf-8")
    assert isinstance(build(results, fake, "night 2"), Built)
    assert len(history.read_text("utf-8").splitlines()) == 2


def test_no_results_no_page(tmp_path: Path, fake: dict[str, str]) -> None:
    outcome = build(tmp_path / "allure-results", fake)
    assert isinstance(outcome, NotBuilt)
    assert "holds no test result" in outcome.reason


def test_without_a_tool_one_line_says_how_to_get_it(results: Path) -> None:
    outcome = build(results, {"PATH": ""})
    assert isinstance(outcome, NotBuilt)
    assert "npm install --global allure@3" in outcome.reason
    assert VARIABLE in outcome.reason
    assert "\n" not in outcome.reason


def test_a_tool_that_is_not_allure_3_is_refused(fake: dict[str, str]) -> None:
    assert isinstance(find_tool(fake), Tool)
    assert "is version 2.34.1, expected Allure 3" in str(find_tool(fake | {"npm_config_fake_version": "2.34.1"}))
    assert "does not run" in str(find_tool({VARIABLE: "/nowhere/allure", "PATH": ""}))


@pytest.mark.skipif(os.name == "nt", reason="makes executable scripts")
def test_allure_2_on_the_path_is_passed_over_and_nothing_is_downloaded(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    for name, script in (
        ("allure", "echo 2.34.1"),
        ("npm", f'echo "$@" >> {asked}; case "$*" in *--yes*) echo 3.18.0;; *) exit 1;; esac'),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    environ = {"PATH": f"{tmp_path}:/bin:/usr/bin"}
    assert isinstance(find_tool(environ), str)
    assert all("--offline" in line and "--no" in line for line in asked.read_text("utf-8").splitlines())
    found = find_tool(environ, allow_download=True)
    assert isinstance(found, Tool)
    assert "--yes" in found.command


def test_a_foreign_program_gets_no_credential() -> None:
    ours = {
        "ACME_TOKEN": "x",
        "ALLURE_TOKEN": "x",
        "npm_config__authToken": "x",
        "PATH": "/bin",
        "npm_config_proxy": "p",
    }
    assert environment(ours).items() >= {"PATH": "/bin", "npm_config_proxy": "p"}.items()
    assert "x" not in environment(ours).values()


def test_a_url_in_an_exchanges_name_is_redacted(told: Told, make_verdict: Any, make_exchange: Any, secret: str) -> None:
    exchange = make_exchange(request=Request("GET", f"https://x/{secret}"))
    Attachments(Redactor({"$T": secret})).attach(make_verdict(Word.FAIL), [exchange])
    assert "exchange #1 GET /$T" in told.attached
