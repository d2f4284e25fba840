"""Lies about credentials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vendorproof.contract.model import Contract, Operation
from vendorproof.mock.deviations.catalogue import Break, fault, scoped
from vendorproof.mock.deviations.faults.choosing import authenticated_lists, creations_of, readings_of
from vendorproof.mock.deviations.rewrite import with_header
from vendorproof.mock.deviations.traits import (
    bare_carrier,
    forms_of_credentials,
    names_refusals,
    prefixed_carrier,
    several_carriers,
    unknown_in_many_ways,
)
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Decision, Problem
from vendorproof.mock.stages.access import challenge

_REFUSALS = ("auth.missing_refused", "auth.invalid_refused", "auth.malformed_refused", "auth.similar_refused")
_DIFFER = Break("auth.carriers_equivalent", "carriers-differ")
_MISSING = {"provoke": "missing-credential"}
_UNKNOWN = (
    Break("auth.invalid_refused", "accepted"),
    Break("auth.similar_refused", "accepted"),
    # Where nothing stands before a credential, a malformed one is an unknown one.
    Break("auth.malformed_refused", "accepted", when=bare_carrier),
    Break("auth.verify_refuses", "called-valid"),
)


def _let_in(call: Call) -> Decision:
    return Decision(call.mock.directory.role("default"))


def _sent_something(call: Call) -> bool:
    """Whether any documented place of a credential is filled, with whatever."""
    carriers = call.mock.contract.conventions.authentication.carriers
    return any(
        call.header(carrier.parameter) is not None if carrier.location == "header" else carrier.parameter in call.query
        for carrier in carriers
    )


@fault("refuses-without-a-challenge", at=points.ANSWER, breaks=[Break("auth.challenge", "no-challenge")])
def _no_challenge(answer: Answer, call: Call) -> Answer:
    """A 401 does not say with which scheme to authenticate."""
    return with_header(answer, "WWW-Authenticate", None) if answer.status == 401 else answer


@fault(
    "accepts-any-token",
    at=points.DECISION,
    breaks=[*_UNKNOWN, Break("auth.role_refused", "accepted", {"role": ("revoked", "expired")})],
)
def _any_token(decision: Decision, call: Call) -> Decision:
    """Whatever looks like a credential is let in."""
    return _let_in(call) if decision.problem and call.credential else decision


@fault("accepts-unknown-tokens", at=points.DECISION, breaks=_UNKNOWN)
def _unknown_token(decision: Decision, call: Call) -> Decision:
    """A credential that was never issued is let in; one that was withdrawn is not."""
    unknown = call.credential is not None and call.mock.directory.find(call.credential) is None
    return _let_in(call) if unknown else decision


for _carrier in ("bearer", "query"):
    scoped(
        "accepts-unknown-tokens",
        carrier=_carrier,
        applies=several_carriers,
        breaks=[Break("auth.invalid_refused", "accepted", {"carrier": _carrier})],
    )


@fault(
    "accepts-requests-without-credentials",
    at=points.DECISION,
    breaks=[
        Break("auth.missing_refused", "accepted"),
        Break("errors.status", "other-status", _MISSING),
        Break("transport.plain_http_refused", "answered-in-clear"),
        Break("websocket.refused_without_credentials", "opened"),
    ],
)
def _no_credential(decision: Decision, call: Call) -> Decision:
    """Nobody has to say who they are."""
    return _let_in(call) if decision.problem and not _sent_something(call) else decision


@fault(
    "forgets-the-credential-on-one-operation",
    at=points.DECISION,
    breaks=[Break("auth.missing_refused", "accepted"), Break("errors.status", "other-status", _MISSING)],
    on=authenticated_lists,
    spread="one",
)
def _no_credential_on_one(decision: Decision, call: Call) -> Decision:
    """One listing is open to everybody."""
    return _no_credential(decision, call)


@fault(
    "accepts-malformed-credentials",
    at=points.DECISION,
    breaks=[Break("auth.malformed_refused", "accepted")],
    applies=prefixed_carrier,
)
def _malformed(decision: Decision, call: Call) -> Decision:
    """A credential in any other form than the documented one is let in."""
    return _let_in(call) if call.credential is None and _sent_something(call) else decision


@fault(
    "reads-a-credential-whatever-its-scheme",
    at=points.DECISION,
    breaks=[Break("auth.malformed_refused", "accepted")],
    applies=prefixed_carrier,
)
def _any_scheme(decision: Decision, call: Call) -> Decision:
    """A good credential is let in with another scheme before it."""
    return _known_after(" ", decision, call)


@fault(
    "reads-a-credential-without-its-scheme",
    at=points.DECISION,
    breaks=[Break("auth.malformed_refused", "accepted")],
    applies=forms_of_credentials,
)
def _no_scheme(decision: Decision, call: Call) -> Decision:
    """A good credential is let in with no scheme before it."""
    return _known_after("", decision, call)


def _known_after(gap: str, decision: Decision, call: Call) -> Decision:
    """Lets in who sends a good credential with a scheme before it, or, without a gap, with nothing before it."""
    carriers = call.mock.contract.conventions.authentication.carriers
    sent = [(call.header(carrier.parameter) or "").rpartition(" ") for carrier in carriers]
    found = [call.mock.directory.find(credential) for _, between, credential in sent if between == gap]
    good = next((one for one in found if one is not None and one.valid(call.now)), None)
    return Decision(good) if decision.problem and good is not None else decision


@fault(
    "compares-the-beginning-of-a-credential",
    at=points.DECISION,
    breaks=[
        Break("auth.invalid_refused", "accepted", when=unknown_in_many_ways),
        Break("auth.similar_refused", "accepted"),
    ],
)
def _beginning(decision: Decision, call: Call) -> Decision:
    """What begins with a good credential is let in."""
    known = call.mock.directory.find((call.credential or "")[:-1])
    return Decision(known) if decision.problem and known is not None and known.valid(call.now) else decision


@fault(
    "accepts-revoked-credentials",
    at=points.DECISION,
    breaks=[Break("auth.role_refused", "accepted", {"role": "revoked"})],
)
def _revoked(decision: Decision, call: Call) -> Decision:
    """A credential that was rotated away still works."""
    principal = call.mock.directory.find(call.credential or "")
    return Decision(principal) if principal is not None and principal.revoked else decision


@fault(
    "accepts-expired-credentials",
    at=points.DECISION,
    breaks=[Break("auth.role_refused", "accepted", {"role": "expired"})],
)
def _expired(decision: Decision, call: Call) -> Decision:
    """A credential that has expired still works."""
    principal = call.mock.directory.find(call.credential or "")
    return Decision(principal) if principal is not None and principal.expires is not None else decision


@fault(
    "refuses-credentials-with-403",
    at=points.DECISION,
    breaks=[
        *(Break(check, "other-status") for check in _REFUSALS),
        Break("auth.role_refused", "other-status", {"status": None}),
        Break("errors.status", "other-status", _MISSING),
    ],
    applies=names_refusals,
)
def _forbidden_instead(decision: Decision, call: Call) -> Decision:
    """A missing or bad credential is answered with 403."""
    return replace(decision, problem=replace(decision.problem, status=403)) if decision.problem else decision


@fault(
    "refuses-missing-credentials-with-400",
    at=points.DECISION,
    breaks=[Break("auth.missing_refused", "other-status"), Break("errors.status", "other-status", _MISSING)],
    applies=names_refusals,
)
def _missing_is_bad_request(decision: Decision, call: Call) -> Decision:
    """A request without a credential is answered with 400."""
    if decision.problem is None or _sent_something(call):
        return decision
    return replace(decision, problem=replace(decision.problem, status=400))


@fault(
    "refuses-good-credentials-on-one-operation",
    at=points.DECISION,
    breaks=[
        Break("auth.accepted", "refused"),
        Break("auth.role_accepted", "refused"),
        Break("operations.answers", "not-answered"),
    ],
    on=authenticated_lists,
    spread="one",
)
def _refuses_good(decision: Decision, call: Call) -> Decision:
    """One listing refuses the documented credential."""
    return Decision(None, Problem(401, "unauthorized", "The credential is unknown.", headers=challenge(call)))


def _readings_of_things(contract: Contract) -> Iterable[str]:
    readings = readings_of("auth.accepted")(contract)
    return [name for name in readings if contract.operation(name).resource is not None]


@fault(
    "refuses-good-credentials-on-one-reading",
    at=points.DECISION,
    breaks=[
        Break("auth.accepted", "refused"),
        Break("auth.role_accepted", "refused"),
        Break("operations.answers", "not-answered"),
        Break("lifecycle.created_is_readable", "not-readable", seen_at=creations_of, certain=False),
        Break("errors.status", "other-status", certain=False),
    ],
    on=_readings_of_things,
    spread="one",
)
def _refuses_one_reading(decision: Decision, call: Call) -> Decision:
    """One reading refuses the documented credential."""
    return _refuses_good(decision, call)


def _other_kinds(contract: Contract) -> set[str]:
    """The roles whose credentials are good too."""
    return {one.parameters["role"] for one in contract.requirements if one.check == "auth.role_accepted"}


@fault(
    "refuses-the-other-kinds-of-credentials",
    at=points.DECISION,
    breaks=[Break("auth.role_accepted", "refused")],
)
def _refuses_other_kinds(decision: Decision, call: Call) -> Decision:
    """Credentials of another documented kind than the usual one are refused."""
    known = decision.principal is not None and decision.principal.role in _other_kinds(call.mock.contract)
    return _refuses_good(decision, call) if known else decision


@fault("refuses-good-credentials", at=points.DECISION, breaks=())
def _refuses_everywhere(decision: Decision, call: Call) -> Decision:
    """The documented credential is refused."""
    return _refuses_good(decision, call)


scoped(
    "refuses-good-credentials",
    carrier="bearer",
    applies=several_carriers,
    breaks=[Break("auth.accepted", "refused", {"carrier": "bearer"}), _DIFFER],
)
scoped(
    "refuses-good-credentials",
    carrier="query",
    applies=several_carriers,
    breaks=[Break("auth.accepted", "refused", {"carrier": "query"}), _DIFFER],
)


@fault(
    "lets-read-only-credentials-write",
    at=points.PERMISSION,
    breaks=[Break("auth.forbidden", "accepted", {"role": "read_only", "lenient": None})],
)
def _read_only_writes(problem: Problem | None, call: Call) -> Problem | None:
    """A credential that may only read can write."""
    return None if call.principal is not None and not call.principal.writes else problem


@fault(
    "lets-anybody-act-as-owner",
    at=points.PERMISSION,
    breaks=[Break("auth.forbidden", "accepted", {"role": "non_owner", "lenient": None})],
)
def _anybody_owns(problem: Problem | None, call: Call) -> Problem | None:
    """Operations for the owner alone are open to everybody."""
    return None if call.principal is not None and call.principal.role == "non_owner" else problem


@fault("hides-missing-permission-behind-404", at=points.PERMISSION, breaks=[Break("auth.forbidden", "other-status")])
def _forbidden_as_absent(problem: Problem | None, call: Call) -> Problem | None:
    """Who may not do something is told that there is no such thing."""
    return replace(problem, status=404, code="not_found") if problem else None


@fault("echoes-the-credential-in-refusals", at=points.PROBLEM, breaks=[Break("auth.credential_not_echoed", "echoed")])
def _echo(problem: Problem, call: Call) -> Problem:
    """An error message repeats the credential that was sent."""
    return replace(problem, message=f"{problem.message} ({call.credential})") if call.credential else problem


@fault(
    "guesses-the-scope-of-a-request",
    at=points.CONTEXT,
    breaks=[
        Break("auth.context_required", "accepted"),
        Break("auth.context_required_somewhere", "never-required"),
    ],
)
def _guesses(problem: Problem | None, call: Call) -> Problem | None:
    """A request without its scoping header is taken for one about the caller's own."""
    missing = [one for one in call.mock.blueprint.context_for(call.operation) if call.header(one.header) is None]
    for context in missing:
        value = context.template.format(value=call.mock.character.context_value(context.value, call.tenant))
        call.headers = {**call.headers, context.header.lower(): value}
    return None if missing else problem


