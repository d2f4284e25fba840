"""Allure's own HTML: one file that opens from disk, asks nothing of the network, and holds every test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vendorproof.report.allure.context import configuration
from vendorproof.report.allure.tool import Tool, environment, find_tool

_DONE_WITHIN = 600.0
_ANALYTICS = re.compile(
    r"\s*<script[^>]*\bsrc=\"https://www\.googletagmanager\.com/[^\"]*\"[^>]*></script>"
    r"\s*<script>(?:(?!</script>).)*?\bgtag\((?:(?!</script>).)*?</script>",
    re.DOTALL,
)
_HEAD = re.compile(r"<head[^>]*>")
# The page's own scripts and styles are data: URLs, its attachments blob: URLs; an attachment of a hostile vendor may
# hold any markup, so nothing else is allowed to load.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src data: blob:; '
    "script-src 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'unsafe-inline' data: blob:; "
    "form-action 'none'; base-uri 'self'\">"
)


@dataclass(frozen=True)
class Built:
    """Allure's page is there, and holds as many tests as there are results."""

    page: Path
    tests: int
    version: str


@dataclass(frozen=True)
class NotBuilt:
    """There is no page of Allure; `reason` is one line that says why and what helps."""

    reason: str


AllureHtml = Built | NotBuilt


def build_allure_html(
    results_dir: Path,
    out_file: Path,
    *,
    title: str,
    environ: Mapping[str, str] = os.environ,
    allow_download: bool = False,
) -> AllureHtml:
    """Builds Allure's page from a folder of results.

    `title` names the run, with its start: `history.jsonl` beside the page keeps one entry a title, so that building
    twice does not count a night twice, and the history carries from run to run. An older page is replaced only by a
    good one. Never raises for what the tool does; see find_tool for where it is looked for.
    """
    tests = _tests(results_dir)
    if not tests:
        return NotBuilt(f"{results_dir} holds no test result")
    tool = find_tool(environ, allow_download=allow_download)
    if isinstance(tool, str):
        return NotBuilt(tool)
    history = out_file.parent / "history.jsonl"
    with tempfile.TemporaryDirectory(prefix="vendorproof-allure-") as folder:
        work = Path(folder)
        nights = _nights(history)
        nights.pop(title, None)
        (work / "history.jsonl").write_text("".join(f"{line}\n" for line in nights.values()), encoding="utf-8")
        config = json.loads(configuration("allurerc.json").read_text(encoding="utf-8")) | {
            "name": title,
            "output": str(work / "out"),
            "historyPath": str(work / "history.jsonl"),
            "appendHistory": True,
        }
        (work / "allurerc.json").write_text(json.dumps(config), encoding="utf-8")
        complaint = _generate(tool, work / "allurerc.json", results_dir, environ)
        found = _tests_shown(work / "out" / "summary.json")
        if found != len(tests):
            return NotBuilt(f"Allure {tool.version} shows {found} of {len(tests)} tests{complaint and ': '}{complaint}")
        page = _without_network((work / "out" / "index.html").read_text(encoding="utf-8"))
        if page is None:
            return NotBuilt(f"Allure {tool.version} wrote a page whose analytics can't be taken out: it is not kept")
        out_file.parent.mkdir(parents=True, exist_ok=True)
        _replace(out_file, page)
        _replace(history, "".join(f"{line}\n" for line in _nights(work / "history.jsonl").values()))
    return Built(out_file, len(tests), tool.version)


def _tests(results_dir: Path) -> set[str]:
    """The tests that a folder holds results of; a repetition of a test is no other test."""
    tests = set()
    for path in results_dir.glob("*-result.json"):
        try:
            result = json.loads(path.read_text(encoding="utf-8"))
            tests.add(str(result.get("historyId") or result["uuid"]))
        except (OSError, ValueError, KeyError, AttributeError):
            tests.add(path.name)
    return tests


def _nights(history: Path) -> dict[str, str]:
    """The readable lines of a history by the title of their run: Allure stops at a line cut off by a kill."""
    nights: dict[str, str] = {}
    if history.is_file():
        for line in history.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                night = json.loads(line)
                for test in night["testResults"].values():
                    # Allure shows neither in a test's history, and the page holds every night of it.
                    test["labels"] = []
                    test.pop("trace", None)
                nights[str(night["name"])] = json.dumps(night, ensure_ascii=False, separators=(",", ":"))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
    return nights


def _generate(tool: Tool, config: Path, results_dir: Path, environ: Mapping[str, str]) -> str:
    """Runs the command; what it complained about in one line, "" where it did not."""
    # The results are given as a pattern: relative to their parent folder, whose name may hold a * or a [.
    where = ["--cwd", str(results_dir.parent.absolute())]
    try:
        done = subprocess.run(
            [*tool.command, "generate", "--config", str(config), *where, results_dir.name],
            env=environment(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_DONE_WITHIN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"not done within {_DONE_WITHIN:.0f} s"
    except OSError as error:
        return str(error)
    said = re.sub(r"\x1b\[[0-9;]*m", "", (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace"))
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("npm warn")]
    return " / ".join(lines[:3]) if done.returncode or lines else ""


def _tests_shown(summary: Path) -> int:
    """How many tests the page holds: the command exits 0 when it parsed nothing, so its word is not enough."""
    try:
        found: Any = json.loads(summary.read_text(encoding="utf-8"))["stats"]["total"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return found if isinstance(found, int) else 0


def _without_network(page: str) -> str | None:
    """The page without Google Analytics and forbidden to load anything; None where that can't be done."""
    page, _ = _ANALYTICS.subn("", page)
    if "googletagmanager" in page or "google-analytics" in page:
        return None
    page, heads = _HEAD.subn(lambda match: match.group() + _POLICY, page, count=1)
    return page if heads else None


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
