"""Reads what a contract describes out of an exchange: documents, items, ids, cursors."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from vendorproof.contract.conventions import Conventions, Resource, Style
from vendorproof.contract.model import Contract, Kind, Operation
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.contract.select import PAGINATED, select
from vendorproof.exchange.model import Exchange, NotJson, parse_json

Json = Any

_NEXT_LINK = re.compile(r"rel=\"?next\b", re.IGNORECASE)
_TOTAL = re.compile(r"total|count", re.IGNORECASE)
_ALL = re.compile(r"^total(?!.*page)|^[a-z]+_?total$", re.IGNORECASE)
_ONWARD = re.compile(r"next|cursor|more", re.IGNORECASE)


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
    if exchange.operation is None:
        return None
    try:
        return contract.operation(exchange.operation)
    except KeyError:
        return None


def resource_of(conventions: Conventions, operation: Operation | None) -> Resource | None:
    """The resource that an operation works on."""
    if operation is None or operation.resource is None:
        return None
    return conventions.resources.get(operation.resource)


def items_pointer(contract: Contract, operation: Operation) -> str | None:
    """Where a listing's answer holds its items; None where the contract does not say."""
    resource = resource_of(contract.conventions, operation)
    if resource is not None:
        return resource.items
    pagination = contract.conventions.pagination
    return pagination.response.get("items") if pagination else None


def items(contract: Contract, operation: Operation, exchange: Exchange) -> list[Json] | None:
    """The items of a listing's answer, None where no array stands in the documented place; an error has none, whatever
    arrays its details hold.

    Where the page leaves the place open, the array is looked for: the whole document, else the only array among the
    members of the document or of its payload, else the one that is named as such arrays are.
    """
    if exchange.status >= 400:
        return None
    answered = document(exchange)
    pointer = items_pointer(contract, operation)
    found = MISSING if pointer is None else resolve(answered, pointer)
    if isinstance(found, list):
        return found
    pagination = contract.conventions.pagination
    if operation.kind is not Kind.LIST or (pagination is not None and "items" in pagination.response):
        return None
    own = (operation.resource or "", operation.path.rpartition("/")[2])
    return _array(answered, {*_USUAL_NAMES, *map(_plain, own)})


_USUAL_NAMES = ("data", "items", "results", "records", "entries", "content", "values")


def _plain(name: str) -> str:
    """A name without case and separators: `goal-types` and `goalTypes` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


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


def view(contract: Contract, exchange: Exchange, thing_id: str) -> Json:
    """A thing as a reading or a listing shows it; MISSING where the answer does not show it."""
    operation = operation_of(contract, exchange)
    resource = resource_of(contract.conventions, operation)
    if operation is None or resource is None or not exchange.succeeded:
        return MISSING
    single = item(resource, document(exchange))
    shown = items(contract, operation, exchange) or ([] if single is MISSING else [single])
    return next((thing for thing in shown if identity(resource, thing) == thing_id), MISSING)


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


def identities(contract: Contract, operation: Operation, exchange: Exchange) -> list[str] | None:
    """The ids of a listing's items in order; None where the listing or an id can't be read."""
    found = items(contract, operation, exchange)
    if found is None:
        return None
    resource = resource_of(contract.conventions, operation)
    ids = [identity(resource, thing) for thing in found]
    return None if None in ids else [one for one in ids if one is not None]


def next_cursor(contract: Contract, exchange: Exchange) -> str | None:
    """The cursor of the next page, None where the answer has none."""
    pagination = contract.conventions.pagination
    pointer = pagination.response.get("cursor") if pagination else None
    found = resolve(document(exchange), pointer) if pointer else MISSING
    return found if isinstance(found, str) and found else None


def more_announced(contract: Contract, exchange: Exchange) -> bool | None:
    """Whether the answer says that a further page exists; None where it does not say."""
    pagination = contract.conventions.pagination
    if pagination is None:
        return None
    pointer = pagination.response.get("hasMore")
    if pointer:
        found = resolve(document(exchange), pointer)
        return found if isinstance(found, bool) else None
    if pagination.response.get("cursor"):
        return next_cursor(contract, exchange) is not None
    return None


def goes_on(contract: Contract, operation: Operation, exchange: Exchange) -> bool:
    """Whether an answer is a page only of a listing, as far as that shows where the page documents no way to go on: by
    what the contract says of the listing, a link, or members beside the items."""
    found = items(contract, operation, exchange)
    if found is None or exchange.response is None:
        return False
    pagination = contract.conventions.pagination
    if pagination is not None and operation in select(contract, [PAGINATED]):
        return pagination.style is Style.NONE and not _tells_of_all(document(exchange), len(found), 3)
    if any(_NEXT_LINK.search(link) for link in exchange.response.headers.all("link")):
        return True
    return _tells_of_more(document(exchange), len(found), 3)


def _tells_of_all(answered: Json, shown: int, depth: int) -> bool:
    """Whether members beside the items say that there are no more than these: a total, and nothing to go on with."""
    if _tells_of_more(answered, shown, depth):
        return False
    totals = [value for _, key, value in values(answered) if _ALL.search(key) and not isinstance(value, bool)]
    return totals == [shown]


def _tells_of_more(answered: Json, shown: int, depth: int) -> bool:
    if not isinstance(answered, dict) or depth == 0:
        return False
    for name, value in answered.items():
        if _tells_of_more(value, shown, depth - 1):
            return True
        pages = "page" in name.lower()
        if _TOTAL.search(name) and isinstance(value, int) and value > (1 if pages else shown):
            return True
        if _ONWARD.search(name) and isinstance(value, str | int) and value:
            return True
    return False


def values(thing: Json, pointer: str = "") -> Iterator[tuple[str, str, Json]]:
    """Every value in a document as (pointer, the key it stands under, value); array items stand under the array's
    key."""
    stack: list[tuple[str, str, Json]] = [(pointer, "", thing)]
    while stack:
        place, key, value = stack.pop()
        yield place, key, value
        if isinstance(value, dict):
            stack.extend((f"{place}/{name}", name, inner) for name, inner in reversed(value.items()))
        elif isinstance(value, list):
            numbered = list(enumerate(value))
            stack.extend((f"{place}/{index}", key, inner) for index, inner in reversed(numbered))


def looks_untouched(before: Json, after: Json, action: Exchange) -> bool:
    """Whether two views of a thing differ in nothing but what may move by itself, where a request came between them."""
    return _standing_values(before, after, action) == _standing_values(after, before, action)


def _standing_values(found: Json, other: Json, action: Exchange) -> list[tuple[str, Json]]:
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
