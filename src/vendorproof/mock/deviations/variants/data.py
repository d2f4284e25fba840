"""What an account holds: how much, under which ids, in which order of keys, at which moments."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta, timezone
from typing import Any

from vendorproof.contract.pointer import MISSING
from vendorproof.mock.data.names import digest
from vendorproof.mock.deviations.rewrite import edited, mapped, reordered, stamps
from vendorproof.mock.deviations.traits import free_fields
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.deviations.variants.openness import (
    empty_fields_open,
    ids_may_be_numbers,
    ids_open,
    moments_open,
    zone_open,
)
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call

Json = Any
_EXTRA = {"note": "fake extra field", "nested": {"text": "Grüße aus Köln 👋", "numbers": [1, 2.5]}}
_ANYTHING = {"fake_answer": None, "fake_seen_at": "yesterday"}
_MANY = 350
_ID_KEY = re.compile(r"(?:.*[a-z])?_?[iI]ds?")


def _is_openapi(document: Json) -> bool:
    return isinstance(document, dict) and "openapi" in document


@variant("extra-fields", points.DOCUMENT, points.ITEM, points.ERROR)
def _extra_fields(document: Json, call: Call) -> Json:
    """Objects hold fields that the documentation does not document."""
    if not isinstance(document, dict) or _is_openapi(document):
        return document
    parents = {pointer.rpartition("/")[0] for pointer in call.mock.contract.conventions.errors.fields.values()}
    if call.problem is not None:
        for parent in parents:
            document = edited(document, parent, lambda found: {**found, "fake_extra": _EXTRA})
    return {"fake_first": 1, **document, "fake_extra": _EXTRA}


def _filled(document: Json, free: frozenset[str]) -> Json:
    if isinstance(document, list):
        return [_filled(inner, free) for inner in document]
    if not isinstance(document, dict):
        return document
    return {name: {**inner, **_ANYTHING} if name in free else _filled(inner, free) for name, inner in document.items()}


@variant("anything-in-free-fields", points.ITEM, legal=lambda contract: bool(free_fields(contract)))
def _anything(thing: Json, call: Call) -> Json:
    """What customers keep in fields of their own is empty, or no moment though it is called one."""
    return _filled(thing, free_fields(call.mock.contract))


@variant("other-ids", points.IDENTIFIER, legal=ids_open)
def _other_ids(own: str, call: Call) -> str:
    """Ids have another shape: longer, with letters in both cases and signs that a path may hold."""
    return f"Fake:~{digest(own).hex()[:9]}.X-{own[-4:]}_"


@variant("ids-in-base64", points.IDENTIFIER, legal=ids_open)
def _ids_in_base64(own: str, call: Call) -> str:
    """Ids hold signs that a path has to encode: slash, plus and equals."""
    return f"{base64.b64encode(digest(own)[:9]).decode()}/+{base64.b64encode(own[-4:].encode()).decode()}"


@variant("numbers-as-ids", points.IDENTIFIER, legal=ids_open)
def _numbers_as_ids(own: str, call: Call) -> str:
    """Ids are strings of digits."""
    return str(int.from_bytes(digest(own)[:7], "big"))


def _short_number(own: str, call: Call) -> str:
    """Ids are numbers."""
    return str(10**9 + int.from_bytes(digest(own)[:5], "big"))


@variant("ids-that-are-numbers", points.DOCUMENT, legal=ids_may_be_numbers, also=((points.IDENTIFIER, _short_number),))
def _integer_ids(document: Json, call: Call) -> Json:
    """Ids are numbers, not strings."""

    def change(key: str, value: Json) -> Json:
        digits = isinstance(value, str) and value.isdecimal() and len(value) > 9
        return int(value) if digits and _ID_KEY.fullmatch(key) else value

    return mapped(document, change)


@variant("empty-data-set", points.SEEDS)
def _empty(count: int, call: Call) -> int:
    """The account holds nothing yet."""
    return count if count == 1 else 0


@variant("one-of-each", points.SEEDS)
def _one(count: int, call: Call) -> int:
    """The account holds one thing of each kind."""
    return min(count, 1)


@variant("350-items", points.SEEDS)
def _many(count: int, call: Call) -> int:
    """Every listing is long."""
    return count if count == 1 else _MANY


@variant("reordered-keys", points.DOCUMENT, points.ERROR)
def _reordered_keys(document: Json, call: Call) -> Json:
    """Objects have their keys in another order."""
    return reordered(document)


@variant("empty-fields-as-null", points.EMPTY, legal=empty_fields_open)
def _null(style: str | None, call: Call) -> str | None:
    """An empty field is null, where the faithful mock leaves it out."""
    return "null"


@variant("timestamps-in-seconds", points.DOCUMENT, points.ERROR)
def _in_seconds(document: Json, call: Call) -> Json:
    """Timestamps have no fraction of a second."""
    return stamps(document, lambda stamp: f"{stamp[:19]}Z")


@variant("timestamps-in-microseconds", points.DOCUMENT, points.ERROR)
def _in_microseconds(document: Json, call: Call) -> Json:
    """Timestamps have six decimals and their zone as +00:00."""
    return stamps(document, lambda stamp: f"{stamp[:19]}.123456+00:00")


@variant("timestamps-in-nanoseconds", points.DOCUMENT, points.ERROR)
def _in_nanoseconds(document: Json, call: Call) -> Json:
    """Timestamps have nine decimals."""
    return stamps(document, lambda stamp: f"{stamp[:19]}.123456789Z")


@variant("timestamps-elsewhere", points.DOCUMENT, legal=zone_open)
def _elsewhere(document: Json, call: Call) -> Json:
    """Timestamps are in another zone than UTC."""

    def moved(stamp: str) -> str:
        there = timezone(timedelta(hours=-5, minutes=-30))
        return datetime.fromisoformat(stamp).astimezone(there).isoformat(timespec="milliseconds")

    return stamps(document, moved)


@variant("timestamps-as-numbers", points.DOCUMENT, legal=moments_open)
def _as_numbers(document: Json, call: Call) -> Json:
    """Timestamps are epoch milliseconds."""

    def change(key: str, value: Json) -> Json:
        changed = stamps(value, lambda stamp: str(int(datetime.fromisoformat(stamp).timestamp() * 1000)))
        return int(changed) if changed != value else value

    return mapped(document, change)


@variant("other-words", points.ERROR)
def _other_words(document: Json, call: Call) -> Json:
    """Messages are worded otherwise, around what they name."""
    pointer = call.mock.contract.conventions.errors.fields.get("message", "")
    if not pointer:
        return {"message": "Fehler (fake)"} if document is not MISSING else document
    return edited(document, pointer, lambda text: f"Fehler (fake): {text} – bitte prüfen!")
