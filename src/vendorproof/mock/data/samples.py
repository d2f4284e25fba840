"""Values that fit a schema, deterministic and visibly fake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.mock.data.names import digest, stamp, uuid4

Json = Any
_DEPTH = 8


@dataclass(frozen=True)
class Spot:
    """Which of many samples is wanted: its number and the moment (epoch seconds) it is from."""

    number: int
    moment: float

    def leaves_out(self, name: str) -> bool:
        """Whether an optional field is empty in this sample: each is, in a third of them."""
        return (self.number + len(name)) % 3 == 0


class Sampler:
    """Makes values for the schemas of one OpenAPI document."""

    def __init__(self, openapi: Mapping[str, Json]) -> None:
        self._openapi = openapi

    def resolve(self, schema: Mapping[str, Json]) -> Mapping[str, Json]:
        """A schema with its reference followed, its parts joined and its first alternative taken."""
        seen = 0
        while "$ref" in schema and seen < _DEPTH:
            found = resolve(self._openapi, schema["$ref"].removeprefix("#"))
            schema = {} if found is MISSING else {**found, **{k: v for k, v in schema.items() if k != "$ref"}}
            seen += 1
        for part in schema.get("allOf", ()):
            inner = self.resolve(part)
            schema = {
                **inner,
                **{key: value for key, value in schema.items() if key != "allOf"},
                "properties": {**inner.get("properties", {}), **schema.get("properties", {})},
                "required": [*inner.get("required", ()), *schema.get("required", ())],
            }
        for word in ("oneOf", "anyOf"):
            options = [one for one in schema.get(word, ()) if one.get("type") != "null"]
            if options:
                schema = {**{key: value for key, value in schema.items() if key != word}, **self.resolve(options[0])}
        return schema

    def properties(self, schema: Mapping[str, Json]) -> Mapping[str, Mapping[str, Json]]:
        """The documented fields of an object's schema."""
        found: Mapping[str, Mapping[str, Json]] = self.resolve(schema).get("properties", {})
        return found

    def at(self, schema: Mapping[str, Json], pointer: str) -> Mapping[str, Json]:
        """The schema of what stands at a pointer of a document; empty where the schema does not say."""
        for token in pointer.split("/")[1:]:
            schema = self.properties(schema).get(token, {})
        return self.resolve(schema)

    def sample(self, schema: Mapping[str, Json], spot: Spot, name: str = "", depth: int = 0) -> Json:
        """A value that fits the schema; empty optional fields of objects are None."""
        schema = self.resolve(schema)
        if "const" in schema:
            return schema["const"]
        options = [option for option in schema.get("enum", ()) if option is not None]
        if options:
            return options[spot.number % len(options)]
        match _kind(schema):
            case "object":
                return self._object(schema, spot, depth)
            case "array":
                length = max(schema.get("minItems", 0), 1 if depth < _DEPTH else 0)
                return [self.sample(schema.get("items", {}), spot, name, depth + 1) for _ in range(length)]
            case "boolean":
                return spot.number % 2 == 0
            case "integer":
                return _within(schema, spot.number)
            case "number":
                return float(_within(schema, spot.number))
            case _:
                return _text(schema, spot, name)

    def _object(self, schema: Mapping[str, Json], spot: Spot, depth: int) -> Json:
        required = set(schema.get("required", ()))
        made: dict[str, Json] = {}
        for name, inner in schema.get("properties", {}).items():
            empty = name not in required and (depth >= _DEPTH or spot.leaves_out(name))
            made[name] = None if empty else self.sample(inner, spot, name, depth + 1)
        if not made and "example" in schema:
            return schema["example"]
        return made


def _kind(schema: Mapping[str, Json]) -> str:
    kinds = schema.get("type")
    if isinstance(kinds, list):
        kinds = next((kind for kind in kinds if kind != "null"), "string")
    if kinds is None:
        return "object" if "properties" in schema else "string"
    return str(kinds)


def _within(schema: Mapping[str, Json], number: int) -> int:
    low = int(schema.get("minimum", schema.get("exclusiveMinimum", 0)))
    high = int(schema.get("maximum", low + 1000))
    return low + number % max(high - low, 1)


def _text(schema: Mapping[str, Json], spot: Spot, name: str) -> str:
    form = schema.get("format")
    match form:
        case "date-time":
            return stamp(spot.moment)
        case "date":
            return stamp(spot.moment)[:10]
        case "uuid":
            return uuid4(digest(name, spot.number))
        case "email":
            return f"person{spot.number}@example.com"
        case "uri" | "url":
            return f"https://fake.example.com/{name or 'page'}/{spot.number}"
    example = _example(schema)
    if isinstance(example, str) and ("pattern" in schema or form):
        return example
    text = f"Fake {name.replace('_', ' ') or 'text'} {spot.number}"
    return text[: int(schema.get("maxLength", len(text)))]


def _example(schema: Mapping[str, Json]) -> Json:
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    return schema.get("example")
