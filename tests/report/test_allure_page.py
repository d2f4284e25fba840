"""Allure's page: built by a command that is looked for, checked, and kept only when it is whole and silent."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from vendorproof.report import Built, NotBuilt, build_allure_html
from vendorproof.report.allure.tool import VARIABLE, Tool, environment, find_tool

ANALYTICS = (
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
    "<script>\nwindow.dataLayer = [];\nfunction gtag(){dataLayer.push(arguments);}\ngtag('js', new Date());\n</script>"
)

FAKE = """
import json, os, pathlib, sys
words = sys.argv[1:]
asked = pathlib.Path(os.environ.get("HOME", "/nowhere")) / "fake.json"
how = json.loads(asked.read_text("utf-8")) if asked.is_file() else {}
if words == ["--version"]:
    print(how.get("version", "3.18.0"))
    sys.exit()
config = json.loads(pathlib.Path(words[words.index("--config") + 1]).read_text("utf-8"))
folder = pathlib.Path(words[words.index("--cwd") + 1]) / words[-1]
shown = len(list(folder.glob("*-result.json"))) - how.get("missing", 0)
history = pathlib.Path(config["historyPath"])
nights = history.read_text("utf-8")
past = [json.loads(line)["name"] for line in nights.splitlines()]
if config["appendHistory"]:
    tests = {"t": {"status": "passed", "labels": [{"name": "a", "value": "b"}], "trace": "long"}}
    nights += json.dumps({"name": config["name"], "testResults": tests}) + "\\n"
history.write_text(nights, "utf-8")
out = pathlib.Path(config["output"])
out.mkdir(parents=True)
(out / "summary.json").write_text(json.dumps({"stats": {"total": shown}}), "utf-8")
title = config["name"] + " after " + str(past)
page = "<html><head><title>" + title + "</title></head><body>" + how.get("extra", "")
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
    return {VARIABLE: f'"{sys.executable}" "{script}"', "PATH": "", "HOME": str(tmp_path)}


def asked(fake: dict[str, str], **how: str | int) -> dict[str, str]:
    """The environment in which the stand-in does something else."""
    home = Path(fake["HOME"])
    (home / "fake.json").write_text(json.dumps(how), "utf-8")
    return fake


def build(results: Path, environ: dict[str, str], title: str = "night 1") -> Built | NotBuilt:
    return build_allure_html(results, results.parent / "allure" / "index.html", title=title, environ=environ)


def test_a_page_is_built(results: Path, fake: dict[str, str]) -> None:
    built = build(results, fake)
    page = results.parent / "allure" / "index.html"
    assert built == Built(page, 2, "3.18.0")
    assert "night 1" in page.read_text("utf-8")


def test_the_page_has_no_analytics_and_may_load_nothing(results: Path, fake: dict[str, str]) -> None:
    build(results, asked(fake, extra=f"before{ANALYTICS}after"))
    page = (results.parent / "allure" / "index.html").read_text("utf-8")
    assert "<body>beforeafter</body>" in page
    assert page.startswith('<html><head><meta http-equiv="Content-Security-Policy" content="default-src data: blob:;')


def test_a_page_whose_analytics_stay_is_not_kept(results: Path, fake: dict[str, str]) -> None:
    outcome = build(results, asked(fake, extra="<img src='https://www.google-analytics.com/x'>"))
    assert isinstance(outcome, NotBuilt)
    assert "analytics" in outcome.reason
    assert not (results.parent / "allure").exists()


def test_a_page_with_too_few_tests_is_not_kept(results: Path, fake: dict[str, str]) -> None:
    build(results, fake)
    outcome = build(results, asked(fake, missing=1), "night 2")
    assert outcome == NotBuilt("Allure 3.18.0 shows 1 of 2 tests: said something")
    assert "night 1" in (results.parent / "allure" / "index.html").read_text("utf-8")
    assert "night 2" not in (results.parent / "allure" / "history.jsonl").read_text("utf-8")


def test_a_repeated_test_counts_once(results: Path, fake: dict[str, str]) -> None:
    (results / "3-result.json").write_text('{"uuid": "3", "historyId": "one"}', "utf-8")
    assert isinstance(build(results, asked(fake, missing=1)), Built)


def test_a_history_counts_each_night_once(results: Path, fake: dict[str, str]) -> None:
    history = results.parent / "allure" / "history.jsonl"
    page = results.parent / "allure" / "index.html"
    for title, past in (("night 1", []), ("night 1", []), ("night 2", ["night 1"]), ("night 2", ["night 1"])):
        build(results, fake, title)
        assert f"<title>{title} after {past}</title>" in page.read_text("utf-8")
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
    assert "is version 2.34.1, expected Allure 3" in str(find_tool(asked(fake, version="2.34.1")))
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACME_TOKEN", "x-secret"),
        ("ALLURE_TOKEN", "x-secret"),
        ("NODE_OPTIONS", "--require=./x-secret"),
        ("HTTPS_PROXY", "http://me:x-secret@proxy.example:3128"),
        ("http_proxy", "me:x-secret@proxy.example:3128"),
        ("HTTPS_PROXY", "http://x-secret@proxy.example:3128"),
        ("npm_config__authToken", "x-secret"),
        ("npm_config__password", "x-secret"),
        ("npm_config__auth", "x-secret"),
        ("npm_config_//registry.example/:_authToken", "x-secret"),
        ("npm_config_//registry.example/:_password", "x-secret"),
        ("npm_config_key", "x-secret"),
        ("npm_config_otp", "x-secret"),
        ("npm_config_email", "x-secret"),
        ("npm_config_proxy", "http://me:x-secret@proxy.example:3128"),
        ("npm_config_https_proxy", "http://me:x-secret@proxy.example:3128"),
        ("NPM_CONFIG_REGISTRY", "https://me:x-secret@registry.example/"),
        ("NPM_TOKEN", "x-secret"),
    ],
)
def test_a_foreign_program_gets_no_credential(name: str, value: str) -> None:
    assert "x-secret" not in str(environment({"PATH": "/bin", name: value}))


def test_a_foreign_program_gets_what_it_needs() -> None:
    needed = {
        "PATH": "/bin",
        "HOME": "/home/me@corp.example",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "npm_config_registry": "https://registry.example/",
        "npm_config_cache": "/var/cache/npm",
        "NO_PROXY": "localhost",
    }
    assert environment(needed).items() >= needed.items()
