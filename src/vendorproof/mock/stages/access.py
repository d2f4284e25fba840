"""Who may call: the mock's credentials, what each may do, and the stage that looks at them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import unquote

from vendorproof.contract.conventions import Carrier
from vendorproof.contract.model import Effect
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Decision, Fields, Problem, Refused


@lru_cache(maxsize=64)
def _pattern(template: str) -> re.Pattern[str]:
    before, _, after = template.partition("{credential}")
    scheme = r"\s+".join(re.escape(word) for word in before.split(" "))
    return re.compile(f"{scheme}(?P<credential>\\S+){re.escape(after)}", re.IGNORECASE)


def carried(call: Call, carriers: Iterable[Carrier]) -> tuple[Carrier, str] | None:
    """The first documented carrier that the request fills, with the credential in it."""
    for carrier in carriers:
        value = _values(call, carrier)
        if value is None:
            continue
        match = _pattern(carrier.template).fullmatch(value.strip())
        if match:
            return carrier, match["credential"]
    return None


def _values(call: Call, carrier: Carrier) -> str | None:
    match carrier.location:
        case "header":
            return call.header(carrier.parameter)
        case "query":
            return call.query.get(carrier.parameter)
        case _:
            return _cookies(call.header("cookie") or "").get(carrier.parameter)


def _cookies(header: str) -> Mapping[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: unquote(value) for name, _, value in pairs if name}


def decide(call: Call) -> Decision:
    """Whether the request's credential is good."""
    refusal = call.mock.contract.conventions.authentication.refusal
    if call.credential is None:
        message = "No credential was sent, or not in a documented way."
        return Decision(None, Problem(refusal.missing or 401, "unauthorized", message, headers=challenge(call)))
    principal = call.mock.directory.find(call.credential)
    if principal is None or not principal.valid(call.now):
        word = "unknown" if principal is None else "no longer valid"
        message = f"The credential is {word}."
        return Decision(None, Problem(refusal.invalid or 401, "unauthorized", message, headers=challenge(call)))
    return Decision(principal)


def challenge(call: Call) -> Fields:
    """The header with which a 401 names its scheme (RFC 9110, 11.6.1)."""
    carrier = call.mock.contract.conventions.authentication.carrier
    scheme = carrier.template.partition("{credential}")[0].strip() or "ApiKey"
    return (("WWW-Authenticate", f'{scheme} realm="{call.mock.contract.vendor}"'),)


def permission(call: Call) -> Problem | None:
    """Why this caller may not do this, None where it may."""
    principal, operation = call.principal, call.operation
    if principal is None or operation is None:
        return None
    forbidden = call.mock.contract.conventions.authentication.refusal.forbidden or 403
    if not principal.writes and operation.effects - {Effect.READ}:
        return Problem(forbidden, "forbidden", "This credential may only read.")
    if not principal.owner and operation.id in call.mock.character.owner_only:
        return Problem(forbidden, "forbidden", "Only the owner may do this.")
    return None


def scoping(call: Call) -> Problem | None:
    """What is wrong with the headers that scope the request, None where they fit the credential."""
    refusal = call.mock.contract.conventions.authentication.refusal
    for context in call.mock.blueprint.context_for(call.operation):
        value = call.header(context.header)
        if value is None:
            if context.required:
                return Problem(400, "missing_context", f"The header {context.header} is missing.")
            continue
        if call.principal is not None:
            wanted = context.template.format(value=call.mock.character.context_value(context.value, call.tenant))
            if value != wanted:
                message = f"The credential does not reach what {context.header} names."
                return Problem(refusal.forbidden or 403, "forbidden", message)
    return None


def refusal_of(problem: Problem | None) -> None:
    """Raises Refused where there is a problem."""
    if problem is not None:
        raise Refused(problem)
