"""Mutants of documented answers: each field, header and status of each operation, wrong in each usual way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from vendorproof.contract.model import Contract, DocumentedResponse, Operation
from vendorproof.exchange.model import Exchange, Headers, NotJson, Response

Json = Any
_DEPTH = 6
_GONE = object()
_EACH = "*"
"""Stands in a place for every item of an array."""


class Kind(StrEnum):
    """What is wrong with a mutant."""

    DROPPED = "dropped"
    NULL = "null"
    WRONG_TYPE = "wrong type"
    EMPTY = "empty"
    RENAMED = "renamed"
    OTHER_CASE = "other case"
    WRONG_FORMAT = "wrong format"
    NESTED = "nested"
    OTHER_STATUS = "other status"


class Part(StrEnum):
    """What part of an answer a mutant is wrong in."""

    FIELD = "field"
    HEADER = "header"
    STATUS = "status"


@dataclass(frozen=True)
class Mutant:
    """One way in which the answers of one operation with one status are wrong. `place` is a field's path, with `*` for
    each item of an array, a header's name, or the status instead."""

    operation: str
    status: int
    part: Part
    place: str
    kind: Kind

    @property
    def id(self) -> str:
        """Stable in words: `listContacts 200 field data/*/email: null`."""
        return f"{self.operation} {self.status} {self.part} {self.place}: {self.kind}"

    def told(self, response: Response) -> Response | None:
        """The response as the mutant gives it; None where there is nothing in it that could be wrong so."""
        match self.part:
            case Part.STATUS:
                return replace(response, status=int(self.place))
            case Part.HEADER:
                return _header_changed(response, self.place, self.kind)
            case Part.FIELD:
                return _field_changed(response, self.place.split("/"), self.kind)


def mutants(contract: Contract, seen: Iterable[Exchange]) -> Iterator[Mutant]:
    """Every mutant of the answers that were seen: of each operation and status, once."""
    answers: dict[tuple[str, int], Exchange] = {}
    for exchange in seen:
        if exchange.operation is not None and exchange.response is not None and exchange.status != 101:
            answers.setdefault((exchange.operation, exchange.status), exchange)
    for name, status in answers:
        operation = contract.operation(name)
        documented = operation.response_for(status)
        if documented is None:
            continue
        for place in fields_of(documented):
            for kind in Kind:
                if kind is not Kind.OTHER_STATUS:
                    yield Mutant(name, status, Part.FIELD, place, kind)
        for header in headers_of(contract, documented, status):
            for kind in (Kind.DROPPED, Kind.WRONG_TYPE, Kind.EMPTY, Kind.RENAMED, Kind.OTHER_CASE, Kind.WRONG_FORMAT):
                yield Mutant(name, status, Part.HEADER, header, kind)
        other = _other_status(operation, status)
        if other is not None:
            yield Mutant(name, status, Part.STATUS, str(other), Kind.OTHER_STATUS)


def fields_of(documented: DocumentedResponse) -> list[str]:
    """The places of the fields that a documented JSON body has."""
    found: dict[str, None] = {}
    for media in documented.media:
        if "json" in media.content_type:
            for place in _fields(media.schema, (), 0):
                found.setdefault("/".join(place))
    return list(found)


def _fields(schema: Mapping[str, Json], place: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    if depth > _DEPTH:
        return
    for name, inner in schema.get("properties", {}).items():
        own = (*place, name.replace("~", "~0").replace("/", "~1"))
        yield own
        yield from _fields(inner, own, depth + 1)
    if isinstance(schema.get("items"), Mapping):
        yield from _fields(schema["items"], (*place, _EACH), depth + 1)
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, ()):
            yield from _fields(part, place, depth + 1)


