"""Lies about tokens that operations issue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from vendorproof.contract.conventions import Login
from vendorproof.contract.model import Contract
from vendorproof.contract.pointer import resolve
from vendorproof.contract.select import select
from vendorproof.errors import InternalError
from vendorproof.mock.data.names import digest
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.rewrite import edited, without
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Decision, Problem

Json = Any


def _login(contract: Contract) -> Login:
    login = contract.conventions.authentication.login
    if login is None:
        raise InternalError(f"a lie about logins was told to {contract.vendor}, which has none")
    return login


def _at_login(contract: Contract) -> Iterable[str]:
    login = contract.conventions.authentication.login
    return [login.operation] if login else []


def _at_refresh(contract: Contract) -> Iterable[str]:
    login = contract.conventions.authentication.login
    return [login.refresh] if login and login.refresh else []


def _at_verification(contract: Contract) -> Iterable[str]:
    login = contract.conventions.authentication.login
    return [login.verify] if login and login.verify else []


@fault(
    "logs-in-without-a-token",
    at=points.DOCUMENT,
    breaks=[Break("auth.login_issues_token", "no-token")],
    on=_at_login,
)
def _no_token(document: Json, call: Call) -> Json:
    """A good login gets an answer without a token."""
    return without(document, _login(call.mock.contract).token)


@fault(
    "issues-tokens-that-are-no-jwt",
    at=points.DOCUMENT,
    breaks=[Break("auth.token_is_jwt", "not-a-jwt")],
    on=_at_login,
)
def _opaque(document: Json, call: Call) -> Json:
    """A login's token is a word without parts."""
    pointer = _login(call.mock.contract).token
    principal = call.mock.directory.find(str(resolve(document, pointer)))
    token = f"fake_{digest('opaque', call.number).hex()[:32]}"
    if principal is not None:
        call.mock.directory.issue(replace(principal, credential=token))
    return edited(document, pointer, lambda _: token)


@fault(
    "lets-a-wrong-password-in",
    at=points.FINDINGS,
    breaks=[Break("auth.wrong_password_refused", "accepted")],
    on=_at_login,
)
def _wrong_password(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """A login with any password gets a token."""
    if isinstance(call.payload, dict) and not findings:
        names = _login(call.mock.contract).request
        right = {name: call.mock.character.context_value(name, "default") for name in names}
        call.payload = {**call.payload, **right}
    return findings


@fault(
    "fails-on-a-wrong-password",
    at=points.PROBLEM,
    breaks=[Break("auth.wrong_password_refused", "not-refused")],
    on=_at_login,
)
def _fails(problem: Problem, call: Call) -> Problem:
    """A login with a wrong password breaks the server."""
    return replace(problem, status=500, code="internal_error") if problem.status == 401 else problem


@fault(
    "refreshes-to-a-token-that-is-refused",
    at=points.DOCUMENT,
    breaks=[Break("auth.refresh_issues_token", "token-refused")],
    on=_at_refresh,
)
def _dead(document: Json, call: Call) -> Json:
    """The token of a refresh is good for nothing."""
    call.mock.directory.revoke(str(resolve(document, _login(call.mock.contract).token)))
    return document


def _let_in(decision: Decision, call: Call) -> Decision:
    return Decision(call.mock.directory.role("default")) if decision.problem and call.credential else decision


@fault(
    "calls-every-token-valid",
    at=points.DECISION,
    breaks=[Break("auth.verify_refuses", "called-valid")],
    on=_at_verification,
)
def _all_valid(decision: Decision, call: Call) -> Decision:
    """The verification calls a token valid that was never issued."""
    return _let_in(decision, call)


def _says_nothing(document: Json, call: Call) -> Json:
    return {"checked": "yes"}


@fault(
    "tells-nothing-of-a-token",
    at=points.DECISION,
    breaks=[Break("auth.verify_refuses", "told-alike")],
    on=_at_verification,
    also=[(points.DOCUMENT, _says_nothing)],
)
def _tells_nothing(decision: Decision, call: Call) -> Decision:
    """The verification answers the same to a good token and to one that was never issued."""
    return _let_in(decision, call)


@fault(
    "calls-a-good-token-bad",
    at=points.DOCUMENT,
    breaks=[Break("auth.verify_accepts", "called-bad")],
    on=_at_verification,
)
def _called_bad(document: Json, call: Call) -> Json:
    """The verification says of every token that it is not valid."""
    told = {key: False if value is True else value for key, value in document.items()}
    return {**told, "valid": False}


def _at_the_caller(contract: Contract) -> Iterable[str]:
    wanted = [one for one in contract.requirements if one.check == "identity.caller_shown"]
    return [operation.id for requirement in wanted for operation in select(contract, requirement.on)]


@fault(
    "shows-another-user-as-the-caller",
    at=points.DOCUMENT,
    breaks=[Break("identity.caller_shown", "another-user")],
    on=_at_the_caller,
)
def _another_caller(document: Json, call: Call) -> Json:
    """Whoever asks who they are gets somebody else."""
    emails = [key for key, value in document.items() if isinstance(value, str) and "@" in value]
    return {**document, **dict.fromkeys(emails, "somebody.else@example.invalid")}
