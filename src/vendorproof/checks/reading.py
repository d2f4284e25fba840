"""Reads what a contract describes out of an exchange: documents, things, ids."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from vendorproof.contract.conventions import Conventions, Resource
from vendorproof.contract.model import Contract, Operation
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.exchange.model import Exchange, NotJson, parse_json

Json = Any


def document(exchange: Exchange) -> Json:
    """The JSON of a response, MISSING where there is none that can be read whole."""
    if exchange.response is None or exchange.response.cut:
        return MISSING
    try:
        return exchange.response.json
    except NotJson:
        return MISSING


def sent(exchange: Exchange) -> Mapping[str, Json]:
    """The fields of a request's JSON body; none where it has no object."""
    try:
        body = parse_json(exchange.request.body)
    except NotJson:
        return {}
    return body if isinstance(body, Mapping) else {}


def operation_of(contract: Contract, exchange: Exchange) -> Operation | None:
    """The contract's operation that an exchange is of."""
    return contract.find(exchange.operation)


def resource_of(conventions: Conventions, operation: Operation | None) -> Resource | None:
    """The resource that an operation works on."""
    if operation is None or operation.resource is None:
        return None
    return conventions.resources.get(operation.resource)


def _plain(name: str) -> str:
    """A name without case and separators: `goal-types` and `goalTypes` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def only_array(answered: Json, *names: str) -> list[Json] | None:
    """The array of an answer that tells none of its places: the whole document, else the only array among its members
    or those of its payload; of several the one with a usual name or one of these. None where none stands out."""
    return _array(answered, {*_USUAL_NAMES, *map(_plain, names)})


_USUAL_NAMES = ("data", "items", "results", "records", "entries", "content", "values")


def _array(answered: Json, names: Collection[str]) -> list[Json] | None:
    """The only array of an answer or of its payload; of several the one with one of these names."""
    if isinstance(answered, list):
        return answered
    if not isinstance(answered, dict):
        return None
    arrays = {name: value for name, value in answered.items() if isinstance(value, list)}
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    if arrays:
        named = [value for name, value in arrays.items() if _plain(name) in names]
        return named[0] if len(named) == 1 else None
    inner = [_array(value, names) for value in answered.values() if isinstance(value, dict)]
    found = [one for one in inner if one] or [one for one in inner if one is not None]
    return found[0] if len(found) == 1 else None


def item(resource: Resource, answered: Json) -> Json:
    """The thing in the answer of a create, read or update: at the documented place, or, since pages seldom tell the
    place, the whole document or the only member of it or of its payload that has an id; MISSING where nothing has an
    id."""
    places = [resolve(answered, pointer) for pointer in dict.fromkeys((resource.item, "", "/data"))]
    for found in places:
        if _id_of(resource, found) is not MISSING:
            return found
    for found in places:
        members = found.values() if isinstance(found, dict) else ()
        things = [value for value in members if _id_of(resource, value) is not MISSING]
        if len(things) == 1:
            return things[0]
    return MISSING


_MOVING = ("at", "timestamp", "version", "revision", "etag")
"""Ends of the names of fields that move by themselves."""


def moves_by_itself(key: str) -> bool:
    """Whether a field of this name may change though nobody changes the thing: a moment, a version."""
    return key.lower().endswith(_MOVING)


def _id_of(resource: Resource | None, thing: Json) -> Json:
    """The id of a thing: at the contract's place, or under another usual name, since pages seldom tell it."""
    found = resolve(thing, resource.id if resource else "/id")
    if found is not MISSING or not isinstance(thing, dict):
        return found
    for name in ("id", "_id", "uuid"):
        if name in thing:
            return thing[name]
    keys = [name for name in thing if name.endswith(("Id", "_id"))] if resource else []
    named = [name for name in keys if resource and _bare(name) == _bare(resource.parameter)]
    named = named or [name for name in keys if resource and _names(resource, name)]
    named = named or [name for name in ("uid", "guid", "slug") if name in thing][:1]
    return thing[named[0]] if len(named) == 1 else MISSING


def _bare(key: str) -> str:
    """A key like `analystId` or `message_id` without what makes it one of an id."""
    return _plain(key).removesuffix("id")


def _names(resource: Resource, key: str) -> bool:
    """Whether a key is named after the resource: after its kind (`messageId` of chat messages), or after what the kind
    is of (`memory_id` of memory notes)."""
    plain, name = _bare(key), resource.name.lower().rstrip("s")
    return len(plain) > 2 and (name.endswith(plain) or name.startswith(plain))


def mentioned(resource: Resource, thing: Json) -> str | None:
    """The id of a resource's thing that another thing mentions, as a message does its session; None where it has
    none."""
    wanted = {_plain(resource.parameter), _bare(resource.parameter)} - {""}
    for name, value in thing.items() if isinstance(thing, dict) else ():
        fits = _plain(name) in wanted
        if fits and isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def identity(resource: Resource | None, thing: Json) -> str | None:
    """The id of an item as text, None where it has none."""
    found = _id_of(resource, thing)
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        return None
    return str(found)


class Spot:
    """Where something stands in a document; as text, a pointer. Made of the spot above it, since a document may be so
    deep, and its names so long, that the pointers to all that is in it are longer than it by far."""

    __slots__ = ("_above", "_hash", "name")

    def __init__(self, above: Spot | None = None, name: str = "") -> None:
        self._above = above
        self.name = name
        self._hash = hash((above, name))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        # Python's hashes of texts can't be foreseen: nobody makes two that are alike.
        return isinstance(other, Spot) and self._hash == other._hash

    def __str__(self) -> str:
        names: list[str] = []
        spot: Spot | None = self
        while spot is not None:
            names.append(spot.name)
            spot = spot._above
        return "/".join(reversed(names))


def values(thing: Json) -> Iterator[tuple[Spot, str, Json]]:
    """Every value in a document as (where it stands, the key it stands under, value); array items stand under the
    array's key."""
    stack: list[tuple[Spot, str, Json]] = [(Spot(), "", thing)]
    while stack:
        place, key, value = stack.pop()
        yield place, key, value
        if isinstance(value, dict):
            stack.extend((Spot(place, name), name, inner) for name, inner in reversed(value.items()))
        elif isinstance(value, list):
            numbered = list(enumerate(value))
            stack.extend((Spot(place, str(index)), key, inner) for index, inner in reversed(numbered))


def looks_untouched(before: Json, after: Json, action: Exchange) -> bool:
    """Whether two views of a thing differ in nothing but what may move by itself, where a request came between them."""
    return _standing_values(before, after, action) == _standing_values(after, before, action)


def _standing_values(found: Json, other: Json, action: Exchange) -> list[tuple[Spot, Json]]:
    """The plain values of a document apart from what may move by itself, and from empty ones, which another answer may
    leave out. What moves by itself is a moment, a version, or a number that the other document shows too, such as a
    count of views; unless the request names it."""
    named = {key for _, key, _ in values(sent(action))}
    theirs = {place: value for place, _, value in values(other)}
    return [
        (place, value)
        for place, key, value in values(found)
        if not (value is None or isinstance(value, dict | list))
        and (key in named or not (moves_by_itself(key) or (_is_number(value) and _is_number(theirs.get(place)))))
    ]


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
