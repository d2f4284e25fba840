"""Short ways to write literal exchanges, and the contract of a made-up vendor that they are of."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from vendorproof.checks.registry import Obligation, all_checks
from vendorproof.contract.conventions import (
    Authentication,
    Carrier,
    Conventions,
    End,
    Errors,
    Pagination,
    Refusal,
    Resource,
    Style,
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
    Requirement,
)
from vendorproof.errors import Place
from vendorproof.exchange.model import Exchange, Failure, Headers, Request, Response, Trouble

BASE = "https://api.acme.test/v1"
TOKEN: Final = "acme_live_0123456789abcdef"
"""The credential that requests carry unless they are told otherwise."""

ONCE: Final = "once"
"""In the place of an operation: the API as a whole."""

NOW: Final = 1_795_000_000.0
"""When exchanges were sent, in epoch seconds."""

_numbers = itertools.count(1)


def operation(name: str, method: str, path: str, kind: Kind, **given: Any) -> Operation:
    """A documented operation on things; `given` replaces fields."""
    usual: dict[str, Any] = {
        "vendor": "acme",
        "id": name,
        "method": method,
        "path": path,
        "kind": kind,
        "basis": Basis.STATED,
        "effects": frozenset({Effect.READ if method == "GET" else Effect.WRITE}),
        "tags": ("things",),
        "parameters": (),
        "request": (),
        "request_required": False,
        "responses": (
            DocumentedResponse("200", (Media("application/json", {"type": "object"}),), {}),
            DocumentedResponse("4XX", (Media("application/json", {"type": "object"}),), {}),
        ),
        "public": False,
        "resource": "things",
    }
    return Operation(**{**usual, **given})


OPERATIONS: Final = (
    operation("listThings", "GET", "/things", Kind.LIST),
    operation("getThing", "GET", "/things/{thingId}", Kind.READ),
    operation("createThing", "POST", "/things", Kind.CREATE),
    operation("updateThing", "PATCH", "/things/{thingId}", Kind.UPDATE),
    operation("deleteThing", "DELETE", "/things/{thingId}", Kind.DELETE),
    operation("closeThing", "POST", "/things/{thingId}/close", Kind.ACTION),
    operation("ask", "POST", "/ask", Kind.STREAM, resource=None),
    operation("listen", "GET", "/events", Kind.SOCKET, resource=None),
    operation("send", "POST", "/files", Kind.UPLOAD, resource=None),
    operation("ping", "GET", "/ping", Kind.READ, resource=None, public=True),
    operation("logIn", "POST", "/login", Kind.LOGIN, resource=None, public=True),
)

BEARER: Final = Carrier("bearer", "header", "Authorization", "Bearer {credential}")

CURSORS: Final = Pagination(
    style=Style.CURSOR,
    request={"limit": "limit", "cursor": "after"},
    response={"items": "/data", "cursor": "/page/next", "hasMore": "/page/more"},
    default_page_size=3,
    max_page_size=5,
    over_maximum=None,
    end=End.HAS_MORE_FALSE,
    applies=("lists",),
)
"""Cursors with an end signal of their own; `replace` makes others of it."""

OFFSETS: Final = Pagination(
    style=Style.OFFSET,
    request={"limit": "limit", "offset": "skip"},
    response={"items": "/data"},
    default_page_size=3,
    max_page_size=5,
    over_maximum=None,
    end=End.SHORT_PAGE,
    applies=("lists",),
)

NUMBERS: Final = replace(OFFSETS, style=Style.PAGE, request={"limit": "limit", "page": "page"}, first_page=1)
"""Pages with numbers from 1, of which a short one is the last."""

LINKS: Final = replace(
    CURSORS, style=Style.LINK_BODY, response={"items": "/data", "next": "/page/next"}, end=End.NULL_LINK
)
"""Pages with the link of the next one where CURSORS have its cursor."""


def acme(
    operations: Iterable[Operation] = OPERATIONS, *, refusal: Refusal | None = None, **conventions: Any
) -> Contract:
    """Acme's contract: bearer tokens, errors and things under keys of their own; `conventions` replaces sections."""
    authentication = Authentication((BEARER,), "ACME_TOKEN", refusal or Refusal(401, 401, 403))
    usual: dict[str, Any] = {
        "authentication": authentication,
        "errors": Errors(
            {name: f"/error/{name}" for name in ("code", "message", "id", "status", "path", "time", "details")}
        ),
        "pagination": CURSORS,
        "resources": {
            "things": Resource(
                "things",
                "thingId",
                "/id",
                "",
                "/data",
                "listThings",
                "createThing",
                "getThing",
                "updateThing",
                "deleteThing",
                "name",
            )
        },
    }
    return Contract(
        vendor="acme",
        title="Acme",
        base_url=BASE,
        folder=Path("acme"),
        openapi={},
        operations=tuple(operations),
        conventions=Conventions(**{**usual, **conventions}),
        requirements=(),
        questions=(),
        known=(),
        sections={},
    )


ACME: Final = acme()


