"""Streams and sockets as evidence: what is asked for, and at whose cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx

from tests.checks.builders import with_operation
from tests.evidence.conftest import CONTRACT, Make, Vendor, contract_with, problem
from vendorproof.contract.conventions import Idempotency
from vendorproof.contract.model import Contract, DocumentedResponse, Media

SSE = Media("text/event-stream", {"type": "string"})
JSON = Media("application/json", {"type": "object"})
BODY = (Media("application/json", {"type": "object"}, {"usual": {"message": "hi"}}),)


def answering(*media: Media, operation: str = "ask", base: Contract = CONTRACT, **changed: Any) -> Contract:
    """The contract whose operation succeeds with these media types."""
    return with_operation(operation, base, responses=(DocumentedResponse("200", media, {}),), **changed)


class Streaming(Vendor):
    """Answers /ask with what Accept asks for, and remembers the headers of requests."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: list[httpx.Headers] = []
        self.answer = self._streamed

    def _streamed(self, request: httpx.Request) -> httpx.Response | None:
        self.heads.append(request.headers)
        path = request.extensions["target"].decode("ascii").removeprefix("/v1")
        if not path.startswith("/ask") and not path.endswith("/close"):
            return None
        if "authorization" not in request.headers:
            return problem(401)
        if "text/event-stream" in request.headers.get("accept", ""):
            return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, text="data: {}\n\n")
        return httpx.Response(200, json={"id": path.split("/")[-2]})


def test_a_stream_is_asked_for_as_one(world: Make) -> None:
    vendor = Streaming()
    contract = answering(SSE, request=BODY, request_required=True)
    exchange = world(contract, vendor).evidence.attempt(contract.operation("ask"))
    assert vendor.heads[-1]["accept"] == "text/event-stream, application/json"
    assert exchange.response is not None
    assert exchange.response.content_type == "text/event-stream"


def test_what_may_be_json_is_asked_for_as_json(world: Make) -> None:
    vendor = Streaming()
    contract = answering(JSON, SSE, operation="closeThing")
    world(contract, vendor).evidence.attempt(contract.operation("closeThing"))
    assert vendor.heads[-1]["accept"] == "application/json"


def test_accept_is_asked_for_alone_and_about_another_thing(world: Make) -> None:
    vendor = Streaming()
    contract = answering(JSON, SSE, operation="closeThing")
    here = world(contract, vendor, ids={"disposable": {"things": ("t1", "t2")}})
    operation = contract.operation("closeThing")
    assert here.sent_by(lambda: here.evidence.attempt(operation)) == ["POST /things/t1/close"]
    streams = here.evidence.streaming
    assert here.sent_by(lambda: streams.accepting(operation, "text/event-stream")) == ["POST /things/t2/close"]
    assert vendor.heads[-1].get_list("accept") == ["text/event-stream"]
    assert here.sent_by(lambda: streams.accepting(operation, "application/json")) == []


def test_a_stream_is_refused_where_no_credential_goes_along(world: Make) -> None:
    vendor = Streaming()
    contract = answering(SSE, request=BODY, request_required=True)
    here = world(contract, vendor)
    refused = here.evidence.streaming.refused(contract.operation("ask"))
    assert (refused.status, refused.role) == (401, "none")
    assert here.sent_by(lambda: here.evidence.auth.none(contract.operation("ask"))) == []


def test_an_open_stream_is_refused_for_its_body(world: Make) -> None:
    vendor = Streaming()
    contract = answering(SSE, request=BODY, request_required=True, public=True)
    world(contract, vendor).evidence.streaming.refused(contract.operation("ask"))
    assert vendor.bodies[-1] == b'{"vendorproof": '


def test_every_request_that_may_have_a_key_has_one(world: Make) -> None:
    vendor = Streaming()
    contract = contract_with(idempotency=Idempotency("Idempotency-Key", "replay", None, None, ("creations",)))
    here = world(contract, vendor)
    creation = contract.operation("createThing")
    here.evidence.attempt(creation)
    here.evidence.auth.none(creation)
    here.evidence.idempotency.again(creation)
    keys = [head.get("idempotency-key") for head in vendor.heads]
    assert None not in keys
    assert len(set(keys)) == 3
    here.evidence.idempotency.without_key(creation)
    assert "idempotency-key" not in vendor.heads[-1]


