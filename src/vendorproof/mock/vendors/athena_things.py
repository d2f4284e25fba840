"""What the things of Athena's mock look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vendorproof.mock.data.character import Seed
from vendorproof.mock.data.names import stamp

Json = Any

_WAITS = ("waiting_for_input", "waiting_for_tool", "waiting_for_input")


def agent(seed: Seed) -> Mapping[str, Json]:
    return {"name": f"Fake agent {seed.number}", "tagline": "Fake tagline", "category": f"fake-{seed.number % 4}"}


def execution(seed: Seed) -> Mapping[str, Json]:
    return {
        "agent_id": "",
        "status": "running" if seed.fresh else _WAITS[seed.number % len(_WAITS)],
        "output": None,
        "created_at": stamp(seed.moment),
        "updated_at": stamp(seed.moment),
    }


def conversation(seed: Seed) -> Mapping[str, Json]:
    return {"title": f"Fake conversation {seed.number}", "message_count": 0, "created_at": stamp(seed.moment)}


def message(seed: Seed) -> Mapping[str, Json]:
    return {
        "conversation_id": seed.parent,
        "role": "user" if seed.fresh or seed.number % 2 else "assistant",
        "content": f"Fake message {seed.number}",
        "created_at": stamp(seed.moment),
    }


def attachment(seed: Seed) -> Mapping[str, Json]:
    return {
        "filename": f"fake-{seed.number}.txt",
        "size": 100 + seed.number,
        "created_at": stamp(seed.moment),
    }


def medium(seed: Seed) -> Mapping[str, Json]:
    return {
        "type": ("image", "audio", "video")[seed.number % 3],
        "url": f"https://media.example.com/{seed.number}",
        "created_at": stamp(seed.moment),
    }


def notification(seed: Seed) -> Mapping[str, Json]:
    return {"title": f"Fake notification {seed.number}", "read": seed.number % 2 == 0, "sent_at": stamp(seed.moment)}


def page(seed: Seed) -> Mapping[str, Json]:
    return {"slug": f"fake-page-{seed.number}", "title": f"Fake page {seed.number}"}


def category(seed: Seed) -> Mapping[str, Json]:
    return {"slug": f"fake-category-{seed.number}", "name": f"Fake category {seed.number}"}
