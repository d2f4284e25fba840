"""Which contracts a fault fits, and which operations it picks there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vendorproof.contract.conventions import End
from vendorproof.contract.model import Contract, Kind

Fits = Callable[[Contract], bool]


def paginated(contract: Contract) -> bool:
    """Some list is cut into pages."""
    return contract.conventions.pagination is not None


def ends_by(*ends: End) -> Fits:
    """Lists say their end in one of these ways."""

    def fits(contract: Contract) -> bool:
        pagination = contract.conventions.pagination
        return pagination is not None and pagination.end in ends

    return fits


def by_cursor(contract: Contract) -> bool:
    """Pages are asked for with a cursor."""
    pagination = contract.conventions.pagination
    return pagination is not None and "cursor" in pagination.request


def by_offset(contract: Contract) -> bool:
    """Pages are asked for with an offset."""
    pagination = contract.conventions.pagination
    return pagination is not None and "offset" in pagination.request


def tells_more(contract: Contract) -> bool:
    """Pages say in so many words whether there is more."""
    pagination = contract.conventions.pagination
    return pagination is not None and "hasMore" in pagination.response


def knows_default(contract: Contract) -> bool:
    """The default page size is documented."""
    pagination = contract.conventions.pagination
    return pagination is not None and pagination.default_page_size is not None


def knows_maximum(contract: Contract) -> bool:
    """The largest page size is documented."""
    pagination = contract.conventions.pagination
    return pagination is not None and pagination.max_page_size is not None


def tells_limit(*roles: str) -> Fits:
    """Answers tell of the rate limit in these headers."""

    def fits(contract: Contract) -> bool:
        limit = contract.conventions.rate_limit
        return limit is not None and limit.presence is not None and set(roles) <= set(limit.headers)

    return fits


def tells_limit_always(contract: Contract) -> bool:
    """Every answer tells of the rate limit, errors included."""
    limit = contract.conventions.rate_limit
    return limit is not None and limit.presence == "every-response" and bool(limit.headers)


def reset_is_epoch(contract: Contract) -> bool:
    """The reset is an epoch second."""
    limit = contract.conventions.rate_limit
    return limit is not None and "reset" in limit.headers and limit.reset_format == "epoch-seconds"


def names_refusals(contract: Contract) -> bool:
    """The statuses of a missing and a bad credential are documented."""
    refusal = contract.conventions.authentication.refusal
    return refusal.missing is not None and refusal.invalid is not None


def nests_errors(contract: Contract) -> bool:
    """The fields of an error stand in an object of their own."""
    pointers = contract.conventions.errors.fields.values()
    return bool(pointers) and all(pointer.count("/") > 1 for pointer in pointers)


def has_error(*roles: str) -> Fits:
    """Errors have these fields."""
    return lambda contract: set(roles) <= set(contract.conventions.errors.fields)


def omits_empty(contract: Contract) -> bool:
    """Empty fields are left out."""
    return contract.conventions.formats.empty_fields == "omitted"


def publishes_openapi(contract: Contract) -> bool:
    """The vendor publishes an OpenAPI document."""
    return contract.conventions.versioning.openapi is not None


def nested_lists(contract: Contract) -> Iterable[str]:
    """The lists of things that belong to another thing."""
    resources = contract.conventions.resources.values()
    return [resource.list for resource in resources if resource.parent is not None and resource.list is not None]


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
