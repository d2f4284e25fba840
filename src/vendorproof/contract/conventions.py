"""How an API behaves across its operations, as frozen values read from conventions.yaml.

Pointers are JSON pointers (RFC 6901); "" is the whole document. `None` where the file says `unspecified`: the
documentation is silent, any sane behaviour passes and the observed choice is pinned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

Json = Any


@dataclass(frozen=True)
class Carrier:
    """One documented way to send a credential. `template` holds `{credential}`: `Bearer {credential}`."""

    name: str
    location: str
    parameter: str
    template: str = "{credential}"


@dataclass(frozen=True)
class ContextHeader:
    """A header that scopes a request beside the credential, as X-Workspace-Id does.

    `value` names the target's value for it, `variable` the environment variable that may hold it;
    `applies` selects operations; `required` is False where the documentation does not say which operations need it.
    """

    header: str
    value: str
    variable: str
    template: str = "{value}"
    applies: tuple[str, ...] = ("authenticated",)
    required: bool = True

    def written(self, value: str) -> str:
        """The header's value as the documentation writes it, also where the tester copied it so."""
        before, _, after = self.template.partition("{value}")
        return value if value.startswith(before) and value.endswith(after) else f"{before}{value}{after}"


@dataclass(frozen=True)
class Login:
    """An operation that turns account data into the credential.

    `request` maps body fields to environment variables; `token` points at the credential in the answer.
    """

    operation: str
    request: Mapping[str, str]
    token: str
    refresh: str | None = None
    verify: str | None = None


@dataclass(frozen=True)
class Refusal:
    """The documented status for each bad credential; None where the documentation names none."""

    missing: int | None = None
    invalid: int | None = None
    forbidden: int | None = None


ROLES: Final = ("default", "second_tenant", "read_only", "non_owner", "revoked", "expired")
"""The roles that credentials of every vendor can have."""


@dataclass(frozen=True)
class Authentication:
    """How a request says who sends it. `variable` is the environment variable of the default credential; `roles` are
    those of this vendor's credentials beside ROLES.
    """

    carriers: tuple[Carrier, ...]
    variable: str
    refusal: Refusal = Refusal()
    context: tuple[ContextHeader, ...] = ()
    login: Login | None = None
    roles: tuple[str, ...] = ()

    @property
    def carrier(self) -> Carrier:
        """The carrier used where a request is about something else: the first one."""
        return self.carriers[0]


@dataclass(frozen=True)
class Errors:
    """The error envelope: pointers by field name."""

    fields: Mapping[str, str] = field(default_factory=dict)


class End(StrEnum):
    """How a listing says that it has ended."""

    NULL_CURSOR = "null-cursor"
    ABSENT_CURSOR = "absent-cursor"
    NULL_LINK = "null-link"
    ABSENT_LINK = "absent-link"
    SHORT_PAGE = "short-page"
    HAS_MORE_FALSE = "has-more-false"


class Style(StrEnum):
    """How the next page is asked for: with a cursor, by how many items come before, by its number, by a link that the
    answer holds in its Link header (RFC 8288, rel=next) or in its body, or in no documented way."""

    CURSOR = "cursor"
    OFFSET = "offset"
    PAGE = "page"
    LINK_HEADER = "link-header"
    LINK_BODY = "link-body"
    NONE = "none"


@dataclass(frozen=True)
class Pagination:
    """How lists are cut into pages.

    `request` maps roles (limit, cursor, offset, page) to query parameters; `response` maps roles (items, cursor, next,
    hasMore, total) to pointers, `next` to the link of the next page. `over_maximum` is "clamp", "reject" or None;
    `first_page` is the number of the first page, None where pages have none.
    """

    style: Style
    request: Mapping[str, str]
    response: Mapping[str, str]
    default_page_size: int | None
    max_page_size: int | None
    over_maximum: str | None
    end: End | None
    applies: tuple[str, ...]
    order: str | None = None
    first_page: int | None = None

    @property
    def linked(self) -> bool:
        """Whether an answer holds the link of the next page."""
        return self.style in (Style.LINK_HEADER, Style.LINK_BODY)


