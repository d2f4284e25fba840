"""References within an OpenAPI document: which are broken, what they name, schemas written out without them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from vendorproof.contract.pointer import MISSING, escape, resolve
from vendorproof.contract.wording import suggest
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Problem

Json = Any

_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Keywords whose value maps free names to schemas."""

_PARTS = _NAMED | {"responses", "headers", "content", "callbacks", "links", "schemas", "parameters", "requestBodies"}
"""The same over a whole document: `default` among responses is a response, not data."""

_DATA = frozenset({"example", "examples", "default", "const", "enum"})
"""Keywords whose value is plain data, even where it looks like a reference."""

_ANNOTATIONS = frozenset(
    {"title", "description", "summary", "deprecated", "readOnly", "writeOnly", "example", "examples", "default"}
)
"""What beside a $ref only adds words, so that it may be merged into the schema that the $ref names."""


def reference_problems(source: Source) -> list[Problem]:
    """The references of an OpenAPI document that name nothing, or something outside of the document."""
    problems = []
    for at, target in _references(source.data, ""):
        if not target.startswith("#/"):
            fix = "write #/components/… and put what it names into this file"
            problems.append(source.problem(at, f"the reference {target!r} leaves the document", fix))
        elif _named(source.data, target) is MISSING:
            fix = _nearest(source.data, target)
            problems.append(source.problem(at, f"the reference {target!r} names nothing", fix))
        elif _is_circle(source.data, target):
            problems.append(source.problem(at, f"the reference {target!r} leads back to itself", "name what is meant"))
    return problems


def _named(document: Json, target: str) -> Json:
    return resolve(document, unquote(target[1:]))


def _is_circle(document: Json, target: str) -> bool:
    seen = [target]
    node = _named(document, target)
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        if node["$ref"] in seen:
            return True
        seen.append(node["$ref"])
        node = _named(document, node["$ref"])
    return False


def _nearest(document: Json, target: str) -> str:
    parent, _, _ = target[1:].rpartition("/")
    folder = resolve(document, parent)
    names = [f"#{parent}/{escape(name)}" for name in folder] if isinstance(folder, dict) else []
    return suggest(target, names)


def _references(node: Json, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _references(child, f"{at}/{index}")
    if not isinstance(node, dict):
        return
    target = node.get("$ref")
    if isinstance(target, str):
        yield f"{at}/$ref", target
    for key, child in node.items():
        here = f"{at}/{escape(key)}"
        if key in _PARTS and isinstance(child, dict):
            for name, part in child.items():
                yield from _references(part, f"{here}/{escape(name)}")
        elif key == "examples" and isinstance(child, dict):
            for name, example in child.items():
                if isinstance(example, dict) and isinstance(example.get("$ref"), str):
                    yield f"{here}/{escape(name)}/$ref", example["$ref"]
        elif key not in _DATA and not key.startswith("x-"):
            yield from _references(child, here)


class References:
    """The references of one document that has no `reference_problems`."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._written: dict[str, tuple[Json, frozenset[str]]] = {}
        self._recursive: dict[str, bool] = {}
        self._definitions: dict[str, str] = {}

    def follow(self, node: Json) -> Json:
        """The node itself, or what it names where it is a reference, through any chain."""
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            node = _named(self._document, node["$ref"])
        return node

    def write_out(self, schema: Json) -> Mapping[str, Json]:
        """A schema that stands alone: each reference is replaced by what it names.

        What contains itself stays a reference, into `$defs` of the schema. Raises TypeError for what is no schema.
        """
        recursive: set[str] = set()
        written = self._write(schema, recursive)
        if isinstance(written, bool):
            return {} if written else {"not": {}}
        if not isinstance(written, dict):
            raise TypeError(f"a schema is an object or a truth value, not {written!r}")
        definitions: dict[str, Json] = {}
        while missing := [target for target in sorted(recursive) if self._definition(target) not in definitions]:
            for target in missing:
                definitions[self._definition(target)] = self._write(_named(self._document, target), recursive)
        if not definitions:
            return dict(written)
        return {**written, "$defs": {**written.get("$defs", {}), **definitions}}

    def _write(self, schema: Json, recursive: set[str]) -> Json:
        if isinstance(schema, list):
            return [self._write(part, recursive) for part in schema]
        if not isinstance(schema, dict):
            return schema
        written: dict[str, Json] = {}
        for key, value in schema.items():
            if key == "$ref":
                continue
            if key in _NAMED and isinstance(value, dict):
                written[key] = {name: self._write(part, recursive) for name, part in value.items()}
            elif key in _DATA or key.startswith("x-"):
                written[key] = value
            else:
                written[key] = self._write(value, recursive)
        target = schema.get("$ref")
        return _merge(self._write_target(target, recursive), written) if isinstance(target, str) else written

    def _write_target(self, target: str, recursive: set[str]) -> Json:
        if self._is_recursive(target):
            recursive.add(target)
            return {"$ref": f"#/$defs/{self._definition(target)}"}
        within: set[str] = set()
        if target not in self._written:
            written = self._write(_named(self._document, target), within)
            self._written[target] = (written, frozenset(within))
        written, needs = self._written[target]
        recursive |= needs
        return written

    def _is_recursive(self, target: str) -> bool:
        if target not in self._recursive:
            seen: set[str] = set()
            ahead = [target]
            while ahead:
                named = {name for _, name in _references(_named(self._document, ahead.pop()), "")} - seen
                seen |= named
                ahead.extend(named)
            self._recursive[target] = target in seen
        return self._recursive[target]

    def _definition(self, target: str) -> str:
        """A name for what a reference names, of signs that a URI fragment takes as they are."""
        if target not in self._definitions:
            name = re.sub(r"[^A-Za-z0-9._-]", "-", unquote(target).removeprefix("#/components/schemas/"))
            while name in self._definitions.values():
                name += "-"
            self._definitions[target] = name
        return self._definitions[target]


def _merge(target: Json, siblings: dict[str, Json]) -> Json:
    """A schema with what stood beside the $ref that named it; both hold (JSON Schema 2020-12, section 8.2.3.1)."""
    if not siblings:
        return target
    if isinstance(target, dict) and siblings.keys() <= _ANNOTATIONS:
        return {**target, **siblings}
    return {"allOf": [target], **siblings}
