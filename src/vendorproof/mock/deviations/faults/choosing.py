"""Which contracts a fault fits, and which operations it picks there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vendorproof.checks.registry import all_checks
from vendorproof.contract.conventions import End
from vendorproof.contract.model import Contract, Kind, Operation
from vendorproof.contract.select import select

Fits = Callable[[Contract], bool]

SUCCESSES = {"answers": (None, "successes")}
ERRORS = {"answers": (None, "errors")}
"""Of the requirements about bodies, those about successes or errors."""


def all_of(*fits: Fits) -> Fits:
    """All of these hold."""
    return lambda contract: all(one(contract) for one in fits)


def not_(fits: Fits) -> Fits:
    """This does not hold."""
    return lambda contract: not fits(contract)


def tells_the_end(contract: Contract) -> bool:
    """Pages tell whether there is another one, by a cursor or in so many words."""
    pagination = contract.conventions.pagination
    return pagination is not None and bool({"cursor", "hasMore"} & set(pagination.response))


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


def promises_bodies(contract: Contract) -> bool:
    """The page says which successes alone have no body."""
    return any("bodiless" in requirement.parameters for requirement in contract.requirements)


def publishes_openapi(contract: Contract) -> bool:
    """The vendor publishes an OpenAPI document."""
    return contract.conventions.versioning.openapi is not None


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
    """The listings of which a requirement says that what was created stands in the array that the page names."""
    named = [
        one
        for requirement in contract.requirements
        if requirement.check == "lifecycle.listed_in_place"
        for one in select(contract, requirement.on)
    ]
    resources = contract.conventions.resources
    owners = [resources[one.resource] for one in named if one.resource is not None]
    return [resource.list for resource in owners if resource.list is not None]


def marks_what_is_listed(contract: Contract) -> bool:
    """Everything that is looked for in a listing carries our mark in a text, and no key keeps it from being made twice,
    which other checks would judge."""
    if contract.conventions.idempotency is not None:
        return False
    named = [one for one in contract.requirements if one.check == "lifecycle.created_is_listed"]
    made = [operation.resource for one in named for operation in select(contract, one.on)]
    marks = [contract.conventions.resources[name].mark for name in made if name is not None]
    decimals = contract.conventions.formats.decimal_strings
    return bool(marks) and all(mark is not None and mark not in decimals for mark in marks)


def creations_of_listings(contract: Contract, operation: str) -> Iterable[str]:
    """The operations that make what a listing shows."""
    resources = contract.conventions.resources.values()
    return [one.create for one in resources if one.list == operation and one.create is not None]


def anywhere(contract: Contract, operation: str) -> Iterable[str]:
    """Every operation: a lie of one shows at the others."""
    return [one.id for one in contract.operations]


def unknown_in_many_ways(contract: Contract) -> bool:
    """A credential that was never issued is tried at so many operations that each way to make one up is, and none is
    the signed token of a login."""
    asked = [select(contract, one.on) for one in contract.requirements if one.check == "auth.invalid_refused"]
    signed = any(operation.kind is Kind.LOGIN for operation in contract.operations)
    return not signed and any(len(operations) > 4 for operations in asked)


def bare_carrier(contract: Contract) -> bool:
    """Nothing stands before the credential in its first carrier."""
    return contract.conventions.authentication.carrier.template == "{credential}"


def prefixed_carrier(contract: Contract) -> bool:
    """A word stands before the credential in its first carrier."""
    return not bare_carrier(contract)


def forms_of_credentials(contract: Contract) -> bool:
    """A word stands before the credential in its first carrier, and malformed ones are tried at several operations."""
    asked = [select(contract, one.on) for one in contract.requirements if one.check == "auth.malformed_refused"]
    return prefixed_carrier(contract) and any(len(operations) > 1 for operations in asked)


def nulls_empty(contract: Contract) -> bool:
    """Empty fields are null."""
    return contract.conventions.formats.empty_fields == "null"


def has_check(*names: str) -> Fits:
    """Some requirement names one of these checks."""
    return lambda contract: any(requirement.check in names for requirement in contract.requirements)


def asks_for_absent(contract: Contract) -> bool:
    """Some requirement has a run ask for a thing that does not exist."""
    return any(
        requirement.check == "tenants.not_readable"
        or (requirement.check == "errors.status" and requirement.parameters.get("provoke") == "absent-id")
        for requirement in contract.requirements
    )


def types_ids(contract: Contract) -> bool:
    """The schema of some thing that is judged gives its id a type."""
    judged = [one for one in contract.requirements if one.check == "schema.success_body"]
    return any(
        "id" in media.schema.get("properties", {})
        for requirement in judged
        for operation in select(contract, requirement.on or ("all",))
        for response in operation.successes
        for media in response.media
    )


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


def several_carriers(contract: Contract) -> bool:
    """A credential may be sent in more than one way."""
    return len(contract.conventions.authentication.carriers) > 1


def tells_place_of_items(contract: Contract) -> bool:
    """The page says where a listing has its items."""
    pagination = contract.conventions.pagination
    return pagination is not None and "items" in pagination.response
