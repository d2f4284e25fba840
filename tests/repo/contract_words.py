"""The language of contracts: its keys and words, which contracts use them, and who reads them while a run decides."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cache
from types import FrameType
from typing import Any

import pytest
from click.testing import CliRunner

import vendorproof.contract.conventions as conventions_of
from tests.repo.source import ROOT
from vendorproof.checks.outcome import Verdict
from vendorproof.cli.lint import command as lint
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import DocumentedResponse, Effect, Media, Operation
from vendorproof.contract.openapi import METHODS
from vendorproof.contract.yaml_source import read_yaml
from vendorproof.proof.gate import items_of
from vendorproof.report.allure.labels import description
from vendorproof.runs.opening import at_mock
from vendorproof.target import target_from_url

Json = Any
SHIPPED = [folder for folder in sorted(contracts_root().iterdir()) if (folder / "conventions.yaml").is_file()]
MADE_UP = sorted((ROOT / "tests" / "mock" / "contracts").iterdir())
FOLDERS = {folder.name: folder for folder in (*SHIPPED, *MADE_UP)}


def schema(name: str) -> Json:
    """A schema of contracts/schema by its name."""
    return json.loads((contracts_root() / "schema" / f"{name}.schema.json").read_text("utf-8"))


Schema = Mapping[str, Json]


def parts(name: str) -> Iterator[tuple[str, Schema]]:
    """Every place of the documents that a schema is of, with its part of the schema: `pagination.style`; `*` stands for
    a name that the document is free to choose."""
    root = schema(name)
    yield from _parts(root, root, "")


def _parts(root: Schema, schema: Schema, place: str) -> Iterator[tuple[str, Schema]]:
    schema = _followed(root, schema)
    yield place, schema
    for name, inner in _members(schema):
        yield from _parts(root, inner, _at(place, name))


def _at(place: str, name: str) -> str:
    return f"{place}.{name}".strip(".")


def _followed(root: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


def _members(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """What a schema is made of, with its name in the document: "" for what stands in the place itself."""
    yield from schema.get("properties", {}).items()
    for name, key in (("*", "additionalProperties"), ("", "items")):
        if isinstance(schema.get(key), Mapping):
            yield name, schema[key]
    yield from (("", option) for option in schema.get("anyOf", ()))


Word = tuple[str, str]
"""A place, and a value of its enum as JSON."""


def words(name: str) -> set[Word]:
    """Every word of a schema."""
    return {(place, json.dumps(word)) for place, part in parts(name) for word in part.get("enum", ())}


def words_in(name: str, document: Json) -> set[Word]:
    """The words of a schema that a document uses."""
    root = schema(name)
    return set(_used(root, root, "", document))


def _used(root: Schema, schema: Schema, place: str, value: Json) -> Iterator[Word]:
    schema = _followed(root, schema)
    if value in schema.get("enum", ()):
        yield place, json.dumps(value)
    for name, inner in _members(schema):
        for one in _under(schema, name, value):
            yield from _used(root, inner, _at(place, name), one)


def _under(schema: Schema, name: str, value: Json) -> list[Json]:
    """The values that a member of a schema is about."""
    if name == "":
        return value if isinstance(value, list) else [value]
    if not isinstance(value, dict):
        return []
    if name == "*":
        return [inner for key, inner in value.items() if key not in schema.get("properties", {})]
    return [value[name]] if name in value else []


@cache
def used(vendor: str) -> frozenset[Word]:
    """The words of conventions.yaml that a contract uses."""
    return frozenset(words_in("conventions", read_yaml(FOLDERS[vendor] / "conventions.yaml").data))


def used_at(vendor: str) -> Iterator[tuple[str, set[Word]]]:
    """The words of x-vendorproof that a contract uses, operation by operation: the label, the words."""
    for path, item in read_yaml(FOLDERS[vendor] / "openapi.yaml").data["paths"].items():
        for method, node in item.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", words_in("x-vendorproof", node["x-vendorproof"])


def used_by(vendor: str) -> Iterator[tuple[str, set[Word]]]:
    """The words of requirements.yaml that a contract uses, requirement by requirement: the id, the words."""
    register = read_yaml(FOLDERS[vendor] / "requirements.yaml").data
    for entry in register["requirements"]:
        yield entry["id"], words_in("requirements", {"requirements": [entry]})


KINDS = {
    "": "Conventions",
    "authentication": "Authentication",
    "authentication.carriers": "Carrier",
    "authentication.refusal": "Refusal",
    "authentication.context": "ContextHeader",
    "authentication.login": "Login",
    "errors": "Errors",
    "envelope": "Conventions",
    "pagination": "Pagination",
    "idempotency": "Idempotency",
    "rateLimit": "RateLimit",
    "quota": "Quota",
    "formats": "Formats",
    "resources.*": "Resource",
    "provocations.*": "Provocation",
    "provocations.*.steps": "Step",
    "versioning": "Versioning",
    "transport": "Transport",
}
"""What each object of conventions.yaml is read as."""

_FIELDS = {
    "authentication.carriers.in": "location",
    "rateLimit.headers.reset.name": "headers/reset",
    "rateLimit.headers.reset.format": "reset_format",
}
"""Keys that are read under another name."""

Field = tuple[str, str]
"""A kind of value that the conventions are read as, and a field of it; `headers/limit` is a role in such a field."""


def keys() -> set[str]:
    """The places of conventions.yaml that have a key which the schema names; `vendor` and `title` say whose it is, and
    `envelope` holds but one other."""
    named = {place for place, _ in parts("conventions") if not place.endswith("*")}
    return named - {"", "vendor", "title", "envelope"}


def field_of(place: str) -> Field:
    """What the key at a place of conventions.yaml is read as."""
    parent, _, name = place.rpartition(".")
    while parent not in KINDS:
        parent, _, container = parent.rpartition(".")
        name = f"{container}/{name}"
    own, slash, role = name.partition("/")
    return KINDS[parent], _FIELDS.get(place) or re.sub(r"(?<=[a-z])[A-Z]", r"_\g<0>", own).lower() + slash + role


OPERATION = {
    "kind": "kind",
    "resource": "resource",
    "basis": "basis",
    "assumed": "assumed",
    "needs": "effects",
    "question": "question",
}
"""What each key of x-vendorproof is read as, a field of an operation."""

ANSWER = {(kind.__name__, field.name) for kind in (DocumentedResponse, Media) for field in fields(kind)}
"""What openapi.yaml says of an answer."""

_OPENAPI = {kind.__name__: kind for kind in (Operation, DocumentedResponse, Media)}
_WATCHED = {name: getattr(conventions_of, name) for name in set(KINDS.values())} | _OPENAPI


class _Roles(dict[str, Json]):
    """A field that maps roles, of which each is read for itself."""

    def __init__(self, values: Mapping[str, Json], told: Callable[[str, FrameType], None]) -> None:
        super().__init__(values)
        self._told = told

    def __getitem__(self, role: str) -> Json:
        self._told(role, sys._getframe(1))
        return super().__getitem__(role)

    def get(self, role: str, default: Json = None) -> Json:
        self._told(role, sys._getframe(1))
        return super().get(role, default)

    def __contains__(self, role: object) -> bool:
        self._told(str(role), sys._getframe(1))
        return super().__contains__(role)


_ROLES = {("Pagination", "request"), ("Pagination", "response"), ("RateLimit", "headers")}


@contextmanager
def watched() -> Iterator[set[Field]]:
    """What is read of conventions and operations meanwhile, by anybody but the mock and the room that reads contracts
    for others. Comparing values and copying them is no reading."""
    seen: set[Field] = set()

    def note(kind: str, field: str, frame: FrameType | None) -> None:
        while frame is not None and frame.f_globals["__name__"].startswith("vendorproof.contract."):
            if frame.f_code.co_filename == "<string>":
                return
            frame = frame.f_back
        reader = frame.f_globals["__name__"] if frame is not None else ""
        if reader.startswith("vendorproof.") and not reader.startswith("vendorproof.mock."):
            seen.add((kind, field))

    def watching(kind: str, names: frozenset[str]) -> Callable[[Any, str], Any]:
        def read(self: Any, name: str) -> Any:
            value = object.__getattribute__(self, name)
            if name in names:
                note(kind, name, sys._getframe(1))
                if (kind, name) in _ROLES:
                    return _Roles(value, lambda role, frame: note(kind, f"{name}/{role}", frame))
            return value

        return read

    with pytest.MonkeyPatch.context() as patch:
        for kind, value in _WATCHED.items():
            names = frozenset(field.name for field in fields(value))
            patch.setattr(value, "__getattribute__", watching(kind, names), raising=False)
        yield seen


@dataclass(frozen=True)
class Decided:
    """A verdict of the faithful mock, and what was read on the way to it."""

    verdict: Verdict
    read: frozenset[Field]


@cache
def decided(vendor: str) -> tuple[Decided, ...]:
    """What the suites say of a contract's faithful mock, item by item."""
    contract = load_contract(FOLDERS[vendor])
    found = []
    with watched() as seen, at_mock(contract) as session:
        for item in items_of(contract):
            seen.clear()
            verdict = session.decide(item)
            found.append(Decided(verdict, frozenset(seen)))
    return tuple(found)


def read_besides(vendor: str) -> frozenset[Field]:
    """What is read where a target tells less than the mock does, where stories are told, where what was made is
    removed, where a report describes a requirement, and where the register itself is looked at."""
    contract = load_contract(FOLDERS[vendor])
    login = contract.conventions.authentication.login
    context = contract.conventions.authentication.context
    variables = [contract.conventions.authentication.variable, *(login.request.values() if login else ())]
    environ = {name: f"secret-of-{name}" for name in variables} | {one.variable: "x" for one in context}
    with watched() as seen:
        CliRunner().invoke(lint, [str(FOLDERS[vendor])])
        bare = replace(target_from_url(contract.base_url, contract, environ), allow=frozenset(Effect), values={})
        with at_mock(contract, like=bare, examples=5) as session:
            for item in items_of(contract):
                session.decide(item)
                description(item.obligation)
        return frozenset(seen)
