"""What the operations do: list, create, read, update and delete by the contract, the rest by the vendor's module or by
the contract's examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vendorproof.contract.model import Kind, Operation
from vendorproof.mock.data.blueprint import is_json
from vendorproof.mock.data.character import Seed
from vendorproof.mock.data.names import singular, stamp
from vendorproof.mock.data.samples import Spot
from vendorproof.mock.data.seeds import fresh_body, identifier
from vendorproof.mock.data.store import Row
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Document, Event, Events, Many, Nothing, One, Result, refuse

Json = Any
_TOUCHED = ("updated_at", "updatedAt")


def handle(call: Call, operation: Operation) -> Result:
    """Carries the request out."""
    guard = call.mock.guards.get(operation.id)
    if guard is not None:
        guard(call)
    handler = call.mock.handlers.get(operation.id)
    if handler is not None:
        return handler(call)
    duty, resource = call.mock.blueprint.duties.get(operation.id, ("", ""))
    match duty:
        case "list":
            return Many(listing(call, resource), resource)
        case "create":
            return One(create(call, resource))
        case "read":
            return One(thing(call, resource))
        case "update":
            return _or_nothing(call, operation, One(update(call, resource)))
        case "delete":
            return _or_nothing(call, operation, One(delete(call, resource)))
        case _:
            return _by_example(call, operation)


def _or_nothing(call: Call, operation: Operation, result: One) -> Result:
    status = call.mock.blueprint.success_status(operation)
    return Nothing(status) if status == 204 else result


def thing(call: Call, resource: str) -> Row:
    """The thing that the path names; Refused (404) where this tenant has none."""
    convention = call.mock.contract.conventions.resources[resource]
    wanted = call.arguments.get(convention.parameter)
    if wanted is None:
        rows = call.mock.store.rows(call.tenant, resource)
        found = rows[0] if rows else None
        wanted = resource
    else:
        found = call.mock.store.find(call.tenant, resource, wanted)
    found = call.mock.through(points.LOOKUP, found, call)
    parent = parent_of(call, resource)
    if found is None or (parent and found.parent != parent):
        raise absent(resource, wanted)
    call.row = found
    return found


def absent(resource: str, identifier: str) -> Exception:
    """The refusal of an id that this tenant does not have."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", singular(resource)).lower()
    return refuse(404, f"{words.replace(' ', '_')}_not_found", f"There is no {words} {identifier!r} here.")


def parent_of(call: Call, resource: str) -> str:
    """The id of the thing that the resource belongs to, "" where it stands alone or the path names no parent; Refused
    (404) where there is no such thing."""
    resources = call.mock.contract.conventions.resources
    parent = resources[resource].parent
    if parent is None or resources[parent].parameter not in call.arguments:
        return ""
    wanted = call.arguments[resources[parent].parameter]
    found = call.mock.through(points.LOOKUP, call.mock.store.find(call.tenant, parent, wanted), call)
    if found is None:
        raise absent(parent, wanted)
    return found.id


def listing(call: Call, resource: str) -> tuple[Row, ...]:
    """The whole listing, newest first, filtered by the documented parameters that name a field."""
    rows: Sequence[Row] = call.mock.store.rows(call.tenant, resource, parent_of(call, resource))
    pagination = call.mock.contract.conventions.pagination
    if pagination is not None and pagination.order == "oldest-first":
        rows = rows[::-1]
    filters = _filters(call)
    if filters:
        rows = tuple(row for row in rows if all(str(row.body.get(k)) == v for k, v in filters.items() if k in row.body))
    rows = call.mock.through(points.ROWS, rows, call)
    return tuple(rows)


def _filters(call: Call) -> dict[str, str]:
    pagination = call.mock.contract.conventions.pagination
    paging = set(pagination.request.values()) if pagination else set()
    parameters = call.operation.parameters if call.operation else ()
    names = {parameter.name for parameter in parameters if parameter.location == "query"} - paging
    return {name: value for name, value in call.query.items() if name in names}


def create(call: Call, resource: str) -> Row:
    """Stores a new thing of the caller's."""
    blueprint, store = call.mock.blueprint, call.mock.store
    shape = blueprint.shapes[resource]
    parent = parent_of(call, resource)
    number = f"new-{call.number}-{store.count(call.tenant, resource)}"
    own = call.mock.through(points.IDENTIFIER, identifier(blueprint, call.tenant, resource, number), call)
    body = fresh_body(blueprint, shape, call.tenant, own, parent, Spot(0, call.now))
    filler = blueprint.character.seeds.get(resource)
    if filler is not None:
        body.update(filler(Seed(0, call.tenant, resource, own, parent, call.now, body, fresh=True)))
    change = call.mock.through(points.CHANGE, settable(call, resource), call)
    body = {**_emptied(call, resource, body), **change}
    row = Row(own, resource, call.tenant, call.now, body, parent)
    return _stored(call, row)


