"""LeanCore's mock: logins that issue tokens, organizations and their users, chats that cost credits, files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vendorproof.mock.data.names import digest, stamp
from vendorproof.mock.data.principals import Principal
from vendorproof.mock.data.store import Row
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Document, Event, Events, Many, One, Result, refuse
from vendorproof.mock.request.vendor import Vendor
from vendorproof.mock.stages.forms import received
from vendorproof.mock.stages.handlers import create, listing, thing
from vendorproof.mock.stages.render import item
from vendorproof.mock.vendors.leancore_character import CHARACTER, organization, token

Json = Any

_LIFE = 3_600.0
_PAGE = 20
_CREDITS = 1_000
_ACCOUNTS = "leancore.accounts"
_NOBODY_FITS = "The email or the password is wrong."


@dataclass(frozen=True)
class _Account:
    """Who a login belongs to."""

    password: str
    tenant: str


# Tokens.


def _accounts(call: Call) -> dict[str, _Account]:
    """The logins by email, those that a registration made included."""
    values = CHARACTER.values
    seeded = {
        values["email"][tenant]: _Account(values["password"][tenant], tenant) for tenant in ("default", "second_tenant")
    }
    accounts: dict[str, _Account] = call.mock.memory.setdefault(_ACCOUNTS, seeded)
    return accounts


def _issued(call: Call, principal: Principal) -> str:
    """A fresh token for somebody, good for an hour."""
    ends = call.now + _LIFE
    claims = {"sub": principal.role, "org": organization(principal.tenant), "exp": int(ends), "jti": call.number}
    issued = token(claims)
    call.mock.directory.issue(replace(principal, credential=issued, expires=ends))
    return issued


def _log_in(call: Call) -> Result:
    account = _accounts(call).get(call.payload["email"])
    if account is None or account.password != call.payload["password"]:
        raise refuse(401, "unauthorized", _NOBODY_FITS)
    return Document({"accessToken": _issued(call, Principal(account.tenant, "", tenant=account.tenant))})


def _refresh(call: Call) -> Result:
    assert call.principal is not None
    return Document({"accessToken": _issued(call, call.principal)})


def _register(call: Call) -> Result:
    """A new organization that holds nothing yet, and somebody who can log in to it."""
    name, email, password = (call.payload.get(key) for key in ("organizationName", "email", "password"))
    if not (name and email and password):
        raise refuse(400, "validation_error", "organizationName, email and password are needed.")
    if email in _accounts(call):
        raise refuse(400, "validation_error", f"The email {email!r} is taken.")
    tenant = f"registered-{call.number}"
    store = call.mock.store
    for resource in call.mock.contract.conventions.resources:
        for row in store.rows(tenant, resource):
            store.remove(row)
    body = {"id": organization(tenant), "name": name, "billingEmail": email}
    store.put(Row(organization(tenant), "organizations", tenant, call.now, body))
    _accounts(call)[email] = _Account(password, tenant)
    return Document({"organizationId": organization(tenant)}, 201)


def _me(call: Call) -> Result:
    assert call.principal is not None
    rows = call.mock.store.rows(call.tenant, "users")
    role = "admin" if call.principal.owner else "viewer"
    return Document({**(rows[0].body if rows else {}), "role": role})


# Specialists and chats.


def _specialists(call: Call) -> Result:
    """The listing in pages, in a way that the documentation does not tell."""
    number = int(call.query["page"]) if call.query.get("page", "").isdigit() else 1
    rows = listing(call, "specialists")
    shown = [item(call, row) for row in rows[max(number - 1, 0) * _PAGE : max(number, 1) * _PAGE]]
    return Document({"specialists": shown, "page": max(number, 1), "pageSize": _PAGE, "total": len(rows)})


def _wizard(call: Call) -> Result:
    """A specialist made of a description."""
    _must_afford(call)
    text = call.payload.get("description")
    if not isinstance(text, str) or not text:
        raise refuse(400, "validation_error", "The field description is missing.")
    row = create(call, "specialists")
    made = replace(row, body={"id": row.id, "name": text[:40], "instructions": text, "createdAt": stamp(call.now)})
    if call.mock.store.find(row.tenant, row.resource, row.id) is not None:
        call.mock.store.put(made)
    return One(made)


def _must_afford(call: Call) -> None:
    if _balance(call) <= 0:
        raise refuse(402, "budget_exhausted", "The budget is exhausted.")


def _balance(call: Call) -> int:
    if call.principal is not None and call.principal.role == "exhausted":
        return 0
    return int(call.mock.memory.get(f"leancore.credits.{call.tenant}", _CREDITS))


def _send(call: Call) -> Row:
    """A message and its answer in a session, a new one where the request names none; it costs a credit."""
    _must_afford(call)
    text = call.payload.get("message") if isinstance(call.payload, dict) else None
    if not isinstance(text, str) or not text:
        raise refuse(400, "validation_error", "The field message is missing.")
    wanted = call.payload.get("sessionId")
    row = None if wanted is None else call.mock.store.find(call.tenant, "chatSessions", str(wanted))
    if wanted is not None and row is None:
        raise refuse(404, "session_not_found", f"There is no session {wanted!r} here.")
    if row is None:
        made = create(call, "chatSessions")
        row = replace(made, body={"id": made.id, "title": text[:40], "messages": [], "createdAt": stamp(call.now)})
    seed = digest("leancore", "message", call.number).hex()
    spoken = [
        {"id": f"msg_{seed[:10]}", "role": "user", "text": text},
        {"id": f"msg_{seed[10:20]}", "role": "assistant", "text": f"Fake answer to: {text}"},
    ]
    kept = replace(row, body={**row.body, "messages": [*(row.body.get("messages") or ()), *spoken]})
    call.mock.store.put(kept)
    call.mock.memory[f"leancore.credits.{call.tenant}"] = _balance(call) - 1
    return kept


def _stream(call: Call) -> Result:
    session = _send(call)
    words = str(session.body["messages"][-1]["text"]).split(" ")
    return Events((*(Event({"text": f"{word} "}) for word in words), Event({"sessionId": session.id}, name="done")))


def _sessions(call: Call) -> Result:
    rows = listing(call, "chatSessions")
    bare = [{key: value for key, value in row.body.items() if key != "messages"} for row in rows]
    return Many(tuple(replace(row, body=body) for row, body in zip(rows, bare, strict=True)), "chatSessions")


def _chat_upload(call: Call) -> Result:
    name, size = _uploaded(call)
    return Document({"id": f"fil_{digest('leancore', call.number).hex()[:10]}", "name": name, "size": size})


def _workspace_upload(call: Call) -> Result:
    name, size = _uploaded(call)
    row = create(call, "workspaceFiles")
    made = replace(row, body={"id": row.id, "name": name, "size": size, "createdAt": stamp(call.now)})
    if call.mock.store.find(row.tenant, row.resource, row.id) is not None:
        call.mock.store.put(made)
    return One(made, 201)


def _uploaded(call: Call) -> tuple[str, int]:
    """The name and size of the one file of an upload."""
    files = [file for file in received(call).files if file.part == "file"]
    if not files:
        raise refuse(400, "validation_error", "The part file is missing.")
    return files[0].name, len(files[0].data)


# Systems and money.


def _sync(call: Call) -> Result:
    system = thing(call, "systems")
    return Document({"synced": len(call.mock.store.rows(call.tenant, "systemTools", system.id))})


def _usage(call: Call) -> Result:
    return Document([{"date": stamp(call.now)[:10], "credits": _CREDITS - _balance(call)}])


def _grant(call: Call) -> Result:
    amount = call.payload.get("amount") if isinstance(call.payload, dict) else None
    if not isinstance(amount, int) or amount < 1:
        raise refuse(400, "validation_error", "The field amount must be a whole number from 1.")
    call.mock.memory[f"leancore.credits.{call.tenant}"] = _balance(call) + amount
    return Document({"balance": _balance(call)})


def _alerts(call: Call) -> list[Json]:
    """The tenant's alerts, to be changed in place."""
    first = [{"id": f"alr_{number:04}", "acknowledged": False} for number in (1, 2, 3)]
    alerts: list[Json] = call.mock.memory.setdefault(f"leancore.alerts.{call.tenant}", first)
    return alerts


