"""Changes to whole JSON documents and answers, for faults and variants."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.mock.request.messages import Answer

Json = Any

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def mapped(document: Json, change: Callable[[str, Json], Json], key: str = "") -> Json:
    """A document with every plain value changed by its key and value; items of an array have the array's key."""
    if isinstance(document, dict):
        return {name: mapped(inner, change, name) for name, inner in document.items()}
    if isinstance(document, list):
        return [mapped(inner, change, key) for inner in document]
    return change(key, document)


def stamps(document: Json, change: Callable[[str], Json]) -> Json:
    """A document with every timestamp changed."""
    return mapped(
        document, lambda _, value: change(value) if isinstance(value, str) and _STAMP.fullmatch(value) else value
    )


def reordered(document: Json) -> Json:
    """A document with the keys of its objects the other way round."""
    if isinstance(document, dict):
        return {name: reordered(inner) for name, inner in reversed(document.items())}
    if isinstance(document, list):
        return [reordered(inner) for inner in document]
    return document


def edited(document: Json, pointer: str, change: Callable[[Json], Json]) -> Json:
    """A document with the value at a pointer changed; MISSING takes it away. Where nothing stands there, nothing is
    changed."""
    if resolve(document, pointer) is MISSING:
        return document
    if not pointer:
        return change(document)
    token, slash, rest = pointer[1:].partition("/")
    if isinstance(document, list):
        index = int(token)
        inner = edited(document[index], slash + rest, change)
        kept = [] if inner is MISSING else [inner]
        return [*document[:index], *kept, *document[index + 1 :]]
    key = token.replace("~1", "/").replace("~0", "~")
    inner = edited(document[key], slash + rest, change)
    return {
        name: inner if name == key else old for name, old in document.items() if name != key or inner is not MISSING
    }


def without(document: Json, pointer: str) -> Json:
    """A document without what stands at a pointer."""
    return edited(document, pointer, lambda _: MISSING)


def with_header(answer: Answer, name: str, value: str | None) -> Answer:
    """An answer with one header field set, or taken away by None."""
    kept = tuple(pair for pair in answer.headers if pair[0].lower() != name.lower())
    return replace(answer, headers=kept if value is None else (*kept, (name, value)))


def with_body(answer: Answer, body: bytes, content_type: str) -> Answer:
    """An answer with another body."""
    return with_header(replace(answer, body=body, chunks=()), "Content-Type", content_type)


def with_document(answer: Answer, change: Callable[[Json], Json]) -> Answer:
    """An answer with its JSON body changed; one without a JSON body stays as it is."""
    if not answer.body or "json" not in (answer.header("Content-Type") or ""):
        return answer
    return replace(answer, body=json.dumps(change(json.loads(answer.body)), ensure_ascii=False).encode())
