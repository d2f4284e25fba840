"""The life of one thing: created, read, listed, changed, deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus

from vendorproof.checks.differences import others_changed, others_gone, touched
from vendorproof.checks.outcome import answer
from vendorproof.checks.pages import identities, items
from vendorproof.checks.pages import view as shown_in
from vendorproof.checks.reading import looks_untouched, sent
from vendorproof.checks.shapes import Change, Effects, Pair, Sequence
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Kind, Operation
from vendorproof.contract.pointer import MISSING
from vendorproof.errors import Unavailable, Undocumented
from vendorproof.evidence.auth import SECOND_TENANT, AuthEvidence
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.requests.drafting import draft_for, example_body
from vendorproof.evidence.views import Views
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import Draft

READ_ONLY = "read_only"


class LifecycleEvidence:
    """Evidence about what happens to a thing that this run made."""

    def __init__(self, broker: Broker, views: Views, auth: AuthEvidence) -> None:
        self._broker = broker
        self._views = views
        self._auth = auth

    def created_and_read(self, operation: Operation) -> Pair:
        """A creation, and the reading of what it made."""
        return self._broker.once(("created and read", operation.id), lambda: self._created_and_read(operation))

    def _created_and_read(self, operation: Operation) -> Pair:
        resource = self._broker.resource(operation)
        creation = self._broker.success(operation)
        made_id = self._broker.told_id(resource, creation)
        reading = self._views.read(resource, made_id)
        if reading.status == HTTPStatus.NOT_FOUND:
            self._views.settle()
            reading = self._views.read(resource, made_id)
        return Pair(creation, reading)

    def listed_and_read(self, operation: Operation) -> Pair:
        """A listing, and the reading of one of its items that is not the first, as far as there is one: a server that
        answers the first whatever is asked for is told."""
        resource = self._broker.resource(operation)
        if resource.list is None:
            raise Undocumented(f"the documentation names no listing of {resource.name}")
        listing = self._broker.contract.operation(resource.list)
        listed = self._broker.success(listing)
        ids = identities(self._broker.contract, listing, listed) or []
        usual = self._broker.success(operation)
        if not ids or self._broker.named(operation, usual).get(resource.parameter) in ids[1:]:
            return Pair(listed, usual)
        return Pair(listed, self._views.read(resource, ids[-1]))

    def created_and_listed(self, operation: Operation) -> Sequence:
        """A creation, and the pages of the listing until it shows what was made or ends; one that does not show it is
        looked at again after a moment."""
        resource = self._broker.resource(operation)
        creation = self._broker.success(operation)
        made_id = self._broker.told_id(resource, creation)
        pages = self._views.until(resource, made_id, fresh=False)
        if not any(self._views.shows(resource, page, made_id) for page in pages):
            self._views.settle()
            pages = self._views.until(resource, made_id)
        return Sequence((creation, *pages))

    def created_and_elsewhere(self, operation: Operation, other: str) -> Sequence:
        """A creation, and the listing of another resource, at the same place where both belong to one thing."""
        creation = self._broker.success(operation)
        return Sequence((creation, *self._views.pages(self._broker.contract.conventions.resources[other])))

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
        requests = [self._auth.none(operation), self._auth.unknown(operation)]
        requests += [self._auth.role(operation, READ_ONLY)] if READ_ONLY in broker.target.roles else []
        mark = broker.marks.find(requests[0].request.body)
        others = [one for one in self._accepted(operation) if one not in requests]
        if not mark or any(broker.marks.find(one.request.body) == mark for one in others):
            raise Unavailable(f"what was refused of {operation.label} can't be told from what was not")
        pages = self._views.pages(resource)
        listing = broker.contract.operation(resource.list)
        shown = [thing for page in pages for thing in items(broker.contract, listing, page) or ()]
        count = sum(broker.marks.shown(resource, thing, mark) for thing in shown)
        return Effects(tuple(requests), pages, count, self._views.complete(resource, pages))

    def _accepted(self, operation: Operation) -> list[Exchange]:
        return [one for one in self._broker.client.journal.by_operation(operation.id) if not 400 <= one.status < 500]

    def updated(self, operation: Operation) -> Change:
        """An update of what this run made, with the thing read before and after. Where something else of the thing
        moved as well, another one that had time to settle, read twice before."""
        return self._broker.once(("updated", operation.id), lambda: self._updated_or_another(operation))

    def _updated_or_another(self, operation: Operation) -> Change:
        change = self._first_update(operation)
        if not change.action.succeeded or touched(self._broker.contract, change) is None:
            return change
        try:
            values = self._broker.new_path(operation)
        except Unavailable:
            return change
        resource = self._broker.resource(operation)
        thing = values[resource.parameter]
        self._views.settle()
        before, control = (self._views.view(resource, thing) for _ in range(2))
        action = self._broker.ask(self._broker.update_draft(operation, values), fresh=True)
        return self._settled(Change(before, action, self._views.view(resource, thing), thing, control), resource)

    def _first_update(self, operation: Operation) -> Change:
        return self._broker.once(("first update", operation.id), lambda: self._updated(operation))

    def _updated(self, operation: Operation) -> Change:
        resource = self._broker.resource(operation)
        if not resource.change and operation.id not in self._broker.target.bodies:
            raise Undocumented(f"the documentation names no field of {resource.name} that an update changes")
        values = self._broker.own_path(operation)
        thing = values[resource.parameter]
        if resource.create is not None:
            # What was made is to be read as it was made, so before it is changed.
            with contextlib.suppress(Unavailable):
                self.created_and_read(self._broker.contract.operation(resource.create))
        before = self._views.view(resource, thing, fresh=False)
        action = self._broker.ask(self._broker.update_draft(operation, values), fresh=True)
        return self._settled(Change(before, action, self._views.view(resource, thing), thing), resource)

    def updated_again(self, operation: Operation) -> Change:
        """A second update of the same thing, which gives it back what the first one changed."""
        return self._broker.once(("updated again", operation.id), lambda: self._updated_again(operation))

    def _updated_again(self, operation: Operation) -> Change:
        resource = self._broker.resource(operation)
        first = self._first_update(operation)
        former = shown_in(self._broker.contract, first.before, first.thing)
        named = sent(first.action)
        plain = [key for key in named if isinstance(former, dict) and isinstance(former.get(key), str | int | float)]
        body = {**named, **{key: former[key] for key in plain}}
        if not first.action.succeeded or body == named:
            raise Unavailable(f"{operation.label} changed nothing that could be changed back: {answer(first.action)}")
        draft = draft_for(operation, self._broker.target, self._broker.own_path(operation), body)
        action = self._broker.ask(replace(draft, purpose="changes it back"), fresh=True)
        return self._settled(
            Change(first.after, action, self._views.view(resource, first.thing), first.thing), resource
        )

    def _settled(self, change: Change, resource: Resource) -> Change:
        """The change; where the thing is shown as if nothing had been done, it is looked at again after a moment, since
        a reading may lag behind."""
        before, after = (shown_in(self._broker.contract, one, change.thing) for one in (change.before, change.after))
        if not change.action.succeeded or before is MISSING or before != after:
            return change
        self._views.settle()
        return replace(change, after=self._views.view(resource, change.thing))

    def changed_by_another(self, operation: Operation, among: Iterable[Operation]) -> Change:
        """The second tenant's update or deletion of what this run made, with the thing read before and after.

        All those `among` them that are about the same resource are tried before the thing is looked at again; where it
        looks otherwise then, each is tried alone.
        """
        resource = self._broker.resource(operation)
        alike = [one for one in among if one.resource == resource.name]
        attacks = self._broker.once(("changed by another", resource.name), lambda: self._attacks(resource, alike))
        change = attacks.get(operation.id)
        if change is not None and self._unharmed(change):
            return change
        with contextlib.suppress(Undocumented):
            values = self._broker.new_path(operation)
            return self._by_another(resource, [operation], values[resource.parameter])[operation.id]
        return change or self._attacks(resource, [operation])[operation.id]

    def _attacks(self, resource: Resource, operations: list[Operation]) -> dict[str, Change]:
        thing = self._broker.own_path(operations[0])[resource.parameter]
        changes = self._by_another(resource, operations, thing)
        for change in changes.values():
            if shown_in(self._broker.contract, change.after, thing) is MISSING:
                self._broker.note_gone(resource, thing)
        return changes

    def _unharmed(self, change: Change) -> bool:
        contract = self._broker.contract
        before, after = (shown_in(contract, one, change.thing) for one in (change.before, change.after))
        return before is not MISSING and after is not MISSING and looks_untouched(before, after, change.action)

    def _by_another(self, resource: Resource, operations: list[Operation], thing: str) -> dict[str, Change]:
        before = self._views.view(resource, thing, fresh=False, alone=True)
        actions: dict[str, Exchange] = {}
        refused: Unavailable | None = None
        for operation in operations:
            try:
                actions[operation.id] = self._broker.ask(self._attack(operation, resource, thing), fresh=True)
            except Unavailable as reason:
                refused = reason
        if refused is not None and not actions:
            raise refused
        after = self._views.view(resource, thing)
        return {name: Change(before, action, after, thing) for name, action in actions.items()}

    def _attack(self, operation: Operation, resource: Resource, thing: str) -> Draft:
        """What the owner may do to a thing, as the second tenant, and with a text that the thing does not have yet."""
        broker = self._broker
        values = broker.path_values(operation, own={resource.parameter: thing})
        draft = broker.valid(operation, values)
        with contextlib.suppress(Unavailable):
            draft = draft_for(operation, broker.target, values, broker.recognisable(operation, broker.next_mark()))
        return replace(draft, role=SECOND_TENANT, purpose="another tenant changes it")

    def deleted(self, operation: Operation) -> Change:
        """A deletion of what this run made, with the thing read before and after."""
        return self._broker.once(("deleted", operation.id), lambda: self._deleted(operation))

    def _deleted(self, operation: Operation) -> Change:
        resource = self._broker.resource(operation)
        thing = self._broker.own_path(operation)[resource.parameter]
        before = self._views.view(resource, thing, fresh=False, alone=True)
        action = self._broker.attempt(operation)
        if self._broker.named(operation, action).get(resource.parameter) != thing:
            # Something else was deleted before anybody looked at it.
            action = self._broker.ask(self._broker.valid(operation, self._broker.own_path(operation)))
        return self._settled(Change(before, action, self._views.view(resource, thing), thing), resource)

    def deleted_and_listed(self, operation: Operation) -> Sequence:
        """The deletion, and the whole listing afterwards; one that still shows the thing is looked at again after a
        moment."""
        resource = self._broker.resource(operation)
        change = self.deleted(operation)
        pages = self._views.pages(resource, fresh=False)
        if change.action.succeeded and any(self._views.shows(resource, page, change.thing) for page in pages):
            self._views.settle()
            pages = self._views.pages(resource)
        return Sequence((change.action, *pages))

    def beside_others(self, operation: Operation) -> Change:
        """An update or a deletion of something that this run made, with the listing before and after."""
        return self._broker.once(("beside others", operation.id), lambda: self._beside_others(operation))

    def _beside_others(self, operation: Operation) -> Change:
        broker = self._broker
        resource = broker.resource(operation)
        thing = broker.own_path(operation).get(resource.parameter)
        before = self._views.pages(resource, fresh=False)[0]
        listing = broker.contract.operation(resource.list or "")
        if identities(broker.contract, listing, before) == [thing]:
            # An account that was empty: another one is made, and what is there already stands beside it.
            return self._done_to_another(operation)
        change = self._first_update(operation) if operation.kind is Kind.UPDATE else self.deleted(operation)
        if change.action.number < before.number:
            # It was done before anybody looked at the others.
            return self._done_to_another(operation)
        change = replace(change, before=before, after=self._views.pages(resource, fresh=False)[0])
        if others_gone(broker.contract, change) or not others_changed(broker.contract, change):
            return change
        # They may have moved by themselves, or by what was done elsewhere since they were listed.
        return self._done_to_another(operation, control=True)

    def _done_to_another(self, operation: Operation, *, control: bool = False) -> Change:
        """The same to something that was made just now; with `control`, the others are listed twice before."""
        broker = self._broker
        resource = broker.resource(operation)
        values = broker.new_path(operation)
        thing = values[resource.parameter]
        before = self._views.pages(resource)[0]
        again = self._views.pages(resource)[0] if control else None
        body = None
        if operation.kind is Kind.UPDATE:
            # What nothing else has, since others may have the usual new values by now.
            body = broker.marked(resource, example_body(operation, broker.target), broker.next_mark())
        draft = draft_for(operation, broker.target, values, body)
        action = broker.ask(replace(draft, purpose="changes one of several"), fresh=True)
        return Change(before, action, self._views.pages(resource)[0], thing, again)