def _acknowledge(call: Call) -> Result:
    wanted = call.payload.get("alertId") if isinstance(call.payload, dict) else None
    for alert in _alerts(call):
        if alert["id"] == wanted:
            alert["acknowledged"] = True
            return Document(alert)
    raise refuse(404, "alert_not_found", f"There is no alert {wanted!r} here.")


def _circuit(call: Call) -> bool:
    return bool(call.mock.memory.get(f"leancore.circuit.{call.tenant}", False))


def _toggle(call: Call) -> Result:
    call.mock.memory[f"leancore.circuit.{call.tenant}"] = not _circuit(call)
    return Document({"open": _circuit(call)})


def _needs_organization(call: Call) -> None:
    if call.header("x-org-id") is None:
        raise refuse(400, "organization_missing", "The header X-Org-Id is missing.")


def _own_organization(call: Call) -> None:
    """The tenant's own organization has its id wherever the rows have other ones."""
    rows = call.mock.store.rows(call.tenant, "organizations")
    if rows and call.arguments.get("orgId") == organization(call.tenant):
        call.arguments = {**call.arguments, "orgId": rows[0].id}


_OF_ORGANIZATIONS = (
    "getOrganization",
    "updateOrganization",
    "updateBillingEmail",
    "listSystems",
    "connectSystem",
    "updateSystem",
    "disconnectSystem",
    "syncSystemTools",
    "listSystemTools",
)
_SCOPED = (
    "listUsers",
    "listSpecialists",
    "listChatSessions",
    "listWorkspaces",
    "listProjects",
    "listTasks",
    "getCreditBalance",
)

VENDOR = Vendor(
    handlers={
        "login": _log_in,
        "refreshToken": _refresh,
        "verifyToken": lambda call: Document({"valid": True}),
        "register": _register,
        "getCurrentUser": _me,
        "listSpecialists": _specialists,
        "runSpecialistWizard": _wizard,
        "streamChatMessage": _stream,
        "sendChatMessage": lambda call: Document({"sessionId": _send(call).id}),
        "listChatSessions": _sessions,
        "uploadChatFile": _chat_upload,
        "syncSystemTools": _sync,
        "getCreditBalance": lambda call: Document({"balance": _balance(call)}),
        "getCreditUsage": _usage,
        "grantCredits": _grant,
        "getCapacity": lambda call: Document({"capacity": _CREDITS, "used": _CREDITS - _balance(call)}),
        "getBudgetAlerts": lambda call: Document(list(_alerts(call))),
        "acknowledgeAlert": _acknowledge,
        "getCircuit": lambda call: Document({"open": _circuit(call)}),
        "toggleCircuit": _toggle,
        "uploadWorkspaceFile": _workspace_upload,
    },
    guards={
        **{operation: _needs_organization for operation in _SCOPED},
        **{operation: _own_organization for operation in _OF_ORGANIZATIONS},
    },
)
