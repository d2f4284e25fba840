"""How the things of a run look at a moment: read one by one, or as a listing shows them."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.checks.pages import goes_on, identities
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Effect
from vendorproof.errors import OperationAbsent, Undocumented
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.pagination import MOST_PAGES, PaginationEvidence
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import Draft

_SETTLED = 3.0
"""Seconds after which a reading shows what was made or changed."""


class Views:
    """Readings and listings of resources.

    What was seen holds until something was done that was not refused: to the resource, or to what is below the thing;
    with `alone`, to the thing itself. `fresh` asks anew in any case.
    """

    def __init__(self, broker: Broker, pagination: PaginationEvidence) -> None:
        self._broker = broker
        self._pagination = pagination
        self._seen: dict[tuple[str, str], tuple[Exchange, ...]] = {}
        """The last reading of each thing, and under "" the last listing of each resource."""

    def read(self, resource: Resource, thing_id: str, *, fresh: bool = True, alone: bool = False) -> Exchange:
        """A reading of a thing; Undocumented where the documentation names none."""
        known = None if fresh else self._holding(resource, thing_id, alone)
        if known is not None:
            return known[-1]
        if resource.read is None:
            raise Undocumented(f"the documentation names no reading of {resource.name}")
        operation = self._broker.contract.operation(resource.read)
        self._broker.attempt_if_assumed(operation)
        own = {**self._broker.place_of_ours(resource), resource.parameter: thing_id}
        values = self._broker.path_values(operation, own=own)
        read = self._broker.ask(replace(self._broker.valid(operation, values), purpose="reads it"), fresh=True)
        self._seen[resource.name, thing_id] = (read,)
        return read

    def settle(self) -> None:
        """Waits until readings show what was done, where they do not at once: they may lag behind."""
        self._broker.client.pause(_SETTLED, "whether a reading shows a moment later what was done")

    def view(self, resource: Resource, thing_id: str, *, fresh: bool = True, alone: bool = False) -> Exchange:
        """The thing as it is now: read, or the page of the listing that shows it, else the listing's last page."""
        if resource.read is not None:
            try:
                return self.read(resource, thing_id, fresh=fresh, alone=alone)
            except OperationAbsent:
                pass
        return self.until(resource, thing_id, fresh=fresh)[-1]

    def until(self, resource: Resource, thing_id: str, *, fresh: bool = True) -> tuple[Exchange, ...]:
        """The pages of a listing, up to the one that shows the thing."""
        pages = self.pages(resource, fresh=fresh)
        for index, page in enumerate(pages):
            if self.shows(resource, page, thing_id):
                return pages[: index + 1]
        return pages

    def pages(self, resource: Resource, *, fresh: bool = True) -> tuple[Exchange, ...]:
        """The whole listing of a resource."""
        known = None if fresh else self._holding(resource, "", alone=False)
        if known is not None:
            return known
        if resource.list is None:
            raise Undocumented(f"the documentation names no listing of {resource.name}")
        listing = self._broker.contract.operation(resource.list)
        within = self._broker.place_of_ours(resource)
        if listing in self._pagination.paginated:
            pages = self._pagination.walk(listing, self._pagination.largest_size, within=within, fresh=True).pages
        else:
            draft = self._broker.valid(listing, self._broker.path_values(listing, own=within))
            pages = (self._broker.ask(replace(draft, purpose="the listing now"), fresh=True),)
        self._seen[resource.name, ""] = pages
        return pages

    def shows(self, resource: Resource, page: Exchange, thing_id: str) -> bool:
        """Whether a page of the listing has the thing."""
        listing = self._broker.contract.operation(resource.list or "")
        return thing_id in (identities(self._broker.contract, listing, page) or ())

    def complete(self, resource: Resource, pages: tuple[Exchange, ...]) -> bool:
        """Whether the pages that `pages` gave are the listing to its end."""
        if resource.list is None or not pages or not pages[-1].succeeded:
            return False
        listing = self._broker.contract.operation(resource.list)
        return len(pages) < MOST_PAGES or not goes_on(self._broker.contract, listing, pages[-1])

    def _holding(self, resource: Resource, thing_id: str, alone: bool) -> tuple[Exchange, ...] | None:
        """The last reading, None where there is none, or where what it shows may have changed since."""
        seen = self._seen.get((resource.name, thing_id))
        if seen is None:
            return None
        later = (one for one in self._broker.client.journal if one.number > seen[0].number)
        name = "" if alone else resource.name
        if any(self._may_have_changed(name, thing_id, one) for one in later):
            return None
        self._broker.trace.use(*(one.number for one in seen))
        return seen

    def _may_have_changed(self, resource: str, thing_id: str, exchange: Exchange) -> bool:
        draft: Draft | None = self._broker.drafts.get(exchange.number)
        if (draft is not None and draft.effects == {Effect.READ}) or 400 <= exchange.status < 500:
            return False
        operation = self._broker.contract.find(exchange.operation)
        if operation is None or operation.effects == {Effect.READ}:
            return exchange.request.method not in ("GET", "HEAD")
        return operation.resource == resource or (thing_id != "" and thing_id in exchange.request.path)
