"""The character of LeanCore's mock: its ids and tokens, and what its things look like."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from vendorproof.mock.data.character import Character, Seed
from vendorproof.mock.data.names import digest, stamp, uuid4

Json = Any

_PREFIXES = {
    "users": "usr",
    "specialists": "spc",
    "chatSessions": "ses",
    "systems": "mcp",
    "systemTools": "tool",
    "catalogSystems": "cat",
    "workspaces": "wsp",
    "threads": "thr",
    "artifacts": "art",
    "workspaceFiles": "fil",
    "projects": "prj",
    "tasks": "tsk",
}


def _identifier(resource: str, seed: bytes) -> str:
    if resource == "organizations":
        return uuid4(seed)
    return f"{_PREFIXES.get(resource, resource)}_{seed.hex()[:10]}"


def organization(tenant: str) -> str:
    """The id of a tenant's own organization: the newest of its listing."""
    return _identifier("organizations", digest("leancore", tenant, "organizations", 0))


def token(claims: Mapping[str, Json]) -> str:
    """A token in the form of a JWT (RFC 7519) that says in each part that it is none."""
    header = {"alg": "none", "typ": "JWT"}
    parts = [json.dumps(one, separators=(",", ":")).encode() for one in (header, {"iss": "fake-leancore", **claims})]
    parts.append(b"fake-signature-" + digest("leancore", *parts).hex()[:12].encode())
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


class _LeanCore(Character):
    """LeanCore's tokens and organizations are not shaped by a template."""

    def credential_for(self, role: str) -> str:
        return token({"sub": f"fake-{role}"})

    def context_value(self, name: str, tenant: str) -> str:
        return organization(tenant) if name == "orgId" else super().context_value(name, tenant)


def _named(kind: str, **fields: Json) -> Callable[[Seed], Mapping[str, Json]]:
    def filled(seed: Seed) -> Mapping[str, Json]:
        return {"name": f"Fake {kind} {seed.number}", **fields, "createdAt": stamp(seed.moment)}

    return filled


def _titled(kind: str) -> Callable[[Seed], Mapping[str, Json]]:
    return lambda seed: {"title": f"Fake {kind} {seed.number}", "createdAt": stamp(seed.moment)}


def _organization_row(seed: Seed) -> Mapping[str, Json]:
    return {"name": f"Fake organization {seed.number}", "billingEmail": f"billing{seed.number}@example.com"}


def _user(seed: Seed) -> Mapping[str, Json]:
    login = CHARACTER.values["email"].get(seed.tenant) if seed.number == 0 else None
    return {
        "email": login or f"person{seed.number}.{seed.tenant}@example.com",
        "name": f"Fake Person {seed.number}",
        "role": "admin" if seed.number == 0 else "member",
    }


def _session(seed: Seed) -> Mapping[str, Json]:
    spoken = [{"id": f"msg_{seed.id[-10:]}", "role": "user", "text": f"Fake message {seed.number}"}]
    return {"title": f"Fake session {seed.number}", "messages": spoken, "createdAt": stamp(seed.moment)}


def _file(seed: Seed) -> Mapping[str, Json]:
    return {"name": f"fake-{seed.number}.txt", "size": 10 + seed.number, "createdAt": stamp(seed.moment)}


CHARACTER = _LeanCore(
    further={"exhausted": token({"sub": "fake-exhausted"})},
    identifier=_identifier,
    rate_limits={"": 1_000_000},
    seeds={
        "organizations": _organization_row,
        "users": _user,
        "specialists": _named("specialist", instructions="Answer politely.", language="en"),
        "chatSessions": _session,
        "systems": _named("system", catalogId="cat_0001"),
        "systemTools": _named("tool"),
        "catalogSystems": _named("system"),
        "workspaces": _named("workspace", color="blue"),
        "threads": _titled("thread"),
        "artifacts": _named("artifact"),
        "workspaceFiles": _file,
        "projects": _named("project"),
        "tasks": _titled("task"),
    },
    values={
        "email": {"default": "user@example.com", "second_tenant": "second@example.com"},
        "password": {"default": "fake-password-default", "second_tenant": "fake-password-second-tenant"},
    },
)
