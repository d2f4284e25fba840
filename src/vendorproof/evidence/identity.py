"""Requests whose body names another user than the credential's owner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vendorproof.checks.pages import identities, items, view
from vendorproof.checks.reading import resource_of
from vendorproof.checks.shapes import Claim
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Effect, Kind, Operation
from vendorproof.contract.pointer import MISSING
from vendorproof.errors import Lack, Need, NeedsValue, Unavailable
from vendorproof.evidence.auth import SECOND_TENANT
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.requests.drafting import OVER_THE_BODY, draft_for, example_body, guessed_body
from vendorproof.evidence.views import Views
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import DEFAULT, Draft

Json = Any
_UNKNOWN = {"id": "vendorproof-somebody-else"}
"""A user whom nobody knows."""

_FIELDS = {"user": "id", "email": "email"}
"""What the tester may tell of the second tenant's user, with the field in which it is sent."""


class IdentityEvidence:
    """Evidence about whose request it is."""

    def __init__(self, broker: Broker, views: Views) -> None:
        self._broker = broker
        self._views = views

    def claim(self, operation: Operation, field: str) -> Claim:
        """A request whose body names another user in a field, and what shows whose data it worked on.

        Raises NeedsValue where the request is refused and the rest of its body is our reading.
        """
        found = self._broker.once(("claim", operation.id, field), lambda: self._claim(operation, field))
        found = replace(found, told=self._user() != _UNKNOWN)
        if found.request.status in OVER_THE_BODY and guessed_body(operation, self._broker.target):
            if found.plain is None or not found.plain.succeeded:
                raise NeedsValue(
                    f"{operation.label} refused a body that is our reading ({found.request.status}); "
                    f"give the real one in the target: [targets.NAME.bodies] {operation.id} = {{...}}",
                    Need(Lack.BODY, operation.id),
                )
        return found

    def _claim(self, operation: Operation, field: str) -> Claim:
        self._broker.attempt_if_assumed(operation)
        if operation.effects == {Effect.READ}:
            return self._read(operation, field)
        return self._written(operation, field)

    def _user(self) -> Json:
        target = self._broker.target
        told = {name: target.values_of.get(SECOND_TENANT, {}).get(value) for value, name in _FIELDS.items()}
        known = {name: value for name, value in told.items() if value is not None}
        return known or _UNKNOWN

    def _read(self, operation: Operation, field: str) -> Claim:
        broker = self._broker
        valid = broker.valid(operation, broker.path_values(operation))
        plain = broker.ask(valid)
        claimed = self._with_user(operation, field, example_body(operation, broker.target))
        request = broker.ask(claimed, fresh=True)
        if self._listed(operation, plain) != self._listed(operation, request):
            plain = broker.ask(replace(valid, purpose="the same without the user"), fresh=True)
        return Claim(request, plain)

    def _listed(self, operation: Operation, exchange: Exchange) -> Json:
        contract = self._broker.contract
        return identities(contract, operation, exchange) or items(contract, operation, exchange)

    def _with_user(self, operation: Operation, field: str, body: Json) -> Draft:
        touches = operation.kind in (Kind.UPDATE, Kind.DELETE)
        values = self._broker.own_path(operation) if touches else self._broker.path_values(operation)
        named = {**(body if isinstance(body, dict) else {}), field: self._user()}
        draft = draft_for(operation, self._broker.target, values, named)
        return replace(draft, purpose=f"names another {field}")

    def _written(self, operation: Operation, field: str) -> Claim:
        """Something marked is written with another user's name on it; the marks are looked for in the listings.

        Where ours shows none, the same without the user tells whether it would show one at all.
        """
        plain = self._attempted(operation)
        mark = self._broker.next_mark()
        body = self._broker.recognisable(operation, mark)
        request = self._deliver(operation, self._with_user(operation, field, body))
        if not request.succeeded:
            return Claim(request, plain, mark)
        own = self._pages(operation, DEFAULT)
        others = self._pages(operation, SECOND_TENANT)
        control = self._mark_of(operation, plain)
        self._note_lost(operation, request, own)
        if own and not any(
            _shows(pages, text) for pages, text in ((own, mark), (others, mark), (own, control)) if text
        ):
            plain, control = self._control(operation)
            own = self._pages(operation, DEFAULT)
        return Claim(request, plain, mark, own, others, control)

    def _note_lost(self, operation: Operation, request: Exchange, own: tuple[Exchange, ...]) -> None:
        """Notes that what was changed in another user's name is none of ours any more, where our listing lacks it."""
        contract = self._broker.contract
        resource = resource_of(contract.conventions, operation)
        if resource is None or operation.kind is not Kind.UPDATE or not own:
            return
        thing = self._broker.named(operation, request).get(resource.parameter)
        if thing is not None and all(view(contract, page, thing) is MISSING for page in own):
            self._broker.note_gone(resource, thing)

    def _control(self, operation: Operation) -> tuple[Exchange, str]:
        mark = self._broker.next_mark()
        broker = self._broker
        touches = operation.kind in (Kind.UPDATE, Kind.DELETE)
        values = broker.own_path(operation) if touches else broker.path_values(operation)
        draft = draft_for(operation, broker.target, values, self._broker.recognisable(operation, mark))
        return self._deliver(operation, replace(draft, purpose="the same without the user")), mark

    def _attempted(self, operation: Operation) -> Exchange | None:
        try:
            return self._broker.attempt(operation)
        except Unavailable:
            return None

    def _deliver(self, operation: Operation, draft: Draft) -> Exchange:
        resource = resource_of(self._broker.contract.conventions, operation)
        if resource is not None and resource.create == operation.id:
            return self._broker.noted(draft)
        return self._broker.ask(draft, fresh=True)

    def _mark_of(self, operation: Operation, exchange: Exchange | None) -> str:
        """The mark that a creation carried, "" where it had none."""
        made = [thing.mark for thing in self._broker.created.left() if exchange is not None and thing.mark]
        sent = exchange.request.body if exchange is not None else b""
        return next((mark for mark in made if mark.encode() in sent), "")

    def _pages(self, operation: Operation, role: str) -> tuple[Exchange, ...]:
        """The listings in which what the operation wrote may show, as a role gets them."""
        found: list[Exchange] = []
        for listing in self._listings(operation):
            try:
                found += self._listing(listing, role)
            except Unavailable:
                continue
        return tuple(found)

    def _listing(self, listing: Operation, role: str) -> tuple[Exchange, ...]:
        broker = self._broker
        resource = resource_of(broker.contract.conventions, listing)
        if role == DEFAULT and resource is not None:
            return self._views.pages(resource)
        draft = broker.valid(listing, broker.path_values(listing))
        return (broker.ask(replace(draft, role=role, purpose=f"the listing of {role}"), fresh=True),)

    def _listings(self, operation: Operation) -> list[Operation]:
        """The resource's own listing, or else those with the operation's tag."""
        contract = self._broker.contract
        resource: Resource | None = resource_of(contract.conventions, operation)
        if resource is not None and resource.list is not None:
            return [contract.operation(resource.list)]
        return [
            one
            for one in contract.operations
            if one.kind is Kind.LIST and set(one.tags) & set(operation.tags) and not one.path_parameters
        ]


def _shows(pages: tuple[Exchange, ...], mark: str) -> bool:
    return any(page.response is not None and mark.encode() in page.response.body for page in pages)
