"""Contracts of made-up vendors, whose conventions contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vendorproof.contract.conventions import (
    Authentication,
    Carrier,
    ContextHeader,
    Conventions,
    End,
    Errors,
    Formats,
    Idempotency,
    Pagination,
    Quota,
    RateLimit,
    Refusal,
    Resource,
    Style,
    Transport,
    Versioning,
)
from vendorproof.contract.model import (
    Basis,
    Contract,
    DocumentedResponse,
    Effect,
    Kind,
    Level,
    Media,
    Operation,
    Parameter,
    Requirement,
)
from vendorproof.errors import Place

Json = Any

CRATE: Json = {
    "type": "object",
    "required": ["id", "label", "created_at"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "label": {"type": "string"},
        "state": {"type": "string", "enum": ["open", "shut"]},
        "weight": {"type": ["number", "null"]},
        "owner": {"type": ["string", "null"], "format": "email"},
        "created_at": {"type": "string", "format": "date-time", "readOnly": True},
        "updated_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
}
ITEM: Json = {
    "type": "object",
    "required": ["id", "crate_id", "name"],
    "properties": {
        "id": {"type": "string"},
        "crate_id": {"type": "string"},
        "name": {"type": "string"},
    },
}
NEW_CRATE: Json = {
    "type": "object",
    "required": ["label"],
    "properties": {"label": {"type": "string", "minLength": 1}, "weight": {"type": ["number", "null"]}},
}
NEW_ITEM: Json = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def operation(
    name: str,
    method: str,
    path: str,
    kind: Kind,
    *,
    success: Mapping[str, Json] | None = None,
    body: Json = None,
    query: Mapping[str, Json] | None = None,
    resource: str | None = None,
    public: bool = False,
    content_type: str = "application/json",
) -> Operation:
    """An operation; `success` maps statuses to schemas, None for no body."""
    in_path = [segment[1:-1] for segment in path.split("/") if segment.startswith("{")]
    parameters = [Parameter(one, "path", True, {"type": "string"}) for one in in_path]
    parameters += [Parameter(one, "query", False, schema) for one, schema in (query or {}).items()]
    effect = {"GET": Effect.READ, "DELETE": Effect.DELETE_OWN}.get(method, Effect.WRITE)
    responses = tuple(
        DocumentedResponse(status, (Media(content_type, schema),) if schema is not None else (), {})
        for status, schema in (success or {"200": {"type": "object"}}).items()
    )
    return Operation(
        vendor="acme",
        id=name,
        method=method,
        path=path,
        kind=kind,
        basis=Basis.STATED,
        effects=frozenset({effect}),
        tags=(path.split("/")[1],),
        parameters=tuple(parameters),
        request=(Media("application/json", body),) if body is not None else (),
        request_required=body is not None,
        responses=(*responses, DocumentedResponse("4XX", (), {})),
        public=public,
        resource=resource,
    )


def requirement(name: str, check: str, **parameters: Json) -> Requirement:
    """A requirement of the made-up vendor that a check decides."""
    return Requirement(
        id=f"acme.{name}",
        vendor="acme",
        page="acme",
        section="All",
        level=Level.MUST,
        basis=Basis.STATED,
        text=name,
        check=check,
        undecidable=None,
        on=(),
        parameters=parameters,
        fingerprint="",
        place=Place(Path("requirements.yaml")),
    )


def wrapped(schema: Json) -> Json:
    """A schema under `data`."""
    return {"type": "object", "required": ["data"], "properties": {"data": schema}}


PAGING = {"limit": {"type": "integer"}, "cursor": {"type": "string"}, "offset": {"type": "integer"}}


def operations() -> tuple[Operation, ...]:
    """What the made-up vendor offers."""
    crate, item = wrapped(CRATE), wrapped(ITEM)
    crates, items = wrapped({"type": "array", "items": CRATE}), wrapped({"type": "array", "items": ITEM})
    status = {"state": {"type": "string", "enum": ["open", "shut"]}}
    return (
        operation(
            "listCrates",
            "GET",
            "/crates",
            Kind.LIST,
            success={"200": crates},
            query={**PAGING, **status},
            resource="crates",
        ),
        operation(
            "createCrate", "POST", "/crates", Kind.CREATE, success={"201": crate}, body=NEW_CRATE, resource="crates"
        ),
        operation("readCrate", "GET", "/crates/{crateId}", Kind.READ, success={"200": crate}, resource="crates"),
        operation(
            "updateCrate",
            "PATCH",
            "/crates/{crateId}",
            Kind.UPDATE,
            success={"200": crate},
            body={"type": "object", "properties": NEW_CRATE["properties"]},
            resource="crates",
        ),
        operation(
            "deleteCrate", "DELETE", "/crates/{crateId}", Kind.DELETE, success={"204": None}, resource="crates"
        ),
        operation(
            "listItems",
            "GET",
            "/crates/{crateId}/items",
            Kind.LIST,
            success={"200": items},
            query=PAGING,
            resource="items",
        ),
        operation(
            "createItem",
            "POST",
            "/crates/{crateId}/items",
            Kind.CREATE,
            success={"201": item},
            body=NEW_ITEM,
            resource="items",
        ),
        operation("sealCrate", "POST", "/crates/{crateId}/seal", Kind.ACTION, success={"200": {"type": "object"}}),
        operation("special", "GET", "/crates/special", Kind.READ),
        operation("status", "GET", "/status", Kind.READ, public=True),
        operation(
            "watch",
            "POST",
            "/watch",
            Kind.STREAM,
            success={"200": {"type": "string"}},
            content_type="text/event-stream",
        ),
        operation("live", "GET", "/live", Kind.SOCKET, success={"101": None}),
    )


def _resource(name: str, parameter: str, **duties: Any) -> Resource:
    return Resource(name=name, parameter=parameter, id="/id", item="/data", items="/data", **duties)


RESOURCES = {
    "crates": _resource(
        "crates",
        "crateId",
        list="listCrates",
        create="createCrate",
        read="readCrate",
        update="updateCrate",
        delete="deleteCrate",
        mark="label",
    ),
    "items": _resource("items", "itemId", list="listItems", create="createItem", mark="name", parent="crates"),
}

NESTED = Errors(
    fields={
        "code": "/error/code",
        "message": "/error/message",
        "details": "/error/details",
        "timestamp": "/error/timestamp",
        "traceId": "/error/trace_id",
    },
    statuses={400: "bad", 401: "who"},
)
FLAT = Errors(fields={"code": "/code", "message": "/message", "status": "/status", "path": "/path"})

CURSORS = Pagination(
    style=Style.CURSOR,
    request={"limit": "limit", "cursor": "cursor"},
    response={"items": "/data", "cursor": "/next_cursor"},
    default_page_size=20,
    max_page_size=40,
    over_maximum=None,
    end=End.NULL_CURSOR,
    applies=("lists",),
)
OFFSETS = Pagination(
    style=Style.OFFSET,
    request={"limit": "limit", "offset": "offset"},
    response={"items": "/data", "total": "/total"},
    default_page_size=10,
    max_page_size=15,
    over_maximum="reject",
    end=End.SHORT_PAGE,
    applies=("lists",),
)

BEARER = Carrier("bearer", "header", "Authorization", "Bearer {credential}")
KEY = Carrier("key", "header", "X-Key")
QUERY = Carrier("query", "query", "apiKey")

STRICT = Conventions(
    authentication=Authentication(
        carriers=(BEARER,),
        variable="ACME_KEY",
        refusal=Refusal(401, 401, 403),
        context=(ContextHeader("X-Space", "space", "ACME_SPACE", "space:{value}"),),
    ),
    errors=NESTED,
    data="/data",
    pagination=CURSORS,
    idempotency=Idempotency("Idempotency-Key", "conflict", 86_400, None, ("creations",)),
    rate_limit=RateLimit(
        "every-response",
        {"limit": "X-Limit", "remaining": "X-Left", "reset": "X-Reset"},
        "epoch-seconds",
        "seconds",
        60,
        ("token",),
    ),
    formats=Formats("utc", "opaque-string", "omitted"),
    resources=RESOURCES,
    versioning=Versioning(openapi="/openapi.json"),
    transport=Transport(True, "redirect"),
)
LOOSE = Conventions(
    authentication=Authentication(carriers=(KEY, BEARER, QUERY), variable="ACME_KEY"),
    errors=FLAT,
    pagination=OFFSETS,
    idempotency=Idempotency("Idempotency-Key", "replay", None, None, ("creations",)),
    quota=Quota(402, ("sandbox",)),
    formats=Formats(empty_fields="null"),
    resources=RESOURCES,
)


def made_up(conventions: Conventions = STRICT, *requirements: Requirement) -> Contract:
    """The contract of the made-up vendor."""
    return Contract(
        vendor="acme",
        title="Acme",
        base_url="https://api.acme.example/v3",
        folder=Path("contracts/acme"),
        openapi={"openapi": "3.1.0", "paths": {}, "x-vendorproof": {"ours": True}},
        operations=operations(),
        conventions=conventions,
        requirements=requirements,
        questions=(),
        known=(),
        sections={},
    )
