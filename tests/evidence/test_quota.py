"""Allowances and limits: spent only where the tester wants it, and no further than needed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.evidence.mocked import contract_of, mocked, purposes, without
from vendorproof.errors import NeedsRole, Unavailable
from vendorproof.mock import Fault, embedded
from vendorproof.mock.data.limiter import Charge
from vendorproof.mock.deviations.fault import Scope
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Decision, Problem
from vendorproof.runs.session import Session

TARGET = embedded(contract_of("leni")).target
ALLOWANCE = int(TARGET.values["sandboxAllowance"])


def calls(session: Session, role: str) -> Counter[int]:
    return Counter(exchange.status for exchange in session.journal if exchange.role == role)


def test_an_allowance_is_spent_once() -> None:
    with mocked("leni") as session:
        spending = session.evidence.quota.spent()
        assert len(spending.allowed) == ALLOWANCE
        assert spending.refused is not None
        assert spending.refused.status == 402
        assert spending.other is not None
        assert spending.other.succeeded
        before = len(session.journal)
        assert session.evidence.quota.spent_beside() is spending
        assert len(session.journal) == before


def test_other_environments_get_one_call_more() -> None:
    with mocked("leni") as session:
        unspent = session.evidence.quota.unspent("development")
        assert unspent.refused is None
        assert calls(session, "development")[200] == ALLOWANCE + 1


def _refuses_as_spent(decision: Decision, call: Call) -> Decision:
    return Decision(None, Problem(402, "quota_exhausted", "The allowance is spent (fake)."))


REFUSES_AS_SPENT = Fault("refuses-as-spent", "Has an allowance.", ((points.DECISION, _refuses_as_spent),), Scope())


def test_a_refusal_on_the_way_shows_an_allowance_without_any_being_spent() -> None:
    same = {**TARGET.credentials, "development": TARGET.credentials["default"]}
    with mocked("leni", REFUSES_AS_SPENT, drain=False, credentials=same) as session:
        contract = session.contract
        with pytest.raises(Unavailable, match="drain = true"):
            session.evidence.quota.unspent("production")
        assert session.evidence.attempt(contract.operation("runModels")).status == 402
        session.evidence.attempt(contract.operation("listCustomAnalysts"))
        spending = session.evidence.quota.unspent("development")
        assert spending.refused is not None
        assert spending.refused.operation == "listCustomAnalysts"


@pytest.mark.parametrize("spent", [True, False])
def test_where_only_what_costs_was_refused_a_free_call_tells_why(spent: bool) -> None:
    begun: list[str] = []

    def refuse(decision: Decision, call: Call) -> Decision:
        name = call.operation.id if call.operation else ""
        begun.append(name)
        costly = name == "runModels"
        return _refuses_as_spent(decision, call) if costly or (spent and "runModels" in begun) else decision

    fault = Fault("refuses", "Refuses what costs, or all from then on.", ((points.DECISION, refuse),), Scope())
    same = {**TARGET.credentials, "development": TARGET.credentials["default"]}
    with mocked("leni", fault, drain=False, credentials=same) as session:
        listing = session.contract.operation("listCustomAnalysts")
        assert session.evidence.attempt(listing).succeeded
        assert session.evidence.attempt(session.contract.operation("runModels")).status == 402
        before = len(session.journal)
        if spent:
            assert session.evidence.quota.unspent("development", listing).refused is list(session.journal)[-1]
        else:
            with pytest.raises(Unavailable, match="drain = true"):
                session.evidence.quota.unspent("development", listing)
        assert purposes(session, before) == ["whether what costs nothing is refused as well"]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ({"drain": False}, "drain = true"),
        ({"values": {**TARGET.values, "sandboxAllowance": "100000"}}, "too large"),
        ({"credentials": without(TARGET.credentials, "sandbox")}, "role 'sandbox'"),
    ],
)
def test_an_allowance_is_left_alone(target: dict[str, object], why: str) -> None:
    with mocked("leni", **target) as session:
        with pytest.raises(Unavailable, match=why):
            session.evidence.quota.spent()
        assert calls(session, "sandbox").total() == 0


def _unlimited(charge: Charge, call: Call) -> Charge:
    return replace(charge, limit=1_000_000)


UNLIMITED = Fault("unlimited", "Has no rate limit.", ((points.CHARGE, _unlimited),), Scope())
UNTOLD = without(TARGET.values, "sandboxAllowance", "rateLimit")


def test_an_allowance_of_unknown_size_is_given_up_in_time() -> None:
    with mocked("leni", "spends-no-allowance", UNLIMITED, values=UNTOLD) as session:
        with pytest.raises(Unavailable, match="sandboxAllowance"):
            session.evidence.quota.spent()
        assert calls(session, "sandbox")[200] == 300
    with mocked("leni", "spends-no-allowance", values=UNTOLD) as session:
        with pytest.raises(Unavailable, match="900 seconds"):
            session.evidence.quota.spent()
        assert calls(session, "sandbox")[200] < 100


def test_a_second_credential_is_asked_for() -> None:
    with mocked("leni", credentials=without(TARGET.credentials, "second_sandbox")) as session:
        with pytest.raises(NeedsRole, match="second_sandbox"):
            session.evidence.quota.spent_beside()
        assert session.evidence.quota.spent().refused is not None


def test_a_second_credential_that_was_spent_before_shows_nothing() -> None:
    spent = {**TARGET.credentials, "second_sandbox": TARGET.credentials["sandbox"]}
    with mocked("leni") as session:
        session.evidence.quota.spent()
        assert calls(session, "second_sandbox").total() == 2
    with mocked("leni", credentials=spent) as session:
        for _ in range(ALLOWANCE):
            session.clock.sleep(60)
            session.client.send(session.evidence.quota._draft("sandbox", None))
        with pytest.raises(Unavailable, match="nothing left"):
            session.evidence.quota.spent_beside()


def test_a_higher_limit_is_drained_to_one_call_more_than_the_lower() -> None:
    with mocked("leni") as session:
        ordered = session.evidence.rate_limit.ordered("sandbox", "production")
        assert ordered.higher.refused is None
        assert len(ordered.higher.allowed) == len(ordered.lower.allowed) + 1
        assert calls(session, "production").total() == len(ordered.higher.allowed)


def test_limits_that_are_not_ordered_are_measured_again() -> None:
    with mocked("leni", "gives-every-environment-the-same-limit") as session:
        ordered = session.evidence.rate_limit.ordered("sandbox", "development")
        assert len(ordered.lower.allowed) == len(ordered.higher.allowed) > 0
        assert calls(session, "sandbox")[429] == calls(session, "development")[429] == 2


def test_a_limit_that_somebody_else_uses_is_not_called_lower() -> None:
    with mocked("leni") as session:
        limits = session.evidence.rate_limit
        draft = limits._draft("development", None)
        for _ in range(8):
            session.client.send(draft)
        ordered = limits.ordered("sandbox", "development")
        assert len(ordered.higher.allowed) > len(ordered.lower.allowed)


def test_one_credential_under_two_roles_compares_nothing() -> None:
    alike = {**TARGET.credentials, "development": TARGET.credentials["sandbox"]}
    with mocked("leni", credentials=alike) as session, pytest.raises(Unavailable, match="same credential"):
        session.evidence.rate_limit.ordered("sandbox", "development")


def test_a_limit_that_nothing_tells_is_no_evidence_when_it_is_not_reached() -> None:
    with mocked("leni", values=UNTOLD) as session:
        assert session.evidence.rate_limit.drained().refused is not None
    with mocked("leni", UNLIMITED, values=UNTOLD) as session, pytest.raises(Unavailable, match="rateLimit"):
        session.evidence.rate_limit.drained()


def test_the_operation_that_is_asked_about_is_the_one_that_is_drained() -> None:
    with mocked("leni") as session:
        analysts = session.contract.operation("listCustomAnalysts")
        drain = session.evidence.rate_limit.drained(analysts)
        assert {exchange.operation for exchange in drain.allowed} == {analysts.id}
        assert drain.recovered is not None
        assert drain.recovered.succeeded


def test_the_refusals_of_an_operation_are_its_own() -> None:
    with mocked("athena") as session:
        limits, credits = session.evidence.rate_limit, session.contract.operation("getCredits")
        (refused,) = limits.refusals()
        assert limits.refusals(credits) == (refused,)
        with pytest.raises(Unavailable, match="the limit refused nothing of GET /my/conversations"):
            limits.refusals(session.contract.operation("listConversations"))
