"""Finds the exchanges that a test asks for, and makes only those that nobody has made yet."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from vendorproof.checks.outcome import answer
from vendorproof.checks.pages import identities, items
from vendorproof.checks.reading import mentioned, resource_of
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Contract, Effect, Kind, Operation
from vendorproof.errors import Lack, Need, NeedsRight, NeedsValue, OperationAbsent, Unavailable, Undocumented
from vendorproof.evidence.broker.memory import Memory
from vendorproof.evidence.created.ledger import CreatedLedger
from vendorproof.evidence.created.marks import mark_field
from vendorproof.evidence.requests.drafting import demand_context, draft_for, example_body
from vendorproof.evidence.requests.places import place_among_actions, plain_listings, things_at
from vendorproof.exchange.model import Exchange
from vendorproof.target import Exchanger
from vendorproof.target.draft import DEFAULT, Draft
from vendorproof.target.gate import DISPOSABLE
from vendorproof.target.route import parameters_of, route, values_in

Json = Any

_MOST_LIVES = 4
"""So many things are made for one use, one after the other was deleted; a vendor may give all of them the same id."""


class Use(StrEnum):
    """What a thing of ours is there for: to live the life that the documentation describes, up to its deletion, or to
    be asked for by generated requests, which may do anything to it."""

    LIFE = "life"
    GENERATED = "generated"


class Broker(Memory):
    """What operations answer, and the things that they are asked about.

    Every method raises a subclass of Unavailable where the target can't or may not give the evidence. `makers` make the
    attempt of operations, by id, that take more than a valid request.
    """

    def __init__(self, contract: Contract, client: Exchanger, created: CreatedLedger, run_id: str) -> None:
        super().__init__(contract, client, created, run_id)
        self.makers: dict[str, Callable[[Operation], Exchange]] = {}
        self._gone: set[tuple[str, str]] = set()
        """What is no longer there: the resource and the id."""

    def resource(self, operation: Operation) -> Resource:
        """The resource that an operation works on."""
        resource = resource_of(self.contract.conventions, operation)
        if resource is None:
            raise Undocumented(f"the contract names no resource for {operation.label}")
        return resource

    def ask(self, draft: Draft, *, fresh: bool = False) -> Exchange:
        """The exchange of a request: the one already made, or a new one where there is none or `fresh` is asked."""
        exchange = super().ask(draft, fresh=fresh)
        if exchange.succeeded and exchange.request.method == "DELETE":
            for resource, thing_id in things_at(self.contract, self.target, draft.path):
                self.note_gone(resource, thing_id)
                if draft.role == DEFAULT:
                    self.recorder.forget(resource.name, thing_id)
        return exchange

    def note_gone(self, resource: Resource, thing_id: str) -> None:
        """Notes that a thing of ours is no longer there, so that another one takes its place."""
        self._gone.add((resource.name, thing_id))

    def _is_gone(self, resource: Resource, thing_id: str) -> bool:
        return (resource.name, thing_id) in self._gone

    def _went_with_parent(self, creation: Exchange) -> bool:
        """Whether a thing was made below one that is no longer there."""
        return any(f"/{thing_id}/" in creation.request.path for _, thing_id in self._gone)

    def named(self, operation: Operation, exchange: Exchange) -> Mapping[str, str]:
        """The path parameters of an exchange that was asked for."""
        return values_in(route(operation, self.target).path, self.drafts[exchange.number].path) or {}

    def attempt(self, operation: Operation) -> Exchange:
        """The valid, authorised request of an operation and whatever came of it.

        Raises OperationAbsent where the place of the operation is our reading and nothing is there.
        """
        return self.once(("attempt", operation.id), lambda: self._present(operation, self._attempt(operation)))

    def success(self, operation: Operation) -> Exchange:
        """A successful exchange of an operation."""
        exchange = self.attempt(operation)
        if not exchange.succeeded:
            raise Unavailable(f"{operation.label} did not succeed: {answer(exchange)}")
        return exchange

    def _attempt(self, operation: Operation) -> Exchange:
        if operation.id in self.makers:
            return self.makers[operation.id](operation)
        match operation.kind:
            case Kind.CREATE:
                return self.creation(operation)
            case Kind.UPLOAD if operation.resource is not None:
                return self.creation(operation)
            case Kind.UPDATE:
                return self.ask(self.update_draft(operation, self.own_path(operation)))
            case Kind.DELETE:
                return self.ask(self.valid(operation, self.own_path(operation)))
            case Kind.SOCKET:
                return self.handshake(self.valid(operation, self.path_values(operation)))
            case _:
                return self.ask(self.valid(operation, self.path_values(operation)))

    def demand_presence(self, operation: Operation, exchange: Exchange) -> None:
        """Raises OperationAbsent where an answer says that nothing is there, and the place is our reading."""
        assumed = {"path", "method"} & set(operation.assumed)
        if assumed and exchange.status in (404, 405) and not route(operation, self.target).bound:
            raise OperationAbsent(
                f"the documentation does not give the {' and '.join(sorted(assumed))} of {operation.label}, and the "
                f"target answers {exchange.status} there (bind the real one: [targets.NAME.bindings] "
                f'{operation.id} = {{method = "...", path = "..."}})',
                operation.id,
            )

    def _present(self, operation: Operation, exchange: Exchange) -> Exchange:
        self.demand_presence(operation, exchange)
        if 400 <= exchange.status < 500 and exchange.status not in (402, 429):
            demand_context(self.contract, self.target, operation, exchange.status)
        return exchange

    def attempt_if_assumed(self, operation: Operation) -> None:
        """Makes sure that an operation whose place is our reading is there, before anything is concluded of it."""
        if {"path", "method"} & set(operation.assumed) and not route(operation, self.target).bound:
            try:
                self.attempt(operation)
            except OperationAbsent:
                raise
            except Unavailable:
                return

    def valid(self, operation: Operation, values: Mapping[str, str]) -> Draft:
        """The documented, authorised request with these path parameters."""
        return draft_for(operation, self.target, values, self.wanted_body(operation))

    def wanted_body(self, operation: Operation) -> Json:
        """The body of an operation that takes one, be it that the documentation says so or the tester; else None."""
        return self.body(operation) if operation.request or operation.id in self.target.bodies else None

    def body(self, operation: Operation) -> Json:
        """A valid body: the tester's, else the contract's example with the ids of things that exist in the place of its
        made-up ones, where they can be had. One that creates something is marked, whoever sends it and why."""
        body = example_body(operation, self.target)
        resource = resource_of(self.contract.conventions, operation)
        if operation.kind in (Kind.CREATE, Kind.UPLOAD) and resource is not None and resource.mark is not None:
            body = self.marked(resource, body, self.once(("mark", operation.id), self.next_mark))
        if operation.id in self.target.bodies or not isinstance(body, dict):
            return body
        for name, value in body.items():
            named = self.contract.conventions.resource_for_parameter(name)
            if named is not None and isinstance(value, str):
                with contextlib.suppress(Unavailable):
                    given = self.target.known_ids(named.name, DISPOSABLE)
                    body[name] = given[0] if given else self._touchable_id(operation, named, 0)
        return body

    def update_draft(self, operation: Operation, values: Mapping[str, str], mark: str = "") -> Draft:
        """An update with the change that the contract knows to show in the thing; with a mark, one that differs from
        those before, where the thing has a text for it."""
        resource = resource_of(self.contract.conventions, operation)
        body = example_body(operation, self.target) if operation.request else None
        if resource and resource.change and operation.id not in self.target.bodies:
            body = {**(body if isinstance(body, dict) and operation.method == "PUT" else {}), **resource.change}
        return draft_for(operation, self.target, values, self.marked(resource, body, mark) if mark else body)

    def path_values(
        self,
        operation: Operation,
        *,
        own: Mapping[str, str] | None = None,
        turn: int = 0,
        touching: bool | None = None,
    ) -> dict[str, str]:
        """A value for each path parameter: the given one, the tester's, or the id of a thing that exists; for what does
        more than read, or with `touching`, of one that this run made or the tester gave away.

        An action may use its thing up; so each action on a resource, and each `turn` of it, gets an id of its own where
        the tester told several.
        """
        values: dict[str, str] = dict(own or {})
        touching = operation.effects != {Effect.READ} if touching is None else touching
        for name in parameters_of(route(operation, self.target).path):
            if name in values:
                continue
            if name in self.target.values:
                values[name] = self.target.values[name]
                continue
            resource = self.contract.conventions.resource_for_parameter(name)
            if resource is None:
                raise NeedsValue(
                    f"{operation.label} needs a value for {{{name}}} "
                    f'(add it under [targets.NAME.values]: {name} = "...")',
                    Need(Lack.VALUE, name),
                )
            if not touching:
                values[name] = self.known_id(resource, turn)
            else:
                values[name] = self._touchable_id(operation, resource, turn)
        return values

    def _touchable_id(self, operation: Operation, resource: Resource, turn: int) -> str:
        """The id of a thing to which something may be done: made by this run or given away; or, for what the thing
        belongs to, the tester's own."""
        scope = self.target.value(resource.scope) if resource.scope else None
        if operation.kind is Kind.ACTION and operation.resource == resource.name:
            place = place_among_actions(self.contract, operation, resource, turn)
            given = self.target.known_ids(resource.name, DISPOSABLE)
            if given:
                return str(given[place % len(given)])
        elif scope is not None:
            return scope
        if resource.create is not None and self._may_create(resource):
            return self.own_id(resource)
        return self._disposable(operation, resource, Use.LIFE)

    def place_of_ours(self, resource: Resource) -> dict[str, str]:
        """The path parameters of the place where this run makes things of a resource; none where it may make none."""
        if resource.create is None:
            return {}
        with contextlib.suppress(Unavailable):
            return self.path_values(self.contract.operation(resource.create))
        return {}

    def known_id(self, resource: Resource, place: int = 0) -> str:
        """The id of a thing of the default tenant: told by the tester (the one at this place, or the one that scopes
        every request), listed, or just created."""
        told = self.target.known_ids(resource.name)
        if told:
            return str(told[place % len(told)])
        own = self.target.value(resource.scope) if resource.scope else None
        if own is not None:
            return own
        found = self.once(("known", resource.name), lambda: self._found_id(resource))
        return self._found_id(resource) if self._is_gone(resource, found) else found

    def _found_id(self, resource: Resource) -> str:
        reasons: list[str] = []
        need: Need | None = None
        if resource.list is not None:
            listing = self.contract.operation(resource.list)
            try:
                for one in identities(self.contract, listing, self.success(listing)) or ():
                    if not self._is_gone(resource, one):
                        return one
                reasons.append(f"{listing.label} lists none")
            except Unavailable as reason:
                reasons.append(str(reason))
                need = need or reason.need
        if resource.create is not None:
            try:
                return self.own_id(resource)
            except Unavailable as reason:
                reasons.append(str(reason))
                need = need or reason.need
        for listing in plain_listings(self.contract):
            with contextlib.suppress(Unavailable):
                things = items(self.contract, listing, self.success(listing)) or ()
                found = next((one for one in (mentioned(resource, thing) for thing in things) if one), None)
                if found is not None:
                    return found
        reasons.append(f'add one under [targets.NAME.ids.default]: {resource.name} = ["..."]')
        raise NeedsValue(
            f"no id of {resource.name} is known: {'; '.join(reasons)}", need or Need(Lack.IDS, resource.name)
        )

    def twin_path(self, operation: Operation, twin: Callable[[str], str]) -> dict[str, str]:
        """Path parameters of which the last is no id of anything: what `twin` makes of a good one."""
        names = parameters_of(route(operation, self.target).path)
        if not names:
            raise Undocumented(f"{operation.label} takes no id")
        known = self.path_values(operation)
        return {**known, names[-1]: twin(known[names[-1]])}

    def gone_path(self, operation: Operation) -> dict[str, str]:
        """Path parameters of which the last named a thing of this run that is deleted."""
        names = parameters_of(route(operation, self.target).path)
        resource = self.contract.conventions.resource_for_parameter(names[-1]) if names else None
        if resource is None or resource.delete is None:
            raise Undocumented(
                f"only a reading may name what this run did not make, and nothing that {operation.label} is about "
                "can be deleted"
            )
        own = self._names_gone(resource) or self.once(("gone", resource.name), lambda: self._deleted(resource))
        return self.path_values(operation, own={resource.parameter: own})

    def _names_gone(self, resource: Resource) -> str | None:
        return next((thing_id for name, thing_id in sorted(self._gone) if name == resource.name), None)

    def _deleted(self, resource: Resource) -> str:
        """The id of a thing that is made to be deleted."""
        operation = self.contract.operation(resource.delete or "")
        values = self.own_path(operation)
        gone = self.ask(self.valid(operation, values))
        if not gone.succeeded:
            raise Unavailable(f"{operation.label} did not succeed: {answer(gone)}")
        return values[resource.parameter]

    def own_path(self, operation: Operation, use: Use = Use.LIFE) -> dict[str, str]:
        """Path parameters that name a thing which this run made for this use and did not delete yet, or one that the
        tester gave away."""
        names = parameters_of(route(operation, self.target).path)
        resource = self.resource(operation)
        if resource.parameter not in names:
            return self.path_values(operation)
        if resource.create is None or not self._may_create(resource):
            return self.path_values(operation, own={resource.parameter: self._disposable(operation, resource, use)})
        return self.path_values(operation, own={resource.parameter: self.own_id(resource, use)})

    def _disposable(self, operation: Operation, resource: Resource, use: Use) -> str:
        given = self.target.known_ids(resource.name, DISPOSABLE)
        if not given:
            raise NeedsValue(
                f"{operation.label} may only touch what this run made, and it can make no {resource.name} "
                f'(name some to spend under [targets.NAME.ids.disposable]: {resource.name} = ["..."])',
                Need(Lack.DISPOSABLE, resource.name),
            )
        left = [one for one in given if not self._is_gone(resource, one)] or list(given)
        return left[-1] if use is Use.GENERATED else left[0]

    def _may_create(self, resource: Resource) -> bool:
        if resource.create is None:
            return False
        missing = self.contract.operation(resource.create).effects - self.target.allow
        for effect in sorted(missing):
            raise NeedsRight(effect.value, self.contract.operation(resource.create).label)
        return True

    def own_id(self, resource: Resource, use: Use = Use.LIFE) -> str:
        """The id of a thing that this run made for this use and did not delete yet."""
        if resource.create is None:
            raise Undocumented(f"the documentation names no way to create {resource.name}")
        operation = self.contract.operation(resource.create)
        made_id = None
        for turn in range(_MOST_LIVES):
            made = self.attempt(operation) if (use, turn) == (Use.LIFE, 0) else self._another(operation, use, turn)
            made_id = self.recorder.made_id(resource, made)
            if made_id is None:
                raise Unavailable(f"{operation.label} created nothing with an id: {answer(made)}")
            if not self._is_gone(resource, made_id) and not self._went_with_parent(made):
                break
        return made_id or ""

    def _another(self, operation: Operation, use: Use, turn: int) -> Exchange:
        return self.once(("creation", operation.id, use, turn), lambda: self.creation(operation))

    def told_id(self, resource: Resource, creation: Exchange) -> str:
        """The id that a creation told; Unavailable where it told none."""
        made_id = self.recorder.made_id(resource, creation)
        if made_id is None:
            raise Unavailable(f"the creation of {resource.name} tells no id")
        return made_id

    def creation(self, operation: Operation, *, body: Json = None) -> Exchange:
        """Creates one thing, marked where it has a text for it."""
        resource = resource_of(self.contract.conventions, operation)
        mark = self.next_mark()
        if body is None:
            body = self.marked(resource, self.body(operation), mark)
        draft = draft_for(operation, self.target, self.path_values(operation), body, file_name=mark)
        return self.noted(replace(draft, purpose=f"creates {resource.name if resource else ''}"))

    def recognisable(self, operation: Operation, mark: str) -> Json:
        """The valid body with the mark in a text of it; Unavailable where it has none."""
        body = example_body(operation, self.target)
        name = mark_field(resource_of(self.contract.conventions, operation), body) if isinstance(body, dict) else None
        if name is None:
            raise Unavailable(f"the body of {operation.label} has no text to recognise it by")
        return {**body, name: mark}

    def next_mark(self) -> str:
        """A text by which a thing of this run is recognised."""
        return self.marks.fresh()

    def marked(self, resource: Resource | None, body: Json, mark: str) -> Json:
        """A body with the mark in the resource's field for it."""
        return self.marks.put(resource, body, mark)

    def new_path(self, operation: Operation) -> dict[str, str]:
        """Path parameters that name a thing which was made just now, so that nothing else is about it."""
        resource = self.resource(operation)
        if resource.create is None:
            raise Undocumented(f"the documentation names no way to create {resource.name}")
        made_id = self.told_id(resource, self.creation(self.contract.operation(resource.create)))
        return self.path_values(operation, own={resource.parameter: made_id})
