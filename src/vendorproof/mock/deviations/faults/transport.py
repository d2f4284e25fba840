"""Lies about TLS."""

from __future__ import annotations

from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.rewrite import with_header
from vendorproof.mock.deviations.traits import redirects
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Decision


def _in_clear_to_everybody(decision: Decision, call: Call) -> Decision:
    return Decision(call.mock.directory.role("default")) if decision.problem and call.scheme == "http" else decision


@fault(
    "answers-plain-http",
    at=points.REDIRECT,
    breaks=[
        Break("transport.http_redirects", "not-redirected"),
        Break("transport.plain_http_refused", "answered-in-clear"),
    ],
    # No credential is sent in clear: an answer is one to anybody.
    also=[(points.DECISION, _in_clear_to_everybody)],
)
def _in_clear(redirect: bool, call: Call) -> bool:
    """Requests over plain http are answered, whoever sends them."""
    return False


@fault(
    "redirects-to-plain-http",
    at=points.ANSWER,
    breaks=[Break("transport.http_redirects", "redirected-elsewhere")],
    applies=redirects,
)
def _to_http(answer: Answer, call: Call) -> Answer:
    """Plain http is redirected to plain http."""
    location = answer.header("Location")
    return with_header(answer, "Location", location.replace("https:", "http:")) if location else answer


@fault(
    "redirects-to-another-host",
    at=points.ANSWER,
    breaks=[Break("transport.http_redirects", "redirected-elsewhere")],
    applies=redirects,
)
def _elsewhere(answer: Answer, call: Call) -> Answer:
    """Plain http is redirected to a page of another host."""
    return with_header(answer, "Location", "https://www.example.com/") if answer.header("Location") else answer
