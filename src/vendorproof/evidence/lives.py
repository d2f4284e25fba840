"""The life of one thing: created, read, listed, changed, deleted."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from vendorproof.checks.reading import identities, items, more_announced
from vendorproof.checks.shapes import Change, Effects, Pair, Sequence
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Kind, Operation
from vendorproof.errors import OperationAbsent, Unavailable, Undocumented
from vendorproof.evidence.broker import Broker, Use
from vendorproof.evidence.credentials import SECOND_TENANT
from vendorproof.evidence.drafting import draft_for, example_body, lookalike
from vendorproof.evidence.listings import MOST_PAGES, Listings
from vendorproof.evidence.newly import new_path
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import DEFAULT, NOBODY

READ_ONLY = "read_only"

_SETTLED = 3.0
"""Seconds after which a listing shows what was made, where it does not at once."""


class Lives:
    """Evidence about what happens to a thing that this run made."""

    def __init__(self, broker: Broker, listings: Listings) -> None:
        self._broker = broker
        self._listings = listings

    def created_and_read(self, operation: Operation) -> Pair:
        """A creation, and the reading of what it made."""
        return self._broker.once(("created and read", operation.id), lambda: self._created_and_read(operation))

    def _created_and_read(self, operation: Operation) -> Pair:
        resource = self._broker.resource(operation)
        creation = self._broker.success(operation)
        made_id = self._id(resource, creation)
        return Pair(creation, self._read(resource, made_id))

    def listed_and_read(self, operation: Operation) -> Pair:
        """A listing, and the reading of its last item: one that answers the first whatever is asked for is told."""
        resource = self._broker.resource(operation)
        if resource.list is None:
            raise Undocumented(f"the page documents no listing of {resource.name}")
        listing = self._broker.contract.operation(resource.list)
        listed = self._broker.success(listing)
        ids = identities(self._broker.contract, listing, listed) or []
        if not ids:
            return Pair(listed, self._broker.success(operation))
        return Pair(listed, self._read(resource, ids[-1]))

    def created_and_listed(self, operation: Operation) -> Sequence:
        """A creation, and the pages of the listing until it shows what was made or ends; one that does not show it is
        looked at again after a moment."""
        resource = self._broker.resource(operation)
        creation = self._broker.success(operation)
        made_id = self._id(resource, creation)
        pages = self._pages(resource, made_id)
        if not any(self._shows(resource, page, made_id) for page in pages):
            self._broker.client.clock.sleep(_SETTLED)
            pages = self._pages(resource, made_id)
        return Sequence((creation, *pages))

    def _shows(self, resource: Resource, page: Exchange, thing_id: str) -> bool:
        listing = self._broker.contract.operation(resource.list or "")
        return thing_id in (identities(self._broker.contract, listing, page) or ())

    def refused(self, operation: Operation) -> Effects:
        """A creation that nobody may make: without a credential, with an unknown one, and as who may only read, where
        the tester has such a credential; and how many things the listing shows of it."""
        return self._broker.once(("refused", operation.id), lambda: self._refused(operation))

    def _refused(self, operation: Operation) -> Effects:
        broker = self._broker
        resource = broker.resource(operation)
        if resource.list is None or resource.mark is None:
            raise Undocumented(f"no listing shows what is made of {resource.name}")
        broker.success(operation)
        mark = broker.next_mark()
        body = broker.marked(resource, broker.body(operation), mark)
        draft = draft_for(operation, broker.target, broker.path_values(operation), body)
        made_up = lookalike(broker.client.secret(DEFAULT))
        drafts = [replace(draft, role=NOBODY), replace(draft, role="unknown", credential=made_up)]
        drafts += [replace(draft, role=READ_ONLY)] if READ_ONLY in broker.target.roles else []
        requests = tuple(broker.ask(replace(one, purpose="a creation that nobody may make")) for one in drafts)
        pages = self.pages(resource)
        listing = broker.contract.operation(resource.list)
        shown = [thing for page in pages for thing in items(broker.contract, listing, page) or ()]
        count = sum(broker.marks.shown(resource, thing, mark) for thing in shown)
        return Effects(requests, pages, count, self.complete(resource, pages))

    def updated(self, operation: Operation) -> Change:
        """An update of what this run made, with the thing read before and after."""
        return self._broker.once(("updated", operation.id), lambda: self._updated(operation))

    def _updated(self, operation: Operation) -> Change:
        resource = self._broker.resource(operation)
        if not resource.change and operation.id not in self._broker.target.bodies:
            raise Undocumented(f"the page documents no field of {resource.name} that an update changes")
        values = self._broker.own_path(operation)
        thing = values[resource.parameter]
        if resource.create is not None:
            # What was made is to be read as it was made, so before it is changed.
            with contextlib.suppress(Unavailable):
                self.created_and_read(self._broker.contract.operation(resource.create))
        before = self.view(resource, thing)
        action = self._broker.ask(self._broker.update_draft(operation, values), fresh=True)
        return Change(before, action, self.view(resource, thing), thing)

    def updated_by_another(self, operation: Operation) -> Change:
        """The second tenant's update of what this run made, with the thing read before and after."""
        resource = self._broker.resource(operation)
        values = self._broker.own_path(operation, Use.PROBE)
        thing = values[resource.parameter]
        before = self.view(resource, thing)
        draft = self._broker.valid(operation, values)
        action = self._broker.ask(replace(draft, role=SECOND_TENANT, purpose="another tenant changes it"))
        return Change(before, action, self.view(resource, thing), thing)

    def deleted(self, operation: Operation) -> Change:
        """A deletion of what this run made, with the thing read before and after."""
        return self._broker.once(("deleted", operation.id), lambda: self._deleted(operation))

    def _deleted(self, operation: Operation) -> Change:
        resource = self._broker.resource(operation)
        values = self._broker.own_path(operation, Use.DELETE)
        thing = values[resource.parameter]
        before = self.view(resource, thing)
        action = self._broker.attempt(operation)
        if action.succeeded:
            self.forget(resource, thing)
        return Change(before, action, self.view(resource, thing), thing)

    def deleted_and_listed(self, operation: Operation) -> Sequence:
        """The deletion, and the whole listing afterwards."""
        resource = self._broker.resource(operation)
        change = self.deleted(operation)
        return Sequence((change.action, *self._pages(resource, None)))

    def beside_others(self, operation: Operation) -> Change:
        """An update or a deletion of something that this run made for it, with the listing before and after."""
        return self._broker.once(("beside others", operation.id), lambda: self._beside_others(operation))

    def _beside_others(self, operation: Operation) -> Change:
        broker = self._broker
        resource = broker.resource(operation)
        values = new_path(broker, operation)
        thing = values[resource.parameter]
        before = self._pages(resource, None)[0]
        body = None
        if operation.kind is Kind.UPDATE:
            # What nothing else has, since others may have the usual new values by now.
            body = broker.marked(resource, example_body(operation, broker.target), broker.next_mark())
        draft = draft_for(operation, broker.target, values, body)
        action = broker.ask(replace(draft, purpose="changes one of several"), fresh=True)
        if action.succeeded and operation.kind is Kind.DELETE:
            self.forget(resource, thing)
        return Change(before, action, self._pages(resource, None)[0], thing)

    def forget(self, resource: Resource, thing_id: str) -> None:
        """Notes that a thing of this run was deleted."""
        for made in tuple(self._broker.created.left()):
            if made.resource == resource.name and made.id == thing_id:
                self._broker.custody.removed(made)

    def _id(self, resource: Resource, creation: Exchange) -> str:
        made_id = self._broker.created_id(resource, creation)
        if made_id is None:
            raise Unavailable(f"the creation of {resource.name} tells no id")
        return made_id

    def _read(self, resource: Resource, thing_id: str) -> Exchange:
        if resource.read is None:
            raise Undocumented(f"the page documents no reading of {resource.name}")
        operation = self._broker.contract.operation(resource.read)
        self._broker.attempt_if_assumed(operation)
        values = self._broker.path_values(operation, own={resource.parameter: thing_id})
        return self._broker.ask(replace(self._broker.valid(operation, values), purpose="reads it"), fresh=True)

    def view(self, resource: Resource, thing_id: str) -> Exchange:
        """The thing as it is now: read, or the page of the listing that shows it, else the listing's last page."""
        if resource.read is not None:
            try:
                return self._read(resource, thing_id)
            except OperationAbsent:
                pass
        return self._pages(resource, thing_id)[-1]

    def pages(self, resource: Resource) -> tuple[Exchange, ...]:
        """The whole listing of a resource as it is now."""
        return self._pages(resource, None)

    def complete(self, resource: Resource, pages: tuple[Exchange, ...]) -> bool:
        """Whether the pages that `pages` gave are the listing to its end."""
        if resource.list is None or len(pages) < MOST_PAGES:
            return bool(pages) and pages[-1].succeeded
        listing = self._broker.contract.operation(resource.list)
        return not items(self._broker.contract, listing, pages[-1]) or not self._more(pages[-1])

    def _more(self, page: Exchange) -> bool:
        return more_announced(self._broker.contract, page) is not False

    def _pages(self, resource: Resource, thing_id: str | None) -> tuple[Exchange, ...]:
        """The pages of a listing as it is now, up to the one that shows the thing."""
        if resource.list is None:
            raise Undocumented(f"the page documents no listing of {resource.name}")
        listing = self._broker.contract.operation(resource.list)
        pagination = self._broker.contract.conventions.pagination
        if pagination is None or listing not in self._paginated():
            draft = self._broker.valid(listing, self._broker.path_values(listing))
            return (self._broker.ask(replace(draft, purpose="the listing now"), fresh=True),)
        pages = self._listings.walk(listing, pagination.max_page_size, fresh=True).pages
        for index, page in enumerate(pages):
            if thing_id is not None and self._shows(resource, page, thing_id):
                return pages[: index + 1]
        return pages

    def _paginated(self) -> tuple[Operation, ...]:
        from vendorproof.contract.select import select

        return select(self._broker.contract, ["paginated"])
