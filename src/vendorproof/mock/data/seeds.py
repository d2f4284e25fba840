"""The rows that every tenant starts with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from vendorproof.mock.data.blueprint import Blueprint, Shape
from vendorproof.mock.data.character import Seed
from vendorproof.mock.data.names import digest
from vendorproof.mock.data.samples import Spot
from vendorproof.mock.data.store import Row

Json = Any
NEWEST = 1_790_000_000.0
"""Epoch seconds of the newest seed: before any clock that a mock runs on."""

_APART = 2_711.391
_ALIKE = 3
_PARENTS = 3
_UNPAGED = 7


def size(blueprint: Blueprint, resource: str) -> int:
    """How many rows a listing starts with: more than two pages of the default size, where the vendor does not say
    otherwise more than one of the largest too, and a different number in each. One listing is an exact multiple of the
    default size.
    """
    shape = blueprint.shapes[resource]
    pagination = blueprint.contract.conventions.pagination
    if shape.single:
        return 1
    if pagination is None or not shape.paginated:
        return _UNPAGED
    default = pagination.default_page_size or 20
    long = blueprint.character.long is None or shape.name in blueprint.character.long
    longest = max(2 * default, (pagination.max_page_size or 0) if long else 0)
    if shape.name == blueprint.exact_multiple:
        return default * (longest // default + 1)
    return longest + 3 + shape.index


_SEEDED: WeakKeyDictionary[Blueprint, dict[tuple[str, str, int], tuple[Row, ...]]] = WeakKeyDictionary()


def seeded(blueprint: Blueprint, tenant: str, resource: str, count: int) -> tuple[Row, ...]:
    """The first rows of a resource, oldest first; made once, however many mocks ask."""
    made = _SEEDED.setdefault(blueprint, {})
    key = (tenant, resource, count)
    if key not in made:
        made[key] = _rows(blueprint, tenant, resource, count)
    return made[key]


def _rows(blueprint: Blueprint, tenant: str, resource: str, count: int) -> tuple[Row, ...]:
    shape = blueprint.shapes[resource]
    if shape.parent is None:
        return tuple(_row(blueprint, shape, tenant, number, "") for number in reversed(range(count)))
    parents = [identifier(blueprint, tenant, shape.parent, number) for number in range(_PARENTS)]
    numbers = reversed([(number, parent) for parent in parents for number in range(count)])
    return tuple(
        _row(blueprint, shape, tenant, number + parents.index(parent) * count, parent) for number, parent in numbers
    )


def identifier(blueprint: Blueprint, tenant: str, resource: str, number: int | str) -> str:
    """The id of a seed by its number in the listing; new rows are numbered in words."""
    seed = digest(blueprint.contract.vendor, tenant, resource, number)
    return blueprint.character.identifier(resource, seed)


def moment(blueprint: Blueprint, number: int) -> float:
    """When a seed was made: three in a row at the same time, also across the end of the first default page."""
    pagination = blueprint.contract.conventions.pagination
    default = (pagination.default_page_size if pagination else None) or 20
    shift = 0 if default % _ALIKE else 1
    return NEWEST - ((number + shift) // _ALIKE) * _APART


def _row(blueprint: Blueprint, shape: Shape, tenant: str, number: int, parent: str) -> Row:
    made = moment(blueprint, number)
    own = identifier(blueprint, tenant, shape.name, number)
    body = fresh_body(blueprint, shape, tenant, own, parent, Spot(number, made))
    filler = blueprint.character.seeds.get(shape.name)
    if filler is not None:
        body = {**body, **filler(Seed(number, tenant, shape.name, own, parent, made, body))}
    return Row(own, shape.name, tenant, made, body, parent, -1 - number)


def fresh_body(blueprint: Blueprint, shape: Shape, tenant: str, own: str, parent: str, spot: Spot) -> dict[str, Json]:
    """A thing as its schema alone makes it, with its own id and the ids of things that exist."""
    sampled = blueprint.sampler.sample(shape.schema, spot)
    body: dict[str, Json] = dict(sampled) if isinstance(sampled, dict) else {}
    for name in body:
        resource = blueprint.referred(name)
        if resource == shape.parent and parent:
            body[name] = parent
        elif resource is not None and body[name] is not None:
            body[name] = identifier(blueprint, tenant, resource, spot.number % _UNPAGED)
    body[shape.id_key] = own
    return body


def renamed(blueprint: Blueprint, rows: Iterable[Row], rename: Callable[[str], str]) -> tuple[Row, ...]:
    """Rows under other ids, wherever an id stands in them."""
    return tuple(_renamed(row, blueprint.shapes[row.resource].id_key, blueprint.referred, rename) for row in rows)


def _renamed(row: Row, id_key: str, referred: Callable[[str], str | None], rename: Callable[[str], str]) -> Row:
    body = {
        name: rename(value) if isinstance(value, str) and (name == id_key or referred(name)) else value
        for name, value in row.body.items()
    }
    return replace(row, id=rename(row.id), parent=rename(row.parent) if row.parent else "", body=body)
