"""Stories: what happens to things and keys in an order that nobody wrote down, as evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vendorproof.contract.model import Operation
from vendorproof.errors import Unavailable
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.generated import CaseSource, Stage, harmless
from vendorproof.evidence.idempotency import IdempotencyEvidence
from vendorproof.evidence.pagination import PaginationEvidence
from vendorproof.evidence.stages import Keys, Life, Refuses, Telling, Told, nothing_refused
from vendorproof.evidence.views import Views


class Stories:
    """Evidence from stories, which are told once for each resource and each operation with keys.

    Where a check refuses a piece of one, the story is told again and again, shorter, until no shorter one is refused.
    Each question gives every piece there is of the kind that it asks for, or the refused one of the shortest story
    alone. Nothing is told where no cases are generated, or where that would do harm.
    """

    def __init__(
        self,
        broker: Broker,
        cases: CaseSource,
        views: Views,
        pagination: PaginationEvidence,
        idempotency: IdempotencyEvidence,
    ) -> None:
        self._broker = broker
        self._cases = cases
        self._views = views
        self._pagination = pagination
        self._idempotency = idempotency

    def created_and_read(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Creations, each with a later reading, as Pair."""
        return self._of_life("created and read", operation, refuses)

    def created_and_listed(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Creations, each with the pages of a later listing, as Sequence."""
        return self._of_life("created and listed", operation, refuses)

    def updated(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Updates, each with the thing before and at some time after, as Change."""
        return self._of_life("updated", operation, refuses)

    def deleted(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Deletions, each with the thing before and at some time after, as Change."""
        return self._of_life("deleted", operation, refuses)

    def deleted_and_listed(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Deletions, each with the pages of a later listing, as Sequence."""
        return self._of_life("deleted and listed", operation, refuses)

    def walked(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Walks over a listing that grew on the way, as Walks."""
        return self._of_life("walked", operation, refuses)

    def repeated(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Requests with a key, each with a duplicate within the window, as Replay."""
        return self._of_keys("again", operation, refuses)

    def repeated_late(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Requests with a key, each with one that repeats it after the window, as Replay."""
        return self._of_keys("after expiry", operation, refuses)

    def raced(self, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        """Requests with one key that were under way at the same time, as Race."""
        return self._of_keys("race", operation, refuses)

    def _of_life(self, kind: str, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        try:
            resource = self._broker.resource(operation)
        except Unavailable:
            return ()
        if resource.create is None or not harmless(self._broker, self._broker.contract.operation(resource.create)):
            return ()

        def begin(kind: str = "", refuses: Refuses = nothing_refused) -> Stage:
            return Life(self._broker, self._views, self._pagination, resource, kind, refuses)

        return self._told(("life", resource.name), begin, kind, refuses)

    def _of_keys(self, kind: str, operation: Operation, refuses: Refuses) -> Sequence[Told]:
        if not harmless(self._broker, operation):
            return ()

        def begin(kind: str = "", refuses: Refuses = nothing_refused) -> Stage:
            return Keys(self._broker, self._idempotency, operation, kind, refuses)

        return self._told(("keys", operation.id), begin, kind, refuses)

    def _told(self, name: tuple[str, str], begin: Callable[..., Stage], kind: str, refuses: Refuses) -> Sequence[Told]:
        stages = self._broker.once(("stories", *name), lambda: self._cases.stories(begin))
        pieces = [told for stage in stages if isinstance(stage, Telling) for told in stage.told.get(kind, ())]
        if not any(refuses(told.piece) for told in pieces):
            return pieces
        shortest = self._cases.shortest_wrong(lambda: begin(kind, refuses))
        if isinstance(shortest, Telling) and shortest.refused is not None:
            return (shortest.refused,)
        return pieces
