"""What happens below the API: TLS."""

from __future__ import annotations

from urllib.parse import urlsplit

from vendorproof.checks.outcome import Inconclusive, NotApplicable, Outcome, answer, failed, passed
from vendorproof.checks.registry import Obligation, check
from vendorproof.exchange.model import Exchange


@check("transport.http_redirects", on="once")
def http_redirects(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A request over plain HTTP is sent on to the same place over HTTPS."""
    if obligation.contract.conventions.transport.plain_http != "redirect":
        return NotApplicable("the documentation does not say what plain HTTP gets")
    if exchange.response is None:
        return Inconclusive(f"nothing answers over plain HTTP: {answer(exchange)}")
    if exchange.status not in (301, 302, 303, 307, 308):
        return failed("not-redirected", exchange, expected="a redirection to https", observed=answer(exchange))
    location = urlsplit(exchange.response.headers.get("location") or "")
    asked = urlsplit(exchange.request.url)
    if location.scheme != "https" or (location.hostname or "") != (asked.hostname or ""):
        expected = f"Location: https://{asked.hostname}…"
        return failed("redirected-elsewhere", exchange, expected=expected, observed=location.geturl() or "no Location")
    return passed(exchange)


@check("transport.plain_http_refused", on="once")
def plain_http_refused(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Plain HTTP gets no success: nothing, a redirection to HTTPS or an error."""
    if exchange.succeeded:
        return failed("answered-in-clear", exchange, expected="no success over http", observed=answer(exchange))
    if exchange.response is None:
        return Inconclusive(f"nothing answers over plain HTTP: {answer(exchange)}")
    return passed(exchange)