def test_a_body_names_things_that_exist(world: Make) -> None:
    vendor = Streaming()
    body = (Media("application/json", {"type": "object"}, {"usual": {"thingId": "made-up", "note": "made-up"}}),)
    contract = answering(SSE, request=body, request_required=True)
    here = world(contract, vendor, ids={"disposable": {"things": ("t1",)}})
    here.evidence.attempt(contract.operation("ask"))
    assert vendor.bodies[-1] == b'{"thingId": "t1", "note": "made-up"}'
    told = world(contract, Streaming(), bodies={"ask": {"thingId": "mine"}})
    told.evidence.attempt(contract.operation("ask"))
    assert told.vendor.bodies[-1] == b'{"thingId": "mine"}'


def test_a_page_for_people_is_no_answer_of_the_api(world: Make) -> None:
    here = world()
    page = here.evidence.transport.documentation("/docs/")
    assert here.sent == ["GET /docs/"]
    assert page not in here.evidence.responses(None)


def test_two_pages_that_differ_are_asked_for_again(world: Make) -> None:
    vendor = Vendor(2)
    here = world(vendor=vendor)
    listing = here.operation("listThings")
    here.evidence.attempt(listing)
    vendor.things["t3"] = {"id": "t3", "name": "late"}
    pair = here.evidence.pagination.default_and_explicit(listing)
    assert [len(one.response.json["data"]) for one in (pair.first, pair.second) if one.response] == [3, 3]
    assert len(here.sent) == 4


def test_a_key_of_a_form_goes_beside_one_that_is_taken(world: Make) -> None:
    contract = contract_with(idempotency=Idempotency("Idempotency-Key", "replay", None, None, ("creations",)))
    creation = contract.operation("createThing")
    picky = Vendor()
    picky.answer = lambda request: problem(400) if "unique_key" in request.headers.get("idempotency-key", "") else None
    pair = world(contract, picky).evidence.idempotency.with_key(creation, "words")
    assert (pair.first.status, pair.second.status) == (201, 400)
    averse = Vendor()
    averse.answer = lambda request: problem(400) if "idempotency-key" in request.headers else None
    pair = world(contract, averse).evidence.idempotency.with_key(creation, "uuid4")
    assert (pair.first.status, pair.second.status) == (201, 400)
    assert "idempotency-key" not in pair.first.request.headers


def test_an_answer_that_quotes_what_was_said_is_no_second_effect(world: Make) -> None:
    contract = contract_with(idempotency=Idempotency("Idempotency-Key", "conflict", None, None, ("creations",)))
    vendor = Vendor(0)

    def answered(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        if request.headers["idempotency-key"] in vendor.things:
            return problem(409)
        vendor.things[request.headers["idempotency-key"]] = {"id": "k"}
        said = request.read().decode()
        vendor.things["own"] = {"id": "own", "role": "user", "name": said}
        vendor.things["reply"] = {"id": "reply", "role": "assistant", "name": f"You said {said}"}
        return httpx.Response(201, json=vendor.things["own"])

    vendor.answer = answered
    effects = world(contract, vendor).evidence.idempotency.effects(contract.operation("createThing"))
    assert effects.count == 1
    assert effects.complete


def test_another_key_s_thing_is_no_second_effect(world: Make) -> None:
    contract = contract_with(idempotency=Idempotency("Idempotency-Key", "replay", None, None, ("creations",)))
    seen: dict[str, httpx.Response] = {}
    vendor = Vendor(1)

    def replayed(request: httpx.Request) -> httpx.Response | None:
        key = request.headers.get("idempotency-key", "")
        if request.method != "POST":
            return None
        if key not in seen:
            vendor.answer = lambda request: None
            made = vendor(request)
            vendor.answer = replayed
            seen[key] = made
        return httpx.Response(seen[key].status_code, json=seen[key].json())

    vendor.answer = replayed
    replays = world(contract, vendor).evidence.idempotency
    creation = replace(contract.operation("createThing"))
    replays.other_key(creation)
    assert replays.effects(creation).count == 1
