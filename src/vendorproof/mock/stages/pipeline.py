"""The way of a request through the mock, one small stage after the other.

Each stage looks at the call and either lets it pass (None), answers it, or raises Refused. Their order is the vendor's
promise to a caller: a request over the limit is refused before anybody looks at its credential, and a body is only
read for callers who may send it.
"""

from __future__ import annotations

from collections.abc import Callable

from vendorproof.mock.data.limiter import Charge
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Document, Problem, Refused, refuse
from vendorproof.mock.request.used_keys import Used
from vendorproof.mock.stages import rate
from vendorproof.mock.stages.access import carried, decide, permission, refusal_of, scoping
from vendorproof.mock.stages.handlers import published_openapi, result_of
from vendorproof.mock.stages.idempotency import claim, fingerprint, lasting, repeated
from vendorproof.mock.stages.render import dressed, refusal, success
from vendorproof.mock.stages.validation import findings

Stage = Callable[[Call], Answer | None]


def answer(call: Call) -> Answer:
    """Answers one request."""
    try:
        given = _first_answer(call)
    except Refused as refused:
        given = refusal(call, refused.problem)
    return call.mock.through(points.ANSWER, dressed(call, given), call)


def _first_answer(call: Call) -> Answer:
    return _stopped(call) or carry_out(call)


def _stopped(call: Call) -> Answer | None:
    for stage in STAGES:
        given = stage(call)
        if given is not None:
            return given
    return None


def admission(call: Call) -> Answer | None:
    """The answer to a request that is not let in, None where it is: all of the way but the doing."""
    try:
        given = _stopped(call)
    except Refused as refused:
        given = refusal(call, refused.problem)
    return call.mock.through(points.ANSWER, dressed(call, given), call) if given else None


def identify(call: Call) -> Answer | None:
    """Reads the credential, without judging it: the limit counts by it."""
    found = carried(call, call.mock.contract.conventions.authentication.carriers)
    if found is not None:
        call.carrier, call.credential = found
    return None


def limit_rate(call: Call) -> Answer | None:
    """Counts the request in the window of its workspace and token."""
    mock = call.mock
    known = mock.directory.find(call.credential or "")
    key = (known.tenant if known else "", call.credential or "")
    limit = mock.character.rate_limit(known.environment if known else "")
    charge = mock.through(points.CHARGE, Charge(key, 1, limit), call)
    call.window = mock.limiter.charge(charge, call.now)
    if mock.through(points.EXCEEDED, call.window.exceeded, call):
        raise Refused(rate.exceeded(call.window, call))
    return None


def redirect(call: Call) -> Answer | None:
    """Sends a plain http request on to https, where the vendor promises that."""
    promised = call.mock.contract.conventions.transport.plain_http == "redirect" and call.scheme == "http"
    if not call.mock.through(points.REDIRECT, promised, call):
        return None
    query = f"?{call.query_string}" if call.query_string else ""
    location = f"https://{call.header('host') or 'localhost'}{call.raw_path}{query}"
    return Answer(308, (("Location", location), ("Content-Length", "0")))


def route(call: Call) -> Answer | None:
    """Finds the operation; an unknown path is 404, a method that the path does not have 405."""
    mock = call.mock
    match = mock.blueprint.router.match(call.method, call.path) if call.inside else None
    if match is not None:
        call.operation = match.operation
        call.arguments = {name: value.replace("%2F", "/") for name, value in match.arguments.items()}
    call.operation = mock.through(points.ROUTE, call.operation, call)
    if call.operation is not None:
        return None
    published = mock.contract.conventions.versioning.openapi
    if published is not None and call.inside and (call.method, call.path) == ("GET", published):
        return success(call, Document(published_openapi(mock.contract.openapi), 200))
    if match is None:
        page = mock.character.pages.get(call.path) if call.inside and call.method == "GET" else None
        if page is not None:
            return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())
        raise refuse(404, "not_found", f"There is nothing at {call.path}.")
    allowed = ", ".join(sorted(match.allowed))
    message = f"{call.method} is not allowed at {call.path}; allowed: {allowed}."
    raise Refused(Problem(405, "method_not_allowed", message, headers=(("Allow", allowed),)))


def authenticate(call: Call) -> Answer | None:
    """Lets in who has a good credential; public operations are open."""
    if call.operation is not None and call.operation.public:
        call.principal = call.mock.directory.find(call.credential or "")
        return None
    decision = call.mock.through(points.DECISION, decide(call), call)
    refusal_of(decision.problem)
    call.principal = decision.principal
    return None


def authorise(call: Call) -> Answer | None:
    """Holds callers to what their credential and their scoping headers allow."""
    refusal_of(call.mock.through(points.PERMISSION, permission(call), call))
    refusal_of(call.mock.through(points.CONTEXT, scoping(call), call))
    return None


def limit_quota(call: Call) -> Answer | None:
    """Counts the call against the fixed allowance of keys whose environment has one."""
    mock, principal = call.mock, call.principal
    quota = mock.contract.conventions.quota
    if quota is None or principal is None or principal.environment not in quota.environments:
        return None
    spent = mock.spent.get(principal.credential, 0)
    over = Problem(quota.status, "quota_exhausted", f"The allowance of {mock.character.quota} calls is spent.")
    refusal_of(mock.through(points.QUOTA, over if spent >= mock.character.quota else None, call))
    mock.spent[principal.credential] = spent + 1
    return None


def validate(call: Call) -> Answer | None:
    """Refuses parameters and bodies that break the contract's schemas."""
    if call.operation is None:
        return None
    found = call.mock.through(points.FINDINGS, findings(call, call.operation), call)
    if found:
        raise refuse(400, "validation_error", " ".join(found[:3]), details={"errors": list(found)})
    return None


STAGES: tuple[Stage, ...] = (
    identify,
    limit_rate,
    redirect,
    route,
    authenticate,
    authorise,
    limit_quota,
    validate,
)


def carry_out(call: Call) -> Answer:
    """Does what the operation does, once for each idempotency key."""
    convention = call.mock.contract.conventions.idempotency
    claimed = None
    if convention is not None and call.operation is not None and call.operation.id in call.mock.blueprint.idempotent:
        claimed = claim(call, convention)
    if claimed is None or convention is None:
        return _done(call)
    claimed = call.mock.through(points.CLAIM, claimed, call)
    before = repeated(claimed, convention, call)
    if before is not None:
        return before
    try:
        given = _done(call)
    except Refused as refused:
        given = refusal(call, refused.problem)
    if lasting(given):
        call.mock.keys.remember(claimed.slot, Used(call.now, fingerprint(call), given, call.mock.turn()))
    return given


def _done(call: Call) -> Answer:
    if call.operation is None:
        raise refuse(404, "not_found", f"There is nothing at {call.path}.")
    return success(call, result_of(call, call.operation))
