"""What the mock works out of a contract once, however many mocks are built of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from vendorproof.contract.conventions import ContextHeader, Resource
from vendorproof.contract.model import Contract, Kind, Media, Operation
from vendorproof.contract.select import select
from vendorproof.mock.data.character import Character, character_of
from vendorproof.mock.data.names import singular
from vendorproof.mock.data.principals import Principal, principals
from vendorproof.mock.data.router import Router
from vendorproof.mock.data.samples import Sampler

Json = Any


@dataclass(frozen=True)
class Shape:
    """One resource as the mock keeps it: the schema of one thing, the field of its id, what it belongs to, whether its
    listing is cut into pages, whether a tenant has a single one, and its place among the resources."""

    name: str
    schema: Mapping[str, Json]
    id_key: str
    parent: str | None
    paginated: bool
    single: bool
    index: int


class Blueprint:
    """A contract made ready to answer requests; immutable but for what it caches."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.character: Character = character_of(contract.vendor)
        self.base_path = urlsplit(contract.base_url).path.rstrip("/")
        self.router = Router(contract.operations)
        self.sampler = Sampler(contract.openapi)
        self.principals: tuple[Principal, ...] = principals(self.character)
        conventions = contract.conventions
        self.paginated = self._ids(conventions.pagination.applies if conventions.pagination else ())
        self.idempotent = self._ids(conventions.idempotency.applies if conventions.idempotency else ())
        self._context = [(header, self._ids(header.applies)) for header in conventions.authentication.context]
        self.shapes = {
            resource.name: self._shape(resource, index) for index, resource in enumerate(conventions.resources.values())
        }
        self.exact_multiple = self.character.exact_multiple or _last_listing(self.shapes.values())
        self.duties = dict(_duties(conventions.resources.values()))
        self._references = _reference_names(conventions.resources)
        self._validators: dict[int, jsonschema_rs.Validator] = {}

    def _ids(self, selectors: Sequence[str]) -> frozenset[str]:
        chosen = select(self.contract, selectors) if selectors else ()
        return frozenset(operation.id for operation in chosen)

    def _shape(self, resource: Resource, index: int) -> Shape:
        paginated = resource.list in self.paginated
        id_key = resource.id.removeprefix("/")
        single = resource.read is not None and resource.parameter not in self._path_names(resource.read)
        return Shape(resource.name, self._thing(resource), id_key, resource.parent, paginated, single, index)

    def _path_names(self, operation_id: str) -> set[str]:
        return {parameter.name for parameter in self.contract.operation(operation_id).path_parameters}

    def _thing(self, resource: Resource) -> Mapping[str, Json]:
        """The schema of one thing: as read, listed or created, whichever says most."""
        schemas = []
        for operation_id, pointer in (
            (resource.read, resource.item),
            (resource.create, resource.item),
            (resource.update, resource.item),
            (resource.list, resource.items),
        ):
            if operation_id is None:
                continue
            media = self.success_media(self.contract.operation(operation_id))
            schema = self.sampler.at(media.schema, pointer) if media else {}
            if operation_id == resource.list:
                schema = self.sampler.resolve(schema.get("items", {}))
            schemas.append(schema)
        return max(schemas, key=lambda schema: len(self.sampler.properties(schema)), default={})

    def success_status(self, operation: Operation) -> int:
        """The documented status of a success, the usual one where the documentation leaves several open."""
        usual = {Kind.CREATE: 201, Kind.DELETE: 204}.get(operation.kind, 200)
        documented = [response.status for response in operation.successes]
        if not documented or str(usual) in documented or "2XX" in (status.upper() for status in documented):
            return usual
        return int(documented[0])

    def success_media(self, operation: Operation) -> Media | None:
        """The documented JSON body of the success that the mock answers with."""
        response = operation.response_for(self.success_status(operation))
        return next((media for media in response.media if is_json(media.content_type)), None) if response else None

    def context_for(self, operation: Operation | None) -> list[ContextHeader]:
        """The scoping headers that an operation wants."""
        return [header for header, applies in self._context if operation is not None and operation.id in applies]

    def referred(self, name: str) -> str | None:
        """The resource whose id a field of this name holds."""
        return self._references.get(name)

    def validator(self, schema: Mapping[str, Json]) -> jsonschema_rs.Validator:
        """A validator of a schema of this contract, its references followed."""
        validator = self._validators.get(id(schema))
        if validator is None:
            rooted = {"components": self.contract.openapi.get("components", {}), **schema}
            validator = jsonschema_rs.validator_for(rooted, validate_formats=True)
            self._validators[id(schema)] = validator
        return validator


def own_headers(contract: Contract, operation: Operation, status: int) -> Mapping[str, Mapping[str, Json]]:
    """The documented headers of an answer that no convention speaks of."""
    documented = operation.response_for(status)
    if documented is None or (status < 400 and documented.status == "default"):
        return {}
    limit, deprecation = contract.conventions.rate_limit, contract.conventions.versioning.deprecation_header
    spoken = {"Content-Type", "Retry-After", "Link", deprecation or "", *(limit.headers.values() if limit else ())}
    known = {name.lower() for name in spoken}
    return {name: header for name, header in documented.headers.items() if name.lower() not in known}


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON (RFC 8259, RFC 6839)."""
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or media.endswith("+json")


def _last_listing(shapes: Iterable[Shape]) -> str:
    return next((shape.name for shape in reversed(list(shapes)) if shape.paginated and shape.parent is None), "")


def _duties(resources: Iterable[Resource]) -> Iterable[tuple[str, tuple[str, str]]]:
    """Which operation does what to which resource."""
    for resource in resources:
        for duty in ("list", "create", "read", "update", "delete"):
            operation_id = getattr(resource, duty)
            if operation_id is not None:
                yield operation_id, (duty, resource.name)


def _reference_names(resources: Mapping[str, Resource]) -> Mapping[str, str]:
    """Names of fields that hold the id of a thing, with the resource: `contact_id`, `contactId`, and whatever its path
    parameter is called."""
    names = {resource.parameter: name for name, resource in resources.items() if resource.parameter}
    for resource in resources:
        single = singular(resource)
        names[f"{single}_id"] = resource
        names[f"{single}Id"] = resource
    return names


_BLUEPRINTS: dict[int, Blueprint] = {}
_KEPT = 16


def blueprint_of(contract: Contract) -> Blueprint:
    """The blueprint of a contract, made once."""
    found = _BLUEPRINTS.get(id(contract))
    if found is None or found.contract is not contract:
        found = Blueprint(contract)
        while len(_BLUEPRINTS) >= _KEPT:
            del _BLUEPRINTS[next(iter(_BLUEPRINTS))]
        _BLUEPRINTS[id(contract)] = found
    return found
