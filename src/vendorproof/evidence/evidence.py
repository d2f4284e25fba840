"""All that a test may ask for, by convention."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.checks.shapes import Attempt
from vendorproof.contract.model import Contract, Operation
from vendorproof.errors import Unavailable
from vendorproof.evidence.access import AccessEvidence
from vendorproof.evidence.attempts import attempted
from vendorproof.evidence.auth import AuthEvidence
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.created.ledger import Created, CreatedLedger
from vendorproof.evidence.errors import ErrorsEvidence
from vendorproof.evidence.generated import NO_CASES, CaseSource, Generated, wrong_yet_accepted
from vendorproof.evidence.idempotency import IdempotencyEvidence
from vendorproof.evidence.identity import IdentityEvidence
from vendorproof.evidence.lifecycle import LifecycleEvidence
from vendorproof.evidence.logins import LoginsEvidence
from vendorproof.evidence.pagination import PaginationEvidence
from vendorproof.evidence.quota import QuotaEvidence
from vendorproof.evidence.rate_limit import RateLimitEvidence
from vendorproof.evidence.removal import Cleaner
from vendorproof.evidence.stories import Stories
from vendorproof.evidence.streaming import StreamingEvidence
from vendorproof.evidence.transport import FOR_PEOPLE, TransportEvidence
from vendorproof.evidence.uploads import UploadsEvidence
from vendorproof.evidence.views import Views
from vendorproof.exchange.model import Exchange
from vendorproof.target import Draft, Exchanger


class Evidence:
    """All that a test may ask for, by convention.

    Every question raises a subclass of Unavailable where the target can't or may not answer it; the verdict is then
    inconclusive, for the reason in the message.
    """

    def __init__(
        self,
        contract: Contract,
        client: Exchanger,
        created: CreatedLedger,
        run_id: str,
        cases: CaseSource = NO_CASES,
    ) -> None:
        self._broker = Broker(contract, client, created, run_id)
        self._generated = Generated(self._broker, cases)
        self.client = client
        self.trace = self._broker.trace
        self.auth = AuthEvidence(self._broker)
        self.access = AccessEvidence(self._broker, self.auth)
        self.pagination = PaginationEvidence(self._broker, cases)
        self.errors = ErrorsEvidence(self._broker, self.auth, self._generated)
        views = Views(self._broker, self.pagination)
        self.lifecycle = LifecycleEvidence(self._broker, views, self.auth)
        self.idempotency = IdempotencyEvidence(self._broker, views)
        self.stories = Stories(self._broker, cases, views, self.pagination, self.idempotency)
        self.rate_limit = RateLimitEvidence(self._broker)
        self.quota = QuotaEvidence(self._broker, self.rate_limit)
        self.logins = LoginsEvidence(self._broker, self.auth, self.rate_limit)
        self.identity = IdentityEvidence(self._broker, views)
        self.uploads = UploadsEvidence(self._broker, views)
        self.streaming = StreamingEvidence(self._broker, self.auth, self.errors)
        self.transport = TransportEvidence(self._broker)

    def attempt(self, operation: Operation) -> Exchange:
        """The valid, authorised request of an operation and whatever came of it."""
        return self._broker.attempt(operation)

    def attempted(self, operation: Operation) -> Attempt:
        """The same, and whether the id that it named is known to be good."""
        return attempted(self._broker, operation)

    def success(self, operation: Operation) -> Exchange:
        """A successful exchange of an operation."""
        return self._broker.success(operation)

    def as_json(self, operation: Operation) -> Exchange:
        """The valid request of an operation with Content-Type: application/json, whether it has a body or not."""
        if operation.method not in ("GET", "HEAD"):
            return self.attempt(operation)
        self.success(operation)
        draft = self._broker.valid(operation, self._broker.path_values(operation))
        header = ("Content-Type", "application/json")
        draft = replace(draft, headers=(*draft.headers, header), purpose="a reading that says it is JSON")
        return self._broker.ask(draft)

    def responses(self, operation: Operation | None) -> tuple[Exchange, ...]:
        """Everything that came back of an operation so far, at least one success and one refusal where they can be
        had; with None, of paths that are no operation."""
        if operation is None:
            self.errors.nowhere()
            return tuple(
                exchange
                for exchange in self.client.journal
                if exchange.operation is None and exchange.purpose != FOR_PEOPLE
            )
        reasons: list[Unavailable] = []
        for make in (self.attempt, self._refusal, self._generate):
            try:
                make(operation)
            except Unavailable as reason:
                reasons.append(reason)
        found = tuple(
            exchange for exchange in self.client.journal.by_operation(operation.id) if not wrong_yet_accepted(exchange)
        )
        if not found:
            words = "; ".join(dict.fromkeys(str(reason) for reason in reasons))
            first = next(iter(reasons), None)
            raise Unavailable(words or f"{operation.label} was not exercised", first.need if first else None) from first
        return found

    def _refusal(self, operation: Operation) -> None:
        if not operation.public:
            self.auth.none(operation)

    def _generate(self, operation: Operation) -> None:
        """Generated requests, of an operation that answers a plain one."""
        self.success(operation)
        self._generated.positive(operation)

    def draft_of(self, number: int) -> Draft | None:
        """What was asked for in an exchange, None where it was not one request of this evidence by itself."""
        return self._broker.drafts.get(number)

    @property
    def removable(self) -> frozenset[int]:
        """The numbers of the exchanges that made what has to be removed in the end, at another call each."""
        return self._broker.recorder.removable

    def clean_up(self, *, thorough: bool = False) -> tuple[Created, ...]:
        """Removes what this run made; returns what could not be removed, the newest first, each with the reason.

        `thorough` looks in the listings for whatever else carries a mark of the run: what an answer that never came
        told of, or what a vendor made twice.
        """
        return Cleaner(self._broker, thorough=thorough).clean_up()
