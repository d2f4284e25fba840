"""HAR out and in: the same exchanges, no secret, one clear message for a bad file."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from vendorproof.errors import UsageError
from vendorproof.exchange import Exchange, Failure, Headers, Redactor, Request, Response, Trouble, read_har, write_har

NOTHING = Redactor()
ENTRY: dict[str, Any] = {
    "startedDateTime": "2026-05-12T07:28:25.901Z",
    "time": 12.5,
    "request": {"method": "GET", "url": "https://api.example.com/v1/things", "headers": [{"name": "A", "value": "b"}]},
    "response": {"status": 200, "headers": [], "content": {"size": 2, "text": "{}"}, "httpVersion": "HTTP/2"},
}


def har(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": list(entries)}})


def entry(**changes: Any) -> dict[str, Any]:
    return {**ENTRY, **changes}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "exchanges.har"


CASES: dict[str, dict[str, Any]] = {
    "usual": {},
    "no body": {"request": Request("GET", "https://api.example.com/"), "response": Response(204)},
    "binary bodies": {
        "request": Request(
            "POST", "https://api.example.com/f", Headers((("Content-Type", "image/png"),)), b"\x89PNG\xff"
        ),
        "response": Response(200, Headers((("Content-Type", "application/octet-stream"),)), bytes(range(256))),
    },
    "stream": {
        "response": Response(
            200,
            Headers((("Content-Type", "text/event-stream"),)),
            b"data: 1\n\ndata: 2\n\n",
            (9, 9),
        )
    },
    "failure": {"response": None, "failure": Failure(Trouble.TLS, "certificate expired")},
    "refused with an error": {"response": Response(404, body=b"not JSON"), "role": "none", "operation": None},
    "cut": {"response": Response(200, body=b"abc", cut=True)},
    "generated": {"generated": True, "purpose": "generated: \N{SNOWMAN}"},
    "lone surrogate": {"response": Response(200, body=b'"\\ud800"')},
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_written_is_read_again(case: str, path: Path, make_exchange: Any) -> None:
    exchange = make_exchange(**CASES[case])
    write_har(path, [exchange], NOTHING)
    assert read_har(path, "acme") == [exchange]


def test_order_and_numbers_are_kept(path: Path, make_exchange: Any) -> None:
    exchanges = [make_exchange(number=number) for number in (3, 5, 9)]
    write_har(path, exchanges, NOTHING)
    assert read_har(path, "acme") == exchanges


def test_of_several_vendors_only_the_asked_one_is_read(path: Path, make_exchange: Any) -> None:
    exchanges = [make_exchange(number=1), make_exchange(number=2, vendor="other")]
    write_har(path, exchanges, NOTHING)
    assert [exchange.number for exchange in read_har(path, "other")] == [2]


def test_no_exchange_is_a_har_too(path: Path) -> None:
    write_har(path, [], NOTHING)
    assert read_har(path, "acme") == []


def test_a_long_body_is_cut_and_says_so(path: Path, make_exchange: Any) -> None:
    long = Response(200, body=b"x" * 50)
    write_har(path, [make_exchange(response=long)], NOTHING, body_limit=10)
    (exchange,) = read_har(path, "acme")
    assert exchange.response == Response(200, body=b"x" * 10, cut=True)


def test_the_file_is_har_1_2_with_standard_fields(path: Path, make_exchange: Any) -> None:
    write_har(path, [make_exchange()], NOTHING)
    log = json.loads(path.read_text())["log"]
    (written,) = log["entries"]
    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "vendorproof"
    assert written["startedDateTime"] == "2026-11-18T11:06:40.123456+00:00"
    assert written["request"]["queryString"] == [{"name": "limit", "value": "2"}, {"name": "q", "value": "a b"}]
    assert written["request"]["postData"] == {"mimeType": "application/json", "text": '{"name": "x"}'}
    assert written["response"]["status"] == 201
    assert written["response"]["statusText"] == "Created"
    assert written["response"]["content"]["text"] == '{"data": {"id": "t1", "name": "Zoë"}}'
    assert written["request"]["_vendorproof"]["operation"] == "createThing"


def test_no_secret_is_written_wherever_it_stands(path: Path, make_exchange: Any) -> None:
    secret = "wak_9f8e7d6c5b4a/+=é"
    encoded = base64.b64encode(f"user:{secret}".encode()).decode()
    exchange = make_exchange(
        request=Request(
            secret,
            f"https://api.example.com/{secret}?apiKey=wak_9f8e7d6c5b4a%2F%2b%3D%C3%A9",
            Headers((("Authorization", f"Bearer {secret}"), (secret, encoded), ("Content-Type", secret))),
            json.dumps({"password": secret}).encode(),
        ),
        response=Response(
            302,
            Headers(
                (("Location", f"https://other/?k={secret}"), ("Content-Type", f"text/{secret}"), (secret, encoded))
            ),
            b"\xff\x00" + secret.encode() + encoded.encode(),
        ),
        purpose=f"with {secret}",
    )
    failed = make_exchange(number=2, response=None, failure=Failure(Trouble.CLOSED, f"lost {secret}"))
    write_har(path, [exchange, failed], Redactor({"$ACME_TOKEN": secret}))
    written = path.read_bytes()
    # Of what is base64 in the file (a body that is no text), look at what it holds.
    content = json.loads(written)["log"]["entries"][0]["response"]["content"]
    everything = written + base64.b64decode(content["text"])
    for form in (secret, encoded, "wak_9f8e7d6c5b4a", base64.b64encode(secret.encode()).decode()):
        assert form.encode() not in everything
    assert everything.count(b"$ACME_TOKEN") >= 12


def test_a_secret_at_the_cut_is_replaced_before_it_is_cut(path: Path, make_exchange: Any) -> None:
    body = b"12345678" + b"wak_secret_secret"
    write_har(
        path, [make_exchange(response=Response(200, body=body))], Redactor({"$T": "wak_secret_secret"}), body_limit=12
    )
    assert b"wak_" not in path.read_bytes()


def test_a_foreign_har_is_read(path: Path) -> None:
    path.write_text("\ufeff" + har(ENTRY, entry(time=-1)), encoding="utf-8")
    first, second = read_har(path, "acme")
    assert first == Exchange(
        number=1,
        vendor="acme",
        operation=None,
        role="",
        request=Request("GET", "https://api.example.com/v1/things", Headers((("A", "b"),))),
        response=Response(200, body=b"{}", http_version="HTTP/2"),
        sent=1778570905.901,
        elapsed=0.0125,
    )
    assert (second.number, second.elapsed) == (2, 0.0)


def test_pseudo_fields_of_http_2_are_no_headers(path: Path) -> None:
    fields = [{"name": ":authority", "value": "api.example.com"}, {"name": "accept", "value": "*/*"}]
    path.write_text(har(entry(request={**ENTRY["request"], "headers": fields})))
    assert read_har(path, "acme")[0].request.headers == Headers((("accept", "*/*"),))


def test_a_body_that_was_left_out_counts_as_cut(path: Path) -> None:
    path.write_text(har(entry(response={**ENTRY["response"], "content": {"size": 500}})))
    response = read_har(path, "acme")[0].response
    assert response is not None
    assert (response.body, response.cut) == (b"", True)


def test_a_request_without_an_answer_is_a_failure(path: Path) -> None:
    path.write_text(har(entry(response={**ENTRY["response"], "status": 0})))
    exchange = read_har(path, "acme")[0]
    assert exchange.response is None
    assert exchange.failure == Failure(Trouble.CLOSED, "the file records no answer")


BAD = {
    "not JSON": ("{", "not a HAR file, because it is not JSON"),
    "too deep": ("[" * 100_000, "not a HAR file, because it is not JSON"),
    "a list": ("[]", "not a HAR file: it has no list at /log/entries"),
    "no entries": ('{"log": {}}', "not a HAR file: it has no list at /log/entries"),
    "entries are no list": ('{"log": {"entries": {}}}', "not a HAR file: it has no list at /log/entries"),
    "an entry is text": (har(ENTRY, "x"), "entry 2 is not as HAR 1.2 describes it"),
    "no response": (har({"request": ENTRY["request"]}), "entry 1 .*: 'response' is missing"),
    "no URL": (har(entry(request={"method": "GET"})), "entry 1 .*: 'url' is missing"),
    "no time": (har({"request": ENTRY["request"], "response": ENTRY["response"]}), "'startedDateTime' is missing"),
    "a time that is none": (har(entry(startedDateTime="yesterday")), "entry 1 .*: Invalid isoformat"),
    "a status that is no number": (har(entry(response={**ENTRY["response"], "status": "ok"})), "entry 1"),
    "broken base64": (
        har(entry(response={**ENTRY["response"], "content": {"text": "a", "encoding": "base64"}})),
        "entry 1 .*: a body is not base64",
    ),
    "headers are text": (har(entry(request={**ENTRY["request"], "headers": ["x"]})), "entry 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_one_clear_message(case: str, path: Path) -> None:
    text, message = BAD[case]
    path.write_text(text)
    with pytest.raises(UsageError, match=message) as caught:
        read_har(path, "acme")
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.har: can't be read: No such file"):
        read_har(tmp_path / "none.har", "acme")


def test_a_file_that_is_no_text_is_one_clear_message(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not JSON"):
        read_har(path, "acme")


def test_a_failed_write_leaves_nothing_and_the_old_file(path: Path, make_exchange: Any) -> None:
    write_har(path, [make_exchange()], NOTHING)
    before = path.read_bytes()

    def broken() -> Any:
        yield make_exchange()
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_har(path, broken(), NOTHING)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
