"""How mistakes are answered where the documentation does not say: statuses, codes, bodies."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vendorproof.contract.model import Basis, Contract
from vendorproof.mock.data.principals import TENANTS
from vendorproof.mock.data.store import Row
from vendorproof.mock.deviations.rewrite import edited, with_body
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.deviations.variants.openness import (
    covered,
    demands,
    error_body_open,
    errors_need_no_json,
    status_open,
)
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Problem, refuse

Json = Any
_GONE = "variants/gone"
_NOT_JSON = "The body is not JSON"
_PAGE = ("Content-Type", "text/html")


def _otherwise(problem: Problem, status: int, *, of: int, when: Callable[[Problem], bool] = lambda _: True) -> Problem:
    return replace(problem, status=status) if problem.status == of and when(problem) else problem


def _validation_open(contract: Contract) -> bool:
    return status_open(contract, 400)


@variant("validation-is-422", points.PROBLEM, legal=_validation_open)
def _unprocessable(problem: Problem, call: Call) -> Problem:
    """Invalid input gets 422, where the faithful mock answers 400."""
    return _otherwise(problem, 422, of=400)


def _malformed_open(contract: Contract) -> bool:
    return not demands(contract, "errors.status", provoke="malformed-body") and not _table_is_all(contract)


def _table_is_all(contract: Contract) -> bool:
    """Whether some reading of the documentation takes its statuses for all that there are."""
    return demands(contract, "operations.documented_status")


@variant("malformed-json-is-422", points.PROBLEM, legal=_malformed_open)
def _malformed(problem: Problem, call: Call) -> Problem:
    """A body that is no JSON gets 422, where the faithful mock answers 400."""
    return _otherwise(problem, 422, of=400, when=lambda one: one.message.startswith(_NOT_JSON))


def _refusal_open(contract: Contract) -> bool:
    return contract.conventions.authentication.refusal.missing is None


@variant("no-credential-is-403", points.PROBLEM, legal=_refusal_open)
def _forbidden(problem: Problem, call: Call) -> Problem:
    """A missing or unknown credential gets 403, where the faithful mock answers 401."""
    return _otherwise(problem, 403, of=401)


def _scoped(contract: Contract) -> bool:
    return bool(contract.conventions.authentication.context)


@variant("no-scope-is-401", points.PROBLEM, legal=_scoped)
def _no_scope(problem: Problem, call: Call) -> Problem:
    """A missing scoping header gets 401, where the faithful mock answers 400."""
    return _otherwise(problem, 401, of=400, when=lambda one: one.code in ("missing_context", "organization_missing"))


@variant("no-scope-is-404", points.PROBLEM, legal=_scoped)
def _hidden_scope(problem: Problem, call: Call) -> Problem:
    """Without its scoping header, or in another's name, a request finds nothing: 404."""
    scoped = ("missing_context", "organization_missing")
    return replace(problem, status=404) if problem.code in scoped or "does not reach" in problem.message else problem


def _absence_open(contract: Contract) -> bool:
    return not demands(contract, "errors.status", status=404) and not demands(contract, "tenants.like_absent")


@variant("absent-is-403", points.PROBLEM, legal=_absence_open)
def _absent_403(problem: Problem, call: Call) -> Problem:
    """What does not exist gets 403, where the faithful mock answers 404."""
    return _otherwise(problem, 403, of=404, when=lambda _: call.operation is not None)


def _foreign_open(contract: Contract) -> bool:
    return not demands(contract, "tenants.like_absent")


@variant("foreign-is-403", points.LOOKUP, legal=_foreign_open)
def _foreign_403(found: Row | None, call: Call) -> Row | None:
    """Another tenant's thing gets 403, where the faithful mock answers 404."""
    others = [tenant for tenant in TENANTS if tenant != call.tenant]
    for resource in call.mock.blueprint.shapes if found is None and call.tenant else ():
        for wanted in call.arguments.values():
            if any(call.mock.store.find(other, resource, wanted) for other in others):
                raise refuse(403, "forbidden", "That is another's.")
    return found


def _remembered(row: Row | None, call: Call) -> Row | None:
    if row is not None:
        call.mock.memory.setdefault(_GONE, set()).add(row.id)
    return row


@variant("deleted-is-410", points.LOOKUP, legal=_absence_open, also=((points.REMOVAL, _remembered),))
def _gone(found: Row | None, call: Call) -> Row | None:
    """What was deleted gets 410, where the faithful mock answers 404."""
    if found is None and set(call.arguments.values()) & call.mock.memory.get(_GONE, set()):
        raise refuse(410, "gone", "It was deleted.")
    return found


