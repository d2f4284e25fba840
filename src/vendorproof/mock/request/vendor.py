"""What a vendor's mock does that its contract cannot say."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendorproof.mock.data.names import short_id

if TYPE_CHECKING:
    from vendorproof.mock.data.seeds import Seed
    from vendorproof.mock.request.call import Call, Problem, Result

Json = Any
Handler = Callable[["Call"], "Result"]
Socket = Callable[["Call", Any, Any], Awaitable[None]]
Filler = Callable[["Seed"], Mapping[str, Json]]


@dataclass(frozen=True)
class Vendor:
    """The character of one vendor's mock; every field has a default that fits any contract.

    `credential` is the shape of its keys with `{role}`; `environment` the default key's and `environments` those that
    a key exists for; `further` maps more roles to keys of another shape, `further_environments` such a role to the
    environment of its key where that is not the default one. `identifier(resource, digest)` writes an id from a
    digest. `rate_limits` maps an environment, or "", to requests a window; `quota` is the allowance of calls of a key
    whose environment has one. `owner_only` names operations. `handlers` and `sockets` answer operations by id before
    the generic ones; `before` may refuse a request that a generic handler answers. `seeds` fills fields of a resource's
    seed rows; the listings of `long` resources do not fit on the largest page (None: of all). `pages` are
    HTML documents by path, open to everybody. `values` are what only a tester knows, by name and tenant; `bodies`
    requests by operation, in which "{RESOURCE}" stands for the id of a thing that is there. `code` writes an error
    code.
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
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    before: Mapping[str, Callable[[Call], None]] = field(default_factory=dict)
    sockets: Mapping[str, Socket] = field(default_factory=dict)
    seeds: Mapping[str, Filler] = field(default_factory=dict)
    long: frozenset[str] | None = None
    exact_multiple: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bodies: Mapping[str, Json] = field(default_factory=dict)
    code: Callable[[Problem], str] | None = None

    def credential_for(self, role: str) -> str:
        """The credential of a role, visibly fake."""
        return self.credential.format(role=role)

    def rate_limit(self, environment: str) -> int:
        """Requests a window for a key of this environment."""
        return self.rate_limits.get(environment, self.rate_limits.get("", 300))

    def context_value(self, name: str, tenant: str) -> str:
        """What a tenant puts for a value that scopes requests."""
        return self.values.get(name, {}).get(tenant, f"fake-{name}-{tenant}".replace("_", "-"))


def vendor_for(name: str) -> Vendor:
    """The character of a vendor's mock: its module's, or the defaults where it has none."""
    module = f"vendorproof.mock.vendors.{name.replace('-', '_')}"
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return Vendor()
    vendor: Vendor = found.VENDOR
    return vendor