@fault("ignores-the-scoping-header", at=points.CONTEXT, breaks=[Break("auth.context_required", "accepted")])
def _context_ignored(problem: Problem | None, call: Call) -> Problem | None:
    """Requests that do not say what they are scoped to are answered."""
    return None


@fault(
    "demands-credentials-on-public-operations",
    at=points.ROUTE,
    breaks=[
        Break("auth.public_open", "credential-demanded"),
        Break("operations.answers", "not-answered"),
        Break("auth.login_issues_token", "no-token"),
        Break("errors.status", "other-status", certain=False),
    ],
    on=["public"],
)
def _public_closed(operation: Operation | None, call: Call) -> Operation | None:
    """Public operations refuse whoever sends no credential."""
    return replace(operation, public=False) if operation else None


def _answered(answer: Answer, call: Call) -> Answer:
    if answer.status == 200 and call.principal is not None and call.method == "GET":
        _cached(call).add(call.raw_path)
    return answer


def _cached(call: Call) -> set[str]:
    known: set[str] = call.mock.memory.setdefault("cached answers", set())
    return known


@fault(
    "serves-what-it-served-before-without-credentials",
    at=points.DECISION,
    breaks=[
        Break("auth.missing_refused", "accepted"),
        Break("errors.status", "other-status", _MISSING, certain=False),
        Break("transport.plain_http_refused", "answered-in-clear", certain=False),
    ],
    on=readings_of("auth.missing_refused"),
    also=[(points.ANSWER, _answered)],
)
def _from_a_cache(decision: Decision, call: Call) -> Decision:
    """What somebody with a credential has read can be read by anybody from then on."""
    seen = call.method == "GET" and call.raw_path in _cached(call)
    return _let_in(call) if decision.problem and seen and not _sent_something(call) else decision
