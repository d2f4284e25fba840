"""What a contract says of where things are shown and what is done to them."""

from __future__ import annotations

from collections.abc import Iterator

from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Contract, Effect, Kind, Operation
from vendorproof.target.profile import Target
from vendorproof.target.route import parameters_of, route, values_in


def plain_listings(contract: Contract) -> list[Operation]:
    """The listings that anybody may ask for, which may mention things that no other answer shows."""
    return [
        one
        for one in contract.operations
        if one.kind is Kind.LIST and not one.path_parameters and one.effects == {Effect.READ}
    ]


def place_among_actions(contract: Contract, operation: Operation, resource: Resource, turn: int) -> int:
    """A number of its own for each action on a thing of a resource, and for each turn of it."""
    actions = [
        one
        for one in contract.operations
        if one.kind is Kind.ACTION and one.resource == resource.name and f"{{{resource.parameter}}}" in one.path
    ]
    return actions.index(operation) + turn * len(actions) if operation in actions else 0


def things_at(contract: Contract, target: Target, path: str) -> Iterator[tuple[Resource, str]]:
    """The thing whose id a path ends in, and its resource, once for each place of the contract that has such a path."""
    for place in {route(operation, target).path for operation in contract.operations}:
        named = values_in(place, path) if place.endswith("}") else None
        resource = contract.conventions.resource_for_parameter(parameters_of(place)[-1]) if named else None
        if named and resource is not None:
            yield resource, named[resource.parameter]