@dataclass(frozen=True)
class Idempotency:
    """What a repeated key does: `on_duplicate` is "conflict", "replay" or None; `window` in seconds."""

    header: str
    on_duplicate: str | None
    window: int | None
    on_mismatch: str | None
    applies: tuple[str, ...]


@dataclass(frozen=True)
class RateLimit:
    """Where the limit shows. `presence` is "every-response", "on-429" or None; `headers` maps roles (limit,
    remaining, reset) to header names; `reset_format` is "epoch-seconds", "delta-seconds" or None;
    `retry_after` is "seconds" where a 429 must carry Retry-After; `window` in seconds."""

    presence: str | None
    headers: Mapping[str, str]
    reset_format: str | None
    retry_after: str | None
    window: int | None = None


@dataclass(frozen=True)
class Quota:
    """A fixed allowance of calls, apart from the rate: `status` when it is spent; `environments` that have one."""

    status: int
    environments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formats:
    """How values look. `timestamps` is "utc", "any-offset" or None; `ids` is "opaque-string" or None;
    `empty_fields` is "omitted", "null" or None; `empty_exceptions` are pointers where a null is legal."""

    timestamps: str | None = None
    ids: str | None = None
    empty_fields: str | None = None
    empty_exceptions: tuple[str, ...] = ()
    decimal_strings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """One kind of thing that the operations create, read, list, change and delete.

    `parameter` is the path parameter that takes its id wherever it appears, "" where no path does; `id` points at the
    id in an item; `item` points at the item in the answer of create, read and update; `items` at the array in a
    listing's answer. Operation ids are None where the documentation names no such operation. `mark` names a text field
    that may carry our mark, `change` a body of an update that shows in the item. `parent` names the resource whose id
    the paths need, `scope` the scoping value that is the id of the tester's own one.
    """

    name: str
    parameter: str
    id: str
    item: str
    items: str
    list: str | None = None
    create: str | None = None
    read: str | None = None
    update: str | None = None
    delete: str | None = None
    mark: str | None = None
    change: Mapping[str, Json] = field(default_factory=dict)
    parent: str | None = None
    scope: str | None = None


@dataclass(frozen=True)
class Step:
    """One request of a provocation; `expect` maps pointers to values that its answer must show for the next step to
    mean anything."""

    operation: str
    body: Json = None
    query: Mapping[str, str] = field(default_factory=dict)
    expect: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Provocation:
    """A documented way to a documented error: after the steps, the last answer has this status.

    `assumed` tells why the requests are our reading and not the documentation's; "" where the documentation gives them.
    """

    name: str
    status: int
    steps: tuple[Step, ...]
    assumed: str = ""


@dataclass(frozen=True)
class Versioning:
    """How changes are announced: `deprecation_header`; where the OpenAPI document is, relative to the base URL."""

    deprecation_header: str | None = None
    openapi: str | None = None


@dataclass(frozen=True)
class Transport:
    """What a plain HTTP request gets: `plain_http` is "redirect" or None."""

    plain_http: str | None = None


@dataclass(frozen=True)
class Conventions:
    """All of conventions.yaml. A section that the documentation does not touch is None or empty."""

    authentication: Authentication
    errors: Errors = Errors()
    data: str | None = None
    """Pointer to the payload of every JSON success (`/data`), None where successes have no envelope."""
    pagination: Pagination | None = None
    idempotency: Idempotency | None = None
    rate_limit: RateLimit | None = None
    quota: Quota | None = None
    formats: Formats = Formats()
    resources: Mapping[str, Resource] = field(default_factory=dict)
    provocations: Mapping[str, Provocation] = field(default_factory=dict)
    versioning: Versioning = Versioning()
    transport: Transport = Transport()

    def resource_for_parameter(self, parameter: str) -> Resource | None:
        """The resource whose id a path parameter takes."""
        for resource in self.resources.values():
            if resource.parameter == parameter:
                return resource
        return None
