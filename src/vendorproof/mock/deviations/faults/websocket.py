"""Lies about WebSockets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Decision, Problem, refuse

_INTERNAL_ERROR = 1011


@fault(
    "has-no-socket-where-it-says",
    at=points.FINDINGS,
    breaks=[Break("websocket.handshake", "not-opened")],
    on=["sockets"],
)
def _no_socket(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """A good opening handshake is answered with 404."""
    raise refuse(404, "not_found", "There is nothing here.")


@fault(
    "closes-a-socket-as-soon-as-it-is-open",
    at=points.CLOSING,
    breaks=[Break("websocket.handshake", "closed-at-once")],
)
def _closes(code: int | None, call: Call) -> int | None:
    """A socket opens and is closed at once, for an error of the server's own."""
    return _INTERNAL_ERROR


@fault(
    "speaks-a-protocol-that-nobody-asked-for",
    at=points.ACCEPTANCE,
    breaks=[Break("websocket.handshake", "unasked")],
)
def _unasked(message: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    """A handshake agrees on a subprotocol that the client did not name."""
    return {**message, "subprotocol": "fake.v1"}


@fault(
    "fails-on-a-handshake-without-credentials",
    at=points.PROBLEM,
    breaks=[Break("websocket.refused_without_credentials", "not-refused")],
    on=["sockets"],
)
def _fails(problem: Problem, call: Call) -> Problem:
    """A handshake that is refused breaks the server."""
    return replace(problem, status=500, code="internal_error")


def _opened(code: int | None, call: Call) -> int | None:
    call.mock.memory["a socket was open"] = True
    return code


@fault(
    "opens-a-second-socket-for-everybody",
    at=points.DECISION,
    breaks=[Break("websocket.refused_without_credentials", "opened")],
    on=["sockets"],
    also=[(points.CLOSING, _opened)],
)
def _second(decision: Decision, call: Call) -> Decision:
    """Once a socket was opened, nobody has to say who they are to open another."""
    if decision.problem and call.mock.memory.get("a socket was open"):
        return Decision(call.mock.directory.role("default"))
    return decision