@variant("another-method-is-404", points.PROBLEM)
def _hidden_method(problem: Problem, call: Call) -> Problem:
    """A method that a path does not have gets 404, where the faithful mock answers 405."""
    return replace(problem, status=404, headers=()) if problem.status == 405 else problem


def _has_codes(contract: Contract) -> bool:
    return "code" in contract.conventions.errors.fields


@variant("other-codes", points.ERROR, legal=_has_codes)
def _other_codes(document: Json, call: Call) -> Json:
    """Errors have other codes, but for those that the documentation shows."""
    contract = call.mock.contract
    shown = {one.parameters.get("pattern") for one in contract.requirements if one.check == "errors.field"}

    def change(code: Json) -> Json:
        return code if code in shown else f"e{(call.problem.status if call.problem else 0)}_fake"

    return edited(document, contract.conventions.errors.fields["code"], change)


def _has_details(contract: Contract) -> bool:
    return "details" in contract.conventions.errors.fields


@variant("details-everywhere", points.PROBLEM, legal=_has_details)
def _details(problem: Problem, call: Call) -> Problem:
    """Every error has details."""
    return problem if problem.details is not None else replace(problem, details={"hint": "fake"})


def _has_uuids(contract: Contract) -> bool:
    return demands(contract, "errors.field", format="uuid4")


@variant("ids-of-errors-in-capitals", points.ERROR, legal=_has_uuids)
def _capitals(document: Json, call: Call) -> Json:
    """The UUIDs of errors are in capitals."""
    contract = call.mock.contract
    names = [one.parameters["field"] for one in contract.requirements if one.parameters.get("format") == "uuid4"]
    return edited(document, contract.conventions.errors.fields[names[0]], lambda one: str(one).upper())


def _as_problem(answer: Answer, call: Call) -> Answer:
    problem = call.problem
    assert problem is not None
    document = {"type": "about:blank", "title": problem.code, "status": problem.status, "detail": problem.message}
    return with_body(answer, json.dumps(document).encode(), "application/problem+json")


def _on_errors(change: Callable[[Answer, Call], Answer]) -> Callable[[Answer, Call], Answer]:
    return lambda answer, call: answer if call.problem is None or answer.status < 400 else change(answer, call)


@variant("problem-details", points.ANSWER, legal=error_body_open)
def _problem_details(answer: Answer, call: Call) -> Answer:
    """Errors are problem details (RFC 9457)."""
    return _on_errors(_as_problem)(answer, call)


@variant("errors-as-text", points.ANSWER, legal=errors_need_no_json)
def _text(answer: Answer, call: Call) -> Answer:
    """Errors are plain text."""
    return _on_errors(lambda one, _: with_body(one, b"No (fake).", "text/plain; charset=utf-8"))(answer, call)


@variant("errors-as-html", points.ANSWER, legal=errors_need_no_json)
def _html(answer: Answer, call: Call) -> Answer:
    """Errors are pages."""
    return _on_errors(lambda one, _: with_body(one, b"<html><p>No (fake).</p></html>", "text/html"))(answer, call)


@variant("unknown-paths-at-the-gateway", points.ANSWER)
def _gateway(answer: Answer, call: Call) -> Answer:
    """A path that the API does not have is answered by what stands before it, with a page of its own."""
    if call.operation is not None or answer.status != 404:
        return answer
    return replace(answer, body=b"<html><p>404 (fake)</p></html>", chunks=(), headers=(_PAGE,))


@variant("errors-without-body", points.ANSWER, legal=error_body_open)
def _bare(answer: Answer, call: Call) -> Answer:
    """Errors have no body at all."""

    def emptied(one: Answer, _: Call) -> Answer:
        return replace(one, body=b"", headers=tuple(pair for pair in one.headers if pair[0].lower() != "content-type"))

    return _on_errors(emptied)(answer, call)


def _wants_other_users(contract: Contract) -> bool:
    return any(_user_field(contract, operation.id) for operation in contract.operations)


def _user_field(contract: Contract, operation_id: str) -> str | None:
    """The field of a foreign user that an operation may also refuse, None where it may not."""
    operation = contract.operation(operation_id)
    if not covered(contract, "identity.foreign_user_ignored", operation):
        return None
    if covered(contract, "identity.user_fields_accepted", operation, frozenset(Basis)):
        return None
    named = [one for one in contract.requirements if one.check == "identity.foreign_user_ignored"]
    return str(named[0].parameters["field"])


@variant("refuses-a-foreign-user", points.FINDINGS, legal=_wants_other_users)
def _refuses_user(found: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """A body that names a user is refused where the documentation says that none is accepted."""
    name = _user_field(call.mock.contract, call.operation.id) if call.operation else None
    named = name is not None and isinstance(call.payload, dict) and name in call.payload
    return (*found, f"The field {name} is not accepted.") if named else found
