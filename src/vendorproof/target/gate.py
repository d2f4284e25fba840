"""The gate that every request passes: whether the target allows what it does, and to which things it does it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from vendorproof.checks.reading import document, identity, item, operation_of, resource_of, values
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Contract, Effect, Kind, Operation
from vendorproof.errors import NeedsRight, NotOurs, Unavailable
from vendorproof.exchange.model import Exchange, NotJson, parse_json
from vendorproof.target.draft import Draft
from vendorproof.target.profile import Target
from vendorproof.target.rights import effects_of
from vendorproof.target.route import climbs, route, values_in

Json = Any
DISPOSABLE: Final = "disposable"
"""The key of the ids that a tester gave away, to be changed and deleted."""

OUR_MARK: Final = re.compile(r"vendorproof-[0-9A-Za-z]+-[0-9]+")
"""How whatever a run makes is marked, where a text of it can be."""

_FRESH: Final = 86_400.0
"""Seconds. A thing that says it is older than this was not made just now, whatever the clocks and time zones."""

_CREATED: Final = re.compile(r"creat", re.IGNORECASE)

_TOUCHES: Final = frozenset({Kind.UPDATE, Kind.DELETE, Kind.ACTION, Kind.STREAM})
"""What does something to the thing that its path names; others name things that theirs belong to."""


class Owner(StrEnum):
    """Whose a thing is that answers a creation: this run's; somebody else's, since an answer showed it before or it
    says that it is older than a day; or unknown, since the request itself chose the id without our mark."""

    RUN = "run"
    OTHERS = "others"
    UNKNOWN = "unknown"


class Gate:
    """Decides in one place, before anything leaves, what a request may do and to what.

    Whatever is no reading names only things that this run made, and was told the id of by their creation, or that the
    tester gave away as disposable; for what a thing belongs to, also what the tester told as a value. A made-up id may
    be somebody's, so it is good for readings alone.
    """

    def __init__(self, contract: Contract, target: Target) -> None:
        self._contract = contract
        self._target = target
        self._own: set[tuple[str, str]] = set()
        self._met: set[tuple[str, str]] = set()

    def check(self, draft: Draft) -> None:
        """Raises NeedsRight, naming the first right that the target does not give; NotOurs for a thing that is neither
        this run's nor given away; Unavailable for a path that leaves its place."""
        if climbs(draft.path.partition("?")[0]):
            raise Unavailable(f"not sent: the path {draft.path!r} climbs out of its place")
        needed = effects_of(draft, self._contract, self._target)
        for effect in Effect:
            if effect in needed and not self._target.allows(effect):
                raise NeedsRight(effect.value, draft.operation or f"{draft.method} {draft.path}")
        if needed - {Effect.READ}:
            for resource, thing_id, touched in self._named(draft):
                if not self._may_touch(resource, thing_id, touched):
                    raise NotOurs(f"{draft.method} {draft.path}", resource.name, thing_id)

    def own(self, resource: str, thing_id: str, creation: Exchange | None = None) -> Owner:
        """Notes that a creation of this run told the id of a thing, which may be changed from now on; unless the thing
        was, or may have been, there before, so that the vendor made nothing. Says whose it is.

        Without `creation` it is a thing that a sealed ledger tells of, or one that carries our mark.
        """
        owner = Owner.RUN if creation is None else self._owner(resource, thing_id, creation)
        if owner is Owner.RUN:
            self._own.add((resource, thing_id))
        return owner

    def _owner(self, name: str, thing_id: str, creation: Exchange) -> Owner:
        if (name, thing_id) in self._own:
            return Owner.RUN
        resource = self._contract.conventions.resources.get(name)
        made = item(resource, document(creation)) if resource is not None else None
        old = any(moment.timestamp() < creation.sent - _FRESH for moment in _creation_times(made))
        if (name, thing_id) in self._met or old:
            return Owner.OTHERS
        chosen = any(value == thing_id for _, value in _fields(creation.request.body))
        return Owner.UNKNOWN if chosen and not OUR_MARK.search(thing_id) else Owner.RUN

    def owns(self, resource: str, thing_id: str) -> bool:
        """Whether this run made a thing."""
        return (resource, thing_id) in self._own

    def meet(self, exchange: Exchange) -> None:
        """Learns of the things that an answer shows, so that none of them is ever taken for this run's own."""
        operation = operation_of(self._contract, exchange)
        resource = resource_of(self._contract.conventions, operation)
        if operation is None or resource is None or not exchange.succeeded or resource.create == operation.id:
            return
        shown = (thing for _, _, thing in values(document(exchange)) if isinstance(thing, Mapping))
        ids = {identity(resource, thing) for thing in shown}
        self._met |= {(resource.name, one) for one in ids if one is not None} - self._own

    def _named(self, draft: Draft) -> Iterator[tuple[Resource, str, bool]]:
        """The things that a request names, and whether it does something to them."""
        operation, values = self._place(draft)
        touching = operation is None or operation.kind in _TOUCHES or draft.method != operation.method
        for name, value in values.items():
            resource = self._contract.conventions.resource_for_parameter(name)
            if resource is not None:
                thing = touching and (operation is None or operation.resource == resource.name)
                yield resource, value, thing
        told = {text for _, text in _written(self._target.bodies.get(draft.operation or ""))}
        for name, value in (*draft.query, *_fields(draft.body)):
            resource = self._contract.conventions.resource_for_parameter(name)
            if resource is not None and value not in told:
                yield resource, value, False

    def _place(self, draft: Draft) -> tuple[Operation | None, Mapping[str, str]]:
        """The operation whose path a request has, and what its parameters are filled with; raises Unavailable where no
        operation has it, so that nobody knows what the request names."""
        own = self._contract.find(draft.operation)
        candidates = self._contract.operations if own is None else (own,)
        found = []
        for operation in candidates:
            values = values_in(route(operation, self._target).path, draft.path)
            if values is not None:
                found.append((operation, values))
        if not found:
            raise Unavailable(f"not sent: {draft.method} {draft.path} is no reading, and at no place of the contract")
        operation, values = min(found, key=lambda pair: len(pair[1]))
        return own, values

    def _may_touch(self, resource: Resource, thing_id: str, touched: bool) -> bool:
        if self.owns(resource.name, thing_id) or thing_id in self._target.known_ids(resource.name, DISPOSABLE):
            return True
        scope = {self._target.value(resource.parameter), self._target.value(resource.scope or "")}
        return not touched and thing_id in scope


def _creation_times(thing: Json) -> Iterator[datetime]:
    """The moments at which a thing says that it was created; one without a time zone is read as UTC."""
    for name, value in thing.items() if isinstance(thing, Mapping) else ():
        if _CREATED.search(name) and isinstance(value, str) and "T" in value:
            with contextlib.suppress(ValueError):
                moment = datetime.fromisoformat(value)
                yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fields(body: bytes) -> Iterator[tuple[str, str]]:
    """Every field of a JSON body that holds a text or a number, at any depth."""
    try:
        found = parse_json(body)
    except NotJson:
        return
    yield from _written(found)


def _written(document: Json) -> Iterator[tuple[str, str]]:
    """The texts and numbers of a document, as texts, with the key that each stands under."""
    for _, key, value in values(document):
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield key, str(value)
