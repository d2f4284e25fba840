"""A client that answers from recorded traffic and sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from vendorproof.contract.model import Contract, Operation
from vendorproof.errors import Unavailable
from vendorproof.exchange.journal import Journal
from vendorproof.exchange.model import Exchange
from vendorproof.target.clock import Clock, RealClock
from vendorproof.target.draft import DEFAULT, NOBODY, Draft
from vendorproof.target.gate import Owner
from vendorproof.target.profile import Target
from vendorproof.target.route import is_at, route


class RecordedClient:
    """Stands where a Client stands, over exchanges that somebody recorded.

    `send` finds the recorded exchange of a request: method, path, query, body, and whether a credential went along.
    Raises Unavailable where the recording holds no such request.
    """

    def __init__(self, contract: Contract, target: Target, recorded: Iterable[Exchange]) -> None:
        self.contract = contract
        self.target = target
        self.clock: Clock = RealClock()
        self.journal = Journal()
        for exchange in recorded:
            self._keep(exchange)

    def _keep(self, exchange: Exchange) -> None:
        operation = operation_at(self.contract, self.target, exchange.request.method, exchange.request.path)
        role = exchange.role or (DEFAULT if self._carries_credential(exchange) else NOBODY)
        known = exchange.operation or (operation.id if operation else None)
        self.journal.record(
            vendor=self.contract.vendor,
            operation=known,
            role=role,
            request=exchange.request,
            response=exchange.response,
            failure=exchange.failure,
            sent=exchange.sent,
            elapsed=exchange.elapsed,
            purpose=exchange.purpose or "recorded",
        )

    def _carries_credential(self, exchange: Exchange) -> bool:
        for carrier in self.contract.conventions.authentication.carriers:
            place = exchange.request.query if carrier.location == "query" else exchange.request.headers
            if carrier.parameter in place:
                return True
        return False

    def secret(self, role: str = DEFAULT) -> str:
        """Raises Unavailable: a recording holds no secret."""
        raise Unavailable(f"a recording holds no credential of the role '{role}'")

    def renew(self, token: str | None, role: str = DEFAULT) -> None:
        """Nothing is sent, so no token is needed."""

    def permit(self, draft: Draft) -> None:
        """Nothing is sent, so everything is permitted."""

    def own(self, resource: str, thing_id: str, creation: Exchange | None = None) -> Owner:
        """Nothing is sent, so nothing can be touched."""
        return Owner.RUN

    def owns(self, resource: str, thing_id: str) -> bool:
        """Nothing is sent, so nothing can be touched."""
        return True

    def pause(self, seconds: float, reason: str) -> None:
        """What was recorded does not change by waiting."""

    def reserve(self) -> None:
        """Nothing is sent, so there is nothing to tidy up."""

    def release(self) -> None:
        """Nothing was set aside."""

    def send(self, draft: Draft) -> Exchange:
        """The recorded exchange of a request."""
        wanted = urlsplit(self.target.base_url).path.rstrip("/") + draft.path
        for exchange in self.journal:
            if (
                exchange.request.method == draft.method
                and self._scheme_fits(exchange, draft)
                and unquote(exchange.request.path) == unquote(wanted)
                and self._plain_query(exchange) == dict(draft.query)
                and (not draft.body or exchange.request.body == draft.body)
                and exchange.role == draft.role
            ):
                return exchange
        raise Unavailable(f"the recording holds no {draft.method} {draft.path} of this kind")

    def _scheme_fits(self, exchange: Exchange, draft: Draft) -> bool:
        """Whether an exchange went over plain HTTP where the draft asks for that, and not where it does not."""
        usual = urlsplit(self.target.base_url).scheme
        return urlsplit(exchange.request.url).scheme == ("http" if draft.plain_http else usual)

    def _plain_query(self, exchange: Exchange) -> dict[str, str]:
        carriers = {
            one.parameter for one in self.contract.conventions.authentication.carriers if one.location == "query"
        }
        return {name: value for name, value in exchange.request.query.items() if name not in carriers}

    def handshake(self, draft: Draft) -> Exchange:
        """The recorded exchange of a handshake."""
        return self.send(draft)

    def send_all(self, drafts: Sequence[Draft]) -> list[Exchange]:
        """The recorded exchanges of several requests."""
        return [self.send(replace(draft)) for draft in drafts]

    def close(self) -> None:
        """There is nothing to close."""


def operation_at(contract: Contract, target: Target, method: str, path: str) -> Operation | None:
    """The operation that a method and an absolute path are of; a path without parameters wins over one with."""
    fitting = [
        operation
        for operation in contract.operations
        if route(operation, target).method == method and is_at(operation, target, path)
    ]
    return min(fitting, key=lambda one: route(one, target).path.count("{"), default=None)
