"""Event streams: type, framing, events, end, and errors instead of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.checks.builders import acme, error, exchange, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.checks.event_stream import Event, read
from vendorproof.contract.conventions import Errors
from vendorproof.exchange.model import Exchange, Trouble

SSE = {"Content-Type": "text/event-stream"}
NO_ENVELOPE = acme(errors=Errors())


def stream(body: str | bytes, headers: Mapping[str, str] = SSE, **given: Any) -> Exchange:
    given.setdefault("operation", "ask")
    return exchange(200, body, headers, **given)


CONTENT_TYPE = Table(
    "streaming.content_type",
    accept("an event stream", stream("data: 1\n\n")),
    accept("with a charset", stream("data: 1\n\n", {"Content-Type": "text/event-stream; charset=utf-8"})),
    accept("in capitals", stream("data: 1\n\n", {"content-type": "Text/Event-Stream"})),
    accept("with nothing in it", stream("")),
    reject("a document", "other-type", exchange(200, {"text": "hi"}, operation="ask")),
    reject("an accepted job", "other-type", exchange(202, {"id": "j1"}, operation="ask")),
    reject("lines of JSON", "other-type", stream("{}\n{}\n", {"Content-Type": "application/x-ndjson"})),
    reject("plain text", "other-type", stream("data: 1\n\n", {"Content-Type": "text/plain"})),
    reject("no type", "other-type", stream("data: 1\n\n", {})),
    passed_over("an error", error(401, operation="ask")),
    passed_over("an answer to HEAD", exchange(200, "", operation="ask", method="HEAD")),
    passed_over("no response", silence(operation="ask")),
)

FRAMING = Table(
    "streaming.framing",
    accept("line feeds", stream("data: 1\n\ndata: 2\n\n")),
    accept("carriage returns", stream("data: 1\r\rdata: 2\r\r")),
    accept("both", stream("data: 1\r\n\r\ndata: 2\r\n\r\n")),
    accept("all kinds in one stream", stream("data: 1\n\r\ndata: 2\r\r\n")),
    accept("a byte order mark", stream("\ufeffdata: 1\n\n")),
    accept("comments", stream(": hello\n\n:\n\ndata: 1\n\n: bye")),
    accept("every field", stream("event: delta\nid: 7\nretry: 100\ndata: 1\n\n")),
    accept("no space behind the colon", stream("data:1\n\n")),
    accept("data without a colon", stream("data\n\n")),
    accept("data in several lines", stream('data: {"a":\ndata: 1}\n\n')),
    accept("a field of the vendor's own", stream("trace-id: 9\ndata: 1\n\n")),
    accept("separators that end no line", stream("data: a\u2028b\x0bc\x85d\n\n")),
    accept("a last event without data", stream("data: 1\n\nevent: done")),
    accept("cut in an event", stream("data: 1\n\ndata: 2", cut=True)),
    accept("cut in a character", stream("data: ü\n\ndata: ü".encode()[:-1], cut=True)),
    accept("the charset told", stream("data: ü\n\n", {"Content-Type": 'text/event-stream; charset="UTF-8"'})),
    reject(
        "another charset told",
        "other-charset",
        stream("data: 1\n\n", {"Content-Type": f"{SSE['Content-Type']};charset=latin1"}),
    ),
    reject("another encoding", "not-utf-8", stream("data: ü\n\n".encode("latin-1"))),
    reject("an event that nothing ends", "event-unfinished", stream("data: 1\n\ndata: 2\n")),
    reject("a line that nothing ends", "event-unfinished", stream("data: 1\n\ndata: 2")),
    reject("documents without a field name", "not-a-field", stream('{"a": 1}\n\n{"b": 2}\n\n')),
    reject("a document in several lines", "not-a-field", stream('data: {\n  "a": 1\n}\n\n')),
    reject("a byte order mark at each event", "not-a-field", stream("\ufeffdata: 1\n\n\ufeffdata: 2\n\n")),
    reject("a field name in capitals", "no-event", stream("Data: 1\n\n")),
    undecided("nothing", stream("")),
    undecided("comments alone", stream(": hello\n\n")),
    undecided("events without data", stream("event: ping\n\n")),
    passed_over("another type, which another check judges", exchange(200, {}, operation="ask")),
    passed_over("an error", error(401, operation="ask")),
    passed_over("no response", silence(operation="ask")),
)

EVENTS_JSON = Table(
    "streaming.events_json",
    accept("objects", stream('data: {"a": 1}\n\ndata: {"b": "ü"}\n\n')),
    accept("arrays", stream("data: [1, 2]\n\n")),
    accept("over several lines", stream('data: {"a":\ndata: 1}\n\n')),
    accept("with a word at the end", stream("data: {}\n\ndata: [DONE]\n\n")),
    accept("with text between", stream("data: {}\n\ndata: ping\n\n")),
    reject("Python's own writing", "not-json", stream("data: {'a': True}\n\n")),
    reject("half a document", "not-json", stream('data: {"a": 1}\n\ndata: {"b":\n\n')),
    reject("two documents", "not-json", stream("data: {} {}\n\n")),
    reject("not a number", "not-json", stream('data: {"a": NaN}\n\n')),
    undecided("text, which the documentation does not rule out", stream("data: hello\n\n")),
    undecided("nothing", stream("")),
    passed_over("what can't be read", stream(b"data: {\xff}\n\n")),
    passed_over("another type", exchange(200, "{", {"Content-Type": "application/json"}, operation="ask")),
    passed_over("no response", silence(operation="ask")),
)

ENDS = Table(
    "streaming.ends",
    accept("whole", stream("data: 1\n\n")),
    reject("the connection closed", "broken-off", silence(Trouble.CLOSED, operation="ask")),
    reject("not HTTP any more", "broken-off", silence(Trouble.PROTOCOL, operation="ask")),
    undecided("our own limit", stream("data: 1\n\n", cut=True), "limits"),
    undecided("nothing in it", stream(""), "empty"),
    undecided("nothing came in time", silence(Trouble.TIMEOUT, operation="ask")),
    undecided("nobody is there", silence(Trouble.REFUSED, operation="ask")),
    undecided("an error", error(422, operation="ask"), "422"),
)

ERROR_BEFORE_START = Table(
    "streaming.error_before_start",
    accept("the envelope", error(401, operation="ask")),
    reject("an error in a stream that started", "stream-started", stream('event: error\ndata: {"code": "who"}\n\n')),
    reject("an error told in its data", "stream-started", stream('data: {"error": {"code": "who"}}\n\n')),
    reject("an error told by its type", "stream-started", stream('data: {"type": "error"}\n\n')),
    reject("a stream with an error's status", "error-as-stream", exchange(401, "data: 1\n\n", SSE, operation="ask")),
    reject("a page", "not-json", exchange(401, "<html>", {"Content-Type": "text/html"}, operation="ask")),
    reject("another envelope", "envelope-missing", exchange(401, {"detail": "who"}, operation="ask")),
    undecided("an error longer than our limit", exchange(401, "{", operation="ask", cut=True), "limits"),
    accept(
        "any error where the documentation shows no envelope",
        exchange(401, "who?", operation="ask"),
        contract=NO_ENVELOPE,
    ),
    undecided("the request was taken", stream("data: 1\n\n")),
    undecided("the request was taken, in bytes that can't be read", stream(b"data: \xff\n\n")),
    undecided("the rate limit", error(429, operation="ask"), "429"),
    undecided("no response", silence(operation="ask")),
)


def asking(accept: str, answered: Exchange) -> Exchange:
    headers = answered.response.headers.pairs if answered.response else ()
    body = answered.response.body if answered.response else b""
    return exchange(answered.status, body, headers, operation="closeThing", asks={"Accept": accept})


DOCUMENT = exchange(200, {"id": "t1"}, operation="closeThing")
STREAM = stream("data: 1\n\n")

ACCEPT_STREAM = Table(
    "streaming.accept_decides",
    accept("a stream", asking("text/event-stream", STREAM)),
    accept("a stream, asked for in capitals with a weight", asking("Text/Event-Stream;q=1", STREAM)),
    reject("a document", "other-type", asking("text/event-stream", DOCUMENT)),
    reject("nothing of the kind", "not-acceptable", asking("text/event-stream", error(406))),
    passed_over("a request for a document", asking("application/json", DOCUMENT)),
    passed_over("a request for either", asking("text/event-stream, application/json", DOCUMENT)),
    passed_over("a request that leaves it open", asking("*/*", DOCUMENT)),
    passed_over("an error", asking("text/event-stream", error(409))),
    passed_over("no response", silence(operation="closeThing")),
    given={"accept": "text/event-stream"},
)

ACCEPT_JSON = Table(
    "streaming.accept_decides",
    accept("a document", asking("application/json", DOCUMENT)),
    accept(
        "a document of a JSON dialect",
        asking("application/json", exchange(200, "{}", {"Content-Type": "application/hal+json"})),
    ),
    reject("a stream", "other-type", asking("application/json", STREAM)),
    reject("text", "other-type", asking("application/json", exchange(200, "hi", {"Content-Type": "text/plain"}))),
    passed_over("a request for a stream", asking("text/event-stream", STREAM)),
    passed_over("an answer without a body", asking("application/json", exchange(204))),
    given={"accept": "application/json"},
)

TOLD_LENGTH = {**SSE, "Content-Length": "22"}

INCREMENTAL = Table(
    "streaming.incremental",
    accept("in pieces", stream("data: 1\n\ndata: 2\n\n", chunks=(b"data: 1\n\n", b"data: 2\n\n"))),
    accept("longer than we wait", stream("data: 1\n\n", cut=True, chunks=(b"data: 1\n\n",))),
    undecided("nothing for longer than we wait", stream("", cut=True), "empty"),
    accept(
        "text in pieces",
        exchange(200, "hello", {"Content-Type": "text/plain"}, operation="ask", chunks=(b"he", b"llo")),
    ),
    reject("two events of a told length at once", "all-at-once", stream("data: 1\n\ndata: 2\n\n", TOLD_LENGTH)),
    reject(
        "a document of a told length",
        "all-at-once",
        exchange(200, {"a": 1}, [("Content-Type", "application/json"), ("Content-Length", "8")], operation="ask"),
    ),
    undecided("one event of a told length", stream("data: 1\n\n", TOLD_LENGTH), "single event"),
    undecided("pieces of a told length", stream("data: 1\n\n", TOLD_LENGTH, chunks=(b"data: 1", b"\n\n"))),
    undecided("one piece of no told length", stream("data: 1\n\ndata: 2\n\n"), "one piece"),
    undecided("nothing", stream("")),
    passed_over("an error", error(401, operation="ask")),
    passed_over("no response", silence(operation="ask")),
)

TABLES = [
    CONTENT_TYPE,
    FRAMING,
    EVENTS_JSON,
    ENDS,
    ERROR_BEFORE_START,
    ACCEPT_STREAM,
    ACCEPT_JSON,
    INCREMENTAL,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()


@pytest.mark.parametrize(
    ("body", "events"),
    [
        ("data: YHOO\ndata: +2\ndata: 10\n\n", [Event("message", "YHOO\n+2\n10", "")]),
        ("data\n\ndata\ndata\n\ndata:", [Event("message", "", ""), Event("message", "\n", "")]),
        ("data:test\n\ndata: test\n\n", [Event("message", "test", ""), Event("message", "test", "")]),
        (
            ": note\n\ndata: a\nid: 1\n\ndata:b\nid\n\ndata:  c\n\n",
            [
                Event("message", "a", "1"),
                Event("message", "b", ""),
                Event("message", " c", ""),
            ],
        ),
        ("event: add\ndata: 1\n\ndata: 2\n\n", [Event("add", "1", ""), Event("message", "2", "")]),
        ("event: add\n\ndata: 2\n\n", [Event("message", "2", "")]),
        ("id: 1\ndata: a\n\ndata: b\n\n", [Event("message", "a", "1"), Event("message", "b", "1")]),
        ("id: 1\0\ndata: a\n\n", [Event("message", "a", "")]),
        ("data: a: b\n\n", [Event("message", "a: b", "")]),
        ("\ufeff\ufeffdata: a\n\ndata: b\n\n", [Event("message", "b", "")]),
    ],
)
def test_events_are_read_as_the_standard_says(body: str, events: list[Event]) -> None:
    assert list(read(body.encode()).events) == events


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_line_end_gives_the_same_events(end: str) -> None:
    body = "event: x\ndata: 1\ndata: 2\nid: 9\n\n: note\ndata: 3\n\n"
    assert read(body.replace("\n", end).encode()) == read(body.encode())
