"""What README.md promises is what CI runs; nothing that is published knows the machine it was written on."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
COMMANDS = {
    "run": "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/vendorproof run leadiosa",
    "test": "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/python -m pytest",
}
# Home folders and checkouts of whoever wrote a file; a URL's or a pointer's path does not begin a word.
MACHINE_PATH = re.compile(r"(?<![\w.$}:/-])/(?:root|work|home/\w+|Users/\w+|private/tmp)(?:/[\w.-]+)+")


def _command(name: str) -> str:
    blocks = re.findall(rf"^<!-- command: {name} -->\n```bash\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0]).strip()


def _published() -> list[Path]:
    """The files that git tracks or would track."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_promise_is_one_line(name: str) -> None:
    assert _command(name) == COMMANDS[name]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_ci_runs_exactly_the_promise(name: str, tmp_path: Path) -> None:
    """With the tools replaced by recorders, what .ci/run starts is the README's line and nothing shorter."""
    checkout = tmp_path / "checkout"
    (checkout / ".ci").mkdir(parents=True)
    (checkout / ".ci" / "run").write_text((ROOT / ".ci" / "run").read_text("utf-8"), "utf-8")
    (checkout / "README.md").write_text(README, "utf-8")
    recorder = tmp_path / "recorder"
    log = tmp_path / "log"
    # `python3 -m venv` "makes" an environment whose every tool is the recorder too.
    recorder.write_text(
        "#!/usr/bin/env bash\n"
        f'printf "%s\\n" "$(printf " %q" "${{0##*/}}" "$@")" >> {shlex.quote(str(log))}\n'
        'if [[ "$*" == "-m venv .venv" ]]; then\n'
        "  mkdir -p .venv/bin\n"
        f"  for tool in python pip vendorproof ruff mypy; do cp {shlex.quote(str(recorder))} .venv/bin/$tool; done\n"
        "fi\n",
        "utf-8",
    )
    recorder.chmod(0o755)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python3").symlink_to(recorder)
    finished = subprocess.run(
        ["bash", str(checkout / ".ci" / "run")],
        env={"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    started = [shlex.split(line) for line in log.read_text("utf-8").splitlines()]
    wanted = [shlex.split(part.replace(".venv/bin/", "")) for part in COMMANDS[name].split(" && ")]
    assert any(started[at : at + len(wanted)] == wanted for at in range(len(started)))
    assert ["ruff", "check", "."] in started
    assert ["vendorproof", "lint"] in started


def test_ci_fails_where_a_command_fails(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text((ROOT / ".ci" / "run").read_text("utf-8"), "utf-8")
    (tmp_path / "README.md").write_text("<!-- command: run -->\n```bash\nfalse\n```\n", "utf-8")
    finished = subprocess.run(
        ["bash", str(tmp_path / ".ci" / "run")],
        env={"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=False,
    )
    assert finished.returncode == 1


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert dead == []


def test_the_changelog_tells_of_this_version() -> None:
    versions = re.findall(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[0] == PROJECT["version"]


def test_no_published_file_knows_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in _published()
        if (text := _text(path)) is not None
        for number, line in enumerate(text.splitlines(), 1)
        if (match := MACHINE_PATH.search(line))
    ]
    assert found == []


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize(
    ("line", "machine"),
    [
        ("see /" + "home/jane/project/file", True),
        ('path = "/' + 'root/.cache/pip"', True),
        ("(/" + "Users/jane/x.har)", True),
        ("https://example.com/" + "home/jane/x", False),
        ("./" + "work/shared", False),
        ("GET /" + "work", False),
    ],
)
def test_a_machine_path_is_noticed(line: str, machine: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is machine
