"""What a contract is like, as far as deviations ask: which faults fit it, and which variants it allows."""

from __future__ import annotations

from collections.abc import Callable

from vendorproof.contract.conventions import End, Pagination, Style
from vendorproof.contract.model import Contract, Kind
from vendorproof.contract.select import select
from vendorproof.mock.deviations.recipe import Applies


def all_of(*applies: Applies) -> Applies:
    """All of these hold."""
    return lambda contract: all(one(contract) for one in applies)


def any_of(*applies: Applies) -> Applies:
    """One of these holds."""
    return lambda contract: any(one(contract) for one in applies)


def not_(applies: Applies) -> Applies:
    """This does not hold."""
    return lambda contract: not applies(contract)


def _pages(hold: Callable[[Pagination], bool]) -> Applies:
    """Lists come in pages of which this holds."""

    def applies(contract: Contract) -> bool:
        pagination = contract.conventions.pagination
        return pagination is not None and hold(pagination)

    return applies


paginated = _pages(lambda pages: pages.style is not Style.NONE)
"""Pages are asked for in a documented way."""

by_cursor = _pages(lambda pages: pages.style is Style.CURSOR)
by_offset = _pages(lambda pages: pages.style is Style.OFFSET)
by_number = _pages(lambda pages: pages.style is Style.PAGE)
by_link = _pages(lambda pages: pages.linked)

led_on = _pages(lambda pages: pages.style is Style.CURSOR or pages.linked)
"""A page tells what the next one is asked for with: a cursor or a link."""

tells_place_of_items = _pages(lambda pages: "items" in pages.response)
tells_more = _pages(lambda pages: "hasMore" in pages.response)
tells_link = _pages(lambda pages: "next" in pages.response)
tells_total = _pages(lambda pages: "total" in pages.response)

knows_default = _pages(lambda pages: pages.default_page_size is not None)
knows_maximum = _pages(lambda pages: pages.max_page_size is not None)
clamps = _pages(lambda pages: pages.over_maximum == "clamp")
rejects = _pages(lambda pages: pages.over_maximum == "reject")
"""What a page size beyond the largest gets."""


def tells_the_end(contract: Contract) -> bool:
    """Pages tell whether there is another one, by a cursor, a link or in so many words."""
    return led_on(contract) or tells_more(contract)


def ends_by(*ends: End | None) -> Applies:
    """Lists say their end in one of these ways; None stands for none that is documented."""
    return _pages(lambda pages: pages.end in ends)


def tells_limit(*roles: str) -> Applies:
    """Answers tell of the rate limit in these headers."""

    def applies(contract: Contract) -> bool:
        limit = contract.conventions.rate_limit
        return limit is not None and limit.presence is not None and set(roles) <= set(limit.headers)

    return applies


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


def has_error(*roles: str) -> Applies:
    """Errors have these fields."""
    return lambda contract: set(roles) <= set(contract.conventions.errors.fields)


def replays(contract: Contract) -> bool:
    """A repeated idempotency key gets the first answer again."""
    convention = contract.conventions.idempotency
    return convention is not None and convention.on_duplicate == "replay"


def redirects(contract: Contract) -> bool:
    """A plain http request is sent on to https."""
    return contract.conventions.transport.plain_http == "redirect"


def omits_empty(contract: Contract) -> bool:
    """Empty fields are left out."""
    return contract.conventions.formats.empty_fields == "omitted"


def promises_bodies(contract: Contract) -> bool:
    """The documentation says which successes alone have no body."""
    return any("bodiless" in requirement.parameters for requirement in contract.requirements)


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


def several_carriers(contract: Contract) -> bool:
    """A credential may be sent in more than one way."""
    return len(contract.conventions.authentication.carriers) > 1


def free_fields(contract: Contract) -> frozenset[str]:
    """The names of fields in which customers keep what they like."""
    return frozenset(name for one in contract.requirements for name in one.parameters.get("free", ()))
