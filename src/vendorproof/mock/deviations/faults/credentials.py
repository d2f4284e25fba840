"""Lies about credentials that are nearly good, and about what becomes of a refused request."""

from __future__ import annotations

from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Decision, Problem, Refused, Result


def _let_in(call: Call) -> Decision:
    return Decision(call.mock.directory.role("default"))


@fault(
    "accepts-an-empty-credential",
    at=points.DECISION,
    breaks=[Break("auth.malformed_refused", "accepted")],
    family="auth",
)
def _empty(decision: Decision, call: Call) -> Decision:
    """Whoever names the scheme and no credential, or fills its place with nothing, is let in."""
    for carrier in call.mock.contract.conventions.authentication.carriers:
        bare = carrier.template.replace("{credential}", "").strip()
        sent = call.header(carrier.parameter) if carrier.location == "header" else call.query.get(carrier.parameter)
        if sent is not None and sent.strip() == bare:
            return _let_in(call)
    return decision


_SIMILAR = [Break("auth.similar_refused", "accepted")]


@fault("ignores-the-case-of-a-credential", at=points.DECISION, breaks=_SIMILAR, family="auth")
def _case_ignored(decision: Decision, call: Call) -> Decision:
    """A good credential in capitals is let in."""
    good = call.mock.directory.role("default").credential
    return _let_in(call) if (call.credential or "").lower() == good.lower() else decision


_OVERRULED = "overruled refusals"


def _refused_late(result: Result, call: Call) -> Result:
    problem = call.mock.memory.get(_OVERRULED, {}).get(call.number)
    if problem is not None:
        raise Refused(problem)
    return result


@fault(
    "refuses-what-it-has-done",
    at=points.PERMISSION,
    breaks=[Break("auth.refused_does_nothing", "done")],
    on=["creations"],
    also=[(points.RESULT, _refused_late)],
    family="auth",
)
def _done_first(problem: Problem | None, call: Call) -> Problem | None:
    """Who may only read is refused once what was asked for is made."""
    if problem is not None:
        call.mock.memory.setdefault(_OVERRULED, {})[call.number] = problem
    return None
