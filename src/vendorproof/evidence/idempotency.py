"""The same request twice with one idempotency key: again, at once, late, with another key."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from vendorproof.checks.pages import items
from vendorproof.checks.reading import identity, resource_of
from vendorproof.checks.shapes import Effects, Pair, Race, Replay
from vendorproof.contract.conventions import Idempotency, Resource
from vendorproof.contract.model import Operation
from vendorproof.errors import Unavailable, Undocumented
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.requests.drafting import draft_for
from vendorproof.evidence.views import Views
from vendorproof.exchange.model import Exchange
from vendorproof.target.clock import VirtualClock
from vendorproof.target.draft import Draft

MARGIN = 60.0
"""Seconds before and after the end of a window at which a key is tried."""


@dataclass(frozen=True)
class Keyed:
    """A creation with a key, and with a mark that a listing shows, where the thing has a text for it."""

    draft: Draft
    mark: str
    key: str = ""


class IdempotencyEvidence:
    """Evidence about idempotency keys."""

    def __init__(self, broker: Broker, views: Views) -> None:
        self._broker = broker
        self._views = views
        self._meant: dict[str, int] = {}
        """How often a thing with a mark was asked for again on purpose."""

    @property
    def convention(self) -> Idempotency:
        """What the contract says of keys; Undocumented where it says nothing."""
        convention = self._broker.contract.conventions.idempotency
        if convention is None:
            raise Undocumented("the contract names no idempotency")
        return convention

    def keyed(self, operation: Operation, key: str) -> Keyed:
        """A creation of its own with a key, not sent yet."""
        broker = self._broker
        broker.attempt_if_assumed(operation)
        resource = resource_of(broker.contract.conventions, operation)
        mark = broker.next_mark()
        body = broker.marked(resource, broker.body(operation), mark)
        draft = draft_for(operation, broker.target, broker.path_values(operation), body)
        headers = (*draft.headers, (self.convention.header, key))
        draft = replace(draft, headers=headers, purpose=f"a request with the key {key}")
        broker.client.permit(draft)
        return Keyed(draft, mark, key)

    def fresh_key(self) -> str:
        """A key that no run has used before."""
        return self._broker.keys.fresh()

    def send(self, marked: Keyed) -> Exchange:
        """Sends a creation with a key, always anew."""
        return self._broker.noted(marked.draft)

    def again(self, operation: Operation) -> Replay:
        """A request, and at once the same with the same key."""
        return self._broker.once(("replay", operation.id), lambda: self._again(operation)[0])

    def _again(self, operation: Operation) -> tuple[Replay, Keyed]:
        marked = self.keyed(operation, self.fresh_key())
        original = self.send(marked)
        duplicate = self._broker.ask(replace(marked.draft, purpose="the same key again"), fresh=True)
        self._broker.remember(("replayed", operation.id), marked)
        return Replay(original, duplicate), marked

    def effects(self, operation: Operation) -> Effects:
        """A request sent twice with one key, and how many things it made by the listing."""
        return self._broker.once(("effects", operation.id), lambda: self._effects(operation))

    def _effects(self, operation: Operation) -> Effects:
        replay = self.again(operation)
        marked: Keyed = self._broker.recall(("replayed", operation.id))
        return self._counted(operation, marked, (replay.original, replay.duplicate))

    def _counted(self, operation: Operation, marked: Keyed, requests: tuple[Exchange, ...]) -> Effects:
        resource = self._broker.resource(operation)
        if resource.list is None:
            raise Undocumented(f"the documentation names no listing of {resource.name} to count the effects in")
        if resource.mark is None:
            raise Unavailable(f"{resource.name} have no text by which the listing shows what this run made")
        listing = self._broker.contract.operation(resource.list)
        pages = self._views.pages(resource)
        things = _once_each(
            resource, [thing for page in pages for thing in items(self._broker.contract, listing, page) or ()]
        )
        shown = [thing for thing in things if self._broker.marks.shown(resource, thing, marked.mark)]
        meant = self._meant.get(marked.mark, 0)
        return Effects(requests, pages, _alike(shown) - meant, self._views.complete(resource, pages))

    def other_key(self, operation: Operation) -> Pair:
        """The same request with two keys that are alike but for their last character."""
        return self._broker.once(("other key", operation.id), lambda: self._other_key(operation))

    def _other_key(self, operation: Operation) -> Pair:
        original = self.again(operation).original
        marked: Keyed = self._broker.recall(("replayed", operation.id))
        header = self.convention.header
        key = self._broker.keys.beside(marked.key)
        headers = tuple((name, key if name == header else value) for name, value in marked.draft.headers)
        other = replace(marked, draft=replace(marked.draft, headers=headers), mark=self._broker.next_mark())
        second = self.send(other)
        if second.succeeded:
            self._meant[marked.mark] = self._meant.get(marked.mark, 0) + 1
        return Pair(original, second)

    def another_body(self, operation: Operation) -> Replay:
        """A request, and another one with the same key."""
        return self._broker.once(("another body", operation.id), lambda: self._another_body(operation))

    def _another_body(self, operation: Operation) -> Replay:
        original = self.again(operation).original
        marked: Keyed = self._broker.recall(("replayed", operation.id))
        other = self.keyed(operation, marked.key)
        if other.draft.body == marked.draft.body:
            raise Unavailable(f"nothing in the body of {operation.label} may be changed to make it another request")
        return Replay(original, self.send(other))

    def much_later(self, operation: Operation) -> Replay:
        """A request, and the same with the same key for the third time, after one with another key."""
        return self._broker.once(("third", operation.id), lambda: self._third(operation))

    def _third(self, operation: Operation) -> Replay:
        original = self.other_key(operation).first
        marked: Keyed = self._broker.recall(("replayed", operation.id))
        third = self._broker.ask(replace(marked.draft, purpose="the same key once more"), fresh=True)
        if third.succeeded and self.convention.on_duplicate == "conflict":
            self._meant[marked.mark] = self._meant.get(marked.mark, 0) + 1
        return Replay(original, third)

    def race(self, operation: Operation) -> Race:
        """Two requests with one key under way at the same time."""
        return self._broker.once(("race", operation.id), lambda: self.another_race(operation))

    def another_race(self, operation: Operation) -> Race:
        """Such a race with a key of its own, whatever was raced before."""
        marked = self.keyed(operation, self.fresh_key())
        rivals = self._broker.noted_together((marked.draft, marked.draft))
        try:
            effects = self._counted(operation, marked, rivals)
        except Unavailable:
            effects = None
        return Race(rivals, effects)

    def before_expiry(self, operation: Operation) -> Replay:
        """A request, and the same with the same key shortly before the window ends. Where nobody can wait that long, it
        is sent for a third time, which tells whether the second made the key forgotten."""
        if not isinstance(self._broker.client.clock, VirtualClock):
            why = f"the window lasts {self.convention.window} seconds, too long to wait for"
            return replace(self.much_later(operation), early=why)
        return self._broker.once(("late", operation.id), lambda: self._later(operation, -MARGIN))

    def after_expiry(self, operation: Operation) -> Replay:
        """A request, and the same with the same key after the window has ended."""
        return self._broker.once(("expired", operation.id), lambda: self._later(operation, MARGIN))

    def _later(self, operation: Operation, margin: float) -> Replay:
        window = self.convention.window
        clock = self._broker.client.clock
        if window is None:
            raise Undocumented("the documentation names no window")
        if not isinstance(clock, VirtualClock):
            raise Unavailable(f"the window lasts {window} seconds, and only a mock's clock can be turned")
        marked = self.keyed(operation, self.fresh_key())
        original = self.send(marked)
        clock.sleep(window + margin)
        late = replace(marked, mark=self._broker.next_mark())
        if margin > 0:
            # A fresh key may come with another body, and a vendor may refuse a second thing just like the first.
            late = self.keyed(operation, marked.key)
        return Replay(original, self.send(late))

    def with_key(self, operation: Operation, form: str) -> Pair:
        """A request that succeeds with another key or none, where there is one, and the same with a key of the named
        form: uuid4, random or words."""
        plain = self.fresh_key()
        key = {
            "uuid4": plain,
            "random": f"vp{plain.replace('-', '')}",
            "words": f"unique_key_{uuid.UUID(plain).int % 10**12}",
        }.get(form)
        if key is None:
            raise Unavailable(f"no key of the form {form!r} can be made")

        def send() -> Exchange:
            return self.send(self.keyed(operation, key))

        sent = self._broker.once(("key", operation.id, form), send)
        usual = self._broker.attempt(operation)
        return Pair(usual if sent.succeeded or usual.succeeded else self._bare(operation), sent)

    def without_key(self, operation: Operation) -> Pair:
        """A request with a key, and the same without one."""
        return Pair(self._broker.attempt(operation), self._bare(operation))

    def _bare(self, operation: Operation) -> Exchange:
        return self._broker.once(("no key", operation.id), lambda: self._without_key(operation))

    def _without_key(self, operation: Operation) -> Exchange:
        marked = self.keyed(operation, "")
        bare = replace(marked.draft, without=(self.convention.header,), purpose="a request without a key")
        return self._broker.noted(bare)


_ROLES = frozenset({"role", "author", "sender", "from", "type", "direction", "author_type", "sender_type"})
"""Fields that tell a thing of ours from an answer to it that quotes it."""


def _once_each(resource: Resource, things: list[Any]) -> list[Any]:
    """Things without those that a listing shows again."""
    known: dict[str, Any] = {identity(resource, thing) or f"thing {place}": thing for place, thing in enumerate(things)}
    return list(known.values())


def _alike(things: list[Any]) -> int:
    """How many of the things were made by the same party: an answer may quote what it answers."""
    parties = Counter(
        json.dumps([thing[name] for name in sorted(thing) if name.lower() in _ROLES], sort_keys=True)
        for thing in things
        if isinstance(thing, dict)
    )
    return max(parties.values(), default=0)
