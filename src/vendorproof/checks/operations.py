"""Whether an operation exists and answers as documented."""

from __future__ import annotations

import re
from http import HTTPStatus

from vendorproof.checks.outcome import Inconclusive, NotApplicable, Outcome, answer, failed, passed
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.checks.shapes import Attempt
from vendorproof.contract.check_parameters import STATUSES, SUCCESSES, WRITING_METHODS, may, needs
from vendorproof.exchange.model import Exchange, Trouble

_REGISTERED = frozenset(status.value for status in HTTPStatus)
_EXAMPLE_ID = re.compile(rb"\b[a-z]+_0+[0-9]+\b")
_ENVIRONMENT = frozenset({Trouble.REFUSED, Trouble.DNS, Trouble.TLS, Trouble.PROXY})


@check("operations.answers", on="all")
def answers(obligation: Obligation, attempt: Attempt) -> Outcome:
    """A valid, authorised request gets a success."""
    exchange = attempt.exchange
    operation = obligation.operation
    assert operation is not None
    if exchange.failure is not None:
        if exchange.failure.trouble in _ENVIRONMENT:
            return Inconclusive(f"{exchange.failure.trouble}: {exchange.failure.detail}")
        return failed("no-response", exchange, expected="a response", observed=exchange.failure.trouble.value)
    if exchange.response is not None and exchange.response.cut:
        return Inconclusive("the answer was longer or slower than the target's limits allow")
    if exchange.succeeded or exchange.status == 101:
        return passed(exchange)
    if exchange.status == 403:
        return Inconclusive(f"the credential may not do {operation.label} (403)")
    if exchange.status in (402, 429):
        return Inconclusive(f"a limit or quota refused {operation.label} ({exchange.status})")
    login = obligation.contract.conventions.authentication.login
    if exchange.status == 401 and login and operation.id == login.refresh and "body" in operation.assumed:
        return Inconclusive(
            f"{operation.label} wants another credential than the token; which, the documentation does not say"
        )
    if exchange.status == 404 and "body" in operation.assumed and names_example(exchange):
        return Inconclusive(
            f"{operation.label} does not know what the body names (404), and the body is our reading; "
            f"give the real one in the target: [targets.NAME.bodies] {operation.id} = {{...}}"
        )
    if exchange.status == 404 and operation.assumed and operation.path_parameters and not attempt.known:
        name = operation.path_parameters[-1].name
        return Inconclusive(
            f"{operation.label} knows no such {name} (404), and which ids are good there is our reading; "
            f'give one in the target: [targets.NAME.values] {name} = "..."'
        )
    if exchange.status in (400, 409, 415, 422) and "body" in operation.assumed:
        return Inconclusive(
            f"{operation.label} refused a body that is our reading ({exchange.status}); "
            f"give the real one in the target: [targets.NAME.bodies] {operation.id} = {{...}}"
        )
    return failed("not-answered", exchange, expected="a 2xx status", observed=answer(exchange))


def names_example(exchange: Exchange) -> bool:
    """Whether a request's body names a thing by an id that only an example has: `{noteId: mem_0001}`."""
    return _EXAMPLE_ID.search(exchange.request.body) is not None


@check(
    "operations.success_status", on="all", takes=[needs("statuses", SUCCESSES, "the documented statuses of a success")]
)
def success_status(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A success has the documented status."""
    allowed = tuple(obligation.parameters["statuses"])
    if not exchange.succeeded:
        return Inconclusive(f"no success to judge ({answer(exchange)})")
    if exchange.status in allowed:
        return passed(exchange)
    expected = " or ".join(str(status) for status in allowed)
    return failed("other-status", exchange, expected=expected, observed=str(exchange.status))


@response_check(
    "operations.documented_status",
    on="all",
    takes=[may("besides", STATUSES, "statuses for which the documentation has no word, so that they are left to HTTP")],
)
def documented_status(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Every answer's status is one that the contract lists; `besides` are those for which the documentation has no
    word, so that none of its own says the same."""
    operation = obligation.operation
    if exchange.response is None or operation is None:
        return NotApplicable("no response of a documented operation")
    if operation.response_for(exchange.status) is not None or exchange.status in obligation.parameters.get(
        "besides", ()
    ):
        return passed(exchange)
    if exchange.status in (429, 503):
        return Inconclusive(f"a limit or an outage answered ({exchange.status})")
    documented = ", ".join(response.status for response in operation.responses)
    return failed("undocumented-status", exchange, expected=documented, observed=str(exchange.status))


@response_check("operations.standard_status", on="all")
def standard_status(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Every status is one that the IANA registry of HTTP status codes knows."""
    if exchange.response is None:
        return NotApplicable("no response")
    if exchange.status in _REGISTERED:
        return passed(exchange)
    return failed("unregistered-status", exchange, expected="a registered status", observed=str(exchange.status))


@check("operations.read_only", on="reads", takes=[needs("methods", WRITING_METHODS, "the methods that are refused")])
def read_only(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Another method than reading is refused on the path."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status in (402, 429):
        return Inconclusive(f"a limit or quota answered first ({exchange.status})")
    if 400 <= exchange.status < 500:
        return passed(exchange)
    return failed(
        "write-accepted", exchange, expected=f"{exchange.request.method} refused with a 4xx", observed=answer(exchange)
    )
