"""Athena's mock: agents that run, conversations that answer, ephemeral keys, uploads, and a live view of all of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vendorproof.mock.data.character import Character, Seed
from vendorproof.mock.data.files import File
from vendorproof.mock.data.names import digest, stamp
from vendorproof.mock.data.principals import Principal
from vendorproof.mock.data.seeds import identifier
from vendorproof.mock.data.store import Row
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Data, Event, Events, Many, One, Result, refuse
from vendorproof.mock.request.vendor import Vendor
from vendorproof.mock.stages.forms import received
from vendorproof.mock.stages.handlers import create, delete, thing
from vendorproof.mock.vendors import athena_things as things

Json = Any

_PREFIXES = {
    "agents": "agent",
    "executions": "exec",
    "conversations": "conv",
    "messages": "msg",
    "attachments": "att",
    "ephemeralKeys": "ekey",
    "media": "media",
    "notifications": "note",
    "storefrontPages": "page",
    "storefrontCategories": "cat",
    "workspaces": "workspace",
}
_SHOP = "default"
"""The tenant whose rows are the storefront: everybody sees the same."""

_LONGEST_TTL = 86_400
_OWN_CODE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


def _identifier(resource: str, seed: bytes) -> str:
    return f"{_PREFIXES.get(resource, resource)}_{seed.hex()[:12]}"


def _code(code: str, status: int) -> str:
    return _OWN_CODE.sub("_", code).strip("_").lower()


# Who may call.


def _issued(call: Call, kind: str) -> tuple[str, float]:
    """A new ephemeral key of the caller's workspace, and when it ends."""
    asked = call.payload.get("ttl_seconds", 900) if isinstance(call.payload, dict) else 900
    if isinstance(asked, bool) or not isinstance(asked, int) or not 0 < asked <= _LONGEST_TTL:
        raise _invalid("ttl_seconds", f"ttl_seconds must be a whole number from 1 to {_LONGEST_TTL}.")
    key = f"eak_fake_{digest('athena', kind, call.number).hex()[:20]}"
    expires = call.now + asked
    call.mock.directory.issue(Principal(f"{kind}-{call.number}", key, call.tenant, owner=False, expires=expires))
    return key, expires


def _exchange_token(call: Call) -> Result:
    key, expires = _issued(call, "exchanged")
    return Data({"token": key, "expires_at": stamp(expires)})


def _create_key(call: Call) -> Result:
    key, expires = _issued(call, "created")
    row = create(call, "ephemeralKeys")
    kept = replace(row, body={**row.body, "key": key, "expires_at": stamp(expires)})
    call.mock.store.put(kept)
    return One(kept, 201)


def _revoke_key(call: Call) -> Result:
    row = delete(call, "ephemeralKeys")
    key = row.body.get("key")
    if isinstance(key, str):
        call.mock.directory.revoke(key)
    return Data({"id": row.id, "revoked": True}, 200)


# Executions.


def _agent_of(call: Call) -> str:
    wanted = call.arguments["agentId"]
    found = call.mock.through(points.LOOKUP, call.mock.store.find(_SHOP, "agents", wanted), call)
    if found is None:
        raise refuse(404, "agent_not_found", f"There is no agent {wanted!r} here.")
    return found.id


def _started(call: Call, number: int = 0) -> Row:
    agent = _agent_of(call)
    blueprint = call.mock.blueprint
    own = identifier(blueprint, call.tenant, "executions", f"run-{call.number}-{number}")
    body = {"id": own, **things.execution(Seed(0, call.tenant, "executions", own, "", call.now, {}, fresh=True))}
    row = Row(own, "executions", call.tenant, call.now, {**body, "agent_id": agent})
    return _kept(call, row, "running")


def _kept(call: Call, row: Row, status: str, output: Json = None) -> Row:
    """The execution in its next state, which everybody who watches the workspace hears of."""
    body = {**row.body, "status": status, "output": output, "updated_at": stamp(call.now)}
    changed = replace(row, body=body)
    call.mock.store.put(changed)
    _tell(call, f"execution.{status}", {"execution_id": row.id})
    return changed


def _finished(call: Call, row: Row) -> Row:
    _spend(call, 1)
    return _kept(call, row, "completed", {"text": "Fake answer."})


def _execute(call: Call) -> Result:
    return One(_finished(call, _started(call)))


