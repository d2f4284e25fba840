"""What the mock remembers of each tenant's things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

Json = Any


@dataclass(frozen=True)
class Row:
    """One thing. `created` in epoch seconds; `body` is the thing as JSON with None for each empty field; `parent` the
    id of the thing that it belongs to, "" where it stands alone. `order` grows from thing to thing: the store's work.
    """

    id: str
    resource: str
    tenant: str
    created: float
    body: Mapping[str, Json]
    parent: str = ""
    order: int = 0


Table = dict[str, Row]
"""The rows of one resource of one tenant by id, oldest first."""


class Store:
    """The rows of all tenants. `seeded(tenant, resource)` gives a resource's first rows, oldest first, when somebody
    first asks for them."""

    def __init__(self, seeded: Callable[[str, str], Iterable[Row]]) -> None:
        self._seeded = seeded
        self._tables: dict[tuple[str, str], Table] = {}
        self._order = 0

    def _table(self, tenant: str, resource: str) -> Table:
        table = self._tables.get((tenant, resource))
        if table is None:
            table = {row.id: row for row in self._seeded(tenant, resource)}
            self._tables[(tenant, resource)] = table
        return table

    def rows(self, tenant: str, resource: str, parent: str = "") -> tuple[Row, ...]:
        """The rows of a listing, newest first."""
        table = self._table(tenant, resource)
        return tuple(row for row in reversed(table.values()) if not parent or row.parent == parent)

    def find(self, tenant: str, resource: str, identifier: str) -> Row | None:
        """The row with an id, None where this tenant has none."""
        return self._table(tenant, resource).get(identifier)

    def put(self, row: Row) -> None:
        """Adds a row as the newest, or replaces the one with its id where it stands."""
        table = self._table(row.tenant, row.resource)
        known = table.get(row.id)
        if known is None:
            self._order += 1
        table[row.id] = replace(row, order=known.order if known else self._order)

    def remove(self, row: Row) -> None:
        """Removes a row and what belongs to it."""
        self._table(row.tenant, row.resource).pop(row.id, None)
        for (tenant, _), table in self._tables.items():
            if tenant == row.tenant:
                for child in [child for child in table.values() if child.parent == row.id]:
                    del table[child.id]

    def count(self, tenant: str, resource: str) -> int:
        """How many rows a tenant has of a resource."""
        return len(self._table(tenant, resource))
