"""What wraps items and lists where the documentation does not show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vendorproof.contract.model import Contract, Kind
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.mock.data.names import singular
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.deviations.variants.openness import body_open, list_open, some_list_open
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.stages.render import placed

Json = Any


def _list_of(document: Json, call: Call) -> list[Json] | None:
    """The items of a listing whose place is open, None for any other answer."""
    operation = call.operation
    if operation is None or call.problem is not None or not list_open(call.mock.contract, operation):
        return None
    resource = call.mock.contract.conventions.resources.get(operation.resource or "")
    found = MISSING if resource is None else resolve(document, resource.items)
    return found if isinstance(found, list) else None


def _wrapped(wrap: Callable[[list[Json], Call], Json]) -> Callable[[Json, Call], Json]:
    def change(document: Json, call: Call) -> Json:
        found = _list_of(document, call)
        return document if found is None else wrap(found, call)

    return change


def _resource_name(call: Call) -> str:
    return str(call.operation.resource) if call.operation else ""


def _list_may_be_left_out(contract: Contract) -> bool:
    """Whether no listing is said to hold its items in a place."""
    pagination = contract.conventions.pagination
    return pagination is None or "items" not in pagination.response


@variant("lists-at-the-root", points.DOCUMENT, legal=some_list_open)
def _at_root(document: Json, call: Call) -> Json:
    """A listing is an array and nothing around it."""
    return _wrapped(lambda items, _: items)(document, call)


@variant("lists-under-data", points.DOCUMENT, legal=some_list_open)
def _under_data(document: Json, call: Call) -> Json:
    """A listing holds its items under data."""
    return _wrapped(lambda items, _: {"data": items})(document, call)


@variant("lists-under-results", points.DOCUMENT, legal=some_list_open)
def _under_results(document: Json, call: Call) -> Json:
    """A listing holds its items under results, beside their number and links."""
    return _wrapped(lambda items, _: {"count": len(items), "next": None, "previous": None, "results": items})(
        document, call
    )


@variant("lists-under-their-names", points.DOCUMENT, legal=some_list_open)
def _under_name(document: Json, call: Call) -> Json:
    """A listing holds its items under the name of what it lists, beside another array."""
    return _wrapped(lambda items, one: {"warnings": [], _resource_name(one): items, "total": len(items)})(
        document, call
    )


@variant("lists-deeper", points.DOCUMENT, legal=some_list_open)
def _deeper(document: Json, call: Call) -> Json:
    """A listing holds its items two levels down."""
    return _wrapped(lambda items, _: {"status": "ok", "data": {"items": items, "meta": {"total": len(items)}}})(
        document, call
    )


@variant("lists-as-records", points.DOCUMENT, legal=some_list_open)
def _records(document: Json, call: Call) -> Json:
    """A listing holds its items under a word of its own."""
    return _wrapped(lambda items, _: {"payload": items, "page": {"size": len(items)}})(document, call)


def _item_open(contract: Contract) -> bool:
    """Whether the documentation does not show what stands around a single thing."""
    return any(_holds_item(contract, operation) for operation in contract.operations)


def _holds_item(contract: Contract, operation: Any) -> bool:
    single = operation.kind in (Kind.CREATE, Kind.READ, Kind.UPDATE)
    return single and operation.resource is not None and body_open(contract, operation)


def _rewrapped(document: Json, call: Call, wrap: Callable[[Json, Call], Json]) -> Json:
    operation, conventions = call.operation, call.mock.contract.conventions
    if operation is None or call.problem is not None or call.page is not None:
        return document
    if not _holds_item(call.mock.contract, operation):
        return document
    resource = conventions.resources[str(operation.resource)]
    found = resolve(document, resource.item)
    if not isinstance(found, dict):
        return document
    wrapped = wrap(found, call)
    return wrapped if conventions.data is None else placed(None, conventions.data, wrapped)


@variant("things-at-the-root", points.DOCUMENT, legal=_item_open)
def _at_the_root(document: Json, call: Call) -> Json:
    """A single thing is the whole payload."""
    return _rewrapped(document, call, lambda found, _: found)


@variant("things-under-data", points.DOCUMENT, legal=_item_open)
def _things_under_data(document: Json, call: Call) -> Json:
    """A single thing stands under data, beside what says how it went."""
    return _rewrapped(document, call, lambda found, _: {"success": True, "data": found})


@variant("things-under-their-names", points.DOCUMENT, legal=_item_open)
def _things_under_names(document: Json, call: Call) -> Json:
    """A single thing stands under the name of its kind."""
    return _rewrapped(document, call, lambda found, one: {"message": "ok (fake)", singular(_resource_name(one)): found})


def _nothing(count: int, call: Call) -> int:
    return count if count == 1 else 0


@variant("empty-lists-left-out", points.DOCUMENT, legal=_list_may_be_left_out, also=((points.SEEDS, _nothing),))
def _left_out(document: Json, call: Call) -> Json:
    """A listing without items does not even hold an empty array."""
    operation = call.operation
    if operation is None or operation.kind is not Kind.LIST or not _list_may_be_left_out(call.mock.contract):
        return document
    return {} if document in ([], {}) or (isinstance(document, dict) and not any(document.values())) else document
