"""Sends each request once, and remembers what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from vendorproof.contract.model import Contract, Effect
from vendorproof.errors import Unavailable
from vendorproof.evidence.broker.trace import Trace
from vendorproof.evidence.created.ledger import CreatedLedger
from vendorproof.evidence.created.marks import Marks
from vendorproof.evidence.created.recorder import Recorder
from vendorproof.evidence.requests.keys import Keys
from vendorproof.exchange.model import Exchange
from vendorproof.target import Exchanger
from vendorproof.target.draft import Draft

Made = TypeVar("Made")

MOST_WASTED = 45.0
"""Seconds that answers which never come or never end may take together in one run."""


class Memory:
    """The exchanges of one run, by what was asked."""

    def __init__(self, contract: Contract, client: Exchanger, created: CreatedLedger, run_id: str) -> None:
        self.contract = contract
        self.client = client
        self.target = client.target
        self.created = created
        self.keys = Keys(contract, run_id)
        self.marks = Marks(contract, run_id)
        self.recorder = Recorder(contract, client, created, self.marks, run_id)
        self._asked: dict[Draft, Exchange] = {}
        self.drafts: dict[int, Draft] = {}
        self._made: dict[tuple[object, ...], Any] = {}
        self._used: dict[tuple[object, ...], frozenset[int]] = {}
        self.trace = Trace()
        self._wasted = 0.0

    def ask(self, draft: Draft, *, fresh: bool = False) -> Exchange:
        """The exchange of a request: the one already made, or a new one where there is none or `fresh` is asked."""
        key = replace(draft, purpose="")
        if fresh or key not in self._asked:
            exchange = self._patient(draft, self.client.send)
            if exchange.succeeded and draft.effects != {Effect.READ}:
                self._forget_readings()
            self._asked[key] = exchange
            self.drafts[exchange.number] = draft
        self.trace.use(self._asked[key].number)
        return self._asked[key]

    def again(self, exchange: Exchange, purpose: str) -> Exchange:
        """The same request once more."""
        draft = next(draft for draft, made in self._asked.items() if made.number == exchange.number)
        return self.ask(replace(draft, purpose=purpose), fresh=True)

    def handshake(self, draft: Draft) -> Exchange:
        """The opening handshake of a WebSocket: the one already made, or a new one."""
        key = replace(draft, purpose="handshake")
        if key not in self._asked:
            self._asked[key] = self._patient(draft, self.client.handshake)
        self.trace.use(self._asked[key].number)
        return self._asked[key]

    def _patient(self, draft: Draft, send: Callable[[Draft], Exchange]) -> Exchange:
        """Sends unless the target has wasted too much time with answers that never came or never ended."""
        if self._wasted > MOST_WASTED:
            raise Unavailable(
                f"the target is no longer asked: answers that never ended took {self._wasted:.0f} seconds"
            )
        exchange = self.recorder.send(self.keys.keyed(draft), send)
        if exchange.response is None or exchange.response.cut:
            self._wasted += exchange.elapsed
        return exchange

    def _forget_readings(self) -> None:
        """What was read before a write may no longer be true."""
        self._asked = {
            draft: exchange
            for draft, exchange in self._asked.items()
            if draft.effects != {Effect.READ} or not exchange.succeeded
        }

    def once(self, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """What `make` gave when it was first asked for under this key; an Unavailable is remembered too."""
        if key not in self._made:
            with self.trace.collecting() as used:
                try:
                    self._made[key] = make()
                except Unavailable as reason:
                    self._made[key] = reason
            self._used[key] = frozenset(used)
        self.trace.use(*self._used[key])
        found = self._made[key]
        if isinstance(found, Unavailable):
            raise found
        return found  # type: ignore[no-any-return]

    def noted(self, draft: Draft) -> Exchange:
        """Sends what may create something, always anew."""
        exchange = self._patient(draft, self.client.send)
        self._forget_readings()
        self.trace.use(exchange.number)
        return exchange

    def noted_together(self, drafts: tuple[Draft, ...]) -> tuple[Exchange, ...]:
        """Sends at the same time what may create things."""
        made = self.recorder.send_all(drafts, self.client.send_all)
        self._forget_readings()
        self.trace.use(*(exchange.number for exchange in made))
        return made

    def remember(self, key: tuple[object, ...], value: object) -> None:
        """Keeps a value for `recall`."""
        self._made[key] = value

    def recall(self, key: tuple[object, ...]) -> Any:
        """What `remember` kept; KeyError where it kept nothing."""
        return self._made[key]
