"""Who may call: the mock's credentials, what each may do, and the stage that looks at them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

from vendorproof.contract.conventions import Carrier
from vendorproof.contract.model import Effect
from vendorproof.mock.request.call import Call, Problem, Refused
from vendorproof.mock.request.vendor import Vendor

TENANTS = ("default", "second_tenant")
"""The two accounts whose data the mock holds."""

ROLES = ("default", "second_tenant", "read_only", "non_owner", "revoked", "expired")
"""The roles that every mock has a credential for; a vendor with environments has one for each of these too."""


@dataclass(frozen=True)
class Principal:
    """One credential: whose data it reaches, what it may do, and until when (epoch seconds; None: for ever)."""

    role: str
    credential: str
    tenant: str = "default"
    environment: str = ""
    writes: bool = True
    owner: bool = True
    revoked: bool = False
    expires: float | None = None

    def valid(self, now: float) -> bool:
        """Whether the credential is good at this time."""
        return not self.revoked and (self.expires is None or now < self.expires)


@dataclass(frozen=True)
class Decision:
    """What authentication found: who calls, or why nobody is let in. Both are None on a public operation."""

    principal: Principal | None
    problem: Problem | None = None


def principals(vendor: Vendor) -> tuple[Principal, ...]:
    """Every credential that a vendor's mock knows from the start."""
    known = {role: Principal(role, vendor.credential_for(role), environment=vendor.environment) for role in ROLES}
    known["second_tenant"] = replace(known["second_tenant"], tenant="second_tenant")
    known["read_only"] = replace(known["read_only"], writes=False, owner=False)
    known["non_owner"] = replace(known["non_owner"], owner=False)
    known["revoked"] = replace(known["revoked"], revoked=True)
    known["expired"] = replace(known["expired"], expires=0.0)
    for role, credential in vendor.further.items():
        environment = vendor.further_environments.get(role, vendor.environment)
        known[role] = Principal(role, credential, environment=environment, owner=False)
    for environment in vendor.environments:
        known[environment] = Principal(environment, vendor.credential_for(environment), environment=environment)
    return tuple(known.values())


class Directory:
    """The credentials that exist, those that a login issued later included."""

    def __init__(self, known: Iterable[Principal]) -> None:
        self._by_credential = {principal.credential: principal for principal in known}

    def find(self, credential: str) -> Principal | None:
        """Who a credential belongs to, whether it is still good or not."""
        return self._by_credential.get(credential)

    def role(self, role: str) -> Principal:
        """The credential of a role; KeyError where there is none."""
        for principal in self._by_credential.values():
            if principal.role == role:
                return principal
        raise KeyError(role)

    def issue(self, principal: Principal) -> None:
        """Adds a credential."""
        self._by_credential[principal.credential] = principal

    def revoke(self, credential: str) -> None:
        """Makes a credential useless from now on."""
        self._by_credential[credential] = replace(self._by_credential[credential], revoked=True)


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
        return Decision(None, Problem(refusal.missing or 401, "unauthorized", message, headers=_challenge(call)))
    principal = call.mock.directory.find(call.credential)
    if principal is None or not principal.valid(call.now):
        word = "unknown" if principal is None else "no longer valid"
        message = f"The credential is {word}."
        return Decision(None, Problem(refusal.invalid or 401, "unauthorized", message, headers=_challenge(call)))
    return Decision(principal)


def _challenge(call: Call) -> tuple[tuple[str, str], ...]:
    # RFC 9110, 11.6.1: a 401 names at least one scheme.
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
    if not principal.owner and operation.id in call.mock.vendor.owner_only:
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
            wanted = context.template.format(value=call.mock.vendor.context_value(context.value, call.tenant))
            if value != wanted:
                message = f"The credential does not reach what {context.header} names."
                return Problem(refusal.forbidden or 403, "forbidden", message)
    return None


def refusal_of(problem: Problem | None) -> None:
    """Raises Refused where there is a problem."""
    if problem is not None:
        raise Refused(problem)
