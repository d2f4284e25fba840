"""What goes over the wire for a draft, and what is recorded of it."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from vendorproof import __version__
from vendorproof.errors import InternalError, NeedsRole, NeedsValue, Unavailable
from vendorproof.exchange import Trouble
from vendorproof.target import Draft, Secret, UnsetRole

TOKEN = "acme_live_0123456789abcdef"
OTHER = "acme_live_fedcba9876543210"
LIST = Draft("GET", "/things", operation="listThings")
PING = Draft("GET", "/ping", operation="ping")


class Seen:
    """Answers 200 and keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json={})

    @property
    def target(self) -> str:
        return str(self.requests[-1].extensions["target"], "ascii")

    @property
    def headers(self) -> httpx.Headers:
        return self.requests[-1].headers


@pytest.fixture
def seen() -> Seen:
    return Seen()


def test_the_usual_request(seen: Seen, make_client: Any) -> None:
    exchange = make_client(seen).send(LIST)
    assert dict(seen.headers) == {
        "host": "api.acme.example",
        "user-agent": seen.headers["user-agent"],
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "authorization": f"Bearer {TOKEN}",
        "x-org-id": "org:o1",
    }
    assert seen.headers["user-agent"] == f"vendorproof/{__version__}"
    assert seen.requests[0].url == "https://api.acme.example/"
    assert seen.target == "/v1/things"
    assert [*exchange.request.headers] == [(n.decode(), v.decode()) for n, v in seen.headers.raw]


def test_what_is_recorded(seen: Seen, make_client: Any) -> None:
    client = make_client(seen)
    client.clock.sleep(5)
    draft = Draft(
        "POST", "/search", operation="search", body=b"{}", purpose="why", generated=True, role="second_tenant"
    )
    exchange = client.send(draft)
    assert (exchange.number, exchange.vendor, exchange.operation) == (1, "acme", "search")
    assert (exchange.role, exchange.purpose, exchange.generated) == ("second_tenant", "why", True)
    assert (exchange.sent, exchange.request.body) == (1_795_000_005.0, b"{}")
    assert 0 < exchange.elapsed < 5
    assert exchange.request.headers.get("content-length") == "2"
    assert list(client.journal) == [exchange]
    assert client.budget.spent == 1


URLS = {
    "plain": (Draft("GET", "/a"), "/v1/a"),
    "no slash": (Draft("GET", "a"), "/v1/a"),
    "nothing": (Draft("GET", ""), "/v1"),
    "a query": (Draft("GET", "/a", query=(("q", "x y&z"), ("q", "é/"))), "/v1/a?q=x%20y%26z&q=%C3%A9%2F"),
    "a query in the path": (Draft("GET", "/a?x=%zz&y", query=(("q", "1"),)), "/v1/a?x=%zz&y&q=1"),
    "encoded already": (Draft("GET", "/a%2Fb%20c%zz"), "/v1/a%2Fb%20c%zz"),
    "brackets": (Draft("GET", "/a[1]{b}"), "/v1/a[1]{b}"),
    "a space and a letter": (Draft("GET", "/a é"), "/v1/a%20%C3%A9"),
    "a line end": (Draft("GET", "/a\r\nHost: evil"), "/v1/a%0D%0AHost:%20evil"),
    "a fragment": (Draft("GET", "/a#b"), "/v1/a%23b"),
    "another host": (Draft("GET", "@evil.example/a"), "/v1/@evil.example/a"),
    "another scheme": (Draft("GET", "https://evil.example/a"), "/v1/https://evil.example/a"),
    "two slashes": (Draft("GET", "//evil.example/a"), "/v1//evil.example/a"),
}


@pytest.mark.parametrize("case", URLS)
def test_the_path_goes_out_as_it_is_and_only_to_the_target(case: str, seen: Seen, make_client: Any) -> None:
    draft, expected = URLS[case]
    exchange = make_client(seen).send(draft)
    assert seen.target == expected
    assert seen.requests[0].url.host == "api.acme.example"
    assert exchange.request.url == f"https://api.acme.example{expected}"