def _stored(call: Call, row: Row) -> Row:
    kept = call.mock.through(points.STORED, row, call)
    if kept is not None:
        call.mock.store.put(kept)
    call.row = row
    return row


def _emptied(call: Call, resource: str, body: Mapping[str, Json]) -> dict[str, Json]:
    """A new thing has only what its maker sent: fields that a request may set start empty where they are optional."""
    required = set(call.mock.blueprint.shapes[resource].schema.get("required", ()))
    known = _documented(call)
    return {name: None if name in known and name not in required else value for name, value in body.items()}


def update(call: Call, resource: str) -> Row:
    """Changes the fields that the body names, and no others."""
    row = thing(call, resource)
    change: Mapping[str, Json] = settable(call, resource)
    change = {**change, **{name: stamp(call.now) for name in _TOUCHED if name in row.body}}
    change = call.mock.through(points.CHANGE, change, call)
    return _stored(call, replace(row, body={**row.body, **change}))


def settable(call: Call, resource: str) -> Mapping[str, Json]:
    """The part of the body that a caller may set: documented, and not the server's own."""
    if not isinstance(call.payload, dict):
        return {}
    properties = call.mock.blueprint.sampler.properties(call.mock.blueprint.shapes[resource].schema)
    # Where the documentation names no field of the body, what the caller sends is what the thing has.
    known = _documented(call) or set(call.payload)
    own = {name for name, schema in properties.items() if schema.get("readOnly")}
    own.add(call.mock.blueprint.shapes[resource].id_key)
    return {name: value for name, value in call.payload.items() if name in known and name not in own}


def _documented(call: Call) -> set[str]:
    media = next((one for one in call.operation.request if is_json(one.content_type)), None) if call.operation else None
    return set(call.mock.blueprint.sampler.properties(media.schema)) if media else set()


def delete(call: Call, resource: str) -> Row:
    """Removes a thing and what belongs to it."""
    row = thing(call, resource)
    removed = call.mock.through(points.REMOVAL, row, call)
    if removed is not None:
        call.mock.store.remove(removed)
    return row


def _by_example(call: Call, operation: Operation) -> Result:
    """An answer that fits the contract, for an operation that nothing is remembered of."""
    for name, value in call.arguments.items():
        resource = call.mock.contract.conventions.resource_for_parameter(name)
        if resource is not None and call.mock.store.find(call.tenant, resource.name, value) is None:
            raise absent(resource.name, value)
    published = call.mock.contract.conventions.versioning.openapi
    if published is not None and operation.path == published:
        return Document(published_openapi(call.mock.contract.openapi))
    status = call.mock.blueprint.success_status(operation)
    if _streams(call, operation):
        return Events(tuple(_example_events()), status)
    media = call.mock.blueprint.success_media(operation)
    if media is None or status == 204:
        return Nothing(status)
    return Document(_example(call, media.schema, media.examples), status)


def _example(call: Call, schema: Mapping[str, Json], examples: Mapping[str, Json]) -> Json:
    for example in examples.values():
        return example
    return call.mock.blueprint.sampler.sample(schema, Spot(1, call.now))


def _streams(call: Call, operation: Operation) -> bool:
    response = operation.response_for(call.mock.blueprint.success_status(operation))
    kinds = [media.content_type for media in response.media] if response else []
    if "text/event-stream" not in kinds:
        return False
    only = not any(is_json(kind) for kind in kinds)
    return only or operation.kind is Kind.STREAM or "text/event-stream" in (call.header("accept") or "")


def _example_events() -> Sequence[Event]:
    return (Event({"text": "Fake "}), Event({"text": "answer."}), Event({"done": True}, name="done"))


def published_openapi(openapi: Mapping[str, Json]) -> Json:
    """The contract as the vendor would publish it: without our own annotations."""
    return _without_ours(openapi)


def _without_ours(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _without_ours(inner) for key, inner in value.items() if not str(key).startswith("x-vendorproof")}
    if isinstance(value, list | tuple):
        return [_without_ours(inner) for inner in value]
    return value


def result_of(call: Call, operation: Operation) -> Result:
    """What the operation gives, as faults may have changed it."""
    return call.mock.through(points.RESULT, handle(call, operation), call)
