"""Lies about the published OpenAPI document, the base path and deprecations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vendorproof.contract.model import Basis, Contract
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.choosing import ERRORS, first_list, published_openapi
from vendorproof.mock.deviations.rewrite import with_body, with_header, without
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, refuse

Json = Any


@fault(
    "publishes-no-openapi-document",
    at=points.DOCUMENT,
    breaks=[Break("versioning.openapi_published", "not-published")],
    on=published_openapi,
)
def _absent(document: Json, call: Call) -> Json:
    """There is no OpenAPI document at the documented path."""
    raise refuse(404, "not_found", "There is no such document.")


@fault(
    "publishes-a-page-for-the-openapi-document",
    at=points.ANSWER,
    breaks=[
        Break("versioning.openapi_published", "not-openapi"),
        Break("content.json_responses", "not-json-type"),
    ],
    on=published_openapi,
)
def _page(answer: Answer, call: Call) -> Answer:
    """The documented path shows a page about the API."""
    return with_body(answer, b"<!doctype html><title>Fake API</title>", "text/html") if answer.status == 200 else answer


@fault(
    "publishes-an-empty-openapi-document",
    at=points.DOCUMENT,
    breaks=[Break("versioning.openapi_published", "not-openapi")],
    on=published_openapi,
)
def _empty(document: Json, call: Call) -> Json:
    """The OpenAPI document has no paths."""
    return {"openapi": "3.1.0", "info": {"title": "Fake", "version": "v1"}}


def _for_people(answer: Answer, call: Call) -> bool:
    return call.path in call.mock.character.pages and answer.status == 200


@fault(
    "serves-no-documentation",
    at=points.ANSWER,
    breaks=[Break("versioning.documentation_served", "not-served")],
)
def _no_documentation(answer: Answer, call: Call) -> Answer:
    """There is no page where the documentation says that it is."""
    return replace(answer, status=404) if _for_people(answer, call) else answer


@fault(
    "serves-the-documentation-as-json",
    at=points.ANSWER,
    breaks=[Break("versioning.documentation_served", "not-a-page")],
)
def _no_page(answer: Answer, call: Call) -> Answer:
    """Where the documentation for people should be is a JSON document."""
    return with_body(answer, b'{"fake":true}', "application/json") if _for_people(answer, call) else answer


def _one_of_several(contract: Contract) -> tuple[str, str]:
    """A path that the documentation names with several methods, and the last of them; "" where it names none."""
    stated = [one for one in contract.operations if one.basis is Basis.STATED and "path" not in one.assumed]
    paths = [one.path for one in stated]
    several = [one for one in stated if paths.count(one.path) > 1]
    return (several[-1].path, several[-1].method.lower()) if several else ("", "")


@fault(
    "publishes-an-openapi-document-that-lacks-a-method",
    at=points.DOCUMENT,
    breaks=[Break("versioning.openapi_consistent", "operation-missing")],
    applies=lambda contract: _one_of_several(contract) != ("", ""),
    on=published_openapi,
)
def _outdated(document: Json, call: Call) -> Json:
    """The OpenAPI document lacks a method of a path that the documentation names."""
    path, method = _one_of_several(call.mock.contract)
    return without(document, f"/paths/{path.replace('/', '~1')}/{method}")


@fault(
    "publishes-the-openapi-document-of-another-api",
    at=points.DOCUMENT,
    breaks=[Break("versioning.openapi_consistent", "nothing-described")],
    on=published_openapi,
)
def _of_another(document: Json, call: Call) -> Json:
    """The OpenAPI document describes other paths than the documentation."""
    return {**document, "paths": {f"/fake{path}/fake": entry for path, entry in document["paths"].items()}}


@fault(
    "announces-a-deprecation",
    at=points.ANSWER,
    breaks=[Break("versioning.deprecation_noticed", "deprecated")],
    on=["all"],
    spread="one",
)
def _deprecated(answer: Answer, call: Call) -> Answer:
    """One operation announces its end."""
    header = call.mock.contract.conventions.versioning.deprecation_header
    return with_header(answer, header, "2027-01-01") if header else answer


@fault(
    "serves-a-page-where-the-api-was",
    at=points.ANSWER,
    breaks=[
        Break("versioning.base_path", "nothing-there"),
        Break("operations.answers", "not-answered"),
        Break("errors.envelope", "not-json"),
        Break("content.json_responses", "not-json-type", ERRORS),
    ],
    on=first_list,
)
def _moved_away(answer: Answer, call: Call) -> Answer:
    """A listing below the base path is a page that says 404."""
    if call.problem is not None or answer.status >= 300:
        return answer
    return with_body(replace(answer, status=404), b"<!doctype html><title>404</title>", "text/html")


@fault(
    "announces-a-deprecation-now-and-then",
    at=points.ANSWER,
    breaks=[Break("versioning.deprecation_noticed", "deprecated")],
    every=20,
)
def _deprecated_rarely(answer: Answer, call: Call) -> Answer:
    """One answer in twenty announces an end."""
    return _deprecated(answer, call)
