"""Requests that name another user: what shows whose they are, and how much is sent to find out."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.checks.builders import TOKEN
from tests.evidence.conftest import Make, Vendor, problem
from tests.evidence.mocked import contract_of, mocked, purposes
from vendorproof.errors import NeedsValue
from vendorproof.mock import Fault, embedded
from vendorproof.mock.deviations.fault import Scope
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Document, Result

TARGET = embedded(contract_of("leni")).target
USER = TARGET.values_of["second_tenant"]["user"]


def test_a_reading_is_compared_with_the_same_without_the_user() -> None:
    with mocked("leni") as session:
        claim = session.evidence.identity.claim(session.contract.operation("listMemory"), "user")
        assert json.loads(claim.request.request.body) == {"user": {"id": USER}}
        assert claim.plain is not None
        assert claim.plain.response == claim.request.response
        assert claim.told
        assert len(session.journal) == 2


def test_a_creation_is_looked_for_in_both_listings() -> None:
    with mocked("leni") as session:
        claim = session.evidence.identity.claim(session.contract.operation("addToMemory"), "user")
        assert claim.mark.encode() in claim.request.request.body
        assert any(claim.mark.encode() in page.response.body for page in claim.own if page.response)
        assert claim.others
        assert not any(claim.mark.encode() in page.response.body for page in claim.others if page.response)
        assert purposes(session).count("names another user") == 1


@pytest.mark.parametrize("name", ["runModels", "updateMemory", "updateCustomAnalyst"])
def test_what_has_no_mark_of_its_own_is_marked_in_a_text(name: str) -> None:
    with mocked("leni") as session:
        claim = session.evidence.identity.claim(session.contract.operation(name), "user")
        assert any(claim.mark.encode() in page.response.body for page in claim.own if page.response)


def test_a_user_that_nobody_told_is_made_up_and_says_so() -> None:
    with mocked("leni", values_of={}) as session:
        claim = session.evidence.identity.claim(session.contract.operation("listMemory"), "user")
        assert not claim.told
        assert json.loads(claim.request.request.body)["user"]["id"] != USER


def _silent(result: Result, call: Call) -> Result:
    return Document({"messages": []})


def test_what_no_listing_shows_is_tried_without_the_user_too() -> None:
    hidden = Fault("hides", "Shows no message.", ((points.RESULT, _silent),), Scope(frozenset({"listChatMessages"})))
    with mocked("leni", hidden) as session:
        claim = session.evidence.identity.claim(session.contract.operation("runModels"), "user")
        assert claim.control
        assert claim.control != claim.mark
        assert purposes(session).count("the same without the user") == 1


def _refuses(found: tuple[str, ...], call: Call) -> tuple[str, ...]:
    return (*found, "No.")


def test_a_refused_reading_of_ours_asks_for_the_real_one() -> None:
    refusing = Fault("refuses", "Refuses every body.", ((points.FINDINGS, _refuses),), Scope())
    with mocked("leni", refusing, bodies={}) as session, pytest.raises(NeedsValue, match="bodies"):
        session.evidence.identity.claim(session.contract.operation("addToMemory"), "user")


class Taken(Vendor):
    """An update that names another user makes the thing theirs; `shown` says whether their listing shows it."""

    def __init__(self, shown: bool) -> None:
        super().__init__(2)
        self._shown = shown
        self._theirs: list[object] = []
        self.answer = self._take

    def _take(self, request: httpx.Request) -> httpx.Response | None:
        if TOKEN not in request.headers["authorization"]:
            return httpx.Response(200, json={"data": self._theirs if self._shown else [], "page": {"more": False}})
        if request.method != "PATCH" or b"user" not in request.read():
            return None
        thing = self.things.pop(request.extensions["target"].decode("ascii").rpartition("/")[2], None)
        if thing is None:
            return problem(404)
        self._theirs.append(thing | {"name": json.loads(request.read())["name"]})
        return httpx.Response(200, json=thing)


@pytest.mark.parametrize("shown", [True, False])
def test_what_became_another_user_s_is_compared_with_a_thing_that_is_ours(world: Make, shown: bool) -> None:
    here = world(vendor=Taken(shown))
    operation = here.operation("updateThing")
    claim = here.evidence.identity.claim(operation, "user")
    assert claim.plain is not None
    assert claim.plain.succeeded
    assert any(claim.mark.encode() in page.response.body for page in claim.others if page.response) is shown
    if not shown:
        assert any(claim.control.encode() in page.response.body for page in claim.own if page.response)
    assert here.evidence.lifecycle.updated(operation).thing in here.vendor.things
