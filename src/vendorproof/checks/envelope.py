"""The envelope of successes."""

from __future__ import annotations

from vendorproof.checks.content import is_json
from vendorproof.checks.outcome import NotApplicable, Outcome, failed, passed, shown
from vendorproof.checks.reading import document
from vendorproof.checks.registry import Obligation, response_check
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.exchange.model import Exchange


@response_check("envelope.data", on="all")
def data(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A JSON success carries its payload in the documented place."""
    pointer = obligation.contract.conventions.data
    response = exchange.response
    if pointer is None or response is None or not exchange.succeeded or not is_json(response.content_type):
        return NotApplicable("not a JSON success")
    found = document(exchange)
    if found is MISSING:
        return NotApplicable("the body can't be read")
    if resolve(found, pointer) is not MISSING:
        return passed(exchange)
    return failed("payload-missing", exchange, expected=f"the payload at {pointer}", observed=shown(found))
