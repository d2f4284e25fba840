"""The data that a vendor's mock has and its contract cannot say."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from vendorproof.mock.data.names import short_id

Json = Any


@dataclass(frozen=True)
class Seed:
    """What a vendor's module fills a row from: its number in the listing (0 is the newest), whose it is, and the row as
    its schema alone makes it. `fresh` rows are made by a caller, the others are there from the start."""

    number: int
    tenant: str
    resource: str
    id: str
    parent: str
    moment: float
    body: Mapping[str, Json]
    fresh: bool = False


Filler = Callable[[Seed], Mapping[str, Json]]


@dataclass(frozen=True)
class Character:
    """The character of one vendor's mock; every field has a default that fits any contract.

    `credential` is the shape of its keys with `{role}`; `environment` the default key's and `environments` those that
    a key exists for; `further` maps more roles to keys of another shape, `further_environments` such a role to the
    environment of its key where that is not the default one. `identifier(resource, digest)` writes an id from a
    digest. `rate_limits` maps an environment, or "", to requests a window; `quota` is the allowance of calls of a key
    whose environment has one. `owner_only` names operations. `seeds` fills fields of a resource's seed rows; the
    listings of `long` resources do not fit on the largest page (None: of all). `pages` are HTML documents by path, open
    to everybody. `values` are what only a tester knows, by name and tenant; `bodies` requests by operation, in which
    "{RESOURCE}" stands for the id of a thing that is there. `code(code, status)` writes an error code from the mock's
    own, which is in snake case.
    """

    credential: str = "fake-key-{role}"
    environment: str = ""
    environments: tuple[str, ...] = ()
    further: Mapping[str, str] = field(default_factory=dict)
    further_environments: Mapping[str, str] = field(default_factory=dict)
    identifier: Callable[[str, bytes], str] = short_id
    rate_limits: Mapping[str, int] = field(default_factory=dict)
    quota: int = 100
    owner_only: frozenset[str] = frozenset()
    seeds: Mapping[str, Filler] = field(default_factory=dict)
    long: frozenset[str] | None = None
    exact_multiple: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bodies: Mapping[str, Json] = field(default_factory=dict)
    code: Callable[[str, int], str] | None = None

    def credential_for(self, role: str) -> str:
        """The credential of a role, visibly fake."""
        return self.credential.format(role=role)

    def rate_limit(self, environment: str) -> int:
        """Requests a window for a key of this environment."""
        return self.rate_limits.get(environment, self.rate_limits.get("", 300))

    def context_value(self, name: str, tenant: str) -> str:
        """What a tenant puts for a value that scopes requests."""
        return self.values.get(name, {}).get(tenant, f"fake-{name}-{tenant}".replace("_", "-"))


@cache
def module_of(vendor: str) -> ModuleType | None:
    """The module of what a vendor's contract cannot say, None where it has none."""
    name = f"vendorproof.mock.vendors.{vendor.replace('-', '_')}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None


def character_of(vendor: str) -> Character:
    """The `CHARACTER` of a vendor's module, the defaults where there is none."""
    character: Character = getattr(module_of(vendor), "CHARACTER", Character())
    return character
