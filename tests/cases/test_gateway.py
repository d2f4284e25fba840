"""What goes through the gateway, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import schemathesis

from vendorproof.cases.document import document_for_cases
from vendorproof.cases.gateway import DOCUMENT, REFUSED, Gateway, Raw, draft_of
from vendorproof.contract.model import Contract, Effect
from vendorproof.errors import Unavailable
from vendorproof.exchange.model import Exchange, Failure, Headers, Request, Response, Trouble
from vendorproof.target import Binding, Client

REQUEST = Request("GET", "https://api.shop.example/v1/things")
OK = Exchange(1, "shop", "listThings", "default", REQUEST, Response(200))


@pytest.fixture(scope="module")
def gateway(contract: Contract) -> Gateway:
    return Gateway(document_for_cases(contract))


@pytest.fixture(scope="module")
def schema(gateway: Gateway) -> Any:
    return schemathesis.openapi.from_asgi(DOCUMENT, gateway, config=schemathesis.Config())


def call(case: Any) -> Callable[[], Any]:
    return lambda: case.call(allow_redirects=False)


def test_it_serves_the_contract(schema: Any) -> None:
    assert set(schema) == {"/things", "/things/{thingId}", "/orders", "/status"}


def test_what_it_receives_it_hands_on(gateway: Gateway, schema: Any) -> None:
    received: list[Raw] = []

    def forward(raw: Raw) -> Exchange:
        received.append(raw)
        return OK

    case = schema["/things/{thingId}"]["PATCH"].Case(
        path_parameters={"thingId": "a%2Fb%20c%C3%BC"},
        query={"q": ["ü", "&="], "empty": ""},
        body=b'{"name": "\xc3\xbc", "name": 1e400}',
        media_type="application/json",
    )
    assert gateway.exchange(call(case), forward) is OK
    (raw,) = received
    assert (raw.method, raw.path) == ("PATCH", "/things/a%2Fb%20c%C3%BC")
    assert raw.query == "q=%C3%BC&q=%26%3D&empty="
    assert raw.body == b'{"name": "\xc3\xbc", "name": 1e400}'
    assert ("content-type", "application/json") in raw.headers


def test_one_request_and_no_more(gateway: Gateway, schema: Any) -> None:
    answers: list[Any] = []
    case = schema["/status"]["GET"].Case()

    def twice() -> None:
        answers.extend(case.call(allow_redirects=False) for _ in range(2))

    assert gateway.exchange(twice, lambda raw: OK) is OK
    assert [answer.status_code for answer in answers] == [200, 503]
    assert REFUSED in answers[1].headers


def test_nothing_passes_outside_of_an_exchange(schema: Any) -> None:
    answer = schema["/status"]["GET"].Case().call()
    assert answer.status_code == 503


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(2), Unavailable("no"), ValueError("ours")])
def test_what_is_raised_behind_it_is_raised_in_front(gateway: Gateway, schema: Any, error: BaseException) -> None:
    answers: list[Any] = []
    case = schema["/status"]["GET"].Case()

    def forward(raw: Raw) -> Exchange:
        raise error

    with pytest.raises(type(error)) as caught:
        gateway.exchange(lambda: answers.append(case.call()), forward)
    assert caught.value is error
    assert answers[0].status_code == 503


def test_no_request_is_no_exchange(gateway: Gateway) -> None:
    with pytest.raises(Unavailable, match="no request came"):
        gateway.exchange(lambda: None, lambda raw: OK)


def test_what_goes_wrong_before_the_request_comes_out(gateway: Gateway) -> None:
    def fail() -> None:
        raise ValueError("not a request")

    with pytest.raises(ValueError, match="not a request"):
        gateway.exchange(fail, lambda raw: OK)


@pytest.mark.parametrize(
    "answer",
    [
        Response(999, Headers((("Content-Type", "text/html; charset=no-such"),)), b"\xff\xfe"),
        Response(200, Headers((("Content-Type", "text/event-stream"), ("Content-Encoding", "gzip"))), b"data: x"),
        Response(302, Headers((("Location", "https://elsewhere.example/"), ("Set-Cookie", "a=b; Domain=x")))),
        Response(204, Headers((("Content-Length", "-1"), ("Content-Type", "\u2603"))), b"body"),
    ],
)
def test_an_odd_answer_is_an_exchange_all_the_same(gateway: Gateway, schema: Any, answer: Response) -> None:
    exchange = replace(OK, response=answer)
    assert gateway.exchange(call(schema["/status"]["GET"].Case()), lambda raw: exchange) is exchange


def test_no_answer_is_an_exchange_all_the_same(gateway: Gateway, schema: Any) -> None:
    exchange = replace(OK, response=None, failure=Failure(Trouble.CLOSED, "gone"))
    assert gateway.exchange(call(schema["/status"]["GET"].Case()), lambda raw: exchange) is exchange


RAW = Raw(
    "PATCH",
    "/things/a%2Fb",
    "q=%C3%BC",
    (
        ("host", "testserver"),
        ("user-agent", "testclient"),
        ("accept", "*/*"),
        ("authorization", "Bearer made-up"),
        ("idempotency-key", "made-up"),
        ("cookie", "session=made-up"),
        ("x-schemathesis-testcaseid", "QWERTY"),
        ("content-length", "2"),
        ("content-type", "text/plain"),
        ("x-other", "kept"),
    ),
    b"{}",
)


def test_a_draft_leaves_to_the_client_what_is_the_clients(contract: Contract, client: Client) -> None:
    draft = draft_of(RAW, contract.operation("updateThing"), contract, client.target, "why")
    assert (draft.method, draft.path, draft.query, draft.body) == ("PATCH", "/things/a%2Fb?q=%C3%BC", (), b"{}")
    assert draft.headers == (("content-type", "text/plain"), ("x-other", "kept"))
    assert (draft.operation, draft.role, draft.purpose) == ("updateThing", "default", "why")
    assert draft.generated
    assert draft.effects == {Effect.WRITE}


def test_a_draft_goes_where_the_target_has_the_operation(contract: Contract, client: Client) -> None:
    target = replace(client.target, bindings={"updateThing": Binding("PUT", "/v2/goods/{thingId}/edit")})
    operation = contract.operation("updateThing")
    draft = draft_of(RAW, operation, contract, target, "why")
    assert (draft.method, draft.path) == ("PUT", "/v2/goods/a%2Fb/edit?q=%C3%BC")
    with pytest.raises(Unavailable, match=r"is none of /things/\{thingId\}"):
        draft_of(replace(RAW, path="/things/a/b"), operation, contract, target, "why")


def test_the_document_names_no_address_and_no_credential(contract: Contract) -> None:
    document = document_for_cases(contract)
    assert document["servers"] == [{"url": "/"}]
    text = str(document)
    assert "elsewhere.example" not in text
    assert "https://api" not in text
    assert "bearer" not in text
    assert document["paths"]["/things"]["post"]["parameters"] == []
    assert [one["name"] for one in document["paths"]["/things"]["get"]["parameters"]] == ["limit", "after"]
    home = document["components"]["schemas"]["NewThing"]["properties"]["home"]
    assert "format" not in home
    assert home["pattern"].startswith("^https://")


def test_the_contract_stays_as_it_is(contract: Contract) -> None:
    document_for_cases(contract)
    assert contract.openapi["paths"]["/things"]["servers"] == [{"url": "https://elsewhere.example"}]
    assert contract.openapi["security"] == [{"bearer": []}]
