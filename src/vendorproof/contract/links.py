"""What the files of a contract say of each other: every name that one uses, another declares."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from vendorproof.contract.model import Contract, KnownDeviation
from vendorproof.contract.pointer import join
from vendorproof.contract.select import IDEMPOTENT, PAGINATED, selectable
from vendorproof.contract.wording import suggest
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Problem

Json = Any

_OPERATION_KEYS = ("operation", "refresh", "verify", "list", "create", "read", "update", "delete")


def link_problems(contract: Contract, sources: Mapping[str, Source]) -> list[Problem]:
    """The names in a contract's files that nothing declares. `sources` holds its files by name without ending."""
    problems = [
        *_extension_problems(contract, sources["openapi"]),
        *_convention_problems(contract, sources["conventions"]),
        *_register_problems(contract, sources["requirements"]),
    ]
    if "known" in sources:
        problems += _known_problems(contract, sources["known"])
    return problems


def _extension_problems(contract: Contract, source: Source) -> Iterator[Problem]:
    questions = [question.id for question in contract.questions]
    for operation in contract.operations:
        at = join("paths", operation.path, operation.method.lower(), "x-vendorproof")
        if operation.question is not None:
            yield from _unknown(source, f"{at}/question", "question", operation.question, questions)
        if operation.resource is not None:
            resources = contract.conventions.resources
            yield from _unknown(source, f"{at}/resource", "resource", operation.resource, resources)


def _convention_problems(contract: Contract, source: Source) -> Iterator[Problem]:
    conventions = contract.conventions
    for at, name in _named_operations(source.data):
        yield from _unknown(source, at, "operation", name, [operation.id for operation in contract.operations])
    for name, resource in conventions.resources.items():
        if resource.parent is not None:
            at = join("resources", name, "parent")
            yield from _unknown(source, at, "resource", resource.parent, conventions.resources)
        if resource.scope is not None:
            values = [context.value for context in conventions.authentication.context]
            yield from _unknown(source, join("resources", name, "scope"), "scoping value", resource.scope, values)
    names = selectable(contract)
    for index, context in enumerate(conventions.authentication.context):
        yield from _selector_problems(source, f"/authentication/context/{index}/applies", context.applies, names)
    closed = [name for name in names if name not in (PAGINATED, IDEMPOTENT)]
    if conventions.pagination:
        yield from _selector_problems(source, "/pagination/applies", conventions.pagination.applies, closed)
    if conventions.idempotency:
        yield from _selector_problems(source, "/idempotency/applies", conventions.idempotency.applies, closed)


def _named_operations(data: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Where conventions.yaml names an operation, and its name."""
    entries = [("/authentication/login", data["authentication"].get("login", {}))]
    entries += [(join("resources", name), resource) for name, resource in data.get("resources", {}).items()]
    for at, entry in entries:
        for key in _OPERATION_KEYS:
            if entry.get(key, "unspecified") != "unspecified":
                yield f"{at}/{key}", entry[key]
    for name, provocation in data.get("provocations", {}).items():
        for index, step in enumerate(provocation["steps"]):
            yield join("provocations", name, "steps", index, "operation"), step["operation"]


def _register_problems(contract: Contract, source: Source) -> Iterator[Problem]:
    names = selectable(contract)
    for index, requirement in enumerate(contract.requirements):
        yield from _selector_problems(source, f"/requirements/{index}/on", requirement.on, names)


def _known_problems(contract: Contract, source: Source) -> Iterator[Problem]:
    for index, deviation in enumerate(contract.known):
        yield from deviation_problems(contract, source, f"/deviations/{index}", deviation)


def deviation_problems(contract: Contract, source: Source, at: str, deviation: KnownDeviation) -> Iterator[Problem]:
    """What a known deviation, which stands at this pointer of its file, names and the contract does not have."""
    requirements = [requirement.id for requirement in contract.requirements]
    operations = [name for operation in contract.operations for name in (operation.id, operation.label)]
    yield from _unknown(source, f"{at}/requirement", "requirement", deviation.requirement, requirements)
    if deviation.operation is not None:
        yield from _unknown(source, f"{at}/operation", "operation", deviation.operation, operations)


def _selector_problems(source: Source, at: str, selectors: Iterable[str], names: Collection[str]) -> Iterator[Problem]:
    for index, selector in enumerate(selectors):
        yield from _unknown(source, f"{at}/{index}", "selector", selector.removeprefix("!"), names)


def _unknown(source: Source, at: str, what: str, name: str, known: Collection[str]) -> Iterator[Problem]:
    if name not in known:
        yield source.problem(at, f"there is no {what} {name!r}", suggest(name, known))
