"""What a vendor's documentation says, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from vendorproof.contract.conventions import Conventions
from vendorproof.errors import Place

Json = Any


class Level(StrEnum):
    """How binding a requirement is (RFC 2119)."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Basis(StrEnum):
    """Why we hold the vendor to a requirement."""

    STATED = "stated"
    EXAMPLE = "example"
    IMPLIED = "implied"
    STANDARD = "standard"


class Effect(StrEnum):
    """What a request does to the account; the rights of a target are named alike."""

    READ = "read"
    WRITE = "write"
    DELETE_OWN = "delete-own"
    COSTLY = "costly"
    DANGEROUS = "dangerous"


class Kind(StrEnum):
    """What an operation does, in one word."""

    LIST = "list"
    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    ACTION = "action"
    STREAM = "stream"
    SOCKET = "socket"
    UPLOAD = "upload"
    LOGIN = "login"


@dataclass(frozen=True)
class Parameter:
    """One documented parameter of an operation; `location` is path, query, header or cookie."""

    name: str
    location: str
    required: bool
    schema: Mapping[str, Json]
    example: Json = None


@dataclass(frozen=True)
class Media:
    """One content type of a request or response: its schema and its examples by name."""

    content_type: str
    schema: Mapping[str, Json]
    examples: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentedResponse:
    """A documented answer. `status` is '200', '4XX' or 'default'; `headers` maps names to OpenAPI header objects, whose
    `schema` stands alone."""

    status: str
    media: tuple[Media, ...]
    headers: Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True)
class Operation:
    """One method and path of the contract."""

    vendor: str
    id: str
    method: str
    path: str
    kind: Kind
    basis: Basis
    effects: frozenset[Effect]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    request: tuple[Media, ...]
    request_required: bool
    responses: tuple[DocumentedResponse, ...]
    public: bool
    resource: str | None = None
    assumed: tuple[str, ...] = ()
    question: str | None = None
    place: Place = field(default=Place(Path("openapi.yaml")), compare=False)

    @property
    def label(self) -> str:
        """Method and path, as the documentation writes them: `GET /conversations`."""
        return f"{self.method} {self.path}"

    @property
    def successes(self) -> tuple[DocumentedResponse, ...]:
        """The documented 2xx answers."""
        return tuple(response for response in self.responses if response.status.startswith("2"))

    @property
    def path_parameters(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if parameter.location == "path")

    def response_for(self, status: int) -> DocumentedResponse | None:
        """The documented answer for a status: the exact one, then its class, then the default."""
        for wanted in (str(status), f"{status // 100}XX", "default"):
            for response in self.responses:
                if response.status.upper() == wanted.upper():
                    return response
        return None


@dataclass(frozen=True)
class Requirement:
    """One testable statement of a vendor's documentation. `id` never changes once published."""

    id: str
    vendor: str
    page: str
    section: str
    level: Level
    basis: Basis
    text: str
    check: str | None
    undecidable: str | None
    on: tuple[str, ...]
    parameters: Mapping[str, Json]
    fingerprint: str
    place: Place = field(compare=False)

    @property
    def convention(self) -> str:
        """The second part of the id: `athena.pagination.null-cursor` is about `pagination`."""
        return self.id.split(".")[1]

    @property
    def name(self) -> str:
        """The id without its vendor."""
        return self.id.split(".", 1)[1]

    @property
    def binding(self) -> bool:
        """Whether a failure turns a run red."""
        return self.level is Level.MUST and self.basis is Basis.STATED


@dataclass(frozen=True)
class Question:
    """Something that the documentation leaves open or contradicts itself on, and how we read it meanwhile."""

    id: str
    section: str
    text: str
    reading: str


@dataclass(frozen=True)
class KnownDeviation:
    """A failure that the team accepted until a date.

    `operation` is its label (`GET /conversations`), None for any; `expires` the last day, YYYY-MM-DD.
    """

    requirement: str
    operation: str | None
    reason: str
    link: str
    expires: str
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Contract:
    """Everything one vendor's documentation says."""

    vendor: str
    title: str
    base_url: str
    folder: Path
    openapi: Mapping[str, Json]
    operations: tuple[Operation, ...]
    conventions: Conventions
    requirements: tuple[Requirement, ...]
    questions: tuple[Question, ...]
    known: tuple[KnownDeviation, ...]
    sections: Mapping[str, str]
    """Section name to the fingerprint of its text as read."""

    def operation(self, operation_id: str) -> Operation:
        """The operation with this id; KeyError when there is none."""
        found = self.find(operation_id)
        if found is None:
            raise KeyError(operation_id)
        return found

    def find(self, operation_id: str | None) -> Operation | None:
        """The operation with this id; None when there is none, as for a request that is of no operation."""
        return next((operation for operation in self.operations if operation.id == operation_id), None)

    def requirement(self, requirement_id: str) -> Requirement:
        """The requirement with this id; KeyError when there is none."""
        for requirement in self.requirements:
            if requirement.id == requirement_id:
                return requirement
        raise KeyError(requirement_id)
