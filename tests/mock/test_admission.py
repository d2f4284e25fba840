"""Who is let in: TLS, routes, limits, credentials, scopes, quotas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from vendorproof.contract import Contract


def test_plain_http_is_sent_on_to_the_same_place(call: Any) -> None:
    got = call("GET", "/crates", scheme="http", limit=3)
    assert (got.status, got.headers["location"]) == (308, "https://mock.example/v3/crates?limit=3")


def test_plain_http_is_answered_where_the_page_promises_no_redirect(
    calling: Callable[..., Any], bolt: Contract
) -> None:
    assert calling(bolt)("GET", "/crates", scheme="http").status == 200


@pytest.mark.parametrize("base", ["", "/v2", "/v3x", "/v3/v3"])
def test_nothing_is_below_another_base_path(call: Any, base: str) -> None:
    got = call("GET", "/crates", base=base)
    assert (got.status, got["/error/code"]) == (404, "not_found")


def test_an_unknown_path_and_a_wrong_method_are_told_apart(call: Any) -> None:
    assert call("GET", "/nowhere").status == 404
    got = call("PUT", "/crates")
    assert (got.status, got.headers["allow"], got["/error/code"]) == (405, "GET, POST", "method_not_allowed")


def test_a_fixed_path_wins_over_a_parameter(call: Any) -> None:
    assert call("GET", "/crates/special").json == {"count": 4}


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        ("Basic fake-key-default", 401),
        ("fake-key-default", 401),
        ("Bearer unknown", 401),
        ("Bearer fake-key-default fake-key-default", 401),
        ("Bearer fake-key-default", 200),
        ("bearer  fake-key-default", 200),
    ],
)
def test_the_credential_has_to_be_carried_as_documented(call: Any, authorization: str | None, status: int) -> None:
    got = call("GET", "/crates", headers={"Authorization": authorization})
    assert got.status == status
    assert (got.headers.get("www-authenticate") == 'Bearer realm="acme"') == (status == 401)


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"X-Key": "fake-key-default"}, {}),
        ({"Authorization": "Bearer fake-key-default"}, {}),
        ({}, {"apiKey": "fake-key-default"}),
        ({"Cookie": "a=b; session=fake-key-default"}, {}),
    ],
)
def test_every_carrier_is_accepted(
    calling: Callable[..., Any], bolt: Contract, headers: dict[str, str], query: dict[str, str]
) -> None:
    call = calling(bolt)
    assert call("GET", "/crates", role=None, headers=headers, **query).status == 200
    assert call("GET", "/crates", role=None).status == 401


@pytest.mark.parametrize("role", ["revoked", "expired"])
def test_a_credential_that_is_no_longer_good_is_refused(call: Any, role: str) -> None:
    assert call("GET", "/crates", role=role).status == 401


def test_a_reader_may_not_write(call: Any) -> None:
    assert call("GET", "/crates", role="read_only").status == 200
    got = call("POST", "/crates", {"label": "x"}, role="read_only")
    assert (got.status, got["/error/code"]) == (403, "forbidden")


def test_a_public_operation_asks_for_nothing(call: Any) -> None:
    assert call("GET", "/status", role=None).status == 200


def test_the_scoping_header_has_to_be_there_and_one_s_own(call: Any) -> None:
    assert call("GET", "/crates", headers={"X-Space": None}).status == 400
    assert call("GET", "/crates", headers={"X-Space": "space:fake-space-second-tenant"}).status == 403
    assert call("GET", "/status", role=None, headers={"X-Space": None}).status == 200


def test_the_limit_is_told_counted_and_kept_for_each_token(call: Any) -> None:
    first = call("GET", "/status", role="default")
    assert (first.headers["x-limit"], first.headers["x-left"]) == ("300", "299")
    assert int(first.headers["x-reset"]) == call.clock.now() + 60
    left = [int(call("GET", "/crates", limit=1).headers["x-left"]) for _ in range(298)]
    assert left == list(range(298, 0, -1))
    assert call("GET", "/nowhere").headers["x-left"] == "0"
    call.clock.sleep(20.5)
    refused = call("GET", "/crates")
    assert (refused.status, refused.headers["retry-after"], refused.headers["x-left"]) == (429, "40", "0")
    assert refused["/error/details/limit"] == 300
    assert call("GET", "/crates", role="second_tenant").status == 200
    assert call("GET", "/crates", role=None).headers["x-left"] == "299"
    call.clock.sleep(40)
    assert call("GET", "/crates").headers["x-left"] == "299"


def test_the_limit_shows_where_and_as_the_contract_says(calling: Callable[..., Any], bolt: Contract) -> None:
    call = calling(bolt)
    got = [call("GET", "/status") for _ in range(301)]
    assert "x-limit" not in got[299].headers
    assert (got[300].status, got[300].headers["x-limit"], got[300].headers["x-reset"]) == (429, "300", "60")
    assert "retry-after" not in got[300].headers


def test_a_spent_allowance_is_refused(calling: Callable[..., Any], bolt: Contract) -> None:
    call = calling(bolt)
    sandbox = replace(call.mock.directory.role("default"), environment="sandbox")
    call.mock.directory.issue(sandbox)
    answers = [call("GET", "/crates", limit=1).status for _ in range(101)]
    assert answers == [200] * 100 + [402]
    assert call("GET", "/crates", role="second_tenant").status == 200


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "label"),
        ({"label": 7}, "label"),
        ({"label": ""}, "label"),
        ([], "body"),
        ({"label": "x", "weight": "1"}, "weight"),
    ],
)
def test_a_wrong_body_is_refused_and_the_field_named(call: Any, body: Any, named: str) -> None:
    got = call("POST", "/crates", body)
    assert got.status == 400
    assert named in got["/error/message"]
    assert got["/error/details/errors"]


@pytest.mark.parametrize("raw", [b"", b"{", b'{"label": NaN}', b'{"label":"a","label":"b"}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_json_is_refused(call: Any, raw: bytes) -> None:
    assert call("POST", "/crates", raw=raw).status == 400


def test_a_body_of_another_type_is_refused(call: Any) -> None:
    got = call("POST", "/crates", {"label": "x"}, headers={"Content-Type": "text/plain"})
    assert (got.status, "Content-Type" in got["/error/message"]) == (400, True)
    assert call("POST", "/crates", {"label": "x"}, headers={"Content-Type": "application/merge+json"}).status == 201


def test_a_wrong_parameter_is_refused(call: Any) -> None:
    assert call("GET", "/crates", state="gone").status == 400
    assert call("GET", "/crates", state="shut").status == 200
    assert call("GET", "/crates", unknown="x").status == 200


def test_errors_have_the_documented_fields(call: Any, calling: Callable[..., Any], bolt: Contract) -> None:
    nested = call("GET", "/crates/absent").json
    assert set(nested) == {"error"}
    assert set(nested["error"]) == {"code", "message", "timestamp", "trace_id"}
    assert nested["error"]["timestamp"] == "2026-11-18T11:06:40.000Z"
    assert nested["error"]["trace_id"][14] == "4"
    again = call("GET", "/crates/absent")
    assert again["/error/code"] == nested["error"]["code"] == "crate_not_found"
    assert again["/error/trace_id"] != nested["error"]["trace_id"]
    flat = calling(bolt)("GET", "/crates/ab%20sent").json
    assert (flat["status"], flat["path"]) == (404, "GET /v3/crates/ab%20sent")
    assert set(flat) == {"code", "message", "status", "path"}


def test_the_openapi_document_is_published_without_our_notes(call: Any) -> None:
    got = call("GET", "/openapi.json")
    assert got.status == 200
    assert set(got["/paths"]) >= {"/crates", "/live"}
    assert b"x-vendorproof" not in got.body


def test_no_openapi_document_is_there_that_nobody_promised(calling: Callable[..., Any], bolt: Contract) -> None:
    assert calling(bolt)("GET", "/openapi.json").status == 404
