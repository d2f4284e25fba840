"""Which success an operation answers where the documentation does not say."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.contract.model import Basis, Contract, Kind, Operation
from vendorproof.mock.deviations.variant import Legal, variant
from vendorproof.mock.deviations.variants.openness import body_open, covered
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Data, Nothing, One, Result
from vendorproof.mock.stages.render import json_answer, placed

_ANY = frozenset(Basis)


def _may_answer(contract: Contract, operation: Operation, status: int) -> bool:
    """Whether the documentation names this success, or leaves the success statuses of an operation open."""
    documented = any(one.status.upper() in (str(status), "2XX") for one in operation.successes)
    return documented and not covered(contract, "operations.success_status", operation, _ANY)


def _may(status: int, *kinds: Kind) -> Legal:
    def legal(contract: Contract) -> bool:
        return any(_may_answer(contract, one, status) for one in contract.operations if one.kind in kinds)

    return legal


def _is(call: Call, status: int, *kinds: Kind) -> bool:
    operation = call.operation
    return operation is not None and operation.kind in kinds and _may_answer(call.mock.contract, operation, status)


_CHANGES = (Kind.UPDATE, Kind.DELETE)


@variant("created-with-200", points.RESULT, legal=_may(200, Kind.CREATE))
def _created_with_200(result: Result, call: Call) -> Result:
    """Creations answer 200 where the faithful mock has 201."""
    return replace(result, status=200) if isinstance(result, One) and _is(call, 200, Kind.CREATE) else result


@variant("created-with-202", points.RESULT, legal=_may(202, Kind.CREATE))
def _created_with_202(result: Result, call: Call) -> Result:
    """Creations answer 202."""
    return replace(result, status=202) if isinstance(result, One) and _is(call, 202, Kind.CREATE) else result


@variant("actions-with-201", points.ANSWER, legal=_may(201, Kind.ACTION))
def _actions_with_201(answer: Answer, call: Call) -> Answer:
    """Actions answer 201 where the faithful mock has 200."""
    return replace(answer, status=201) if answer.status == 200 and _is(call, 201, Kind.ACTION) else answer


def _quiet(contract: Contract, operation: Operation) -> bool:
    """Whether a change may succeed without a word: the documentation does not narrow its success to others than 204."""
    documented = any(one.status.upper() in ("204", "2XX") for one in operation.successes)
    allowed = [
        one.parameters["statuses"]
        for one in contract.requirements
        if one.check == "operations.success_status" and operation.kind.value + "s" in " ".join(one.on)
    ]
    return documented and all(204 in statuses for statuses in allowed) and operation.kind in _CHANGES


def _some_quiet(contract: Contract) -> bool:
    return any(_quiet(contract, operation) for operation in contract.operations)


@variant("changes-without-body", points.RESULT, legal=_some_quiet)
def _without_body(result: Result, call: Call) -> Result:
    """Updates and deletions answer 204 where the contract lets them."""
    quiet = call.operation is not None and _quiet(call.mock.contract, call.operation)
    return Nothing(204) if quiet else result


def _some_deletion_tells(contract: Contract) -> bool:
    return any(_tells(contract, operation) for operation in contract.operations)


def _tells(contract: Contract, operation: Operation) -> bool:
    documented = any(one.status.upper() in ("200", "2XX") for one in operation.successes)
    return operation.kind is Kind.DELETE and documented and body_open(contract, operation)


@variant("deletions-with-body", points.RESULT, legal=_some_deletion_tells)
def _with_body(result: Result, call: Call) -> Result:
    """Deletions answer 200 and say that something was deleted."""
    operation = call.operation
    if operation is None or not _tells(call.mock.contract, operation):
        return result
    return Data({"deleted": True, "object": "fake"}, 200)


def _absent_deletions_open(contract: Contract) -> bool:
    return any(_forgives(contract, operation) for operation in contract.operations)


def _forgives(contract: Contract, operation: Operation) -> bool:
    return operation.kind is Kind.DELETE and not covered(contract, "errors.status", operation)


@variant("deletions-of-nothing-succeed", points.ANSWER, legal=_absent_deletions_open)
def _forgiving(answer: Answer, call: Call) -> Answer:
    """Deleting what is not there succeeds: nothing is there afterwards."""
    operation = call.operation
    if answer.status != 404 or operation is None or not _forgives(call.mock.contract, operation):
        return answer
    status = call.mock.blueprint.success_status(operation)
    if status == 204:
        return Answer(204, tuple(pair for pair in answer.headers if not pair[0].lower().startswith("content-")))
    return json_answer(status, placed(None, call.mock.contract.conventions.data or "", {"deleted": False}))
