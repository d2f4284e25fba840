"""What a request does to the account, and the gate in front of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from vendorproof.contract.model import Effect
from vendorproof.errors import NeedsRight
from vendorproof.target import Binding, Draft, effects_of
from vendorproof.target.gate import Gate

READ, WRITE, DELETE, COSTLY, DANGEROUS = Effect

NEEDS: dict[str, tuple[Draft, set[Effect]]] = {
    "a reading": (Draft("GET", "/things", operation="listThings"), {READ}),
    "a creation": (Draft("POST", "/things", operation="createThing", effects=frozenset({WRITE})), {WRITE}),
    "a creation that claims to read": (Draft("POST", "/things", operation="createThing"), {READ, WRITE}),
    "a deletion": (Draft("DELETE", "/things/1", operation="deleteThing"), {READ, DELETE}),
    "what costs": (Draft("POST", "/charge", operation="chargeThing"), {READ, WRITE, COSTLY}),
    "what is dangerous": (Draft("POST", "/flip", operation="flip"), {READ, DANGEROUS}),
    "a POST that only reads": (Draft("POST", "/search", operation="search"), {READ}),
    "a login": (Draft("POST", "/login", operation="logIn", effects=frozenset({WRITE})), set()),
    "everything at a listing": (Draft("DELETE", "/things", operation="listThings"), {READ, DELETE, DANGEROUS}),
    "another method at a thing": (Draft("PUT", "/things/1", operation="getThing"), {READ, WRITE}),
    "another method at something dangerous": (Draft("PUT", "/flip", operation="flip"), {READ, WRITE, DANGEROUS}),
    "HEAD at a reading": (Draft("HEAD", "/things", operation="listThings"), {READ}),
    "an unknown path": (Draft("GET", "/nowhere"), {READ}),
    "a write to an unknown path": (Draft("POST", "/nowhere"), {READ, WRITE}),
    "an unknown method": (Draft("BREW", "/nowhere"), {READ, WRITE}),
    "an operation of no contract": (Draft("DELETE", "/x", operation="gone"), {READ, DELETE, DANGEROUS}),
}


@pytest.mark.parametrize("case", NEEDS)
def test_the_effects_of_a_request(case: str, contract: Any, make_target: Any) -> None:
    draft, effects = NEEDS[case]
    assert effects_of(draft, contract, make_target()) == effects


@pytest.mark.parametrize(
    ("binding", "effects"),
    [
        (Binding("POST", "/find"), {READ}),
        (Binding("GET", "/find"), {READ}),
        (Binding("PUT", "/find"), {READ, WRITE}),
        (Binding("DELETE", "/find"), {READ, DELETE}),
        (Binding("POST", "/flip"), {READ, DANGEROUS}),
        (Binding("DELETE", "/things/7"), {READ, DELETE}),
    ],
)
def test_a_binding_lifts_no_right(contract: Any, make_target: Any, binding: Binding, effects: set[Effect]) -> None:
    draft = Draft(binding.method or "", binding.path or "", operation="search")
    assert effects_of(draft, contract, make_target(bindings={"search": binding})) == effects


@pytest.mark.parametrize("case", NEEDS)
def test_the_gate_wants_exactly_these_rights(case: str, contract: Any, make_target: Any) -> None:
    draft, effects = NEEDS[case]
    given = {"disposable": {"things": ("1",)}}
    if draft.path != "/nowhere" and draft.operation != "gone":
        Gate(contract, make_target(allow=frozenset(effects), ids=given)).check(draft)
    for effect in effects:
        with pytest.raises(NeedsRight) as caught:
            Gate(contract, make_target(allow=frozenset(Effect) - {effect}, ids=given)).check(draft)
        assert caught.value.right == effect.value


def test_a_refused_request_never_leaves(make_client: Any) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    client = make_client(answer, allow=frozenset({READ}))
    draft = Draft("POST", "/things", operation="createThing", generated=True)
    with pytest.raises(NeedsRight, match="needs the right 'write': createThing"):
        client.permit(draft)
    for send in (client.send, client.handshake, lambda draft: client.send_all([draft])):
        with pytest.raises(NeedsRight, match="needs the right 'write': createThing"):
            send(draft)
    assert (seen, len(client.journal), client.budget.spent) == ([], 0, 0)


def test_one_refused_draft_holds_all_back(make_client: Any) -> None:
    client = make_client(lambda request: httpx.Response(200), allow=frozenset({READ}))
    with pytest.raises(NeedsRight):
        client.send_all([Draft("GET", "/ping", operation="ping"), Draft("POST", "/things", operation="createThing")])
    assert client.budget.spent == 0
