"""Requests that are wrong in one documented way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

from vendorproof.checks.outcome import answer, shown
from vendorproof.checks.reading import document, item
from vendorproof.checks.shapes import Pair, Sequence
from vendorproof.contract.conventions import Provocation, Step
from vendorproof.contract.model import Effect, Kind, Operation
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.errors import Lack, Need, NeedsRight, NeedsValue, Unavailable, Undocumented, UsageError
from vendorproof.evidence.auth import AuthEvidence
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.generated import NO_FIELDS, WRONG_ARRAY, WRONG_JSON, WRONG_TYPE, Generated, harmless
from vendorproof.evidence.requests.drafting import (
    absent_twin,
    broken_types,
    demand_body,
    draft_for,
    guessed_body,
    json_media,
    malformed_twin,
    overlong_twin,
)
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import Draft
from vendorproof.target.route import parameters_of, route

_WORDS = {"limit": "a page size", "offset": "an offset", "cursor": "a cursor", "page": "a page number"}
Way = Callable[..., Exchange]
"""Sends a request that is wrong in some way."""

NO_SUCH_PATH = "/vendorproof-no-such-path"
"""A path that no API has."""


class ErrorsEvidence:
    """Evidence about how mistakes are answered."""

    def __init__(self, broker: Broker, auth: AuthEvidence, generated: Generated) -> None:
        self._broker = broker
        self._auth = auth
        self._generated = generated

    def provoke(self, way: str, operation: Operation | None = None) -> Exchange:
        """An exchange that is wrong in the named way: a word of the check catalogue or a provocation of the contract.

        Raises UsageError for a way that neither knows.
        """
        ways = {
            "missing-credential": self.missing_credential,
            "absent-id": self.absent_id,
            "deleted-id": self.deleted_id,
            "malformed-id": self.malformed_id,
            "malformed-body": self.malformed_body,
            "invalid-body": self.invalid_body,
            "empty-body": self.empty_body,
            "invalid-parameter": self.invalid_parameter,
            "invalid-offset": self.invalid_offset,
        }
        if way in ways:
            return ways[way](operation)
        provocation = self._broker.contract.conventions.provocations.get(way)
        if provocation is None:
            raise UsageError(f"no way to provoke {way!r}: neither a word of the catalogue nor a provocation")
        return self._broker.once(("provocation", way), lambda: self._played(provocation))

    def provoked(self, way: str, operation: Operation | None = None) -> Sequence:
        """The same as the last of a sequence, behind what led to it where that is of another operation: the deletion
        before the reading of what it deleted."""
        if way != "deleted-id":
            return Sequence((self.provoke(way, operation),))
        pair = self._deleted(operation)
        return Sequence((pair.first, pair.second))

    def _choose(self, operation: Operation | None, *kinds: Kind, body: bool = False, id_: bool = False) -> Operation:
        """The given operation, or the first of the contract that fits and that the target allows."""
        if operation is not None:
            self._broker.attempt_if_assumed(operation)
            return operation
        refused: Unavailable | None = None
        for candidate in sorted(self._broker.contract.operations, key=lambda one: one.basis.value != "stated"):
            if candidate.kind not in kinds or candidate.public:
                continue
            if body and json_media(candidate) is None:
                continue
            if id_ and not parameters_of(route(candidate, self._broker.target).path):
                continue
            missing = candidate.effects - self._broker.target.allow
            if missing:
                refused = NeedsRight(min(missing).value, candidate.label)
                continue
            try:
                self._broker.attempt_if_assumed(candidate)
                if id_:
                    self._broker.path_values(candidate)
            except Unavailable as reason:
                refused = reason
                continue
            return candidate
        raise refused or Unavailable("no operation of the contract can be wrong in this way")

    def missing_credential(self, operation: Operation | None = None) -> Exchange:
        """A request without credentials."""
        return self._auth.none(self._choose(operation, Kind.LIST, Kind.READ))

    def absent_id(self, operation: Operation | None = None) -> Exchange:
        """A request for a thing that does not exist: a reading names a made-up one, since that does no harm whoever has
        it; anything else names one that this run deleted."""
        chosen = self._choose(operation, Kind.READ, Kind.LIST, Kind.UPDATE, Kind.DELETE, id_=True)
        reads = chosen.effects == {Effect.READ}
        values = self._broker.twin_path(chosen, absent_twin) if reads else self._gone(chosen)
        draft = self._broker.valid(chosen, values)
        draft = replace(draft, purpose="asks for what does not exist")
        # The same request may have been sent while the thing was there.
        exchange = self._there(chosen, self._broker.ask(draft, fresh=not reads))
        demand_body(chosen, self._broker.target, exchange.status)
        return exchange

    def _gone(self, operation: Operation) -> dict[str, str]:
        """Path parameters that name a thing of this run which was deleted, and is gone as far as it can be read."""
        broker = self._broker
        values = broker.gone_path(operation)
        name = parameters_of(route(operation, broker.target).path)[-1]
        resource = broker.contract.conventions.resource_for_parameter(name)
        if resource is not None and resource.read is not None:
            reading = broker.contract.operation(resource.read)
            own = {resource.parameter: values[resource.parameter]}
            seen = broker.ask(broker.valid(reading, broker.path_values(reading, own=own)))
            if seen.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                raise Unavailable(f"what was deleted of {resource.name} can still be asked for: {answer(seen)}")
        return values

    def deleted_id(self, operation: Operation | None = None) -> Exchange:
        """A request for a thing that this run made and deleted."""
        return self._deleted(operation).second

    def _deleted(self, operation: Operation | None) -> Pair:
        """A deletion, and a request for what it deleted."""
        broker = self._broker
        chosen = self._choose(operation, Kind.DELETE, id_=True)
        resource = broker.resource(chosen)
        if resource.read is None:
            raise Undocumented(f"the documentation names no reading of {resource.name}")
        reading = broker.contract.operation(resource.read)
        broker.attempt_if_assumed(reading)
        deletion = broker.success(chosen)
        values = broker.path_values(reading, own=broker.named(chosen, deletion))
        return Pair(deletion, broker.ask(replace(broker.valid(reading, values), purpose="asks for what was deleted")))

    def malformed_id(self, operation: Operation | None = None) -> Exchange:
        """A request for an id that has not the form of one."""
        chosen = self._choose(operation, Kind.READ, Kind.LIST, id_=True)
        draft = self._broker.valid(chosen, self._broker.twin_path(chosen, malformed_twin))
        return self._there(chosen, self._broker.ask(replace(draft, purpose="asks for what is no id")))

    def overlong_id(self, operation: Operation) -> Exchange:
        """A request for an id that is far too long and not in ASCII."""
        draft = self._broker.valid(operation, self._broker.twin_path(operation, overlong_twin))
        return self._there(operation, self._broker.ask(replace(draft, purpose="asks for what is no id by far")))

    def malformed_body(self, operation: Operation | None = None) -> Exchange:
        """A body that is not JSON though it says so."""
        chosen = self._choose(operation, Kind.CREATE, Kind.UPDATE, Kind.ACTION, body=True)
        draft = self._writing(chosen, {})
        return self._written(chosen, replace(draft, body=b'{"vendorproof": ', purpose=WRONG_JSON))

    def invalid_body(self, operation: Operation | None = None) -> Exchange:
        """A body of which one field has the wrong type; the purpose ends in that field's name."""
        chosen = self._choose(operation, Kind.CREATE, Kind.UPDATE, Kind.ACTION, body=True)
        broken = broken_types(self._broker.body(chosen))
        if broken is None:
            raise Undocumented(f"no field of {chosen.label} can be broken")
        draft = self._writing(chosen, broken[0])
        exchange = self._written(chosen, replace(draft, purpose=f"{WRONG_TYPE}: {broken[1]}"))
        if "body" in chosen.assumed and chosen.id not in self._broker.target.bodies and exchange.status < 500:
            raise NeedsValue(
                f"the body of {chosen.label} is our reading, so a wrong field in it proves nothing "
                f"(give the real one: [targets.NAME.bodies] {chosen.id} = {{...}})",
                Need(Lack.BODY, chosen.id),
            )
        return exchange

    def empty_body(self, operation: Operation | None = None) -> Exchange:
        """A body without any field."""
        chosen = self._choose(operation, Kind.CREATE, Kind.UPDATE, body=True)
        return self._written(chosen, replace(self._writing(chosen, {}), purpose=NO_FIELDS))

    def _array_body(self, operation: Operation) -> Exchange:
        return self._written(operation, replace(self._writing(operation, []), purpose=WRONG_ARRAY))

    def _writing(self, operation: Operation, body: Any) -> Draft:
        touches = operation.kind in (Kind.UPDATE, Kind.DELETE)
        values = self._broker.own_path(operation) if touches else self._broker.path_values(operation)
        return replace(draft_for(operation, self._broker.target, values, body), refusal=True)

    def _written(self, operation: Operation, draft: Draft) -> Exchange:
        """The answer to a wrong body; OperationAbsent where nothing is there to look at it: whatever the path names
        exists."""
        exchange = self._broker.ask(draft)
        self._broker.demand_presence(operation, exchange)
        return exchange

    def invalid_parameter(self, operation: Operation | None = None) -> Exchange:
        """A page size that is a word; the purpose ends in the parameter's name."""
        chosen = self._choose(operation, Kind.LIST)
        return self._with_query(chosen, "limit", "many", "a page size that is a word")

    def invalid_offset(self, operation: Operation | None = None) -> Exchange:
        """An offset that is a word; the purpose ends in the parameter's name."""
        chosen = self._choose(operation, Kind.LIST)
        return self._with_query(chosen, "offset", "many", "an offset that is a word")

    def _with_query(self, operation: Operation, role: str, value: str, purpose: str) -> Exchange:
        pagination = self._broker.contract.conventions.pagination
        name = pagination.request.get(role) if pagination else None
        if name is None:
            raise Undocumented(f"{operation.label} takes no {role}")
        draft = self._broker.valid(operation, self._broker.path_values(operation))
        return self._broker.ask(replace(draft, query=(*draft.query, (name, value)), purpose=f"{purpose}: {name}"))

    def bad_inputs(self, operation: Operation, among: Iterable[Operation] = ()) -> Sequence:
        """Wrong requests of one operation: strange page sizes and offsets at a listing, a broken or wrong body at a
        write, an id that names nothing or has not the form of one.

        The ways to be wrong are dealt out `among` the operations, by default all, that can be wrong in the same ways,
        each to one of them; that an id names nothing, to one for each kind of thing. An operation to which none fell
        has one that others ask for as well.
        """
        self._broker.attempt_if_assumed(operation)
        operations = tuple(among) or self._broker.contract.operations
        akin = tuple(one for one in operations if self._thing_of(one) == self._thing_of(operation))
        families = (self._bad_pages, self._bad_bodies, self._bad_ids, self._absent_ids)
        ways = [way for family in families[:-1] for way in self._share(operation, operations, family)]
        ways += self._share(operation, akin, self._absent_ids)
        made: list[Exchange] = []
        lacking: list[NeedsValue] = []
        for way in ways or [family(operation)[-1] for family in families if family(operation)][:1]:
            try:
                made.append(way())
            except NeedsValue as reason:
                lacking.append(reason)
        made += self._generated.negative(operation)
        if lacking and not made:
            raise lacking[0]
        return Sequence(tuple(made))

    def _share(
        self, operation: Operation, among: tuple[Operation, ...], ways: Callable[[Operation], list[Way]]
    ) -> list[Way]:
        """The ways that fall to an operation, of all that it can be wrong in, dealt out `among` several."""
        own = ways(operation)
        alike = [one for one in among if len(ways(one)) == len(own)]
        return own[alike.index(operation) :: len(alike)]

    def _thing_of(self, operation: Operation) -> str | None:
        """The path parameter that names what an operation is about."""
        return next(iter(parameters_of(route(operation, self._broker.target).path)[-1:]), None)

    def _bad_pages(self, operation: Operation) -> list[Way]:
        """Page sizes, offsets, page numbers and cursors that are none, and a page size beyond the maximum."""
        pagination = self._broker.contract.conventions.pagination
        if operation.kind is not Kind.LIST or pagination is None:
            return []
        wrong = [(role, value) for role in ("limit", "offset", "page") for value in ("many", "-1")]
        wrong.append(("cursor", "vendorproof-never-issued"))
        wrong += [] if pagination.max_page_size is None else [("limit", str(pagination.max_page_size + 1))]
        return [
            partial(self._with_query, operation, role, value, f"{_WORDS[role]} of {value}")
            for role, value in wrong
            if role in pagination.request
        ]

    def _bad_bodies(self, operation: Operation) -> list[Way]:
        """Bodies that are no JSON, are an array, empty where that does no harm, or have a field of the wrong type."""
        if json_media(operation) is None:
            return []
        ways: list[Way] = [self.malformed_body, self._array_body]
        ways += [self.empty_body] if harmless(self._broker, operation) else []
        ways += [] if guessed_body(operation, self._broker.target) else [self.invalid_body]
        return [partial(way, operation) for way in ways]

    def _bad_ids(self, operation: Operation) -> list[Way]:
        """Of what is read, ids that have not the form of one, or are far too long."""
        if operation.kind is not Kind.READ or not parameters_of(route(operation, self._broker.target).path):
            return []
        return [partial(way, operation) for way in (self.malformed_id, self.overlong_id)]

    def _absent_ids(self, operation: Operation) -> list[Way]:
        """An id that names nothing."""
        names = parameters_of(route(operation, self._broker.target).path)
        return [partial(self.absent_id, operation)] if names and operation.effects == {Effect.READ} else []

    def same_again(self, operation: Operation | None = None) -> Pair:
        """The same mistake twice: a thing that does not exist, or at a listing a page size that is a word."""
        if operation is not None and operation.kind is Kind.LIST:
            first = self.invalid_parameter(operation)
            if first.status < 400:
                first = self._auth.none(operation)
        else:
            first = self.absent_id(operation)
        return Pair(first, self._broker.again(first, "the same mistake again"))

    def other_method(self, operation: Operation, method: str) -> Exchange:
        """Another method on the path of an operation."""
        self._broker.attempt_if_assumed(operation)
        draft = self._broker.valid(operation, self._broker.path_values(operation, touching=True))
        effects = frozenset({Effect.DELETE_OWN if method == "DELETE" else Effect.WRITE})
        body, headers = (b"", ()) if method == "DELETE" else (b"{}", (("Content-Type", "application/json"),))
        other = replace(draft, method=method, operation=None, effects=effects, body=body, headers=headers)
        return self._broker.ask(replace(other, refusal=True, purpose=f"{method} on a path that is only read"))

    def all_errors(self) -> Sequence:
        """Every error answered so far, at least two."""
        self.missing_credential()
        self.nowhere()
        return Sequence(tuple(exchange for exchange in self._broker.client.journal if exchange.status >= 400))

    def nowhere(self) -> Exchange:
        """A path that no API has."""
        return self._broker.ask(Draft("GET", NO_SUCH_PATH, purpose="a path that does not exist"))

    def _played(self, provocation: Provocation) -> Exchange:
        made: dict[str, str] = {}
        exchange: Exchange | None = None
        confirmed = provocation.name in self._broker.target.confirmed
        for index, step in enumerate(provocation.steps):
            exchange = self._step(step, made)
            if index == len(provocation.steps) - 1:
                break
            if not exchange.succeeded:
                raise Unavailable(f"step {index + 1} of {provocation.name} was answered {answer(exchange)}")
            for pointer, wanted in step.expect.items():
                found = self._found(step, exchange, pointer)
                if found is MISSING and confirmed and document(exchange) is MISSING:
                    continue
                if found != wanted:
                    raise Unavailable(f"step {index + 1} of {provocation.name} shows {shown(found)} at {pointer}")
        if exchange is None:
            raise Unavailable(f"{provocation.name} has no steps")
        if provocation.assumed and not confirmed and exchange.status != provocation.status:
            raise NeedsValue(
                f"{provocation.name} was answered {answer(exchange)}, and its requests are our reading "
                f'(where they fit this API, say so in the target: confirmed = ["{provocation.name}"])',
                Need(Lack.CONFIRMATION, provocation.name),
            )
        return exchange

    def _found(self, step: Step, exchange: Exchange, pointer: str) -> Any:
        """What stands at a place of an answer. A place in the thing is one wherever the answer holds the thing."""
        found = resolve(document(exchange), pointer)
        resource = self._broker.resource(self._broker.contract.operation(step.operation))
        if found is MISSING and pointer.startswith(resource.item):
            return resolve(item(resource, document(exchange)), pointer.removeprefix(resource.item))
        return found

    def _step(self, step: Step, made: dict[str, str]) -> Exchange:
        """One request; `made` maps path parameters to the ids of what the steps before it created."""
        broker = self._broker
        operation = broker.contract.operation(step.operation)
        if operation.kind is Kind.CREATE:
            creation = broker.creation(operation, body=step.body)
            resource = broker.resource(operation)
            made_id = broker.recorder.made_id(resource, creation)
            if made_id is not None:
                made[resource.parameter] = made_id
            return creation
        touches = operation.kind in (Kind.UPDATE, Kind.DELETE)
        if touches and broker.resource(operation).parameter not in made:
            values = broker.own_path(operation)
        else:
            values = broker.path_values(operation, own=made)
        draft = draft_for(operation, broker.target, values, step.body)
        draft = replace(draft, query=(*draft.query, *step.query.items()), purpose="one step")
        return self._there(operation, broker.ask(draft, fresh=True))

    def _there(self, operation: Operation, exchange: Exchange) -> Exchange:
        """The exchange; OperationAbsent where it shows that a place which is our reading is not there."""
        if exchange.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self._broker.demand_presence(operation, exchange)
        return exchange