CARRIERS = {
    None: ("authorization", f"Bearer {TOKEN}"),
    "bearer": ("authorization", f"Bearer {TOKEN}"),
    "key": ("x-api-key", TOKEN),
    "cookie": ("cookie", f"session={TOKEN}"),
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_in_a_header(carrier: str | None, seen: Seen, make_client: Any) -> None:
    make_client(seen).send(Draft("GET", "/ping", operation="ping", carrier=carrier))
    found = {name: seen.headers[name] for name in ("authorization", "x-api-key", "cookie") if name in seen.headers}
    assert found == dict([CARRIERS[carrier]])


def test_a_carrier_in_the_query(seen: Seen, make_client: Any) -> None:
    credentials = {"default": Secret("ACME_TOKEN", "a/b c+d")}
    make_client(seen, credentials=credentials).send(Draft("GET", "/p", query=(("a", "1"),), carrier="query"))
    assert seen.target == "/v1/p?a=1&apiKey=a%2Fb%20c%2Bd"
    assert "authorization" not in seen.headers


def test_an_undocumented_carrier_is_our_error(seen: Seen, make_client: Any) -> None:
    with pytest.raises(InternalError, match="acme documents no carrier 'pigeon'"):
        make_client(seen).send(Draft("GET", "/ping", carrier="pigeon"))


ROLES = {"default": f"Bearer {TOKEN}", "second_tenant": f"Bearer {OTHER}", "none": None}


@pytest.mark.parametrize("role", ROLES)
def test_the_role_names_the_credential(role: str, seen: Seen, make_client: Any) -> None:
    exchange = make_client(seen).send(Draft("GET", "/ping", role=role))
    assert seen.headers.get("authorization") == ROLES[role]
    assert exchange.role == role


def test_a_made_up_credential_replaces_the_roles(seen: Seen, make_client: Any) -> None:
    exchange = make_client(seen).send(Draft("GET", "/ping", credential="bdnf_live_1234567890bcdefg"))
    assert seen.headers["authorization"] == "Bearer bdnf_live_1234567890bcdefg"
    assert exchange.role == "garbage"


def test_a_made_up_credential_of_a_role_that_the_target_lacks(seen: Seen, make_client: Any) -> None:
    exchange = make_client(seen).send(Draft("GET", "/ping", role="expired", credential="bdnf_live_1234"))
    assert exchange.role == "expired"


@pytest.mark.parametrize(
    ("unset", "kind", "message"),
    [
        ({}, NeedsRole, r"needs a credential for the role 'read_only' \(add it under \[targets.NAME.credentials\]\)"),
        ({"read_only": "ACME_RO"}, UnsetRole, "the role 'read_only', and its environment variable ACME_RO is not set"),
    ],
)
def test_a_missing_role(unset: dict[str, str], kind: Any, message: str, seen: Seen, make_client: Any) -> None:
    client = make_client(seen, unset=unset)
    with pytest.raises(kind, match=message):
        client.send(Draft("GET", "/ping", role="read_only"))
    assert client.budget.spent == 0


def test_a_scoping_header_without_a_value_names_the_line(seen: Seen, make_client: Any) -> None:
    client = make_client(seen, values={})
    with pytest.raises(NeedsValue, match=r'listThings needs a value for X-Org-Id .*: org = "\.\.\.", or set ACME_ORG'):
        client.send(LIST)
    assert client.budget.spent == 0
    client.send(PING)
    client.send(Draft("GET", "/nowhere"))
    assert "x-org-id" not in seen.headers


def test_scoping_headers(seen: Seen, make_client: Any) -> None:
    client = make_client(seen, values_of={"second_tenant": {"org": "o2"}})
    for draft, value in (
        (LIST, "org:o1"),
        (Draft("GET", "/things", operation="listThings", role="second_tenant"), "org:o2"),
        (Draft("GET", "/things", operation="listThings", role="none"), "org:o1"),
        (Draft("GET", "/things", operation="listThings", context=False), None),
        (Draft("GET", "/things", operation="listThings", without=("x-org-id",)), None),
        (Draft("GET", "/things", operation="listThings", headers=(("X-ORG-ID", "org:o9"),)), "org:o9"),
        (PING, None),
        (Draft("GET", "/nowhere"), "org:o1"),
    ):
        client.send(draft)
        assert seen.headers.get_list("x-org-id") == ([] if value is None else [value])


def test_a_scoping_value_may_be_written_as_the_page_writes_it(seen: Seen, make_client: Any) -> None:
    make_client(seen, values={"org": "org:o1"}).send(LIST)
    assert seen.headers.get_list("x-org-id") == ["org:o1"]


def test_headers_of_the_draft_win_and_any_can_be_left_out(seen: Seen, make_client: Any) -> None:
    headers = (("accept", "text/event-stream"), ("Authorization", "Basic x"), ("X-Two", "1"), ("X-Two", "2"))
    make_client(seen).send(Draft("GET", "/ping", headers=headers, without=("User-Agent", "HOST")))
    assert seen.headers.get_list("accept") == ["text/event-stream"]
    assert seen.headers.get_list("authorization") == ["Basic x"]
    assert seen.headers.get_list("x-two") == ["1", "2"]
    assert {"user-agent", "host"} & set(seen.headers) == set()


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [("GET", b"", None), ("DELETE", b"", None), ("POST", b"", "0"), ("PUT", b"", "0"), ("DELETE", b"{}", "2")],
)
def test_the_length_is_told_where_a_body_is_expected(
    method: str, body: bytes, length: str | None, seen: Seen, make_client: Any
) -> None:
    make_client(seen).send(Draft(method, "/things", body=body))
    assert seen.headers.get("content-length") == length


