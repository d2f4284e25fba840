"""What Allure shows about a run beside its tests: environment, executor, categories."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vendorproof.errors import InternalError
from vendorproof.exchange.redaction import Redactor
from vendorproof.report.facts import facts
from vendorproof.report.run import RunFooter, RunHeader
from vendorproof.report.text import legible

_RESULT: Final = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-(result\.json|container\.json|attachment(\.\w+)?)"
    r"|environment\.properties|executor\.json|categories\.json"
)
"""The files that Allure's writers and write_context make."""


def clean_results(results_dir: Path) -> None:
    """Removes the results of earlier runs from a folder, once, before a run; it exists afterwards. What Allure does not
    name so stays: somebody may name a folder of their own.

    Not allure-pytest's --clean-alluredir: with several processes and one crash it leaves no result at all.
    """
    results_dir.mkdir(parents=True, exist_ok=True)
    for path in _results(results_dir):
        path.unlink(missing_ok=True)


def redact_results(results_dir: Path, redactor: Redactor) -> None:
    """Redacts once more what stands in a folder of results: an answer may issue a secret that an earlier one had shown,
    and a file was written in between."""
    for path in _results(results_dir):
        data = path.read_bytes()
        redacted = redactor.data(data)
        if redacted is not data:
            beside = path.with_name(f".{path.name}")
            beside.write_bytes(redacted)
            beside.replace(path)


def _results(results_dir: Path) -> list[Path]:
    return [path for path in results_dir.iterdir() if path.is_file() and _RESULT.fullmatch(path.name)]


def write_context(
    results_dir: Path, header: RunHeader, footer: RunFooter | None, redactor: Redactor, environ: Mapping[str, str]
) -> None:
    """Writes environment.properties, executor.json and categories.json beside the results.

    `environ` is the process environment, from which the build of a CI service is read.
    """
    results_dir.mkdir(parents=True, exist_ok=True)
    properties = "".join(
        f"{_escaped(name)}={_escaped(redactor.text(value))}\n" for name, value in facts(header, footer).items()
    )
    (results_dir / "environment.properties").write_text(properties, encoding="utf-8")
    executor = {name: redactor.text(value) for name, value in _executor(environ).items() if value}
    (results_dir / "executor.json").write_text(json.dumps(executor, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(configuration("categories.json"), results_dir / "categories.json")


def configuration(name: str) -> Path:
    """A file of reports/: in a checkout, or inside the installed package."""
    package = Path(__file__).parents[2]
    for folder in (package / "_data" / "reports", package.parents[1] / "reports"):
        if (folder / name).is_file():
            return folder / name
    raise InternalError(f"{name} is neither in {package / '_data' / 'reports'} nor in a checkout's reports/")


def build_url(environ: Mapping[str, str]) -> str:
    """The address of the CI build that this is, "" where it is none."""
    return _executor(environ).get("buildUrl", "")


def _executor(environ: Mapping[str, str]) -> dict[str, str]:
    """The CI build that ran this, in the words of Allure's executor.json."""
    if environ.get("GITHUB_ACTIONS"):
        repository = f"{environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{environ.get('GITHUB_REPOSITORY', '')}"
        run = environ.get("GITHUB_RUN_ID", "")
        return {
            "name": "GitHub Actions",
            "type": "github",
            "url": repository,
            "buildName": f"{environ.get('GITHUB_WORKFLOW', 'workflow')} #{environ.get('GITHUB_RUN_NUMBER', '')}",
            "buildOrder": environ.get("GITHUB_RUN_NUMBER", ""),
            "buildUrl": f"{repository}/actions/runs/{run}",
        }
    if environ.get("GITLAB_CI"):
        return {
            "name": "GitLab CI",
            "type": "gitlab",
            "url": environ.get("CI_PROJECT_URL", ""),
            "buildName": f"{environ.get('CI_JOB_NAME', 'job')} #{environ.get('CI_PIPELINE_IID', '')}",
            "buildOrder": environ.get("CI_PIPELINE_IID", ""),
            "buildUrl": environ.get("CI_JOB_URL", ""),
        }
    if environ.get("JENKINS_URL"):
        return {
            "name": "Jenkins",
            "type": "jenkins",
            "url": environ.get("JENKINS_URL", ""),
            "buildName": environ.get("BUILD_TAG", ""),
            "buildOrder": environ.get("BUILD_NUMBER", ""),
            "buildUrl": environ.get("BUILD_URL", ""),
        }
    return {"name": "vendorproof", "type": "local"}


def _escaped(text: str) -> str:
    """A key or value of a properties file (java.util.Properties)."""
    text = legible(text).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    for sign in "=:# !":
        text = text.replace(sign, f"\\{sign}")
    return text
