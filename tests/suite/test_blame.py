"""Whose fault a verdict is: the vendor's, the contract's, the environment's or ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.checks.builders import obligation, with_operation
from tests.evidence.conftest import CONTRACT, Make, contract_with, problem, world
from vendorproof.checks.outcome import Blame, Verdict, Word
from vendorproof.checks.registry import all_checks
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.conventions import Quota
from vendorproof.contract.model import Basis, Contract, Effect
from vendorproof.errors import Unavailable, Undocumented
from vendorproof.runs.opening import at_mock
from vendorproof.suite import Item, Phase, decide, items, suite_modules
from vendorproof.target import Binding

__all__ = ["world"]


def item(
    test: Callable[..., None], check: str = "operations.answers", operation: str = "listThings", **given: Any
) -> Item:
    return Item(test, all_checks()[check], obligation(CONTRACT, check, operation=operation, **given), Phase.READ)


def attempt(evidence: Any, operation: Any, judge: Any) -> None:
    judge(evidence.attempted(operation))


def asks(evidence: Any, operation: Any, judge: Any) -> None:
    judge(evidence.attempt(operation))


def needs_success(evidence: Any, operation: Any, judge: Any) -> None:
    judge(evidence.success(operation))


def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    ("error", "word", "blame"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), Word.INCONCLUSIVE, Blame.ENVIRONMENT),
        (httpx.ConnectError("[Errno -2] Name or service not known"), Word.INCONCLUSIVE, Blame.ENVIRONMENT),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), Word.INCONCLUSIVE, Blame.ENVIRONMENT),
        (httpx.ProxyError("407"), Word.INCONCLUSIVE, Blame.ENVIRONMENT),
        (httpx.ReadTimeout("slow"), Word.FAIL, Blame.VENDOR),
        (httpx.RemoteProtocolError("garbage"), Word.FAIL, Blame.VENDOR),
    ],
)
def test_what_happens_on_the_way_is_nobody_s_promise(error: Exception, word: Word, blame: Blame, world: Make) -> None:
    asked = world()
    asked.vendor.answer = raising(error)
    verdict = decide(item(attempt), asked.evidence)
    assert (verdict.verdict, verdict.blame) == (word, blame), verdict


@pytest.mark.parametrize("test", [asks, needs_success])
@pytest.mark.parametrize(
    "error", [httpx.ConnectError("[Errno 111] Connection refused"), httpx.ConnectError("[SSL: WRONG_VERSION]")]
)
def test_what_rests_on_a_request_that_never_arrived_is_the_environment_s(
    error: Exception, test: Callable[..., None], world: Make
) -> None:
    asked = world()
    asked.vendor.answer = raising(error)
    for _ in range(2):  # the second time what came of the first is remembered
        verdict = decide(item(test, "schema.success_body"), asked.evidence)
        assert (verdict.verdict, verdict.blame) == (Word.INCONCLUSIVE, Blame.ENVIRONMENT)


@pytest.mark.parametrize("status", [402, 429])
@pytest.mark.parametrize("test", [attempt, needs_success])
def test_a_spent_quota_or_limit_is_the_environment_s(test: Callable[..., None], status: int, world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(status)
    verdict = decide(item(test), asked.evidence)
    assert (verdict.verdict, verdict.blame) == (Word.INCONCLUSIVE, Blame.ENVIRONMENT)


def test_a_quota_may_have_a_status_of_its_own(world: Make) -> None:
    contract = contract_with(quota=Quota(418))
    asked = world(contract)
    asked.vendor.answer = lambda request: problem(418)
    wanted = obligation(contract, "operations.answers", operation="listThings")
    verdict = decide(Item(needs_success, all_checks()["operations.answers"], wanted, Phase.READ), asked.evidence)
    assert (verdict.verdict, verdict.blame) == (Word.INCONCLUSIVE, Blame.ENVIRONMENT)


def test_a_credential_without_the_right_is_the_environment_s(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(403)
    assert decide(item(attempt), asked.evidence).blame is Blame.ENVIRONMENT
    assert decide(item(needs_success), asked.evidence).blame is Blame.ENVIRONMENT


def test_a_server_s_own_mistake_is_the_vendor_s(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(500)
    failed, missing = decide(item(attempt), asked.evidence), decide(item(needs_success), asked.evidence)
    assert (failed.verdict, failed.blame) == (Word.FAIL, Blame.VENDOR)
    assert (missing.verdict, missing.blame) == (Word.INCONCLUSIVE, Blame.VENDOR)


def test_a_key_that_is_refused_everywhere_is_the_environment_s_and_still_red(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(401)
    verdict = decide(item(attempt), asked.evidence)
    assert (verdict.verdict, verdict.blame) == (Word.FAIL, Blame.ENVIRONMENT)
    assert verdict.red
    assert decide(item(needs_success), asked.evidence).blame is Blame.ENVIRONMENT


def test_a_key_that_is_refused_in_one_place_is_the_vendor_s_fault(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(401) if b"/things/" in request.extensions["target"] else None
    verdict = decide(item(attempt, operation="getThing"), asked.evidence)
    assert (verdict.verdict, verdict.blame) == (Word.FAIL, Blame.VENDOR)


@pytest.mark.parametrize(
    ("target", "operation", "blame"),
    [
        ({"allow": frozenset({Effect.READ})}, "createThing", Blame.ENVIRONMENT),
        ({"budget": 0}, "listThings", Blame.ENVIRONMENT),
        ({"credentials": {}}, "listThings", Blame.ENVIRONMENT),
    ],
)
def test_what_the_target_lacks_is_the_environment_s(
    target: dict[str, Any], operation: str, blame: Blame, world: Make
) -> None:
    verdict = decide(item(attempt, operation=operation), world(**target).evidence)
    assert (verdict.verdict, verdict.blame) == (Word.INCONCLUSIVE, blame)


def of_contract(contract: Contract, world: Make, status: int, test: Callable[..., None] = attempt) -> Verdict:
    asked = world(contract)
    asked.vendor.answer = lambda request: problem(status)
    wanted = obligation(contract, "operations.answers", operation="listThings")
    return decide(Item(test, all_checks()["operations.answers"], wanted, Phase.READ), asked.evidence)


@pytest.mark.parametrize("status", [404, 405])
@pytest.mark.parametrize("test", [attempt, needs_success])
def test_an_operation_that_we_assumed_and_that_is_not_there_is_the_contract_s(
    test: Callable[..., None], status: int, world: Make
) -> None:
    assumed = with_operation("listThings", CONTRACT, assumed=("path",), basis=Basis.IMPLIED)
    verdict = of_contract(assumed, world, status, test)
    assert (verdict.verdict, verdict.blame) == (Word.INCONCLUSIVE, Blame.CONTRACT)


def test_a_stated_operation_that_is_not_there_is_the_vendor_s(world: Make) -> None:
    assert of_contract(CONTRACT, world, 404).blame is Blame.VENDOR
    assert of_contract(CONTRACT, world, 404, needs_success).blame is Blame.VENDOR


def test_what_we_only_infer_is_our_reading_s_fault(world: Make) -> None:
    inferred = with_operation("listThings", CONTRACT, basis=Basis.IMPLIED)
    verdict = of_contract(inferred, world, 500)
    assert (verdict.verdict, verdict.blame) == (Word.FAIL, Blame.CONTRACT)
    assert not verdict.red


def test_what_the_tester_told_is_no_reading_of_ours(world: Make) -> None:
    inferred = with_operation("listThings", CONTRACT, basis=Basis.IMPLIED, assumed=("path",))
    asked = world(inferred, bindings={"listThings": Binding("GET", "/things")})
    asked.vendor.answer = lambda request: problem(500)
    wanted = obligation(inferred, "operations.answers", operation="listThings")
    verdict = decide(Item(attempt, all_checks()["operations.answers"], wanted, Phase.READ), asked.evidence)
    assert (verdict.verdict, verdict.blame, verdict.red) == (Word.FAIL, Blame.VENDOR, True)


def test_what_the_page_leaves_open_is_the_contract_s(world: Make) -> None:
    def test(evidence: Any) -> None:
        raise Undocumented("the documentation names no such thing")

    def wrapped(evidence: Any) -> None:
        try:
            test(evidence)
        except Undocumented as reason:
            raise Unavailable("nothing to show") from reason

    asked = world()
    assert decide(item(test), asked.evidence).blame is Blame.CONTRACT
    assert decide(item(wrapped), asked.evidence).blame is Blame.CONTRACT


def test_an_account_that_shows_too_little_is_the_environment_s(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        judge(evidence.pagination.walks(operation))

    asked = world()
    asked.vendor.things.clear()
    verdict = decide(item(test, "pagination.nothing_twice"), asked.evidence)
    assert (verdict.verdict, verdict.blame) == (Word.INCONCLUSIVE, Blame.ENVIRONMENT)


def test_a_refusal_that_was_asked_for_is_no_fault(world: Make) -> None:
    def test(evidence: Any, operation: Any, judge: Any) -> None:
        evidence.auth.none(operation)
        raise Unavailable("and that was all")

    assert decide(item(test), world().evidence).blame is Blame.ENVIRONMENT


def test_a_pass_is_nobody_s_fault_and_an_exception_ours(world: Make) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    assert decide(item(attempt), world().evidence).blame is Blame.NOBODY
    assert decide(item(broken), world().evidence).blame is Blame.OURS


def test_whether_the_key_is_good_costs_no_request_where_it_is_known(world: Make) -> None:
    asked = world()
    asked.evidence.attempt(asked.operation("listThings"))
    assert asked.sent_by(asked.evidence.access.key_is_good) == []
    assert asked.evidence.access.key_is_good()


def test_whether_the_key_is_good_costs_a_few_requests_where_it_is_not(world: Make) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(401)
    sent = asked.sent_by(asked.evidence.access.key_is_good)
    assert 0 < len(sent) <= 5
    assert asked.sent_by(asked.evidence.access.key_is_good) == []
    assert not asked.evidence.access.key_is_good()


def test_every_verdict_that_is_no_pass_blames_somebody() -> None:
    """Every shape of a refused run, over the suites of a shipped contract."""
    contract = load_contract(contracts_root() / "leni")
    with at_mock(contract) as session:
        poor = replace(session.target, allow=frozenset({Effect.READ}), ids={}, drain=False)
    with at_mock(contract, like=poor) as session:
        verdicts = [session.decide(one) for one in items(suite_modules(), {"leni": contract})]
    undecided = [one for one in verdicts if one.verdict in (Word.FAIL, Word.INCONCLUSIVE, Word.ERROR)]
    assert undecided
    assert [one for one in undecided if one.blame is Blame.NOBODY] == []
