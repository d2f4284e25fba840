"""Generated requests as evidence: what makes them, and about which things they may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from vendorproof.contract.model import Effect, Kind, Operation
from vendorproof.errors import Unavailable
from vendorproof.evidence.broker.broker import Broker, Use
from vendorproof.exchange.model import Exchange
from vendorproof.target import Draft, Environment
from vendorproof.target.route import parameters_of, route

Send = Callable[[Draft], Exchange]
"""Sends a draft, as Client.send does."""

Partition = tuple[int, ...]
"""The page sizes of a walk, page by page."""

Walked = Callable[[Partition], Sequence[str] | None]
"""The ids that a walk with these page sizes finds, None where it tells nothing."""

Move = Callable[[], None]
"""One thing that may happen next in a story; raises Unavailable where the story can't go on."""

MOST_THINGS = 3
"""So many things take part in a story: two can be mixed up, a third shows which."""


class Stage(Protocol):
    """Where one story is told."""

    @property
    def wrong(self) -> bool:
        """Whether something was seen that may not be."""

    @property
    def verbs(self) -> Sequence[str]:
        """What may happen at some time, the simplest first; one that is there twice is chosen twice as often."""

    def move(self, verb: str, place: int) -> Move | None:
        """What a verb does now to the thing at a place, from 0 on; None where it can't be done."""


WRONG = "generated, wrong"
"""How the purpose of a request begins that was generated to break the contract."""

WRONG_TYPE = "a field of the wrong type"
WRONG_JSON = "a body that is not JSON"
WRONG_ARRAY = "a body that is an array"
NO_FIELDS = "a body without any field"
"""How the purposes of requests begin whose bodies are wrong in a known way."""


class CaseSource(Protocol):
    """Makes requests that nobody wrote down, and sends them through the sender it is given."""

    def wants(self, operation: Operation) -> bool:
        """Whether it has anything to send for an operation."""

    def positive(self, operation: Operation, path_values: Mapping[str, str], send: Send) -> list[Exchange]:
        """Sends requests that the contract allows, with these path parameters."""

    def negative(self, operation: Operation, path_values: Mapping[str, str], send: Send) -> list[Exchange]:
        """Sends requests that break the contract; those that change something have these path parameters."""

    def wrong_partition(self, walk: Walked, reference: Sequence[str], maximum: int) -> Partition | None:
        """Looks for page sizes at which a walk finds something else than the reference, and makes them small; None
        where it finds none."""

    def stories(self, begin: Callable[[], Stage]) -> Sequence[Stage]:
        """Tells stories, each on a stage that has just begun; gives the stages as they ended."""

    def shortest_wrong(self, begin: Callable[[], Stage]) -> Stage | None:
        """Looks for a story that goes wrong, and makes it short; None where it finds none."""


class NoCases:
    """Makes nothing."""

    def wants(self, operation: Operation) -> bool:
        return False

    def positive(self, operation: Operation, path_values: Mapping[str, str], send: Send) -> list[Exchange]:
        return []

    def negative(self, operation: Operation, path_values: Mapping[str, str], send: Send) -> list[Exchange]:
        return []

    def wrong_partition(self, walk: Walked, reference: Sequence[str], maximum: int) -> Partition | None:
        return None

    def stories(self, begin: Callable[[], Stage]) -> Sequence[Stage]:
        return ()

    def shortest_wrong(self, begin: Callable[[], Stage]) -> Stage | None:
        return None


NO_CASES: Final[CaseSource] = NoCases()


def wrong_yet_accepted(exchange: Exchange) -> bool:
    """Whether a request that was made to be wrong succeeded.

    The documentation seldom says what must be refused, and what the answer shows is then what we put in: it is no
    evidence."""
    return exchange.succeeded and exchange.purpose.startswith((WRONG, WRONG_TYPE, WRONG_JSON, WRONG_ARRAY, NO_FIELDS))


class Generated:
    """Generated requests of each operation, made once.

    They are extra: where the target can't or may not be asked, there are none. What they change is what this run made.
    Away from the mock nothing is generated that costs, that is dangerous, or that leaves behind what can't be removed.
    """

    def __init__(self, broker: Broker, cases: CaseSource) -> None:
        self._broker = broker
        self._cases = cases

    def positive(self, operation: Operation) -> Sequence[Exchange]:
        """The exchanges of requests that the contract allows."""
        return self._once("positive", self._cases.positive, operation)

    def negative(self, operation: Operation) -> Sequence[Exchange]:
        """The exchanges of requests that break the contract."""
        return self._once("negative", self._cases.negative, operation)

    def _once(
        self,
        name: str,
        make: Callable[[Operation, Mapping[str, str], Send], list[Exchange]],
        operation: Operation,
    ) -> Sequence[Exchange]:
        if not self._cases.wants(operation) or not harmless(self._broker, operation):
            return ()

        def made() -> list[Exchange]:
            return make(operation, self._values(operation), lambda draft: self._send(operation, draft))

        try:
            return self._broker.once(("generated", name, operation.id), made)
        except Unavailable:
            return ()

    def _values(self, operation: Operation) -> dict[str, str]:
        """Things that may be asked for, and where the operation changes something, things of ours."""
        broker = self._broker
        if operation.effects == {Effect.READ}:
            return broker.path_values(operation)
        names = parameters_of(route(operation, broker.target).path)
        if operation.kind in (Kind.UPDATE, Kind.DELETE):
            if broker.resource(operation).parameter not in names and not at_mock(self._broker):
                raise Unavailable(f"{operation.label} would change what this run did not make")
            return broker.own_path(operation, Use.GENERATED)
        named = (broker.contract.conventions.resource_for_parameter(name) for name in names)
        made = [resource for resource in named if resource is not None and resource.create is not None]
        own = {resource.parameter: broker.own_id(resource, Use.GENERATED) for resource in made}
        return broker.path_values(operation, own=own)

    def _send(self, operation: Operation, draft: Draft) -> Exchange:
        broker = self._broker
        if operation.kind in (Kind.CREATE, Kind.UPLOAD) and not at_mock(self._broker):
            return broker.noted(draft)
        return broker.ask(draft, fresh=True)


def at_mock(broker: Broker) -> bool:
    """Whether the target is a mock, where nothing can do harm."""
    return broker.target.environment is Environment.MOCK


def harmless(broker: Broker, operation: Operation) -> bool:
    """Whether generated requests of an operation cost nothing, endanger nothing and leave nothing behind."""
    if at_mock(broker) or operation.effects == {Effect.READ}:
        return True
    if operation.effects & {Effect.COSTLY, Effect.DANGEROUS}:
        return False
    if operation.kind in (Kind.CREATE, Kind.UPLOAD):
        resource = broker.contract.conventions.resources.get(operation.resource or "")
        return resource is not None and resource.delete is not None
    return operation.kind in (Kind.UPDATE, Kind.DELETE)
