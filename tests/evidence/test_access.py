"""Whether there is a way in, before anything is concluded: who answers, and whether the tester's own key is taken."""

from __future__ import annotations

import httpx
import pytest

from tests.checks.builders import acme
from tests.evidence.conftest import Make, World, problem
from vendorproof.contract.conventions import Authentication, Carrier, Login, Refusal
from vendorproof.errors import Lack, NoAccess
from vendorproof.target import Secret

BEARER = Carrier("bearer", "header", "Authorization", "Bearer {credential}")
IN_QUERY = Carrier("query", "query", "key", "{credential}")


def refused(asked: World) -> str:
    with pytest.raises(NoAccess) as reason:
        asked.evidence.access.demand()
    assert reason.value.need is not None
    assert reason.value.need.kind is Lack.ACCESS
    return str(reason.value)


def test_a_key_that_is_taken_once_is_a_way_in_and_costs_nothing_more(world: Make) -> None:
    asked = world()
    assert len(asked.sent_by(asked.evidence.access.demand)) == 1
    assert asked.sent_by(lambda: asked.evidence.attempt(asked.operation("listThings"))) == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_everywhere_is_named(world: Make, status: int) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(status)
    said = refused(asked)
    assert said.startswith(f"the key of $ACME_TOKEN is refused everywhere ({status} at GET /")
    assert asked.target.credentials["default"].value not in said


def test_a_key_that_is_refused_at_one_place_alone_is_for_the_checks(world: Make) -> None:
    asked = world(ids={"default": {"things": ("t2",)}})
    asked.vendor.answer = lambda request: None if "/t2" in asked.sent[-1] else problem(401)
    asked.evidence.access.demand()
    assert len(asked.sent) == 2


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_any_other_answer_is_for_the_checks(world: Make, status: int) -> None:
    asked = world()
    asked.vendor.answer = lambda request: problem(status)
    asked.evidence.access.demand()


def test_nobody_who_answers_is_told_with_the_reason_after_two_tries(world: Make) -> None:
    def deaf(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    asked = world()
    asked.vendor.answer = deaf
    said = refused(asked)
    assert said.startswith("nothing answers at https://api.acme.test")
    assert "Connection refused" in said
    assert len(asked.sent) <= 2


def test_a_key_that_is_taken_in_another_documented_place_is_a_way_in(world: Make) -> None:
    contract = acme(authentication=Authentication((BEARER, IN_QUERY), "ACME_TOKEN", Refusal(401, 401, 403)))
    asked = world(contract=contract)
    fine = httpx.Response(200, json={"data": []})
    asked.vendor.answer = lambda request: fine if "key=" in asked.sent[-1] else problem(401)
    asked.evidence.access.demand()


def test_a_login_that_is_refused_is_named(world: Make) -> None:
    login = Login("logIn", {"email": "ACME_EMAIL"}, "/accessToken")
    contract = acme(authentication=Authentication((BEARER,), "ACME_TOKEN", Refusal(401, 401, 403), login=login))
    account = {"email": Secret("ACME_EMAIL", "ann@acme.test")}
    asked = world(contract=contract, credentials={}, logins={"default": account})
    asked.vendor.answer = lambda request: problem(401)
    assert refused(asked) == "the login with $ACME_EMAIL is refused (401)"
    assert len(asked.sent) == 1
