"""The API from below: plain HTTP, and the documents that describe it."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.contract.model import Kind
from vendorproof.errors import Unavailable, Undocumented
from vendorproof.evidence.broker.broker import Broker
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import NOBODY, Draft

FOR_PEOPLE = "the documentation for people"
"""The purpose of a request for a page that no program reads."""


class TransportEvidence:
    """Evidence about TLS and published documents."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def over_plain_http(self) -> Exchange:
        """A reading, without credentials, over plain HTTP at a target whose address is https."""
        if not self._broker.target.base_url.startswith("https://"):
            raise Unavailable("the target's own address is plain HTTP")
        operation = next(
            one for one in self._broker.contract.operations if one.kind is Kind.LIST and "{" not in one.path
        )
        draft = self._broker.valid(operation, {})
        return self._broker.ask(replace(draft, role=NOBODY, plain_http=True, operation=None, purpose="over plain HTTP"))

    def openapi(self) -> Exchange:
        """The OpenAPI document that the vendor publishes."""
        place = self._broker.contract.conventions.versioning.openapi
        if place is None:
            raise Undocumented("the documentation names no OpenAPI document")
        for operation in self._broker.contract.operations:
            if operation.path == place:
                return self._broker.attempt(operation)
        return self._broker.ask(Draft("GET", place, purpose="the published OpenAPI document"))

    def documentation(self, path: str) -> Exchange:
        """The page for people at a path below the base URL."""
        return self._broker.ask(Draft("GET", path, headers=(("Accept", "text/html"),), purpose=FOR_PEOPLE))

    def any_answer(self) -> Exchange:
        """A reading at the documented base path."""
        for operation in self._broker.contract.operations:
            if operation.kind is Kind.LIST and "{" not in operation.path:
                return self._broker.attempt(operation)
        raise Undocumented("the contract has no listing without parameters")
