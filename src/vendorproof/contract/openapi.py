"""openapi.yaml as operations that need no second look into the document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vendorproof.contract.model import Basis, DocumentedResponse, Effect, Kind, Media, Operation, Parameter
from vendorproof.contract.pointer import join
from vendorproof.contract.references import References, reference_problems
from vendorproof.contract.schemas import schema_problems
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Problem

Json = Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_DEFAULT_NEEDS = {"GET": "read", "HEAD": "read", "OPTIONS": "read", "DELETE": "delete-own"}
_OPERATION_ID = re.compile(r"[a-z][A-Za-z0-9]*")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class OpenApi:
    """What openapi.yaml gives a contract."""

    base_url: str
    operations: tuple[Operation, ...]


def read_openapi(source: Source, vendor: str) -> tuple[OpenApi | None, list[Problem]]:
    """The operations of an OpenAPI 3.1 document, or None and what is wrong with it.

    Path and operation parameters are merged, local references are resolved; the schemas of the answer stand alone.
    """
    problems = _shape_problems(source)
    if not problems:
        problems = reference_problems(source)
    if problems:
        return None, problems
    reader = _Reader(source, vendor)
    operations = reader.operations()
    if reader.problems:
        return None, reader.problems
    return OpenApi(_base_url(source.data), tuple(operations)), []


def _shape_problems(source: Source) -> list[Problem]:
    document = source.data
    if not isinstance(document, dict):
        return [source.problem("", "this is no OpenAPI document", "start with openapi: 3.1.0")]
    problems = []
    version = document.get("openapi")
    if not (isinstance(version, str) and version.startswith("3.1.")):
        problems.append(source.problem("/openapi", f"OpenAPI {version!r} is not read here", "write openapi: 3.1.0"))
    servers = document.get("servers")
    if not (isinstance(servers, list) and servers and isinstance(servers[0], dict) and servers[0].get("url")):
        problems.append(source.problem("/servers", "no server is declared", "add servers: [{url: the base URL}]"))
    paths = document.get("paths")
    if not (isinstance(paths, dict) and paths):
        problems.append(source.problem("/paths", "no path is declared", "add paths: with every documented operation"))
    return problems


def _base_url(document: Mapping[str, Json]) -> str:
    server = document["servers"][0]
    url = str(server["url"])
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(variable["default"]))
    return url.rstrip("/")


class _Reader:
    def __init__(self, source: Source, vendor: str) -> None:
        self.source = source
        self.vendor = vendor
        self.problems: list[Problem] = []
        self._references = References(source.data)
        self._lines: dict[str, int] = {}

    def operations(self) -> list[Operation]:
        operations = []
        for path, item in self.source.data["paths"].items():
            item = self._references.follow(item)
            for method in METHODS:
                if not isinstance(item, dict) or method not in item:
                    continue
                at = join("paths", path, method)
                before = len(self.problems)
                try:
                    operation = self._operation(at, path, method.upper(), item, item[method])
                except (AttributeError, KeyError, TypeError) as error:
                    message = f"{method.upper()} {path} does not have the shape that OpenAPI 3.1 gives an operation"
                    self._wrong(at, f"{message} ({error})", "run vendorproof lint, which names the part")
                    continue
                if len(self.problems) == before:
                    operations.append(operation)
        return operations

    def _operation(
        self, at: str, path: str, method: str, item: Mapping[str, Json], node: Mapping[str, Json]
    ) -> Operation:
        name = self._name(at, node)
        vendorproof = self._extension(at, node)
        body = self._references.follow(node.get("requestBody", {}))
        parameters = self._parameters(item, node)
        self._compare_template(at, path, parameters)
        return Operation(
            vendor=self.vendor,
            id=name,
            method=method,
            path=path,
            kind=Kind(vendorproof["kind"]),
            basis=Basis(vendorproof.get("basis", "stated")),
            effects=frozenset(Effect(need) for need in vendorproof["needs"])
            if "needs" in vendorproof
            else frozenset({Effect(_DEFAULT_NEEDS.get(method, "write"))}),
            tags=_tags(node),
            parameters=parameters,
            request=self._content(body),
            request_required=bool(body.get("required", False)),
            responses=self._responses(node),
            public=node.get("security", self.source.data.get("security")) == [],
            resource=vendorproof.get("resource"),
            assumed=tuple(vendorproof.get("assumed", ())),
            question=vendorproof.get("question"),
            place=self.source.place(at),
        )

    def _name(self, at: str, node: Mapping[str, Json]) -> str:
        name = node.get("operationId")
        line = self.source.line(at)
        if not (isinstance(name, str) and _OPERATION_ID.fullmatch(name)):
            shown = "has no operationId" if name is None else f"has the operationId {name!r}"
            self._wrong(f"{at}/operationId", f"the operation {shown}", "name it in camelCase, e.g. listConversations")
            return ""
        if name in self._lines:
            message = f"the operationId {name!r} stands twice, first in the operation on line {self._lines[name]}"
            self._wrong(f"{at}/operationId", message, "give one of the two another name")
        self._lines.setdefault(name, line)
        return name

    def _extension(self, at: str, node: Mapping[str, Json]) -> Mapping[str, Json]:
        here = f"{at}/x-vendorproof"
        if "x-vendorproof" not in node:
            fix = "add x-vendorproof: {kind: list}, or read, create, update, delete, action, …"
            self._wrong(here, "the operation has no x-vendorproof", fix)
            return {"kind": "action"}
        problems = schema_problems(self.source, "x-vendorproof", here)
        self.problems.extend(problems)
        extension: Mapping[str, Json] = {"kind": "action"} if problems else node["x-vendorproof"]
        return extension

    def _parameters(self, item: Mapping[str, Json], node: Mapping[str, Json]) -> tuple[Parameter, ...]:
        merged: dict[tuple[str, str], Parameter] = {}
        for declared in (*item.get("parameters", ()), *node.get("parameters", ())):
            parameter = self._references.follow(declared)
            if not isinstance(parameter["name"], str):
                raise TypeError(f"a parameter is named {parameter['name']!r}")
            schema = self._references.write_out(_schema(parameter))
            examples = self._examples(parameter, schema)
            merged[parameter["name"], parameter["in"]] = Parameter(
                name=parameter["name"],
                location=parameter["in"],
                required=bool(parameter.get("required", False)),
                schema=schema,
                example=next(iter(examples.values()), None),
            )
        return tuple(merged.values())

    def _compare_template(self, at: str, path: str, parameters: tuple[Parameter, ...]) -> None:
        template = set(_TEMPLATE.findall(path))
        declared = {parameter.name for parameter in parameters if parameter.location == "path"}
        for name in sorted(template - declared):
            fix = f"add {{name: {name}, in: path, required: true, schema: {{type: string}}}} to parameters"
            self._wrong(at, f"the path parameter {name!r} of {path} is not declared", fix)
        for name in sorted(declared - template):
            self._wrong(at, f"the path parameter {name!r} is declared, but {path} has none", "remove it, or correct it")

    def _responses(self, node: Mapping[str, Json]) -> tuple[DocumentedResponse, ...]:
        responses = []
        for status, declared in node["responses"].items():
            response = self._references.follow(declared)
            headers = {}
            for name, header in response.get("headers", {}).items():
                header = self._references.follow(header)
                headers[name] = {**header, "schema": self._references.write_out(_schema(header))}
            responses.append(DocumentedResponse(status, self._content(response), headers))
        return tuple(responses)

    def _content(self, node: Mapping[str, Json]) -> tuple[Media, ...]:
        media = []
        for content_type, declared in node.get("content", {}).items():
            schema = self._references.write_out(declared.get("schema", {}))
            media.append(Media(content_type, schema, self._examples(declared, schema)))
        return tuple(media)

    def _examples(self, node: Mapping[str, Json], schema: Mapping[str, Json]) -> dict[str, Json]:
        """The examples of a parameter or media type by name; where it has none, those of its schema."""
        if "example" in node:
            return {"example": node["example"]}
        declared = {name: self._references.follow(example) for name, example in node.get("examples", {}).items()}
        values = {name: example["value"] for name, example in declared.items() if "value" in example}
        if values:
            return values
        if "example" in schema:
            return {"example": schema["example"]}
        return {f"example {number}": value for number, value in enumerate(schema.get("examples", ()), start=1)}

    def _wrong(self, at: str, message: str, fix: str) -> None:
        self.problems.append(self.source.problem(at, message, fix))


def _tags(node: Mapping[str, Json]) -> tuple[str, ...]:
    tags = tuple(node.get("tags", ()))
    if not all(isinstance(tag, str) for tag in tags):
        raise TypeError("a tag is not a string")
    return tags


def _schema(node: Mapping[str, Json]) -> Json:
    """The schema of a parameter or header, which may stand under its one content type."""
    if "schema" in node:
        return node["schema"]
    return next((media.get("schema", {}) for media in node.get("content", {}).values()), {})