def with_operation(name: str, contract: Contract = ACME, **changed: Any) -> Contract:
    """The contract with fields of one operation replaced."""
    operations = tuple(replace(one, **changed) if one.id == name else one for one in contract.operations)
    return replace(contract, operations=operations)


def documented(name: str, status: str, schema: Mapping[str, Any], contract: Contract = ACME) -> Contract:
    """The contract with one answer of an operation documented, as JSON of this schema, and no other."""
    return with_operation(
        name, contract, responses=(DocumentedResponse(status, (Media("application/json", schema),), {}),)
    )


def obligation(
    contract: Contract,
    check: str,
    *,
    operation: str,
    given: Mapping[str, Any] | None = None,
    basis: str = "stated",
) -> Obligation:
    """A requirement of the contract that names the check, at an operation or ONCE.

    Asserts that `with:` could hold what is given: an example with parameters that no register may have proves nothing.
    """
    parameters = all_checks()[check].parameters
    assert set(given or {}) <= set(parameters), f"{check} takes no {set(given or {}) - set(parameters)}"
    assert {name for name, parameter in parameters.items() if parameter.required} <= set(given or {})
    requirement = Requirement(
        id=f"acme.{check.partition('.')[0]}.example",
        vendor="acme",
        page="acme",
        section="Examples",
        level=Level.MUST,
        basis=Basis(basis),
        text="An example.",
        check=check,
        undecidable=None,
        on=(),
        parameters=given or {},
        fingerprint="0" * 16,
        place=Place(Path("acme/requirements.yaml"), 1),
    )
    return Obligation(contract, requirement, None if operation == ONCE else contract.operation(operation))


def exchange(
    status: int = 200,
    body: Any = None,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    *,
    operation: str | None = "getThing",
    method: str = "",
    path: str = "",
    query: Mapping[str, Any] | None = None,
    sends: Any = None,
    asks: Mapping[str, str] | None = None,
    role: str = "default",
    cut: bool = False,
    chunks: tuple[bytes, ...] = (),
    sent: float = NOW,
    elapsed: float = 0.1,
    purpose: str = "",
) -> Exchange:
    """A request of an operation (None: of a path that is none) and the answer to it.

    A `body` that is no str or bytes is JSON and says so; text and bytes stand as they are, their content type in
    `headers`. `sends` and `asks` are the body and the headers of the request.
    """
    return _exchange(
        operation,
        method,
        path,
        query,
        sends,
        asks,
        role=role,
        response=Response(status, _headers(body, headers), _bytes(body), tuple(map(len, chunks)), cut),
        sent=sent,
        elapsed=elapsed,
        purpose=purpose,
    )


def silence(
    trouble: Trouble = Trouble.TIMEOUT,
    *,
    operation: str | None = "getThing",
    query: Mapping[str, Any] | None = None,
    sent: float = NOW,
) -> Exchange:
    """A request that got no response."""
    failure = Failure(trouble, "as the transport says it")
    return _exchange(operation, "", "", query, None, None, role="default", response=None, failure=failure, sent=sent)


def _exchange(
    operation: str | None,
    method: str,
    path: str,
    query: Mapping[str, Any] | None,
    sends: Any,
    asks: Mapping[str, str] | None,
    *,
    role: str,
    **others: Any,
) -> Exchange:
    known = next((one for one in OPERATIONS if one.id == operation), None)
    where = path or (known.path.replace("{thingId}", "t1") if known else "/nowhere")
    credential = {} if role == "none" else {"Authorization": f"Bearer {TOKEN}"}
    return Exchange(
        number=next(_numbers),
        vendor="acme",
        operation=operation,
        role=role,
        request=Request(
            method or (known.method if known else "GET"),
            f"{BASE}{where}" + (f"?{urlencode(query)}" if query else ""),
            Headers(tuple({**credential, **(asks or {})}.items())),
            _bytes(sends),
        ),
        **others,
    )


def _bytes(body: Any) -> bytes:
    match body:
        case None:
            return b""
        case bytes():
            return body
        case str():
            return body.encode()
        case _:
            return json.dumps(body).encode()


def _headers(body: Any, headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> Headers:
    told = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
    if body is None or isinstance(body, str | bytes) or any(name.lower() == "content-type" for name, _ in told):
        return Headers(told)
    return Headers((("Content-Type", "application/json"), *told))


def page(*ids: Any, more: bool | None = None, next: Any = None, key: str = "data", **given: Any) -> Exchange:
    """One page of things under CURSORS, with these ids; `more` None leaves it out."""
    told = {"next": next} if more is None else {"next": next, "more": more}
    given.setdefault("operation", "listThings")
    return exchange(200, {key: [{"id": one} for one in ids], "page": told}, **given)


def error(status: int, code: Any = "wrong", message: str = "That is wrong.", **given: Any) -> Exchange:
    """An error in Acme's envelope; keywords that `exchange` does not know are further fields of it."""
    known = {name: given.pop(name) for name in tuple(given) if name in ("id", "status_", "path_", "time", "details")}
    fields = {name.rstrip("_"): value for name, value in known.items()}
    return exchange(status, {"error": {"code": code, "message": message, **fields}}, **given)