UNSENDABLE = {
    "a line end in a header": Draft("GET", "/x", headers=(("X-A", f"{TOKEN}\r\nX-B: c"),)),
    "a header name with a space": Draft("GET", "/x", headers=(("X A", "b"),)),
    "an empty header name": Draft("GET", "/x", headers=(("", "b"),)),
    "a credential with a zero": Draft("GET", "/x", credential=f"{TOKEN}\0"),
    "a method with a space": Draft("GE T", "/things"),
}


@pytest.mark.parametrize("case", UNSENDABLE)
@pytest.mark.parametrize("generated", [False, True])
def test_what_is_no_http_does_not_leave_and_is_not_repeated(
    case: str, generated: bool, seen: Seen, make_client: Any
) -> None:
    client = make_client(seen)
    draft = UNSENDABLE[case].__class__(**{**vars(UNSENDABLE[case]), "generated": generated})
    with pytest.raises(Unavailable if generated else InternalError, match="can't be written as HTTP") as caught:
        client.send(draft)
    assert TOKEN not in str(caught.value)
    assert client.budget.spent == 0


def test_header_bytes_go_out_as_latin_1_or_else_utf_8(seen: Seen, make_client: Any) -> None:
    make_client(seen).send(Draft("GET", "/x", headers=(("X-A", "é"), ("X-B", "\N{SNOWMAN}"))))
    raw = dict(seen.headers.raw)
    assert (raw[b"X-A"], raw[b"X-B"]) == (b"\xe9", "\N{SNOWMAN}".encode())


class TestPlainHttp:
    """The http:// twin of the target."""

    def test_it_goes_to_the_same_host_without_any_credential(self, seen: Seen, make_client: Any) -> None:
        client = make_client(seen)
        headers, query = (("authorization", f"Basic {TOKEN}"), ("X-A", "b")), (("apiKey", TOKEN), ("a", "1"))
        draft = Draft("GET", "/ping", query, headers, plain_http=True, credential="made_up_one")
        exchange = client.send(draft)
        assert exchange.request.url == "http://api.acme.example/v1/ping?a=1"
        assert seen.headers["x-a"] == "b"
        assert exchange.role == "none"
        assert {"authorization", "x-api-key", "cookie"} & set(seen.headers) == set()

    @pytest.mark.parametrize(
        ("given", "url"),
        [
            ({"base_url": "https://api.acme.example:443"}, "http://api.acme.example/ping"),
            ({"http_url": "http://127.0.0.1:8081"}, "http://127.0.0.1:8081/ping"),
        ],
    )
    def test_its_address(self, given: dict[str, str], url: str, seen: Seen, make_client: Any) -> None:
        assert make_client(seen, **given).send(Draft("GET", "/ping", plain_http=True)).request.url == url

    @pytest.mark.parametrize("base_url", ["http://127.0.0.1:8080", "https://api.acme.example:8443"])
    def test_where_there_is_none_nothing_leaves(self, base_url: str, seen: Seen, make_client: Any) -> None:
        client = make_client(seen, base_url=base_url)
        with pytest.raises(NeedsValue):
            client.send(Draft("GET", "/ping", plain_http=True))
        assert client.budget.spent == 0


