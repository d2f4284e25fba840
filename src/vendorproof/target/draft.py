"""A request that has not been sent: what evidence asks the client for."""

from __future__ import annotations

from dataclasses import dataclass, field

from vendorproof.contract.model import Effect

NOBODY = "none"
"""The role of a request without credentials."""

DEFAULT = "default"
"""The role of the tester's own credential."""


@dataclass(frozen=True)
class Draft:
    """One request before it is sent.

    `path` is relative to the target's base URL and percent-encoded; a query in it goes out as it stands, before
    `query`, whose names and values are plain text. `role` names the credential; `credential`, where given, is sent
    instead of the role's (a made-up one). `carrier` names a documented carrier, the first one when None. `context` says
    whether the scoping headers (X-Workspace-Id) go along; `without` names headers to leave out. `effects` are the
    rights the target must allow. `plain_http` asks for the http:// twin of the base URL, without any credential.
    `purpose` says in words what the request is for; `refusal` that it should be refused, so that whatever comes of a
    success is something that nobody wanted.

    `keep_429` takes an answer 429 (or that the quota is spent) as the evidence wanted instead of waiting and sending
    again. `pace` is False where the vendor's rate limit is to be used up: known limits are not kept, as far as the
    target allows draining. `follow` follows redirects within the same host. `tidying` removes what this run made: its
    call may be one that was set aside, and it leaves although the run's time is over.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    operation: str | None = None
    role: str = DEFAULT
    credential: str | None = field(default=None, repr=False)
    carrier: str | None = None
    context: bool = True
    without: tuple[str, ...] = ()
    effects: frozenset[Effect] = field(default=frozenset({Effect.READ}))
    plain_http: bool = False
    generated: bool = False
    purpose: str = ""
    refusal: bool = False
    keep_429: bool = False
    pace: bool = True
    follow: bool = False
    tidying: bool = False
