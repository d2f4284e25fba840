"""The credentials of the mock: whose data each reaches, and what it may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vendorproof.contract.conventions import ROLES
from vendorproof.mock.data.character import Character

TENANTS = ("default", "second_tenant")
"""The two accounts whose data the mock holds."""


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


def principals(character: Character) -> tuple[Principal, ...]:
    """Every credential that a vendor's mock knows from the start."""
    known = {role: Principal(role, character.credential_for(role), environment=character.environment) for role in ROLES}
    known["second_tenant"] = replace(known["second_tenant"], tenant="second_tenant")
    known["read_only"] = replace(known["read_only"], writes=False, owner=False)
    known["non_owner"] = replace(known["non_owner"], owner=False)
    known["revoked"] = replace(known["revoked"], revoked=True)
    known["expired"] = replace(known["expired"], expires=0.0)
    for role, credential in character.further.items():
        environment = character.further_environments.get(role, character.environment)
        known[role] = Principal(role, credential, environment=environment, owner=False)
    for environment in character.environments:
        known[environment] = Principal(environment, character.credential_for(environment), environment=environment)
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
