"""What loading does not look at in openapi.yaml: the rules of OpenAPI itself, security, and the examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from vendorproof.contract.openapi import METHODS
from vendorproof.contract.pointer import escape, join
from vendorproof.contract.references import References
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Problem

Json = Any

_ALREADY_FOUND = frozenset({"DuplicateOperationIDError", "UnresolvableParameterError"})
"""Problems that the loader reports too, and with their line."""


def document_problems(source: Source) -> Iterator[Problem]:
    """What breaks the rules of OpenAPI 3.1 in a document whose references all name something."""
    from openapi_spec_validator import OpenAPIV31SpecValidator  # costs 0.3 s, and only lint needs it

    found = False
    try:
        for error in OpenAPIV31SpecValidator(source.data).iter_errors():
            if type(error).__name__ not in _ALREADY_FOUND:
                found = True
                at = join(*error.absolute_path)
                message = str(error.message).partition("\n")[0]
                yield source.problem(at, f"{at or 'the document'}: {_cut(message)}", "keep to OpenAPI 3.1.0")
    except Exception as failure:  # noqa: BLE001 - on a document of another shape the validator stumbles anyhow
        if not found:
            message = f"the document does not have the shape of OpenAPI 3.1 ({type(failure).__name__}: {failure})"
            yield source.problem("", _cut(message.replace("\n", " ")), "keep to OpenAPI 3.1.0")


def security_problems(source: Source) -> Iterator[Problem]:
    """A document that leaves open which operations need a credential."""
    if "security" not in source.data:
        message = "the document has no security, so nothing says which operations need a credential"
        yield source.problem("", message, "add security: [{scheme: []}], and security: [] at public operations")


def example_problems(source: Source) -> Iterator[Problem]:
    """The examples that do not satisfy the schema beside them."""
    references = References(source.data)
    for at, holder, schema in _holders(source.data):
        examples = list(_examples(at, holder, references))
        if not examples:
            continue
        written = references.write_out(schema)
        try:
            validator = jsonschema_rs.Draft202012Validator(dict(written), validate_formats=True)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as failure:
            yield source.problem(at, f"the schema can't be used: {_cut(str(failure))}", "write JSON Schema 2020-12")
            continue
        for where, value in examples:
            for error in validator.iter_errors(value):
                place = join(*error.instance_path) or "as a whole"
                message = f"the example breaks its schema: {place}: {_cut(error.message)}"
                yield source.problem(where, message, "correct the example, or the schema if the example is documented")


def _examples(at: str, holder: Mapping[str, Json], references: References) -> Iterator[tuple[str, Json]]:
    if "example" in holder:
        yield f"{at}/example", holder["example"]
    examples = holder.get("examples", {})
    if isinstance(examples, list):
        for index, value in enumerate(examples):
            yield f"{at}/examples/{index}", value
    else:
        for name, declared in examples.items():
            example = references.follow(declared)
            if "value" in example:
                where = f"{at}/examples/{escape(name)}" if example is declared else unquote(declared["$ref"][1:])
                yield f"{where}/value", example["value"]


def _holders(document: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json], Json]]:
    """Every part that has a schema and may have examples of it: where, the part, the schema."""
    components = document.get("components", {})
    for name, schema in components.get("schemas", {}).items():
        if isinstance(schema, dict):
            yield join("components", "schemas", name), schema, schema
    for kind in ("parameters", "headers", "requestBodies", "responses"):
        for name, part in components.get(kind, {}).items():
            yield from _within(join("components", kind, name), part)
    for path, item in document.get("paths", {}).items():
        for method in ("", *METHODS):
            operation = item.get(method, {}) if method else item
            at = join("paths", path, method) if method else join("paths", path)
            for index, parameter in enumerate(operation.get("parameters", ())):
                yield from _within(f"{at}/parameters/{index}", parameter)
            yield from _within(f"{at}/requestBody", operation.get("requestBody", {}))
            for status, response in operation.get("responses", {}).items():
                yield from _within(f"{at}/responses/{status}", response)


def _within(at: str, part: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json], Json]]:
    """The part itself where it has a schema, its content and its headers; a reference is looked at where it leads."""
    if "schema" in part:
        yield at, part, part["schema"]
    for kind in ("content", "headers"):
        for name, nested in part.get(kind, {}).items():
            yield from _within(f"{at}/{kind}/{escape(name)}", nested)


def _cut(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:199]}…"
