"""Leni's mock: runs of models and the chats that come of them, memory with files, keys that decide the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vendorproof.mock.data.character import Character, Seed
from vendorproof.mock.data.files import File
from vendorproof.mock.data.names import digest, stamp
from vendorproof.mock.data.store import Row
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Document, Many, One, Result, refuse
from vendorproof.mock.request.vendor import Vendor
from vendorproof.mock.stages.forms import received
from vendorproof.mock.stages.handlers import create, listing, thing

Json = Any

_PREFIXES = {
    "customAnalysts": "ana",
    "chatMessages": "msg",
    "chatSessions": "ses",
    "memoryNotes": "mem",
}
_ARRAYS = ("files", "filesBase64")
_SESSIONS = 7
_ALLOWANCE = 40
_LIMIT = 300


def _identifier(resource: str, seed: bytes) -> str:
    return f"{_PREFIXES.get(resource, resource)}_{seed.hex()[:10]}"


def _seed_id(tenant: str, resource: str, number: int) -> str:
    return _identifier(resource, digest("leni", tenant, resource, number))


def _analyst(seed: Seed) -> Mapping[str, Json]:
    return {"name": f"Fake analyst {seed.number}", "instructions": f"Watch fake market {seed.number}."}


def _message(seed: Seed) -> Mapping[str, Json]:
    return {
        "sessionId": _seed_id(seed.tenant, "chatSessions", seed.number % _SESSIONS),
        "role": "user" if seed.number % 2 else "assistant",
        "text": f"Fake message {seed.number}",
        "created_at": stamp(seed.moment),
    }


def _session(seed: Seed) -> Mapping[str, Json]:
    return {"title": f"Fake session {seed.number}", "created_at": stamp(seed.moment)}


def _note(seed: Seed) -> Mapping[str, Json]:
    return {"text": f"Fake note {seed.number}", "files": [], "created_at": stamp(seed.moment)}


def _described(files: tuple[File, ...], call: Call) -> list[Json]:
    """Files as the API shows them."""
    return [
        {
            "id": f"file_{digest('leni', call.number, place).hex()[:10]}",
            "name": file.name or f"file-{place + 1}",
            "size": len(file.data),
        }
        for place, file in enumerate(files)
    ]


def _kept(call: Call, row: Row, change: Mapping[str, Json]) -> Row:
    """The row with a change, stored only where the row itself is."""
    changed = replace(row, body={**row.body, **change})
    if call.mock.store.find(row.tenant, row.resource, row.id) is not None:
        call.mock.store.put(changed)
    return changed


def _run_models(call: Call) -> Result:
    """The prompt and its answer become messages of a session, a new one where the request names none."""
    form = received(call, _ARRAYS)
    prompt = form.fields.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        raise refuse(400, "validation_error", "The field prompt is missing.")
    session = form.fields.get("sessionId")
    if session is None:
        call.payload = {}
        row = _kept(call, create(call, "chatSessions"), {"title": prompt[:40], "created_at": stamp(call.now)})
        session = row.id
    elif call.mock.store.find(call.tenant, "chatSessions", str(session)) is None:
        raise refuse(404, "session_not_found", f"There is no session {session!r} here.")
    _said(call, str(session), "user", prompt, form.files)
    answer = f"Fake answer to: {prompt}"
    spoken = _said(call, str(session), "assistant", answer)
    return Document({"messageId": spoken.id, "sessionId": session, "summary": answer})


def _said(call: Call, session: str, role: str, text: str, files: tuple[File, ...] = ()) -> Row:
    row = create(call, "chatMessages")
    spoken = {"sessionId": session, "role": role, "text": text, "created_at": stamp(call.now)}
    return _kept(call, row, {**spoken, "files": _described(files, call)} if files else spoken)


def _transcript(call: Call) -> Result:
    """The messages of a session, newest first."""
    session = thing(call, "chatSessions")
    rows = listing(call, "chatMessages")
    return Many(tuple(row for row in rows if row.body.get("sessionId") == session.id), "chatMessages")


def _attachments(call: Call) -> Result:
    """The files behind the anchors; anchors of nobody's or another's files are passed over."""
    wanted = _texts(call, "anchors")
    store = call.mock.store
    rows = (*store.rows(call.tenant, "chatMessages"), *store.rows(call.tenant, "memoryNotes"))
    files = {file["id"]: file for row in rows for file in row.body.get("files") or ()}
    found = [{"anchor": anchor, **files[anchor]} for anchor in wanted if anchor in files]
    return Document({"attachments": found})


def _message_responses(call: Call) -> Result:
    """The raw rows of messages; ids of nobody's or another's messages are passed over."""
    found = [call.mock.store.find(call.tenant, "chatMessages", wanted) for wanted in _texts(call, "messageIds")]
    rows = [{"messageId": row.id, "text": row.body["text"]} for row in found if row is not None]
    return Document({"message_responses": rows})


def _texts(call: Call, name: str) -> list[str]:
    found = call.payload.get(name) if isinstance(call.payload, dict) else None
    if not isinstance(found, list):
        raise refuse(400, "validation_error", f"The field {name} is missing.")
    return [str(one) for one in found]


def _add_to_memory(call: Call) -> Result:
    """A new note, with the files that came along."""
    form = received(call, _ARRAYS)
    text = form.fields.get("text")
    if not isinstance(text, str) or not text:
        raise refuse(400, "validation_error", "The field text is missing.")
    call.payload = {"text": text}
    return One(_kept(call, create(call, "memoryNotes"), {"files": _described(form.files, call)}))


def _update_memory(call: Call) -> Result:
    """A note of the key's owner with another text, further files, or both."""
    form = received(call, _ARRAYS)
    wanted = str(form.fields.get("noteId", ""))
    row = call.mock.store.find(call.tenant, "memoryNotes", wanted)
    if row is None:
        raise refuse(404, "note_not_found", f"There is no note {wanted!r} here.")
    text = form.fields.get("text", row.body["text"])
    files = [*(row.body.get("files") or ()), *_described(form.files, call)]
    return One(_kept(call, row, {"text": text, "files": files}))


CHARACTER = Character(
    credential="fake-leni-key-{role}",
    environment="production",
    environments=("sandbox", "development", "production"),
    further={"second_sandbox": "fake-leni-key-second-sandbox"},
    further_environments={"second_sandbox": "sandbox"},
    identifier=_identifier,
    rate_limits={"sandbox": 5, "development": 10, "production": _LIMIT},
    quota=_ALLOWANCE,
    seeds={
        "customAnalysts": _analyst,
        "chatMessages": _message,
        "chatSessions": _session,
        "memoryNotes": _note,
    },
    values={
        "user": {"default": "user_fake_default", "second_tenant": "user_fake_second_tenant"},
        "sandboxAllowance": {"default": str(_ALLOWANCE)},
        "rateLimit": {"default": str(_LIMIT)},
    },
    bodies={
        "resolveAttachments": {"anchors": ["file_fake_absent"]},
        "getMessageResponses": {"messageIds": ["{chatMessages}"]},
        "updateMemory": {"noteId": "{memoryNotes}", "text": "Prefers long answers."},
    },
)

VENDOR = Vendor(
    handlers={
        "runModels": _run_models,
        "listSessionMessages": _transcript,
        "resolveAttachments": _attachments,
        "getMessageResponses": _message_responses,
        "addToMemory": _add_to_memory,
        "updateMemory": _update_memory,
    },
)
