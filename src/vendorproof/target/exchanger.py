"""What evidence needs of whoever turns drafts into exchanges: the client, or a recording in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vendorproof.contract.model import Contract
from vendorproof.exchange.journal import Journal
from vendorproof.exchange.model import Exchange
from vendorproof.target.clock import Clock
from vendorproof.target.draft import DEFAULT, Draft
from vendorproof.target.gate import Owner
from vendorproof.target.profile import Target


class Exchanger(Protocol):
    """Turns drafts into exchanges and keeps them in a journal."""

    contract: Contract
    target: Target
    journal: Journal
    clock: Clock

    def send(self, draft: Draft) -> Exchange:
        """The exchange of one request; raises a subclass of Unavailable where there can be none."""

    def send_all(self, drafts: Sequence[Draft]) -> list[Exchange]:
        """The exchanges of requests that are under way at the same time."""

    def handshake(self, draft: Draft) -> Exchange:
        """The exchange of a WebSocket's opening handshake."""

    def secret(self, role: str = DEFAULT) -> str:
        """The credential of a role; raises a subclass of Unavailable where there is none."""

    def renew(self, token: str | None, role: str = DEFAULT) -> None:
        """Goes on with another token of a role; with None, with the next one that a login gives."""

    def permit(self, draft: Draft) -> None:
        """Raises NeedsRight or NotOurs where the target does not allow the request."""

    def own(self, resource: str, thing_id: str, creation: Exchange | None = None) -> Owner:
        """Notes that a creation told the id of a thing, which may be changed from now on where it is this run's;
        says whose it is."""

    def owns(self, resource: str, thing_id: str) -> bool:
        """Whether this run made a thing."""

    def pause(self, seconds: float, reason: str) -> None:
        """Lets so many seconds pass; `reason` is what for. Raises TimeOver where the run has not so many left."""

    def reserve(self) -> None:
        """Sets one call of the budget aside for a draft that tidies up; BudgetSpent where none is left."""

    def release(self) -> None:
        """Gives a call that was set aside back: there is nothing to tidy up."""

    def close(self) -> None:
        """Closes every connection."""
