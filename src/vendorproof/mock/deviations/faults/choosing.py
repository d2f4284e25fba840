"""Which operations a fault picks in a contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vendorproof.checks.registry import all_checks
from vendorproof.contract.model import Contract, Kind, Operation
from vendorproof.contract.select import select

SUCCESSES = {"answers": (None, "successes")}
ERRORS = {"answers": (None, "errors")}
"""Of the requirements about bodies, those about successes or errors."""


def nested_lists(contract: Contract) -> Iterable[str]:
    """The lists of things that belong to another thing."""
    resources = contract.conventions.resources.values()
    return [resource.list for resource in resources if resource.parent is not None and resource.list is not None]


def nested_creations(contract: Contract) -> Iterable[str]:
    """The creations of things that belong to another thing."""
    resources = contract.conventions.resources.values()
    return [resource.create for resource in resources if resource.parent is not None and resource.create is not None]


def reads_by_id(contract: Contract) -> Iterable[str]:
    """The reads of one thing by its id."""
    resources = contract.conventions.resources.values()
    return [
        resource.read
        for resource in resources
        if resource.read is not None
        and any(one.name == resource.parameter for one in contract.operation(resource.read).path_parameters)
    ]


def reads_of_what_is_there(contract: Contract) -> Iterable[str]:
    """Reads by id of things that no request creates; of any where requests create all of them."""
    resources = contract.conventions.resources.values()
    given = {resource.read for resource in resources if resource.create is None}
    reads = list(reads_by_id(contract))
    return [read for read in reads if read in given] or reads


def resource_reads(contract: Contract) -> Iterable[str]:
    """The reads of the contract's resources."""
    return [one.read for one in contract.conventions.resources.values() if one.read is not None]


def published_openapi(contract: Contract) -> Iterable[str]:
    """The operation that serves the published OpenAPI document."""
    path = contract.conventions.versioning.openapi
    return [operation.id for operation in contract.operations if operation.path == path]


def first_list(contract: Contract) -> Iterable[str]:
    """The first listing that needs no id."""
    lists = [one.id for one in contract.operations if one.kind is Kind.LIST and not one.path_parameters]
    return lists[:1]


def authenticated_lists(contract: Contract) -> Iterable[str]:
    """The listings that need a credential."""
    return [one.id for one in contract.operations if one.kind is Kind.LIST and not one.public]


def creations_of(contract: Contract, operation: str) -> Iterable[str]:
    """The operations that make what an operation reads."""
    resources = contract.conventions.resources.values()
    return [one.create for one in resources if one.read == operation and one.create is not None]


def listings_promised_in_place(contract: Contract) -> Iterable[str]:
    """The listings of which a requirement says that what was created stands in the array that the documentation
    names."""
    named = [
        one
        for requirement in contract.requirements
        if requirement.check == "lifecycle.listed_in_place"
        for one in select(contract, requirement.on)
    ]
    resources = contract.conventions.resources
    owners = [resources[one.resource] for one in named if one.resource is not None]
    return [resource.list for resource in owners if resource.list is not None]


def creations_of_listings(contract: Contract, operation: str) -> Iterable[str]:
    """The operations that make what a listing shows."""
    resources = contract.conventions.resources.values()
    return [one.create for one in resources if one.list == operation and one.create is not None]


def anywhere(contract: Contract, operation: str) -> Iterable[str]:
    """Every operation: a lie of one shows at the others."""
    return [one.id for one in contract.operations]


def asked_by(check: str) -> Callable[[Contract], Iterable[Operation]]:
    """The operations that the requirements of a check speak of."""

    def asked(contract: Contract) -> Iterable[Operation]:
        judged = [one for one in contract.requirements if one.check == check]
        default = all_checks()[check].on
        found = [operation for one in judged for operation in select(contract, one.on or (default,))]
        return {operation.id: operation for operation in found}.values()

    return asked


def readings_of(check: str) -> Callable[[Contract], Iterable[str]]:
    """The readings that the requirements of a check speak of."""
    asked, kinds = asked_by(check), (Kind.READ, Kind.LIST)
    return lambda contract: [one.id for one in asked(contract) if one.kind in kinds and not one.public]


def listings_of(check: str) -> Callable[[Contract], Iterable[str]]:
    """The listings that the requirements of a check speak of."""
    asked = asked_by(check)
    return lambda contract: [one.id for one in asked(contract) if one.kind is Kind.LIST]


def writes_of(check: str) -> Callable[[Contract], Iterable[str]]:
    """The operations other than readings that the requirements of a check speak of."""
    asked, kinds = asked_by(check), (Kind.READ, Kind.LIST)
    return lambda contract: [one.id for one in asked(contract) if one.kind not in kinds]
