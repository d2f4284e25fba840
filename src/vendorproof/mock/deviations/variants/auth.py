"""Who is let in, and to what, where the documentation does not say."""

from __future__ import annotations

from typing import Any

from vendorproof.contract.model import Contract
from vendorproof.contract.pointer import resolve
from vendorproof.mock.data.character import character_of
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Data, Decision, Document, Problem, Result

Json = Any
_LOGINS = "variants/logins"


def _publishes(contract: Contract) -> bool:
    return contract.conventions.versioning.openapi is not None


@variant("openapi-for-everybody", points.DECISION, legal=_publishes)
def _open_document(decision: Decision, call: Call) -> Decision:
    """The OpenAPI document needs no credential."""
    published = call.operation is not None and call.operation.path == call.mock.contract.conventions.versioning.openapi
    return Decision(decision.principal) if published else decision


def _verifies(contract: Contract) -> bool:
    login = contract.conventions.authentication.login
    return login is not None and login.verify is not None


def _asks_for_validity(call: Call) -> bool:
    login = call.mock.contract.conventions.authentication.login
    return login is not None and call.operation is not None and call.operation.id == login.verify


def _told(result: Result, call: Call) -> Result:
    if not _asks_for_validity(call):
        return result
    return Data({"valid": call.principal is not None, "checkedAt": call.number}, 200)


@variant("a-bad-token-is-told", points.DECISION, legal=_verifies, also=((points.RESULT, _told),))
def _let_in_to_ask(decision: Decision, call: Call) -> Decision:
    """The verification of a bad token, or of none, succeeds, and says that it is not valid."""
    return Decision(decision.principal) if _asks_for_validity(call) else decision


def _refreshes(contract: Contract) -> bool:
    login = contract.conventions.authentication.login
    return login is not None and login.refresh is not None


@variant("refreshes-take-another-token", points.PERMISSION, legal=_refreshes)
def _other_token(problem: Problem | None, call: Call) -> Problem | None:
    """A refresh wants a token of its own, and not the one that is to be refreshed."""
    login = call.mock.contract.conventions.authentication.login
    if login is None or call.operation is None or call.operation.id != login.refresh:
        return problem
    return Problem(401, "unauthorized", "That is no refresh token.")


def _scope_open(contract: Contract) -> bool:
    return any(not context.required for context in contract.conventions.authentication.context)


@variant("scopes-are-required-everywhere", points.CONTEXT, legal=_scope_open)
def _scoped(problem: Problem | None, call: Call) -> Problem | None:
    """Every request that takes a scoping header needs it."""
    for context in call.mock.blueprint.context_for(call.operation):
        if call.header(context.header) is None:
            return Problem(400, "missing_context", f"The header {context.header} is missing.")
    return problem


def _has_pages(contract: Contract) -> bool:
    return bool(character_of(contract.vendor).pages)


@variant("documentation-behind-a-redirect", points.ANSWER, legal=_has_pages)
def _redirected(answer: Answer, call: Call) -> Answer:
    """The documentation is where a redirect leads to."""
    if call.path not in call.mock.character.pages:
        return answer
    return Answer(302, (("Location", f"{call.raw_path}index.html"), ("Content-Length", "0")))


def _logs_in(contract: Contract) -> bool:
    return contract.conventions.authentication.login is not None


def _issues(call: Call) -> bool:
    login = call.mock.contract.conventions.authentication.login
    return login is not None and call.operation is not None and call.operation.id in (login.operation, login.refresh)


@variant("tokens-under-data", points.DOCUMENT, legal=_logs_in)
def _token_under_data(document: Json, call: Call) -> Json:
    """A token comes under data, beside another one that refreshes it."""
    if call.problem is not None or not _issues(call):
        return document
    return {"data": {"user": {"name": "fake"}, "refreshToken": "fake-refresh-token", **document}}


@variant("refreshes-retire-the-old-token", points.RESULT, legal=_refreshes)
def _retired(result: Result, call: Call) -> Result:
    """A refreshed token is no longer good."""
    login = call.mock.contract.conventions.authentication.login
    if login is not None and call.operation is not None and call.operation.id == login.refresh and call.credential:
        call.mock.directory.revoke(call.credential)
    return result


@variant("one-login-at-a-time", points.RESULT, legal=_logs_in)
def _alone(result: Result, call: Call) -> Result:
    """A login ends the one before it."""
    login = call.mock.contract.conventions.authentication.login
    if login is None or call.operation is None or call.operation.id != login.operation:
        return result
    token = resolve(result.value, login.token) if isinstance(result, Document) else None
    before = call.mock.memory.get(f"{_LOGINS}/{call.payload}")
    if isinstance(before, str):
        call.mock.directory.revoke(before)
    call.mock.memory[f"{_LOGINS}/{call.payload}"] = token
    return result
