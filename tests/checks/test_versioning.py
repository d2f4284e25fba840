"""How an API announces itself and its changes, and what happens below it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.builders import ACME, OPERATIONS, acme, error, exchange, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.contract.conventions import Versioning
from vendorproof.contract.model import Basis

HTML = {"Content-Type": "text/html"}
LISTED: dict[str, dict[str, dict[str, str]]] = {}
for one in OPERATIONS:
    LISTED.setdefault(one.path, {})[one.method.lower()] = {}

OPENAPI_PUBLISHED = Table(
    "versioning.openapi_published",
    accept("version 3", exchange(200, {"openapi": "3.1.0", "paths": {}}, operation=None)),
    accept("version 2", exchange(200, {"swagger": "2.0", "paths": {}}, operation=None)),
    accept("that says another type", exchange(200, '{"openapi": "3.0.0", "paths": {}}', HTML, operation=None)),
    reject("not there", "not-published", error(404, operation=None)),
    reject("the server breaks", "not-published", error(500, operation=None)),
    reject("sent elsewhere", "not-published", exchange(302, operation=None)),
    reject("a page", "not-openapi", exchange(200, "<html></html>", HTML, operation=None)),
    reject("something else", "not-openapi", exchange(200, {"ok": True}, operation=None)),
    reject("without paths", "not-openapi", exchange(200, {"openapi": "3.1.0"}, operation=None)),
    undecided("the rate limit", error(429, operation=None)),
    undecided("the quota", error(402, operation=None)),
    undecided("cut by our own limit", exchange(200, '{"openapi"', cut=True, operation=None), "limits"),
    undecided("no response", silence(operation=None)),
)


def document(paths: object) -> object:
    return exchange(200, {"openapi": "3.1.0", "paths": paths}, operation=None)


def without(path: str) -> dict[str, dict[str, dict[str, str]]]:
    return {name: entry for name, entry in LISTED.items() if name != path}


ASSUMED = replace(
    ACME, operations=tuple(replace(one, basis=Basis.IMPLIED) if one.path == "/ping" else one for one in OPERATIONS)
)

OPENAPI_CONSISTENT = Table(
    "versioning.openapi_consistent",
    accept("every operation", document(LISTED)),
    accept("with the base path in front", document({f"/v1{path}": entry for path, entry in LISTED.items()})),
    accept(
        "with other names of parameters", document({path.replace("thingId", "id"): one for path, one in LISTED.items()})
    ),
    accept("with more of them", document({**LISTED, "/more": {"get": {}}})),
    accept("a path left out, for the documentation does not say that all are in it", document(without("/ping"))),
    reject("one method is missing", "operation-missing", document({**LISTED, "/things": {"get": {}}})),
    reject("nothing of the documentation", "nothing-described", document({"/elsewhere": {"get": {}}})),
    reject("nothing at all", "nothing-described", document({})),
    accept("one that we only assume is missing", document(without("/ping")), contract=ASSUMED),
    accept(
        "the document's own path is", document(without("/ping")), contract=acme(versioning=Versioning(openapi="/ping"))
    ),
    undecided("no document", error(404, operation=None)),
    undecided("something else", exchange(200, [], operation=None)),
    undecided("no response", silence(operation=None)),
)

DEPRECATION = Table(
    "versioning.deprecation_noticed",
    accept("no announcement", exchange(200, {})),
    accept("on an error", error(404)),
    reject("one", "deprecated", exchange(200, {}, {"X-Deprecation": "2027-01-01"})),
    passed_over("the documentation names no header", exchange(200, {}, {"X-Deprecation": "x"}), contract=ACME),
    passed_over("no response", silence()),
    contract=acme(versioning=Versioning(deprecation_header="X-Deprecation")),
)

BASE_PATH = Table(
    "versioning.base_path",
    accept("a success", exchange(200, {"data": []}, operation="listThings")),
    accept("a refusal", error(401, operation="listThings")),
    accept("no permission", error(403, operation="listThings")),
    accept("a limit", error(429, operation="listThings")),
    reject("a page", "nothing-there", exchange(404, "<html></html>", HTML, operation="listThings")),
    reject("nothing", "nothing-there", exchange(404, operation="listThings")),
    undecided("an error of the API", error(404, operation="listThings")),
    undecided("no response", silence(operation="listThings")),
)

DOCUMENTATION = Table(
    "versioning.documentation_served",
    accept("a page", exchange(200, "<html></html>", HTML, operation=None)),
    accept("a way to it", exchange(302, operation=None)),
    undecided("an empty one", exchange(200, "", HTML, operation=None), "empty"),
    reject("not there", "not-served", error(404, operation=None)),
    reject("the server breaks", "not-served", error(500, operation=None)),
    reject("a document for programs", "not-a-page", exchange(200, {}, operation=None)),
    undecided("not for everybody", error(401, operation=None)),
    undecided("the rate limit", error(429, operation=None)),
    undecided("the quota", error(402, operation=None)),
    undecided("no response", silence(operation=None)),
    given={"path": "/docs"},
)


TABLES = [
    OPENAPI_PUBLISHED,
    OPENAPI_CONSISTENT,
    DEPRECATION,
    BASE_PATH,
    DOCUMENTATION,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
