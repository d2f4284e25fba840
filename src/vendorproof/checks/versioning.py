"""How an API announces itself and its changes."""

from __future__ import annotations

import re
from typing import Any

from vendorproof.checks.content import is_json
from vendorproof.checks.outcome import Inconclusive, NotApplicable, Outcome, answer, failed, passed, shown
from vendorproof.checks.reading import document
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.contract.check_parameters import PATH, needs
from vendorproof.contract.model import Basis
from vendorproof.contract.pointer import MISSING
from vendorproof.exchange.model import Exchange

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


@check("versioning.openapi_published", on="once")
def openapi_published(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The OpenAPI document can be downloaded where the documentation says."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status in (402, 429):
        return Inconclusive(f"a limit or quota answered first ({exchange.status})")
    if not exchange.succeeded:
        return failed("not-published", exchange, expected="an OpenAPI document", observed=answer(exchange))
    if exchange.response.cut:
        return Inconclusive("the document was longer or slower than the target's limits allow")
    found = document(exchange)
    version = found.get("openapi", found.get("swagger")) if isinstance(found, dict) else None
    if not isinstance(version, str) or not isinstance(found.get("paths"), dict):
        return failed("not-openapi", exchange, expected="the keys openapi and paths", observed=shown(found))
    return passed(exchange)


@check("versioning.openapi_consistent", on="once")
def openapi_consistent(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The published document does not contradict the documentation: a path of the documentation that it describes has
    the documentation's methods, and it describes at least one."""
    found = document(exchange)
    if not isinstance(found, dict) or not isinstance(found.get("paths"), dict):
        return Inconclusive(f"no OpenAPI document to compare ({answer(exchange)})")
    published = _published(found)
    own = obligation.contract.conventions.versioning.openapi
    described = 0
    for operation in obligation.contract.operations:
        if operation.basis is not Basis.STATED or "path" in operation.assumed or operation.path == own:
            continue
        methods = {method for method, path in published if path.endswith(_shape(operation.path))}
        described += bool(methods)
        if methods and operation.method not in methods:
            return failed("operation-missing", exchange, expected=operation.label, observed=", ".join(sorted(methods)))
    if not described:
        return failed(
            "nothing-described", exchange, expected="a path of the documentation", observed=shown(sorted(published))
        )
    return passed(exchange)


def _published(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (method.upper(), _shape(path))
        for path, entry in found["paths"].items()
        if isinstance(entry, dict)
        for method in entry
        if method in _METHODS
    }


def _shape(path: str) -> str:
    """A path with its parameters nameless."""
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")


@response_check("versioning.deprecation_noticed", on="all")
def deprecation_noticed(obligation: Obligation, exchange: Exchange) -> Outcome:
    """No answer announces a deprecation; one that does is a finding, not a fault."""
    header = obligation.contract.conventions.versioning.deprecation_header
    if header is None or exchange.response is None:
        return NotApplicable("no header to look for")
    told = exchange.response.headers.get(header)
    if told is None:
        return passed(exchange)
    return failed("deprecated", exchange, expected=f"no {header}", observed=f"{header}: {told}")


@check("versioning.base_path", on="once")
def base_path(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The API answers under the documented base path."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.succeeded or exchange.status in (401, 403, 429):
        return passed(exchange)
    if document(exchange) is MISSING and not is_json(exchange.response.content_type):
        return failed("nothing-there", exchange, expected="the API", observed=answer(exchange))
    return Inconclusive(f"no success to judge ({answer(exchange)})")


@check(
    "versioning.documentation_served",
    on="once",
    takes=[needs("path", PATH, "where the documentation for people is, from the host on")],
)
def documentation_served(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A page for people stands where the documentation says."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.succeeded and is_json(exchange.response.content_type):
        return failed("not-a-page", exchange, expected="a page", observed=answer(exchange))
    if exchange.succeeded and not exchange.response.body:
        return Inconclusive(f"the page is empty ({answer(exchange)})")
    if exchange.succeeded or 300 <= exchange.status < 400:
        return passed(exchange)
    if exchange.status in (401, 402, 403, 429):
        return Inconclusive(f"not everybody may see the page, or not now ({exchange.status})")
    return failed("not-served", exchange, expected="a page", observed=answer(exchange))
