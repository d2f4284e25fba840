"""Leadiosa's mock: conversations that close, a workspace for its owner alone, and what its things look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vendorproof.mock.data.character import Character, Seed
from vendorproof.mock.data.names import stamp
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import One, Result, refuse
from vendorproof.mock.request.vendor import Vendor
from vendorproof.mock.stages.handlers import thing

Json = Any

_PREFIXES = {
    "conversations": "conv",
    "messages": "msg",
    "contacts": "con",
    "notes": "note",
    "knowledge": "art",
    "webhooks": "wh",
    "audit": "evt",
    "workspace": "ws",
    "subscription": "sub",
}
_MEMBERS = tuple(f"member_{number}" for number in range(1, 6))


def _identifier(resource: str, seed: bytes) -> str:
    return f"{_PREFIXES.get(resource, resource)}_{seed.hex()[:10]}"


def _moments(seed: Seed) -> dict[str, Json]:
    return {"created_at": stamp(seed.moment), "updated_at": stamp(seed.moment)}


def _conversation(seed: Seed) -> Mapping[str, Json]:
    open_ = seed.fresh or seed.number % 4 != 3
    return {
        "subject": f"Fake question {seed.number}",
        "status": "open" if open_ else "closed",
        "assignee_id": None if seed.fresh or seed.number % 2 else _MEMBERS[seed.number % len(_MEMBERS)],
        "channel": ("email", "chat", "phone")[seed.number % 3],
        "message_count": seed.number % 7,
        **_moments(seed),
    }


def _message(seed: Seed) -> Mapping[str, Json]:
    return {
        "conversation_id": seed.parent,
        "text": f"Fake message {seed.number}",
        "author": {"type": "member" if seed.fresh else "contact", "name": f"Fake Person {seed.number % 9}"},
        "attachment_url": None if seed.number % 3 else f"https://files.example.com/{seed.number}.png",
        "created_at": stamp(seed.moment),
    }


def _contact(seed: Seed) -> Mapping[str, Json]:
    return {
        "name": f"Fake Person {seed.number}",
        "email": f"person{seed.number}@example.com",
        "phone": None if seed.number % 2 else f"+1-555-01{seed.number % 100:02d}",
        "attributes": {"plan": "fake", "seats": seed.number % 10},
        **_moments(seed),
    }


def _note(seed: Seed) -> Mapping[str, Json]:
    return {
        "conversation_id": seed.parent,
        "text": f"Fake note {seed.number}",
        "author_id": _MEMBERS[seed.number % len(_MEMBERS)],
        "created_at": stamp(seed.moment),
    }


def _article(seed: Seed) -> Mapping[str, Json]:
    return {
        "title": f"Fake article {seed.number}",
        "content": f"Fake content of article {seed.number}.",
        "source_url": None if seed.fresh or seed.number % 3 else f"https://help.example.com/{seed.number}",
        "chunk_count": 1 + seed.number % 5,
        **_moments(seed),
    }


def _webhook(seed: Seed) -> Mapping[str, Json]:
    return {
        "url": f"https://hooks.example.com/{seed.number}",
        "events": ["conversation.created", "message.created"],
        "secret": f"whsec_fake_{seed.id[-6:]}",
        "disabled_at": None if seed.fresh or seed.number % 5 else stamp(seed.moment),
        "created_at": stamp(seed.moment),
    }


def _event(seed: Seed) -> Mapping[str, Json]:
    return {
        "action": ("conversation.updated", "token.minted", "contact.erased")[seed.number % 3],
        "actor_id": _MEMBERS[seed.number % len(_MEMBERS)],
        "reason": None if seed.number % 2 else "Fake reason",
        "created_at": stamp(seed.moment),
    }


def _workspace(seed: Seed) -> Mapping[str, Json]:
    return {"name": f"Fake workspace {seed.tenant}", "status": "active", "closed_at": None, **_moments(seed)}


def _subscription(seed: Seed) -> Mapping[str, Json]:
    return {
        "plan": "fake-growth",
        "billing_cycle": {"interval": "month", "started_at": stamp(seed.moment)},
        "ai_tokens": {"used": 1234, "included": 100_000},
        "cancelled_at": None,
    }


def _may_assign(call: Call) -> None:
    """A closed conversation takes no assignee, and nobody is assigned who is no member."""
    assignee = call.payload.get("assignee_id")
    if assignee is None:
        return
    if thing(call, "conversations").body["status"] == "closed":
        raise refuse(409, "conversation_closed", "A closed conversation takes no assignee_id.")
    if assignee not in _MEMBERS:
        raise refuse(422, "unknown_member", f"assignee_id {assignee!r} is no member of this workspace.")


def _archive_status(call: Call) -> Result:
    row = thing(call, "workspace")
    closed = row.body["status"] == "closed"
    shown = {"id": row.id, "archived": closed, "closed_at": row.body["closed_at"]}
    return One(replace(row, body=shown))


def _turn_workspace(call: Call, status: str) -> Result:
    row = thing(call, "workspace")
    closed_at = stamp(call.now) if status == "closed" else None
    changed = replace(row, body={**row.body, "status": status, "closed_at": closed_at, "updated_at": stamp(call.now)})
    call.mock.store.put(changed)
    return One(changed)


CHARACTER = Character(
    credential="fake-leadiosa-token-{role}",
    identifier=_identifier,
    rate_limits={"": 300},
    owner_only=frozenset({"getWorkspace", "getArchiveStatus", "closeWorkspace", "restoreWorkspace"}),
    seeds={
        "conversations": _conversation,
        "messages": _message,
        "contacts": _contact,
        "notes": _note,
        "knowledge": _article,
        "webhooks": _webhook,
        "audit": _event,
        "workspace": _workspace,
        "subscription": _subscription,
    },
    exact_multiple="knowledge",
)

VENDOR = Vendor(
    handlers={
        "getArchiveStatus": _archive_status,
        "closeWorkspace": lambda call: _turn_workspace(call, "closed"),
        "restoreWorkspace": lambda call: _turn_workspace(call, "active"),
    },
    guards={"updateConversation": _may_assign},
)