def headers_of(contract: Contract, documented: DocumentedResponse, status: int) -> list[str]:
    """The header fields that an answer is documented to have: its content type, those of the operation, those that tell
    of the rate limit."""
    names = ["Content-Type"] if documented.media else []
    names += list(documented.headers)
    limit = contract.conventions.rate_limit
    if limit is not None:
        shown = limit.presence == "every-response" or (limit.presence == "on-429" and status == 429)
        names += limit.headers.values() if shown else ()
        names += ["Retry-After"] if limit.retry_after is not None and status == 429 else []
    return list({name.lower(): name for name in names}.values())


def _other_status(operation: Operation, status: int) -> int | None:
    """Another status of the same class that the operation does not document; None where it documents the class."""
    usual = {2: (200, 201, 202, 203), 3: (302, 308), 4: (400, 403, 404, 409, 422), 5: (500, 503)}
    documented = {response.status.upper() for response in operation.responses}
    if f"{status // 100}XX" in documented:
        return None
    return next((one for one in usual.get(status // 100, ()) if str(one) not in documented and one != status), None)


def _header_changed(response: Response, name: str, kind: Kind) -> Response | None:
    if name not in response.headers:
        return None
    changed = []
    for key, value in response.headers:
        if key.lower() != name.lower():
            changed.append((key, value))
        elif kind is Kind.RENAMED:
            changed.append((f"X-Fake-{key}", value))
        elif kind is Kind.OTHER_CASE:
            changed.append((key.swapcase(), value))
        elif kind is not Kind.DROPPED:
            wrong = {Kind.EMPTY: "", Kind.WRONG_TYPE: "many", Kind.WRONG_FORMAT: f"~{value}~"}[kind]
            changed.append((key, wrong))
    return replace(response, headers=Headers(tuple(changed)))


def _field_changed(response: Response, place: list[str], kind: Kind) -> Response | None:
    try:
        before = response.json
    except NotJson:
        return None
    after = _at(before, place, _CHANGES[kind])
    if after is _GONE or after == before:
        return None
    body = json.dumps(after, ensure_ascii=False).encode()
    return replace(response, body=body, pieces=(len(body),) if response.pieces else ())


Change = Callable[[str, Json], dict[str, Json]]
"""What becomes of one member of an object: the members in its place."""


def _at(value: Json, place: list[str], change: Change) -> Json:
    """A document with every member at a place changed; _GONE where there is none."""
    token, rest = place[0], place[1:]
    if token == _EACH:
        if not isinstance(value, list):
            return _GONE
        items = [_at(one, rest, change) for one in value]
        if all(one is _GONE for one in items):
            return _GONE
        return [old if new is _GONE else new for old, new in zip(value, items, strict=True)]
    name = token.replace("~1", "/").replace("~0", "~")
    if not isinstance(value, dict) or name not in value:
        return _GONE
    if rest:
        inner = _at(value[name], rest, change)
        return _GONE if inner is _GONE else {**value, name: inner}
    changed: dict[str, Json] = {}
    for key, old in value.items():
        changed |= change(key, old) if key == name else {key: old}
    return changed


def _wrong_type(value: Json) -> Json:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value}"
        case str():
            return 4711
        case list():
            return {str(index): one for index, one in enumerate(value)}
        case dict():
            return list(value.values())
        case _:
            return {"fake": True}


def _empty(value: Json) -> Json:
    match value:
        case str():
            return ""
        case list():
            return []
        case dict():
            return {}
        case _:
            return value


_CHANGES: Mapping[Kind, Change] = {
    Kind.DROPPED: lambda name, value: {},
    Kind.NULL: lambda name, value: {name: None},
    Kind.WRONG_TYPE: lambda name, value: {name: _wrong_type(value)},
    Kind.EMPTY: lambda name, value: {name: _empty(value)},
    Kind.RENAMED: lambda name, value: {f"{name}_x": value},
    Kind.OTHER_CASE: lambda name, value: {name.upper() if name != name.upper() else name.lower(): value},
    Kind.WRONG_FORMAT: lambda name, value: {name: f"~{value}~" if isinstance(value, str) else value},
    Kind.NESTED: lambda name, value: {name: {"value": value}},
}
