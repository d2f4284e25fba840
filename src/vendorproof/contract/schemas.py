"""The JSON Schemas of the contract files: does a file keep its schema, and if not, in words that help."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from vendorproof.contract import pointer
from vendorproof.contract.place import schema_folder
from vendorproof.contract.wording import show, suggest
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Problem

Json = Any

_MISFITS = frozenset({"type", "const", "enum"})


def schema_problems(source: Source, name: str, at: str = "", *, show: Callable[[Json], str] = show) -> list[Problem]:
    """What is wrong with a file, or its part `at` a JSON pointer, by the schema `name`, in the order of the file.

    `name` is a file of contracts/schema without its ending: conventions, requirements, known, x-vendorproof. `show`
    words a value.
    """
    schema, validator = _schema(name)
    value = pointer.resolve(source.data, at)
    problems = [
        problem for error in validator.iter_errors(value) for problem in _word(source, schema, error, at, "", show)
    ]
    return sorted(problems, key=lambda problem: problem.place.line)


@cache
def _schema(name: str) -> tuple[Mapping[str, Json], jsonschema_rs.Draft202012Validator]:
    schema = json.loads((schema_folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema, jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def _word(
    source: Source,
    schema: Mapping[str, Json],
    error: jsonschema_rs.ValidationError,
    at: str,
    fallback: str,
    show: Callable[[Json], str],
) -> Iterator[Problem]:
    here = at + pointer.join(*error.instance_path)
    around = pointer.resolve(schema, pointer.join(*error.schema_path[:-1]))
    fix = around.get("description", fallback) or fallback
    value = show(error.instance)
    kind = error.kind
    match kind:
        case jsonschema_rs.ValidationErrorKind.AnyOf():
            yield from _word_any(source, schema, error, at, fix, show)
        case jsonschema_rs.ValidationErrorKind.AdditionalProperties():
            free = [key for key in around["properties"] if key not in error.instance]  # type: ignore[operator]
            for key in kind.unexpected:
                message = f"unknown key {key!r} in {_name(here)}"
                yield source.problem(
                    f"{here}/{pointer.escape(key)}", message, suggest(key, free) if free else "remove it"
                )
        case jsonschema_rs.ValidationErrorKind.Required():
            about = _describe(schema, around.get("properties", {}).get(kind.property, {}))
            fix = f"add {kind.property}: {about}" if about else f"add {kind.property}"
            yield source.problem(here, f"the key {kind.property!r} is missing in {_name(here)}", fix)
        case jsonschema_rs.ValidationErrorKind.PropertyNames():
            key = str(kind.error.instance)
            names = pointer.resolve(schema, pointer.join(*kind.error.schema_path[:-1]))
            yield source.problem(
                f"{here}/{pointer.escape(key)}", f"the key {key!r} does not fit in {_name(here)}", names["description"]
            )
        case jsonschema_rs.ValidationErrorKind.Enum():
            fix = suggest(str(error.instance), [str(option) for option in kind.options])
            yield source.problem(here, f"{_name(here)}: {value} is none of the allowed values", fix)
        case jsonschema_rs.ValidationErrorKind.Pattern() | jsonschema_rs.ValidationErrorKind.Format():
            yield source.problem(here, f"{_name(here)}: {value} does not fit", fix)
        case jsonschema_rs.ValidationErrorKind.Type() if error.instance is None:
            yield source.problem(here, f"{_name(here)}: null says nothing", f"write unspecified or leave it out; {fix}")
        case jsonschema_rs.ValidationErrorKind.Type():
            yield source.problem(here, f"{_name(here)}: {value} is not of type {' or '.join(kind.types)}", fix)
        case _:
            yield source.problem(here, f"{_name(here)}: {error.message}", fix)


def _word_any(
    source: Source,
    schema: Mapping[str, Json],
    error: jsonschema_rs.ValidationError,
    at: str,
    fix: str,
    show: Callable[[Json], str],
) -> Iterator[Problem]:
    """Of a choice, what is wrong with the branch that was meant: the one whose type fits."""
    assert isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AnyOf)
    for branch in error.kind.context:
        if not _misfit(branch, error.instance_path):
            for nested in branch:
                yield from _word(source, schema, nested, at, fix, show)
            return
    here = at + pointer.join(*error.instance_path)
    yield source.problem(here, f"{_name(here)}: {show(error.instance)} does not fit", fix)


def _misfit(branch: Iterable[jsonschema_rs.ValidationError], path: list[str | int]) -> bool:
    return any(error.kind.name in _MISFITS and error.instance_path == path for error in branch)


def _describe(schema: Mapping[str, Json], part: Mapping[str, Json]) -> str:
    if "description" not in part and "$ref" in part:
        part = pointer.resolve(schema, part["$ref"].removeprefix("#"))
    return str(part.get("description", ""))


def _name(here: str) -> str:
    return here or "the file"
