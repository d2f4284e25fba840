"""What a contract says of where things are shown and what is done to them."""

from __future__ import annotations

from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Contract, Effect, Kind, Operation


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