class TestRedirects:
    """Not followed, unless a draft asks for it; never to another origin."""

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_they_are_shown(self, status: int, make_client: Any) -> None:
        client = make_client(lambda request: httpx.Response(status, headers={"Location": "/v1/other"}))
        exchange = client.send(PING)
        assert (exchange.status, len(client.journal)) == (status, 1)

    @pytest.mark.parametrize(
        ("method", "status", "onward"),
        [
            ("GET", 301, ("GET", b"", None)),
            ("POST", 302, ("GET", b"", None)),
            ("POST", 303, ("GET", b"", None)),
            ("POST", 307, ("POST", b"{}", "2")),
            ("POST", 308, ("POST", b"{}", "2")),
        ],
    )
    def test_followed_within_the_origin(self, method: str, status: int, onward: Any, make_client: Any) -> None:
        seen: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return (
                httpx.Response(200) if len(seen) > 1 else httpx.Response(status, headers={"Location": "../moved?a=1#b"})
            )

        client = make_client(answer)
        body = b"{}" if method == "POST" else b""
        exchange = client.send(Draft(method, "/things/x", operation="search", body=body, follow=True))
        assert exchange.status == 200
        assert exchange.request.url == "https://api.acme.example/v1/moved?a=1"
        assert (
            exchange.request.method,
            exchange.request.body,
            exchange.request.headers.get("content-length"),
        ) == onward
        assert exchange.request.headers.get("authorization") == f"Bearer {TOKEN}"
        assert [one.status for one in client.journal] == [status, 200]

    @pytest.mark.parametrize(
        "location",
        [
            "https://evil.example/",
            "//evil.example/",
            "http://api.acme.example/v1/ping",
            "https://api.acme.example:8443/",
            "https://api.acme.example@evil.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://[::1",
        ],
    )
    def test_elsewhere_nothing_goes(self, location: str, make_client: Any) -> None:
        client = make_client(lambda request: httpx.Response(302, headers={"Location": location}))
        exchange = client.send(Draft("GET", "/ping", operation="ping", follow=True))
        assert exchange.response is None
        assert exchange.failure.trouble is Trouble.REDIRECTS
        assert location in exchange.failure.detail
        assert client.budget.spent == 1

    def test_a_loop_ends(self, make_client: Any) -> None:
        client = make_client(lambda request: httpx.Response(302, headers={"Location": "/v1/ping"}), max_redirects=3)
        exchange = client.send(Draft("GET", "/ping", operation="ping", follow=True))
        assert exchange.failure.trouble is Trouble.REDIRECTS
        assert exchange.failure.detail == "redirected more than 3 times"
        assert [one.status for one in client.journal] == [302, 302, 302, 0]

    @pytest.mark.parametrize("status", [200, 300, 304, 302])
    def test_what_is_no_redirect_is_the_answer(self, status: int, make_client: Any) -> None:
        headers = {} if status == 302 else {"Location": "/v1/other"}
        client = make_client(lambda request: httpx.Response(status, headers=headers))
        assert client.send(Draft("GET", "/ping", follow=True)).status == status
        assert client.budget.spent == 1


def test_several_requests_are_under_way_at_once(make_client: Any) -> None:
    together = threading.Barrier(5, timeout=10)

    def answer(request: httpx.Request) -> httpx.Response:
        together.wait()
        return httpx.Response(200, content=request.extensions["target"])

    client = make_client(answer)
    exchanges = client.send_all([Draft("GET", f"/{number}") for number in range(5)])
    assert [exchange.response.body for exchange in exchanges] == [f"/v1/{number}".encode() for number in range(5)]
    assert sorted(exchange.number for exchange in exchanges) == [1, 2, 3, 4, 5]


def test_none_at_once_is_none(make_client: Any) -> None:
    assert make_client(lambda request: httpx.Response(200)).send_all([]) == []


def test_a_429_among_several_is_kept(make_client: Any) -> None:
    client = make_client(lambda request: httpx.Response(429, headers={"Retry-After": "1"}))
    assert [exchange.status for exchange in client.send_all([PING, PING])] == [429, 429]
    assert client.budget.spent == 2


def test_cookies_are_not_kept(seen: Seen, make_client: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        seen(request)
        return httpx.Response(200, headers={"Set-Cookie": "session=abc; Path=/"})

    client = make_client(answer)
    client.send(PING)
    client.send(PING)
    assert "cookie" not in seen.headers


def test_an_error_of_httpx_itself_is_ours(make_client: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.LocalProtocolError(f"illegal: Bearer {TOKEN}")

    with pytest.raises(InternalError, match="GET /v1/ping: can't be sent: LocalProtocolError") as caught:
        make_client(answer).send(PING)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
