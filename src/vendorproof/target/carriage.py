"""What goes along with a request to say who sends it: the credential in its carrier, and the scoping headers."""

from __future__ import annotations

from dataclasses import dataclass

from vendorproof.contract.conventions import Carrier, ContextHeader
from vendorproof.contract.model import Contract
from vendorproof.contract.select import select
from vendorproof.errors import InternalError, Lack, Need, NeedsValue
from vendorproof.target.draft import Draft
from vendorproof.target.profile import Target

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Carried:
    """Header fields and query parameters."""

    headers: Pairs = ()
    query: Pairs = ()


class Carriage:
    """Puts credentials and scoping values where the contract's conventions say."""

    def __init__(self, contract: Contract, target: Target) -> None:
        self._target = target
        self._vendor = contract.vendor
        authentication = contract.conventions.authentication
        self._carriers = {carrier.name: carrier for carrier in authentication.carriers}
        self._usual = authentication.carrier
        self._scopes = tuple(
            (header, {operation.id for operation in select(contract, header.applies)})
            for header in authentication.context
        )

    def carry(self, draft: Draft, credential: str | None) -> Carried:
        """The carrier with this credential, or none, and the scoping headers of the draft's operation.

        Raises NeedsValue, naming the line to add, where a scoping header is required and the target has no value.
        """
        carried = Carried() if credential is None else _carried(self._carrier(draft), credential)
        if not draft.context:
            return carried
        skipped = {name.lower() for name in (*draft.without, *(name for name, _ in draft.headers))}
        scoping = [
            self._scope(header, draft)
            for header, operations in self._scopes
            if header.header.lower() not in skipped and (draft.operation is None or draft.operation in operations)
        ]
        return Carried((*carried.headers, *(pair for pair in scoping if pair is not None)), carried.query)

    def _carrier(self, draft: Draft) -> Carrier:
        if draft.carrier is None:
            return self._usual
        if draft.carrier not in self._carriers:
            raise InternalError(f"{self._vendor} documents no carrier {draft.carrier!r}")
        return self._carriers[draft.carrier]

    def _scope(self, header: ContextHeader, draft: Draft) -> tuple[str, str] | None:
        value = self._target.value(header.value, draft.role)
        if value is not None:
            return header.header, header.written(value)
        if header.required and draft.operation is not None:
            raise NeedsValue(
                f"{draft.operation} needs a value for {header.header} (add it under [targets.NAME.values]: "
                f'{header.value} = "...", or set {header.variable})',
                Need(Lack.VALUE, header.value),
            )
        return None


def _carried(carrier: Carrier, credential: str) -> Carried:
    value = carrier.template.replace("{credential}", credential)
    match carrier.location:
        case "header":
            return Carried(headers=((carrier.parameter, value),))
        case "query":
            return Carried(query=((carrier.parameter, value),))
        case "cookie":
            return Carried(headers=(("Cookie", f"{carrier.parameter}={value}"),))
        case _:
            raise InternalError(f"the carrier {carrier.name!r} is in {carrier.location!r}: not header, query or cookie")
