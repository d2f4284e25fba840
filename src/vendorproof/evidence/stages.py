"""Where stories are told: things that live, keys that are used, in an order that nobody wrote down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from vendorproof.checks import shapes
from vendorproof.checks.shapes import Change, Pair, Replay, Walks
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Operation
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.generated import MOST_THINGS, WRONG_JSON, Move, Stage
from vendorproof.evidence.idempotency import MARGIN, IdempotencyEvidence, Keyed
from vendorproof.evidence.pagination import PaginationEvidence
from vendorproof.evidence.views import Views
from vendorproof.exchange.model import Exchange
from vendorproof.target.clock import VirtualClock


@dataclass(frozen=True)
class Told:
    """A piece of evidence from a story, and every exchange of the story up to it, oldest first."""

    piece: object
    story: tuple[Exchange, ...]


Refuses = Callable[[object], bool]
"""Whether a check fails over a piece of evidence."""


def nothing_refused(piece: object) -> bool:
    """Nobody judges yet."""
    return False


@dataclass
class _Thing:
    id: str
    creation: Exchange
    before: Exchange | None = None
    action: Exchange | None = None
    updated: bool = False
    gone: bool = False


class Telling(Stage):
    """What the stages have in common: the story so far, what was told of it by kind, and what a check refused."""

    def __init__(self, kind: str, refuses: Refuses) -> None:
        self.told: dict[str, list[Told]] = {}
        self.refused: Told | None = None
        self._story: list[Exchange] = []
        self._kind = kind
        self._refuses = refuses

    @property
    def wrong(self) -> bool:
        return self.refused is not None

    def _tell(self, kind: str, piece: object) -> None:
        told = Told(piece, tuple(self._story))
        self.told.setdefault(kind, []).append(told)
        if kind == self._kind and self.refused is None and self._refuses(piece):
            self.refused = told


class Life(Telling):
    """Things of one resource: made, changed, deleted, and looked at whenever."""

    def __init__(
        self,
        broker: Broker,
        views: Views,
        pagination: PaginationEvidence,
        resource: Resource,
        kind: str,
        refuses: Refuses,
    ) -> None:
        super().__init__(kind, refuses)
        self._broker = broker
        self._views = views
        self._pagination = pagination
        self._resource = resource
        self._things: list[_Thing] = []

    @property
    def verbs(self) -> Sequence[str]:
        return ("create", "look", "update", "delete", "list", "walk")

    def move(self, verb: str, place: int) -> Move | None:
        things, resource = self._things, self._resource
        living = sum(not thing.gone for thing in things)
        if verb == "create":
            return self._create if living < MOST_THINGS else None
        if verb == "walk":
            paged = self._resource.list in {operation.id for operation in self._pagination.paginated}
            return self._walk if paged and living < MOST_THINGS else None
        if place >= len(things):
            return None
        thing = things[place]
        possible: dict[str, Move | None] = {
            "look": partial(self._look, thing),
            "update": partial(self._update, thing) if resource.update and resource.change and not thing.gone else None,
            "delete": partial(self._delete, thing) if resource.delete and not thing.gone else None,
            "list": self._list if resource.list else None,
        }
        return possible[verb]

    def _operation(self, name: str | None) -> Operation:
        return self._broker.contract.operation(str(name))

    def _create(self) -> None:
        creation = self._broker.creation(self._operation(self._resource.create))
        self._story.append(creation)
        self._things.append(_Thing(self._broker.told_id(self._resource, creation), creation))

    def _seen(self, thing: _Thing) -> Exchange:
        seen = self._views.view(self._resource, thing.id)
        self._story.append(seen)
        return seen

    def _look(self, thing: _Thing) -> None:
        seen = self._seen(thing)
        if thing.action is None:
            self._tell("created and read", Pair(thing.creation, seen))
        elif thing.before is not None:
            kind = "deleted" if thing.gone else "updated"
            self._tell(kind, Change(thing.before, thing.action, seen, thing.id))

    def _update(self, thing: _Thing) -> None:
        operation = self._operation(self._resource.update)
        thing.before = self._seen(thing)
        values = self._broker.path_values(operation, own={self._resource.parameter: thing.id})
        mark = self._broker.next_mark() if thing.updated else ""
        thing.action = self._broker.ask(self._broker.update_draft(operation, values, mark), fresh=True)
        thing.updated = True
        self._story.append(thing.action)
        self._look(thing)

    def _delete(self, thing: _Thing) -> None:
        operation = self._operation(self._resource.delete)
        thing.before = self._seen(thing)
        values = self._broker.path_values(operation, own={self._resource.parameter: thing.id})
        thing.action = self._broker.ask(self._broker.valid(operation, values), fresh=True)
        self._story.append(thing.action)
        thing.gone = thing.action.succeeded

    def _list(self) -> None:
        pages = self._views.pages(self._resource)
        self._story.extend(pages)
        for thing in self._things:
            if thing.gone and thing.action is not None:
                self._tell("deleted and listed", shapes.Sequence((thing.action, *pages)))
            elif thing.action is None:
                self._tell("created and listed", shapes.Sequence((thing.creation, *pages)))

    def _walk(self) -> None:
        listing = self._operation(self._resource.list)
        size = self._pagination.default_size
        walk = self._pagination.walk(
            listing,
            size,
            within=self._broker.place_of_ours(self._resource),
            fresh=True,
            sure=True,
            between=self._create,
        )
        self._story.extend(walk.pages)
        self._tell("walked", Walks((walk,)))


@dataclass
class _Key:
    keyed: Keyed
    original: Exchange
    known: bool = True
    """Whether a duplicate is one: the key was used once, not long ago, and nothing was done with it of which the
    documentation says nothing."""
    expired: bool = False


class Keys(Telling):
    """Keys of one operation: used, used again, at the same time, with another body, after an error, late."""

    def __init__(
        self,
        broker: Broker,
        idempotency: IdempotencyEvidence,
        operation: Operation,
        kind: str,
        refuses: Refuses,
    ) -> None:
        super().__init__(kind, refuses)
        self._broker = broker
        self._idempotency = idempotency
        self._operation = operation
        self._keys: list[_Key] = []

    @property
    def verbs(self) -> Sequence[str]:
        return ("first", "again", "first", "again", "together", "after an error", "another body", "wait")

    def move(self, verb: str, place: int) -> Move | None:
        known = [key for key in self._keys if key.known]
        if verb == "first":
            return self._first if len(known) < MOST_THINGS else None
        if verb in ("together", "after an error"):
            return self._together if verb == "together" else self._after_an_error
        if place >= len(self._keys) or not self._keys[place].known:
            return None
        turned = isinstance(self._broker.client.clock, VirtualClock) and self._idempotency.convention.window
        possible: dict[str, Move | None] = {
            "again": partial(self._again, self._keys[place]),
            "another body": partial(self._another_body, self._keys[place]),
            "wait": self._wait if turned else None,
        }
        return possible[verb]

    def _sent(self, keyed: Keyed) -> Exchange:
        self._story.append(self._idempotency.send(keyed))
        return self._story[-1]

    def _first(self) -> None:
        keyed = self._idempotency.keyed(self._operation, self._idempotency.fresh_key())
        self._keys.append(_Key(keyed, self._sent(keyed)))

    def _again(self, key: _Key) -> None:
        if key.expired:
            # A fresh key may come with another body, and a vendor may refuse a second thing just like the first.
            key.keyed = self._idempotency.keyed(self._operation, key.keyed.key)
        duplicate = self._sent(key.keyed)
        self._tell("after expiry" if key.expired else "again", Replay(key.original, duplicate))
        if key.expired:
            key.original, key.expired = duplicate, False

    def _together(self) -> None:
        race = self._idempotency.another_race(self._operation)
        self._story.extend(race.rivals)
        self._tell("race", race)

    def _after_an_error(self) -> None:
        keyed = self._idempotency.keyed(self._operation, self._idempotency.fresh_key())
        self._sent(replace(keyed, draft=replace(keyed.draft, body=b'{"vendorproof": ', purpose=WRONG_JSON)))
        self._keys.append(_Key(keyed, self._sent(keyed), known=False))

    def _another_body(self, key: _Key) -> None:
        self._sent(self._idempotency.keyed(self._operation, key.keyed.key))
        key.known = False

    def _wait(self) -> None:
        self._broker.client.pause((self._idempotency.convention.window or 0) + MARGIN, "the window of keys ends")
        for key in self._keys:
            key.expired = True
