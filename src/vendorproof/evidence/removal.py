"""Removes what a run made: children before their parents, and also what no answer told the id of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from vendorproof.checks.outcome import answer
from vendorproof.checks.pages import DeadEnd, LastPage, NextPage, behind_the_end, items, leads_nowhere, onward
from vendorproof.checks.reading import identity
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Effect, Operation
from vendorproof.contract.select import PAGINATED, select
from vendorproof.errors import Unavailable
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.created.ledger import Created
from vendorproof.evidence.created.recorder import NOT_TOUCHED
from vendorproof.evidence.requests.drafting import asking, draft_for, following
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import Draft
from vendorproof.target.route import filled, parameters_of, route

MOST_PAGES = 100
"""Pages of a listing that are searched for what no answer told the id of."""

_ROUNDS = 2
_DEAD = 3
"""Requests in a row without an answer, after which a target is no longer asked."""

_GONE = (404, 410)

_ANSWERED = "answered"
"""How the reason begins of what a target refused to remove."""


class _Lost(Exception):
    """A thing can't be found or removed; the message says why."""


@dataclass(frozen=True)
class _Listing:
    """What a search of a listing found: the things of all its pages, and why it ended early, if it did."""

    things: tuple[object, ...]
    broken_off: str = ""


class Cleaner:
    """Removes the things of one ledger, the newest first, so that nothing is asked for below what is gone already.

    What has no id is looked for by its mark; with `thorough` so is what else carries a mark of the run.
    """

    def __init__(self, broker: Broker, *, thorough: bool = False) -> None:
        self._broker = broker
        self._thorough = thorough
        self._listings: dict[tuple[str, str, tuple[tuple[str, str], ...]], _Listing] = {}
        self._silent = 0

    def clean_up(self) -> tuple[Created, ...]:
        """Removes what it can; returns what is left, each with the reason, the newest first."""
        for thing in self._broker.created.things:
            if thing.id:
                self._broker.client.own(thing.resource, thing.id)
        if self._thorough:
            for thing in self._broker.created.things:
                self._adopt(thing)
        for round_ in range(_ROUNDS):
            for thing in tuple(self._broker.created.left()):
                if round_ == 0 or self._may_go_now(thing):
                    self._remove(thing)
        return tuple(self._broker.created.left())

    def _may_go_now(self, thing: Created) -> bool:
        """Whether a second look may help: a refusal may pass, and a parent may have taken a thing along."""
        resource = self._broker.contract.conventions.resources.get(thing.resource)
        return thing.why.startswith(_ANSWERED) or (resource is not None and resource.delete is None)

    def _remove(self, thing: Created) -> None:
        try:
            for thing_id in self._ids(thing):
                self._delete(thing, thing_id)
        except (_Lost, Unavailable) as reason:
            self._broker.created.note(replace(thing, why=str(reason)))
        else:
            self._broker.created.note(replace(thing, removed=True, why=""))

    def _ids(self, thing: Created) -> Sequence[str]:
        """The ids under which a thing may be; none where it was never made or went with its parent."""
        resource = self._broker.contract.conventions.resources.get(thing.resource)
        if resource is None:
            raise _Lost("the contract names no thing that it makes: look for what came of it by hand")
        if resource.delete is None:
            if self._went_with_parent(thing, resource) or self._was_never_made(thing, resource):
                return ()
            raise _Lost(f"the documentation names no way to delete {resource.name}")
        if thing.id:
            return (thing.id,)
        if thing.why.startswith(NOT_TOUCHED):
            raise _Lost(thing.why)
        return self._found(thing, resource)

    def _found(self, thing: Created, resource: Resource) -> Sequence[str]:
        """The ids of what carries the mark of a thing that no answer told the id of; none where it was never made."""
        if not thing.mark:
            raise _Lost("no answer told its id, and it carries no mark: look for it by hand")
        listing = self._listed(thing, resource)
        found = self._marked(listing, resource, thing.mark)
        if not found and listing.broken_off:
            raise _Lost(f"no answer told its id, and the listing was not read to the end: {listing.broken_off}")
        if not found and not _shows_marks(listing, resource):
            raise _Lost("no answer told its id, and the listing does not show its mark: look for it by hand")
        return found

    def _was_never_made(self, thing: Created, resource: Resource) -> bool:
        try:
            return not thing.id and not self._found(thing, resource)
        except (_Lost, Unavailable):
            return False

    def _went_with_parent(self, thing: Created, resource: Resource) -> bool:
        parent = self._broker.contract.conventions.resources.get(resource.parent or "")
        if parent is None or parent.parameter not in thing.within:
            return False
        return any(
            other.removed and other.resource == parent.name and other.id == thing.within[parent.parameter]
            for other in self._broker.created.things
        )

    def _adopt(self, thing: Created) -> None:
        """Notes down what else carries a thing's mark: a second one that a vendor made of the same request."""
        resource = self._broker.contract.conventions.resources.get(thing.resource)
        if resource is None or resource.delete is None or not thing.mark:
            return
        try:
            found = self._marked(self._listed(thing, resource), resource, thing.mark)
        except (_Lost, Unavailable):
            return
        known = {other.id for other in self._broker.created.things if other.resource == thing.resource}
        for thing_id in found:
            if thing_id in known:
                if thing_id == thing.id and thing.removed:
                    self._broker.created.note(replace(thing, removed=False))
                continue
            if thing.id:
                number = self._broker.created.next_number
                self._broker.created.note(replace(thing, number=number, id=thing_id, removed=False, why=""))
            elif thing.removed:
                self._broker.created.note(replace(thing, removed=False))

    def _marked(self, listing: _Listing, resource: Resource, mark: str) -> list[str]:
        shown = [thing for thing in listing.things if self._broker.marks.carried(resource, thing, mark)]
        return [one for one in (identity(resource, thing) for thing in shown) if one is not None]

    def _listed(self, thing: Created, resource: Resource) -> _Listing:
        if resource.list is None:
            raise _Lost(f"no answer told its id, and the documentation names no listing of {resource.name}")
        key = (resource.name, thing.role, tuple(sorted(thing.within.items())))
        if key not in self._listings:
            self._listings[key] = self._searched(self._broker.contract.operation(resource.list), thing)
        return self._listings[key]

    def _searched(self, listing: Operation, thing: Created) -> _Listing:
        contract = self._broker.contract
        base = urlsplit(self._broker.target.base_url).path
        pages: list[Exchange] = []
        found: list[object] = []
        step: NextPage | None = None
        while len(pages) < MOST_PAGES:
            page = self._send(self._page(listing, thing, step))
            things = items(contract, listing, page)
            if (page.status in _GONE and not found) or (
                step is not None and behind_the_end(contract, listing, step, pages, page)
            ):
                return _Listing(tuple(found))
            pages.append(page)
            found += things or ()
            match onward(contract, listing, page, base=base, wary=True):
                case LastPage():
                    return _Listing(tuple(found))
                case DeadEnd(why):
                    return _Listing(tuple(found), f"{listing.label}: {why}")
                case NextPage() as further if further == step or leads_nowhere(contract, listing, pages):
                    return _Listing(tuple(found), f"{listing.label}: its pages lead nowhere")
                case NextPage() as further:
                    step = further
        return _Listing(tuple(found), f"more than {MOST_PAGES} pages")

    def _page(self, listing: Operation, thing: Created, step: NextPage | None) -> Draft:
        values = self._broker.path_values(listing, own=self._within(listing, thing))
        draft = replace(draft_for(listing, self._broker.target, values), purpose="looks for what this run made")
        pagination = self._broker.contract.conventions.pagination
        if (
            pagination is not None
            and pagination.max_page_size
            and listing in select(self._broker.contract, [PAGINATED])
        ):
            limit = pagination.request.get("limit")
            draft = asking(draft, ((limit, str(pagination.max_page_size)),) if limit else ())
        return replace(draft if step is None else following(draft, step), role=thing.role)

    def _within(self, operation: Operation, thing: Created) -> dict[str, str]:
        names = parameters_of(route(operation, self._broker.target).path)
        return {name: value for name, value in thing.within.items() if name in names}

    def _delete(self, thing: Created, thing_id: str) -> None:
        resource = self._broker.contract.conventions.resources[thing.resource]
        self._broker.client.own(resource.name, thing_id)
        operation = self._broker.contract.operation(resource.delete or "")
        place = route(operation, self._broker.target)
        own = {**self._within(operation, thing), resource.parameter: thing_id}
        exchange = self._send(
            Draft(
                method=place.method,
                path=filled(place.path, self._broker.path_values(operation, own=own)),
                operation=operation.id,
                role=thing.role,
                effects=frozenset({Effect.DELETE_OWN}),
                purpose="removes what this run made",
            )
        )
        if not exchange.succeeded and exchange.status not in _GONE:
            raise _Lost(f"{_ANSWERED} {answer(exchange)}")

    def _send(self, draft: Draft) -> Exchange:
        if self._silent >= _DEAD:
            raise _Lost("the target no longer answers")
        exchange = self._broker.client.send(replace(draft, tidying=True))
        self._silent = self._silent + 1 if exchange.response is None else 0
        return exchange


def _shows_marks(listing: _Listing, resource: Resource) -> bool:
    return not listing.things or any(isinstance(one, dict) and resource.mark in one for one in listing.things)