def _preview(call: Call) -> Result:
    return Data({"agent_id": _agent_of(call), "estimated_credits": 1, "prompt": "Fake prompt"})


def _told(row: Row) -> tuple[Event, ...]:
    """The events of an execution that runs to its end."""
    words = ("Fake ", "answer.")
    return (
        Event({"type": "execution.started", "execution_id": row.id}, "started", "1"),
        *(Event({"type": "delta", "text": word}, "delta", str(number)) for number, word in enumerate(words, 2)),
        Event({"type": "execution.completed", "execution_id": row.id, "output": row.body["output"]}, "completed", "4"),
    )


def _stream(call: Call) -> Result:
    return Events(_told(_finished(call, _started(call))))


def _batch(call: Call) -> Result:
    inputs = call.payload.get("inputs") if isinstance(call.payload, dict) else None
    total = len(inputs) if isinstance(inputs, list) and inputs else 1
    events = [Event({"type": "batch.started", "total": total}, "started")]
    for number in range(1, total + 1):
        row = _finished(call, _started(call, number))
        events.append(Event({"type": "progress", "completed": number, "total": total, "id": row.id}, "progress"))
    return Events((*events, Event({"type": "batch.completed", "total": total}, "completed")))


def _continued(status: str) -> Callable[[Call], Result]:
    """What lets a waiting execution go on: one document, or events for a caller who asks for them."""

    def carry_on(call: Call) -> Result:
        row = thing(call, "executions")
        if row.body["status"] != status:
            raise refuse(409, "execution_not_waiting", f"The execution is {row.body['status']}, not {status}.")
        done = _finished(call, row)
        return Events(_told(done)) if _wants_events(call) else One(done)

    return carry_on


def _wants_events(call: Call) -> bool:
    kinds = [kind.partition(";")[0].strip().lower() for kind in (call.header("accept") or "").split(",")]
    return "text/event-stream" in kinds


def _cancel(call: Call) -> Result:
    row = thing(call, "executions")
    if row.body["status"] in ("completed", "cancelled"):
        raise refuse(409, "execution_ended", f"The execution is {row.body['status']} already.")
    return One(_kept(call, row, "cancelled"))


# Conversations.


def _open_conversation(call: Call) -> Result:
    row = create(call, "conversations")
    _tell(call, "conversation.created", {"conversation_id": row.id})
    return One(row)


def _say(call: Call) -> Result:
    said = create(call, "messages")
    own = identifier(call.mock.blueprint, call.tenant, "messages", f"reply-{call.number}")
    moment = stamp(call.now)
    reply = {"id": own, "conversation_id": said.parent, "role": "assistant", "content": "Fake reply"}
    call.mock.store.put(Row(own, "messages", said.tenant, call.now, {**reply, "created_at": moment}, said.parent))
    _spend(call, 1)
    _tell(call, "message.created", {"conversation_id": said.parent, "message_id": said.id})
    return One(said)


# Files.


def _upload(call: Call) -> Result:
    file = next((one for one in received(call).files if one.part == "file"), None)
    if file is None:
        raise _invalid("file", "The form has no file in a part named file.")
    return One(_stored(call, file), 201)


def _stored(call: Call, file: File) -> Row:
    row = create(call, "attachments")
    kept = replace(row, body={**row.body, "filename": file.name, "size": len(file.data)})
    call.mock.store.put(kept)
    call.row = kept
    return kept


def _remove_attachment(call: Call) -> Result:
    return Data({"id": delete(call, "attachments").id, "deleted": True}, 200)


# What a workspace has one of.


def _own(call: Call, what: str) -> dict[str, Json]:
    found: dict[str, Json] = call.mock.memory.setdefault(f"athena/{call.tenant}/{what}", {})
    return found


def _spend(call: Call, credits: int) -> None:
    wallet = _own(call, "credits")
    wallet["spent"] = wallet.get("spent", 0) + credits


def _credits(call: Call) -> Result:
    return Data({"balance": 10_000 - _own(call, "credits").get("spent", 0), "unit": "fake-credits"})


def _preferences(call: Call) -> Result:
    return Data({"push_enabled": True, "quiet_hours": None, **_own(call, "preferences")})


def _change_preferences(call: Call) -> Result:
    if not isinstance(call.payload, dict):
        raise _invalid("body", "The body is no object.")
    _own(call, "preferences").update(call.payload)
    return _preferences(call)


