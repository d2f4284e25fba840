"""Where requests go, with what credentials and rights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

from vendorproof.contract.model import Effect
from vendorproof.errors import Place
from vendorproof.exchange.secrecy import label_of, names_a_user, secrets_in
from vendorproof.target.draft import DEFAULT

Json = Any

READ_ONLY = frozenset({Effect.READ})
"""The rights of a target that names none."""


class Environment(StrEnum):
    """What kind of account a target is."""

    SANDBOX = "sandbox"
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    MOCK = "mock"


@dataclass(frozen=True)
class Secret:
    """A secret value and the environment variable that it comes from. Shown, it is the variable's name."""

    variable: str
    value: str = field(repr=False)

    @property
    def label(self) -> str:
        """What stands in place of the value wherever something is written: `$LEADIOSA_TOKEN`."""
        return f"${self.variable}"

    def __repr__(self) -> str:
        return f"Secret({self.label})"

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Binding:
    """The real method and path of an operation whose path the documentation leaves open."""

    method: str
    path: str


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for a connection, and for the next bytes of an answer."""

    connect: float = 5.0
    read: float = 10.0


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Target:
    """One place to send requests to.

    `credentials` maps roles to ready credentials, `logins` roles to the fields of a login's body where the credential
    is got by logging in. `unset` maps roles that the targets file names, but whose environment variable is empty, to
    that variable. `ids` maps tenants ("default", "second_tenant") to known ids by resource. `values` holds path
    parameters and scoping values by name; `values_of` those that another role has instead. `bodies`, `bindings` and
    `files` go by operation id.

    `budget` is the number of requests that may leave in all, None for no limit; `rate` requests a second. `drain`
    allows using up the vendor's rate limit. `confirmed` names provocations of the contract whose requests are our
    reading of the documentation and which the tester knows to fit. `known` is a file of failures that the team accepted
    here. `proxy` is a URL. `http_url` is the plain HTTP twin of `base_url` where it is not the same without the s.

    Of one exchange: `max_seconds` until its answer is complete, `max_body_bytes` of the decoded body and
    `max_header_bytes` up to its beginning. `max_wait` is how many seconds a rate limit may make a request wait.
    """

    name: str
    vendor: str
    base_url: str
    environment: Environment
    credentials: Mapping[str, Secret] = field(default_factory=_nothing)
    logins: Mapping[str, Mapping[str, Secret]] = field(default_factory=_nothing)
    unset: Mapping[str, str] = field(default_factory=_nothing)
    allow: frozenset[Effect] = READ_ONLY
    ids: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=_nothing)
    values: Mapping[str, str] = field(default_factory=_nothing)
    values_of: Mapping[str, Mapping[str, str]] = field(default_factory=_nothing)
    bodies: Mapping[str, Json] = field(default_factory=_nothing)
    bindings: Mapping[str, Binding] = field(default_factory=_nothing)
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=_nothing)
    budget: int | None = None
    rate: float | None = None
    drain: bool = False
    confirmed: frozenset[str] = frozenset()
    known: Path | None = None
    tls_roots: Path | None = None
    proxy: Secret | None = None
    http_url: str | None = None
    timeouts: Timeouts = Timeouts()
    max_seconds: float = 15.0
    max_body_bytes: int = 4 * 1024 * 1024
    max_header_bytes: int = 64 * 1024
    max_redirects: int = 5
    max_wait: float = 120.0
    place: Place | None = field(default=None, compare=False)

    def allows(self, effect: Effect) -> bool:
        """Whether a request may have this effect."""
        return effect in self.allow

    @property
    def roles(self) -> frozenset[str]:
        """The roles that requests can be sent with, apart from "none"."""
        return frozenset(self.credentials) | frozenset(self.logins)

    def value(self, name: str, role: str = DEFAULT) -> str | None:
        """The value of a path parameter or scoping header for a role, None where only the tester would know it."""
        return self.values_of.get(role, {}).get(name, self.values.get(name))

    def known_ids(self, resource: str, tenant: str = DEFAULT) -> tuple[str, ...]:
        """The ids that the tester gave for a resource of a tenant."""
        return self.ids.get(tenant, {}).get(resource, ())

    @property
    def secrets(self) -> Mapping[str, str]:
        """Everything that no report may show, by label: credentials, what logs in, the proxy's password, and what the
        tester's own bodies call a secret. The name of a user is none; an address is hidden all the same."""
        found = {}
        for operation, body in self.bodies.items():
            for name, value in secrets_in(body):
                found[f"${label_of(name)}_OF_{re.sub(r'[^A-Za-z0-9]', '_', operation).upper()}"] = value
        found |= {secret.label: secret.value for secret in self.credentials.values()}
        for fields in self.logins.values():
            found |= {
                secret.label: secret.value
                for field, secret in fields.items()
                if not names_a_user(field) or "@" in secret.value
            }
        if self.proxy:
            parts = urlsplit(self.proxy.value)
            if parts.password:
                # Together, as they stand in base64 in the header for the proxy.
                found[self.proxy.label] = f"{unquote(parts.username or '')}:{unquote(parts.password)}"
                found[f"{self.proxy.label}_PASSWORD"] = unquote(parts.password)
        return MappingProxyType(found)
