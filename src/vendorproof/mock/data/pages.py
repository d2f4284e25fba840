"""A page of a listing: as it was asked for, as it lies in the listing, as it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vendorproof.mock.data.store import Row

Json = Any


@dataclass(frozen=True)
class Asked:
    """The page that a request asks for, after defaults and maxima. `cursor` is in the mock's own writing, None for the
    first page; `offset` items and `pages` of this limit come before it."""

    limit: int
    cursor: str | None = None
    offset: int = 0
    pages: int = 0


@dataclass(frozen=True)
class Cut:
    """Where a page lies in the listing: rows `start` up to, not including, `stop`."""

    rows: Sequence[Row]
    start: int
    stop: int

    def moved(self, start: int, limit: int) -> Cut:
        """The page of this limit that begins elsewhere."""
        return replace(self, start=start, stop=min(start + limit, len(self.rows)))

    def last(self, limit: int) -> Cut:
        """The last page of this limit in a listing that holds something."""
        return self.moved((len(self.rows) - 1) // limit * limit, limit)


@dataclass(frozen=True)
class Page:
    """A page as it will be shown. `start` is its place in a listing of `total`, `number` counts the pages of this limit
    from 1; `cursor` leads on, None at the end."""

    items: tuple[Json, ...]
    has_more: bool
    cursor: str | None
    limit: int
    start: int
    number: int
    total: int
