"""Sends generated cases: bounded, through the client, about things that may be touched."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vendorproof.cases.deterministic import deterministic
from vendorproof.cases.document import document_for_cases
from vendorproof.cases.factory import Factory, breaks_contract, call, fingerprint, purpose_of
from vendorproof.cases.gateway import Gateway, Raw, draft_of, headers_of_ours
from vendorproof.cases.partitions import smallest_wrong
from vendorproof.cases.stories import shortest_wrong, stories
from vendorproof.contract.model import Contract, Effect, Kind, Operation
from vendorproof.contract.select import select
from vendorproof.errors import BudgetSpent, NeedsRight, NeedsRole, NeedsValue, NotOurs, Unavailable
from vendorproof.evidence.generated import WRONG, Send, Stage, Walked
from vendorproof.exchange.model import Exchange
from vendorproof.target import Client, Draft

if TYPE_CHECKING:
    from vendorproof.cases.factory import AnyCase

_NEVER = (Kind.LOGIN, Kind.SOCKET)
"""A wrong login may lock an account, and a handshake holds nothing to vary."""

_EXAMPLES_A_STORY = 4
"""A story takes some ten requests: one for so many requests that are generated for an operation."""

_REFUSES_ALL = (402, 429)
"""Answers after which nothing more is generated: the quota is spent, or the limit refuses after waiting as well."""


class Generator:
    """Generated cases of one contract at one target; see CaseSource.

    At most `examples` requests go out for an operation in each direction, apart from one that the client repeats after
    a 429. Cases are the same for the same contract, `seed` and things; only the idempotency keys are new each time.
    `negative` allows wrong requests and random ones.
    """

    def __init__(self, contract: Contract, client: Client, examples: int, seed: int, negative: bool) -> None:
        self._contract = contract
        self._client = client
        self._examples = examples
        self._seed = seed
        self._negative = negative
        self._gateway = Gateway(document_for_cases(contract))
        self._made: Factory | None = None
        self._spent = False
        idempotency = contract.conventions.idempotency
        self._key_header = idempotency.header if idempotency else ""
        self._keyed = {one.id for one in select(contract, idempotency.applies)} if idempotency else set()

    def wants(self, operation: Operation) -> bool:
        """Whether there is anything to generate: an operation without a body and parameters has one request only."""
        return operation.kind not in _NEVER and (self._varies(operation) or (self._negative and _readable(operation)))

    def positive(self, operation: Operation, path_values: Mapping[str, str], send: Send) -> list[Exchange]:
        """Sends requests that the contract allows, about these things."""
        if self._spent or not self._varies(operation):
            return []
        cases = self._factory.positive(operation, path_values, fuzzing=self._negative)
        return self._sent(cases, operation, send, "generated")

    def negative(self, operation: Operation, path_values: Mapping[str, str], send: Send) -> list[Exchange]:
        """Sends requests that break the contract, about these things, and for a reading about things that nobody made;
        nothing where wrong requests are not allowed."""
        if self._spent or not self._negative:
            return []
        return self._sent(self._wrong(operation, path_values), operation, send, WRONG)

    def _varies(self, operation: Operation) -> bool:
        ours = headers_of_ours(self._contract)
        return bool(operation.request) or any(
            one.location == "query" or (one.location == "header" and one.name.lower() not in ours)
            for one in operation.parameters
        )

    def _wrong(self, operation: Operation, path_values: Mapping[str, str]) -> Iterator[AnyCase]:
        yield from self._factory.negative(operation, path_values)
        if _readable(operation):
            yield from self._factory.strangers(operation)

    def wrong_partition(self, walk: Walked, reference: Sequence[str], maximum: int) -> tuple[int, ...] | None:
        """The smallest page sizes at which a walk finds something else than the reference, None where none does."""
        return smallest_wrong(walk, reference, maximum, examples=self._examples, seed=self._seed)

    def stories(self, begin: Callable[[], Stage]) -> Sequence[Stage]:
        """Stages of stories; none where random requests are not allowed."""
        return stories(begin, self._stories) if self._negative and not self._spent else ()

    def shortest_wrong(self, begin: Callable[[], Stage]) -> Stage | None:
        """The stage of the shortest story that goes wrong, None where none does."""
        return shortest_wrong(begin, self._stories)

    @property
    def _stories(self) -> int:
        return -(-self._examples // _EXAMPLES_A_STORY)

    @property
    def _factory(self) -> Factory:
        if self._made is None:
            pagination = self._contract.conventions.pagination
            cursor = pagination.request.get("cursor") if pagination else None
            self._made = Factory(self._gateway, self._examples, self._seed, (cursor,) if cursor else ())
        return self._made

    def _sent(self, cases: Iterator[AnyCase], operation: Operation, send: Send, purpose: str) -> list[Exchange]:
        made: list[Exchange] = []
        seen: set[int] = set()
        with deterministic():
            for case in cases:
                stranger = purpose == WRONG and not breaks_contract(case)
                words = "an id that nobody made" if stranger else purpose_of(case)
                try:
                    if fingerprint(case) in seen:
                        continue
                    seen.add(fingerprint(case))
                    made.append(self._exchange(case, operation, send, f"{purpose}: {words}"))
                except NotOurs:
                    # A generated body may name anything; the next one names something else.
                    continue
                except (BudgetSpent, NeedsRight, NeedsRole, NeedsValue):
                    break
                except Unavailable:
                    continue
                last = made[-1]
                self._spent = last.status in _REFUSES_ALL
                # One server error decides as much as twenty, and a server that fails is left alone.
                if len(made) >= self._examples or last.response is None or last.status >= 500 or self._spent:
                    break
        return made

    def _exchange(self, case: AnyCase, operation: Operation, send: Send, purpose: str) -> Exchange:
        def forward(raw: Raw) -> Exchange:
            draft = draft_of(raw, operation, self._contract, self._client.target, purpose)
            return send(self._with_key(draft, operation))

        return self._gateway.exchange(lambda: call(case), forward)

    def _with_key(self, draft: Draft, operation: Operation) -> Draft:
        """The draft with a key that no run has used before, where the contract has keys."""
        if operation.id not in self._keyed:
            return draft
        return replace(draft, headers=(*draft.headers, (self._key_header, str(uuid.uuid4()))))


def _readable(operation: Operation) -> bool:
    """Whether asking for made-up ids changes nothing."""
    return operation.effects == {Effect.READ} and bool(operation.path_parameters)
