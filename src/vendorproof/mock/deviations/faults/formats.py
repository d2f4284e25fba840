"""Lies about how values look."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vendorproof.contract.model import Contract, Kind, Operation
from vendorproof.contract.pointer import resolve
from vendorproof.mock.data.names import digest
from vendorproof.mock.data.store import Row
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.choosing import reads_of_what_is_there
from vendorproof.mock.deviations.rewrite import edited, mapped, stamps
from vendorproof.mock.deviations.traits import nulls_empty, omits_empty, types_ids
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call

Json = Any
_TIMESTAMPS = [
    Break("formats.timestamps", "not-a-timestamp"),
    Break("schema.success_body", "schema-violated", certain=False),
]


def _in_utc(contract: Contract) -> bool:
    return contract.conventions.formats.timestamps == "utc"


@fault("writes-timestamps-with-an-offset", at=points.DOCUMENT, breaks=_TIMESTAMPS, applies=_in_utc)
def _offset(document: Json, call: Call) -> Json:
    """Timestamps are in another zone than UTC."""
    return stamps(document, lambda stamp: f"{stamp[:-1]}+02:00")


@fault("writes-timestamps-without-a-zone", at=points.DOCUMENT, breaks=_TIMESTAMPS)
def _no_zone(document: Json, call: Call) -> Json:
    """Timestamps do not say their zone."""
    return stamps(document, lambda stamp: stamp[:-1])


@fault("writes-timestamps-as-epoch-seconds", at=points.DOCUMENT, breaks=_TIMESTAMPS)
def _epoch(document: Json, call: Call) -> Json:
    """Timestamps are numbers."""
    return stamps(document, lambda stamp: int(datetime.fromisoformat(stamp).timestamp()))


@fault("writes-timestamps-with-a-space", at=points.DOCUMENT, breaks=_TIMESTAMPS)
def _space(document: Json, call: Call) -> Json:
    """Timestamps have a space where ISO 8601 has a T."""
    return stamps(document, lambda stamp: stamp.replace("T", " "))


@fault(
    "writes-one-timestamp-as-epoch-seconds",
    at=points.ITEM,
    breaks=_TIMESTAMPS,
    on=["creations"],
    spread="one",
)
def _epoch_once(item: Json, call: Call) -> Json:
    """The timestamps of one creation are numbers."""
    return _epoch(item, call)


@fault(
    "shows-empty-fields-as-null",
    at=points.EMPTY,
    breaks=[Break("formats.empty_fields", "null-field")],
    applies=omits_empty,
)
def _null(style: str | None, call: Call) -> str | None:
    """Empty fields are null and not left out."""
    return "null"


@fault(
    "shows-empty-fields-as-null-in-listings",
    at=points.EMPTY,
    breaks=[Break("formats.empty_fields", "null-field")],
    applies=omits_empty,
    on=["lists"],
    spread="one",
)
def _null_in_one(style: str | None, call: Call) -> str | None:
    """Empty fields are null in one listing."""
    return "null"


@fault(
    "leaves-empty-fields-out",
    at=points.EMPTY,
    breaks=[
        Break("formats.empty_fields", "field-left-out"),
        Break("schema.success_body", "schema-violated", certain=False),
    ],
    applies=nulls_empty,
)
def _left_out(style: str | None, call: Call) -> str | None:
    """Empty fields are left out and not null."""
    return "omitted"


def _real_ids(call: Call) -> dict[str, str]:
    """The ids behind the numbers that were shown."""
    known: dict[str, str] = call.mock.memory.setdefault("real ids", {})
    return known


def _by_number(operation: Operation | None, call: Call) -> Operation | None:
    call.arguments = {name: _real_ids(call).get(value, value) for name, value in call.arguments.items()}
    return operation


@fault(
    "writes-ids-as-numbers",
    at=points.ITEM,
    breaks=[
        Break("formats.ids", "not-a-string"),
        Break("schema.success_body", "schema-violated", when=types_ids),
    ],
    also=[(points.ROUTE, _by_number)],
)
def _number(item: Json, call: Call) -> Json:
    """Ids are numbers."""
    resource = call.mock.contract.conventions.resources.get(call.operation.resource or "") if call.operation else None
    own = resolve(item, resource.id) if resource else None
    if resource is None or not isinstance(own, str):
        return item
    number = int.from_bytes(digest(own)[:6], "big")
    _real_ids(call)[str(number)] = own
    return edited(item, resource.id, lambda _: number)


@fault(
    "changes-an-id-between-list-and-read",
    at=points.ITEM,
    breaks=[Break("formats.id_stable", "id-changed")],
    on=reads_of_what_is_there,
    spread="one",
)
def _other_id(item: Json, call: Call) -> Json:
    """A thing is read under another id than it is listed."""
    resource = call.mock.contract.conventions.resources.get(call.operation.resource or "") if call.operation else None
    reading = call.operation is not None and call.operation.kind is Kind.READ
    return edited(item, resource.id, lambda own: f"{own}-2") if resource and reading else item


@fault(
    "reads-the-same-thing-whatever-is-asked-for",
    at=points.LOOKUP,
    breaks=[Break("formats.id_stable", "id-changed")],
    on=reads_of_what_is_there,
    spread="one",
)
def _always_one(row: Row | None, call: Call) -> Row | None:
    """A reading answers the first thing that there is under the id of any other."""
    return None if row is None else call.mock.store.rows(row.tenant, row.resource)[0]


@fault(
    "writes-amounts-as-numbers",
    at=points.DOCUMENT,
    breaks=[
        Break("formats.decimal_strings", "not-a-decimal-string"),
        Break("schema.success_body", "schema-violated", certain=False),
    ],
)
def _amounts(document: Json, call: Call) -> Json:
    """Amounts are numbers and not strings."""
    names = call.mock.contract.conventions.formats.decimal_strings
    return mapped(document, lambda key, value: float(value) if key in names and isinstance(value, str) else value)
