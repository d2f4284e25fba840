"""Every request that may make something is noted down before it leaves, whoever asked for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vendorproof.checks.reading import document, identity, item
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Contract, Effect, Kind, Operation
from vendorproof.errors import Unavailable
from vendorproof.evidence.created.ledger import Created, CreatedLedger, Origin
from vendorproof.evidence.created.marks import Marks
from vendorproof.exchange.model import Exchange, Trouble
from vendorproof.target import Environment, Exchanger
from vendorproof.target.draft import DEFAULT, Draft
from vendorproof.target.gate import Owner
from vendorproof.target.route import route, values_in

_MAKES: Final = frozenset({"POST", "PUT", "PATCH"})
_REFUSED: Final = range(300, 500)
"""Statuses that say that nothing was made; after a 5xx nobody knows."""

NOT_TOUCHED: Final = "not touched"
"""How the reason begins why a thing stays that may not be this run's."""

_NEVER_RECEIVED: Final = frozenset({Trouble.REFUSED, Trouble.DNS, Trouble.TLS})
"""Troubles in which no server got the request."""


@dataclass(frozen=True)
class _Making:
    """What a request may make: a thing of a resource, or of an operation where the contract knows no resource; and the
    path parameters of the place."""

    name: str
    within: dict[str, str]


class Recorder:
    """Notes what requests make, before and after.

    Away from a mock one call is set aside for the removal of each thing that can be removed, so that a budget never
    ends before the things are gone.
    """

    def __init__(
        self, contract: Contract, client: Exchanger, created: CreatedLedger, marks: Marks, run_id: str
    ) -> None:
        self._contract = contract
        self._client = client
        self._target = client.target
        self._created = created
        self._marks = marks
        self._reserving = client.target.environment is not Environment.MOCK
        self._by: dict[int, int] = {}
        created.begin(Origin(contract.vendor, client.target.name, client.target.base_url, run_id))

    @property
    def removable(self) -> frozenset[int]:
        """The exchanges that made what is still there and can be removed: each of them costs another call."""
        left = {thing.number for thing in self._created.left() if self._deletable(thing.resource)}
        return frozenset(number for thing, number in self._by.items() if thing in left)

    def send(self, draft: Draft, send: Callable[[Draft], Exchange]) -> Exchange:
        """Sends one request; noted down where it may make something."""
        making = self._making(draft)
        if making is None:
            return send(draft)
        note = self._noted(draft, making)
        try:
            exchange = send(draft)
        except Unavailable:
            self.removed(note)
            raise
        self._settle(note, exchange)
        return exchange

    def send_all(
        self, drafts: Sequence[Draft], send: Callable[[Sequence[Draft]], list[Exchange]]
    ) -> tuple[Exchange, ...]:
        """Sends requests at the same time; noted down where they may make something."""
        notes: list[Created | None] = []
        try:
            for draft in drafts:
                making = self._making(draft)
                notes.append(None if making is None else self._noted(draft, making))
            made = send(drafts)
        except Unavailable:
            for note in filter(None, notes):
                self.removed(note)
            raise
        for noted, exchange in zip(notes, made, strict=True):
            if noted is not None:
                self._settle(noted, exchange)
        return tuple(made)

    def made_id(self, resource: Resource, exchange: Exchange) -> str | None:
        """The id that a successful creation told. Raises Unavailable where the thing may have been there before."""
        told = self._told(resource, exchange)
        if told is not None and not self._client.owns(resource.name, told):
            raise Unavailable(
                f"the creation of {resource.name} was answered with {told!r}, which may have been there "
                "before: it is not touched"
            )
        return told

    def _told(self, resource: Resource, exchange: Exchange) -> str | None:
        return identity(resource, item(resource, document(exchange))) if exchange.succeeded else None

    def removed(self, thing: Created) -> None:
        """Notes that a thing is gone, or was never made."""
        if not thing.removed:
            self._created.note(replace(thing, removed=True, why=""))
            self._release(thing)

    def forget(self, resource: str, thing_id: str) -> None:
        """Notes that the thing of a resource with this id was deleted by its owner."""
        for thing in tuple(self._created.left()):
            if (thing.resource, thing.id) == (resource, thing_id):
                self.removed(thing)

    def _release(self, thing: Created) -> None:
        if self._reserving and self._deletable(thing.resource):
            self._client.release()

    def _noted(self, draft: Draft, making: _Making) -> Created:
        self._client.permit(draft)
        role = draft.role if draft.credential is None and draft.role in self._target.roles else DEFAULT
        mark = self._marks.find(draft.body)
        note = Created(self._created.next_number, making.name, role, mark, making.within)
        if self._reserving and self._deletable(making.name):
            self._client.reserve()
        try:
            self._created.note(note)
        except OSError as error:
            self._release(note)
            raise Unavailable(f"not sent, since what it makes can't be written down: {error}") from None
        return note

    def _settle(self, note: Created, exchange: Exchange) -> None:
        resource = self._contract.conventions.resources.get(note.resource)
        self._by[note.number] = exchange.number
        never_left = exchange.failure is not None and exchange.failure.trouble in _NEVER_RECEIVED
        if exchange.status in _REFUSED or never_left:
            self.removed(note)
            return
        told = self._told(resource, exchange) if resource is not None else None
        if resource is None or told is None:
            return
        match self._client.own(resource.name, told, exchange):
            case Owner.RUN:
                self._created.note(replace(note, id=told))
            case Owner.OTHERS:
                self.removed(note)
            case Owner.UNKNOWN:
                why = f"{NOT_TOUCHED}: the request chose the id {told!r} itself, so it may have been there before"
                self._created.note(replace(note, why=why))

    def _deletable(self, name: str) -> bool:
        resource = self._contract.conventions.resources.get(name)
        return resource is not None and resource.delete is not None

    def _making(self, draft: Draft) -> _Making | None:
        """What a request may make, None where nothing: also a method that a listing does not have may make a thing."""
        if draft.method not in _MAKES:
            return None
        for operation in self._contract.operations:
            within = values_in(route(operation, self._target).path, draft.path)
            resource = self._contract.conventions.resources.get(operation.resource or "")
            if draft.operation is None:
                makes = operation.kind is Kind.LIST and within is not None
            else:
                makes = operation.id == draft.operation and self._makes(operation, resource, draft)
            if makes:
                return _Making(resource.name if resource else operation.id, within or {})
        return None

    def _makes(self, operation: Operation, resource: Resource | None, draft: Draft) -> bool:
        """Whether a request of an operation may make something: a creation, an upload, or what does something else that
        nobody can look at afterwards, where it should be refused."""
        if operation.kind in (Kind.CREATE, Kind.UPLOAD) or (resource is not None and resource.create == operation.id):
            return True
        return (
            (draft.refusal or draft.generated)
            and operation.kind in (Kind.ACTION, Kind.STREAM)
            and operation.effects != {Effect.READ}
        )
