"""Event streams and WebSockets."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.contract.model import Operation
from vendorproof.evidence.auth import AuthEvidence
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.errors import ErrorsEvidence
from vendorproof.exchange.model import Exchange


class StreamingEvidence:
    """Evidence about answers that are no single document."""

    def __init__(self, broker: Broker, auth: AuthEvidence, errors: ErrorsEvidence) -> None:
        self._broker = broker
        self._auth = auth
        self._errors = errors

    def refused(self, operation: Operation) -> Exchange:
        """A request that is refused before its stream can start: without credentials, or where none are needed with a
        body that is not JSON."""
        if operation.public:
            return self._errors.malformed_body(operation)
        return self._auth.none(operation)

    def accepting(self, operation: Operation, accept: str) -> Exchange:
        """The valid request with this Accept alone."""
        asked = self._broker.attempt(operation)
        if asked.request.headers.get("accept") == accept:
            return asked
        values = self._broker.path_values(operation, turn=1)
        draft = self._broker.valid(operation, values)
        headers = (*(pair for pair in draft.headers if pair[0].lower() != "accept"), ("Accept", accept))
        return self._broker.ask(replace(draft, headers=headers, purpose=f"asks for {accept}"))

    def opened(self, operation: Operation) -> Exchange:
        """The opening handshake of a WebSocket."""
        return self._broker.attempt(operation)

    def without_credentials(self, operation: Operation) -> Exchange:
        """The opening handshake without credentials."""
        return self._auth.none(operation)
