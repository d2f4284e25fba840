"""What a contract leaves open, and so a variant may choose."""

from __future__ import annotations

from typing import Any

from vendorproof.contract.conventions import End
from vendorproof.contract.model import Basis, Contract, Kind, Operation
from vendorproof.contract.select import select
from vendorproof.mock.deviations.traits import all_of, any_of, by_number, ends_by, led_on, tells_more, tells_total

_SAID = frozenset({Basis.STATED, Basis.EXAMPLE})


def demands(contract: Contract, check: str, **parameters: Any) -> bool:
    """Whether some requirement names this check with these parameters."""
    return any(
        requirement.check == check
        and all(requirement.parameters.get(key) == value for key, value in parameters.items())
        for requirement in contract.requirements
    )


def covered(contract: Contract, check: str, operation: Operation | None, basis: frozenset[Basis] = _SAID) -> bool:
    """Whether a requirement of such a basis names this check at an operation."""
    return operation is not None and any(
        requirement.check == check
        and requirement.basis in basis
        and operation in select(contract, requirement.on or ("all",))
        for requirement in contract.requirements
    )


def body_open(contract: Contract, operation: Operation | None) -> bool:
    """Whether the documentation shows nothing of what a success of this operation holds."""
    return operation is not None and not covered(contract, "schema.success_body", operation)


def list_open(contract: Contract, operation: Operation | None) -> bool:
    """Whether the documentation does not say where a listing holds its items."""
    pagination = contract.conventions.pagination
    placed = pagination is not None and "items" in pagination.response
    return operation is not None and operation.kind is Kind.LIST and not placed and body_open(contract, operation)


def some_list_open(contract: Contract) -> bool:
    """Whether some listing is `list_open`."""
    return any(list_open(contract, operation) for operation in contract.operations)


def maximum_open(contract: Contract) -> bool:
    """Whether the documentation has a largest page size and does not say what a larger one gets."""
    pagination = contract.conventions.pagination
    return pagination is not None and pagination.max_page_size is not None and pagination.over_maximum is None


def order_open(contract: Contract) -> bool:
    """Whether listings may be in any order."""
    pagination = contract.conventions.pagination
    return pagination is None or pagination.order is None


def short_pages_open(contract: Contract) -> bool:
    """Whether a page before the end may hold fewer items than were asked for: where it tells what comes next, and the
    end is told otherwise."""
    return led_on(contract) and not ends_by(None, End.SHORT_PAGE)(contract)


def past_the_end_open(contract: Contract) -> bool:
    """Whether a page number past the end may show the last page: nobody who keeps to the documentation asks for one."""
    told = any_of(tells_more, tells_total, ends_by(None))
    return all_of(by_number, told)(contract) and not demands(contract, "pagination.past_the_end")


def has_more(contract: Contract) -> bool:
    """Whether pages say in so many words if there is more, so that the last one's cursor means nothing."""
    pagination = contract.conventions.pagination
    return pagination is not None and pagination.end is End.HAS_MORE_FALSE and "cursor" in pagination.response


def ids_open(contract: Contract) -> bool:
    """Whether ids may have any form: no schema gives them one."""
    return all(
        not {"pattern", "format"} & set(parameter.schema)
        for operation in contract.operations
        for parameter in operation.path_parameters
    )


def ids_may_be_numbers(contract: Contract) -> bool:
    """Whether the documentation does not even say that ids are strings."""
    return ids_open(contract) and contract.conventions.formats.ids is None


def empty_fields_open(contract: Contract) -> bool:
    """Whether an empty field may be null or left out."""
    return contract.conventions.formats.empty_fields is None


def zone_open(contract: Contract) -> bool:
    """Whether timestamps may be in another zone than UTC."""
    return contract.conventions.formats.timestamps != "utc"


def moments_open(contract: Contract) -> bool:
    """Whether the documentation does not say how timestamps look."""
    return contract.conventions.formats.timestamps is None


def error_body_open(contract: Contract) -> bool:
    """Whether the documentation shows no error body."""
    return not contract.conventions.errors.fields


def errors_need_no_json(contract: Contract) -> bool:
    """Whether errors need not even be JSON."""
    jsons = [one for one in contract.requirements if one.check == "content.json_responses"]
    return error_body_open(contract) and all(one.parameters.get("answers") == "successes" for one in jsons)


def status_open(contract: Contract, status: int) -> bool:
    """Whether the documentation names no error of this status."""
    named = any(one.status == str(status) for operation in contract.operations for one in operation.responses)
    return not named and not demands(contract, "errors.status", status=status)


def limit_untold(contract: Contract) -> bool:
    """Whether the documentation says nothing of headers that tell of the limit."""
    convention = contract.conventions.rate_limit
    return convention is None or (convention.presence is None and not convention.headers)


def idempotent(contract: Contract) -> bool:
    """Whether some operation takes an idempotency key."""
    return contract.conventions.idempotency is not None


def mismatch_open(contract: Contract) -> bool:
    """Whether the documentation does not say what another body under a used key gets."""
    convention = contract.conventions.idempotency
    return convention is not None and convention.on_mismatch is None


def mismatch_refused(contract: Contract) -> bool:
    """Whether another body under a used key gets a refusal that the documentation does not name, if anything at all."""
    convention = contract.conventions.idempotency
    return convention is not None and convention.on_mismatch in (None, "reject")


def streams(contract: Contract) -> bool:
    """Whether some operation answers a stream."""
    return any(operation.kind is Kind.STREAM for operation in contract.operations)
