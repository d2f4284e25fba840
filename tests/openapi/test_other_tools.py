"""The OpenAPI files are good for others' tools: Redocly and Spectral find nothing, Prism serves every operation."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "contracts").glob("*/openapi.yaml"))
REDOCLY = "@redocly/cli@2.77.0"
SPECTRAL = "@stoplight/spectral-cli@6.16.3"
PRISM = "@stoplight/prism-cli@5.16.0"
METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}
# Pages name no contact; a summary often says all there is; the success of a WebSocket handshake is a 101.
RULESET = """
extends: ["spectral:oas"]
rules: {info-contact: off, operation-description: off, operation-success-response: off}
"""

pytestmark = [pytest.mark.node, pytest.mark.timeout(300, method="signal")]

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)


def _environment(node: str) -> dict[str, str]:
    # npm starts the tools through `#!/usr/bin/env node`.
    return {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}", "CI": "true"}


def _run(npm_exec: list[str], package: str, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*npm_exec, f"--package={package}", "--", *command],
        env=_environment(npm_exec[0]),
        capture_output=True,
        text=True,
        check=False,
    )


@each_file
def test_redocly_finds_nothing(npm_exec: list[str], file: Path) -> None:
    # The pages grant no licence, so the files name none.
    options = ("--format=json", "--skip-rule=info-license")
    finished = _run(npm_exec, REDOCLY, "redocly", "lint", *options, str(file))
    report = json.loads(finished.stdout)
    assert finished.returncode == 0
    assert [f"{problem['ruleId']}: {problem['message']}" for problem in report["problems"]] == []


@each_file
def test_spectral_finds_nothing(npm_exec: list[str], file: Path, tmp_path: Path) -> None:
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(RULESET, "utf-8")
    finished = _run(
        npm_exec, SPECTRAL, "spectral", "lint", "--ruleset", str(ruleset), "--fail-severity=warn", "-q", str(file)
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


@dataclass(frozen=True)
class Served:
    """An OpenAPI document, and the address at which Prism serves it."""

    document: Mapping[str, Any]
    address: str

    def resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The value, or what its reference names."""
        while "$ref" in value:
            *path, last = value["$ref"].removeprefix("#/").split("/")
            value = reduce(getitem, [*path, last], self.document)
        return value

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Path, method and operation, with the parameters of the path among the operation's."""
        for path, item in self.document["paths"].items():
            for method in METHODS & item.keys():
                parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
                yield path, method, {**item[method], "parameters": [self.resolved(one) for one in parameters]}


@pytest.fixture(params=FILES, ids=lambda file: file.parent.name)
def served(npm_exec: list[str], request: pytest.FixtureRequest) -> Iterator[Served]:
    file: Path = request.param
    process = subprocess.Popen(
        [*npm_exec, f"--package={PRISM}", "--", "prism", "mock", "--port", "0", str(file)],
        env=_environment(npm_exec[0]),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"listening on (http://\S+?)(?:\x1b|\s|$)", line):
                yield Served(yaml.safe_load(file.read_text("utf-8")), found[1])
                break
        else:
            pytest.fail("Prism did not start:\n" + "".join(said))
    finally:
        # npm does not hand a signal on to the tool that it started.
        os.killpg(process.pid, 15)
        process.wait()
        process.stdout.close()


def _credentials(served: Served) -> dict[str, dict[str, str]]:
    """Something for every documented carrier, by where it goes."""
    sent: dict[str, dict[str, str]] = {"header": {}, "query": {}}
    for scheme in served.document.get("components", {}).get("securitySchemes", {}).values():
        if scheme["type"] == "apiKey":
            sent[scheme["in"]][scheme["name"]] = "some-key"
        else:
            sent["header"]["Authorization"] = f"{scheme.get('scheme', 'bearer').title()} some-key"
    return sent


def _example(media: Mapping[str, Any], served: Served) -> Any:
    if "example" in media:
        return media["example"]
    return next((served.resolved(one)["value"] for one in media.get("examples", {}).values()), None)


def _status(client: httpx.Client, served: Served, path: str, method: str, operation: Mapping[str, Any]) -> int:
    """What Prism answers to the operation as its own examples give it."""
    sent = {**_credentials(served), "path": {}}
    for parameter in operation["parameters"]:
        if parameter.get("required"):
            sent[parameter["in"]][parameter["name"]] = str(_example(parameter, served) or "x1")
    body = served.resolved(operation.get("requestBody", {})).get("content", {}).get("application/json")
    return client.request(
        method,
        re.sub(r"{([^}]+)}", lambda match: sent["path"][match[1]], path),
        params=sent["query"],
        headers=sent["header"],
        json=_example(body, served) if body else None,
    ).status_code


def test_prism_serves_every_operation(served: Served) -> None:
    with httpx.Client(base_url=served.address, trust_env=False, timeout=30) as client:
        answers = {
            f"{method.upper()} {path}": _status(client, served, path, method, operation)
            for path, method, operation in served.operations()
            if "application/json"
            in served.resolved(operation.get("requestBody", {})).get("content", {"application/json"})
        }
    assert answers
    assert {label: status for label, status in answers.items() if not 200 <= status < 300} == {}