def _shop(resource: str) -> Callable[[Call], Result]:
    def listed(call: Call) -> Result:
        rows = call.mock.through(points.ROWS, call.mock.store.rows(_SHOP, resource), call)
        return Many(tuple(rows), resource)

    return listed


def _subscription_event(call: Call) -> Result:
    own = call.mock.character.context_value("workspace", call.tenant)
    if call.arguments["ws"].removeprefix("workspace:") != own:
        raise refuse(404, "workspace_not_found", f"There is no workspace {call.arguments['ws']!r} here.")
    event = call.payload.get("event") if isinstance(call.payload, dict) else None
    if not isinstance(event, dict):
        raise _invalid("event", "The body has no event.")
    known = _own(call, "subscription events")
    again = str(event.get("id")) in known
    known[str(event.get("id"))] = event
    return Data({"received": True, "duplicate": again})


def _invalid(field: str, message: str) -> Exception:
    return refuse(400, "validation_error", message, details={"field": field, "errors": [message]})


# The live view.


def _tell(call: Call, name: str, data: Json) -> None:
    """Sends an event to everybody who watches the caller's workspace."""
    for listener in call.mock.memory.get(f"athena/{call.tenant}/listeners", ()):
        listener.put_nowait({"type": name, "data": data, "timestamp": stamp(call.now)})


async def _realtime(call: Call, receive: Any, send: Any) -> None:
    """Accepts the socket and sends the workspace's events until the other side leaves."""
    events: asyncio.Queue[Json] = asyncio.Queue()
    listeners = call.mock.memory.setdefault(f"athena/{call.tenant}/listeners", [])
    listeners.append(events)
    await send({"type": "websocket.accept"})
    events.put_nowait({"type": "connected", "data": {}, "timestamp": stamp(call.now)})
    sending = asyncio.create_task(_forward(events, send))
    try:
        while (await receive())["type"] != "websocket.disconnect":
            continue
    finally:
        listeners.remove(events)
        sending.cancel()


async def _forward(events: asyncio.Queue[Json], send: Any) -> None:
    while True:
        await send({"type": "websocket.send", "text": json.dumps(await events.get())})


_SWAGGER_UI = """<!doctype html>
<html lang="en"><head><title>Swagger UI (fake)</title></head>
<body><div id="swagger-ui">The fake documentation of a mock.</div></body></html>
"""

CHARACTER = Character(
    credential="wak_fake_{role}",
    further={"ephemeral": "eak_fake_ephemeral"},
    identifier=_identifier,
    rate_limits={"": 300},
    seeds={
        "agents": things.agent,
        "executions": things.execution,
        "conversations": things.conversation,
        "messages": things.message,
        "attachments": things.attachment,
        "media": things.medium,
        "notifications": things.notification,
        "storefrontPages": things.page,
        "storefrontCategories": things.category,
    },
    long=frozenset({"agents", "conversations"}),
    exact_multiple="notifications",
    values={"ws": {tenant: f"fake-workspace-{tenant.replace('_', '-')}" for tenant in ("default", "second_tenant")}},
    code=_code,
    pages={"/swagger-ui/": _SWAGGER_UI},
)

VENDOR = Vendor(
    handlers={
        "exchangeToken": _exchange_token,
        "createEphemeralKey": _create_key,
        "revokeEphemeralKey": _revoke_key,
        "executeAgent": _execute,
        "streamAgentExecution": _stream,
        "batchExecuteAgent": _batch,
        "previewAgentExecution": _preview,
        "resumeExecution": _continued("waiting_for_input"),
        "submitToolResult": _continued("waiting_for_tool"),
        "cancelExecution": _cancel,
        "createConversation": _open_conversation,
        "sendConversationMessage": _say,
        "uploadAttachment": _upload,
        "deleteAttachment": _remove_attachment,
        "getCredits": _credits,
        "getPreferences": _preferences,
        "updatePreferences": _change_preferences,
        "listStorefrontAgents": _shop("agents"),
        "listStorefrontPages": _shop("storefrontPages"),
        "listStorefrontCategories": _shop("storefrontCategories"),
        "receiveRevenueCatEvent": _subscription_event,
    },
    sockets={"connectRealtime": _realtime},
)
