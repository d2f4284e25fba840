"""Lies about event streams."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from vendorproof.contract.model import Contract
from vendorproof.contract.select import select
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.rewrite import with_header
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Event
from vendorproof.mock.stages.render import EVENT_STREAM

_STREAM = {"accept": EVENT_STREAM}
_JSON = {"accept": "application/json"}


def _framing(reason: str) -> list[Break]:
    return [Break("streaming.framing", reason)]


def _of_last(change: Callable[[bytes], bytes], answer: Answer) -> Answer:
    """A stream with its last piece changed."""
    if not answer.chunks:
        return answer
    return replace(answer, chunks=(*answer.chunks[:-1], change(answer.chunks[-1])))


def _of_each(change: Callable[[bytes], bytes], answer: Answer) -> Answer:
    return replace(answer, chunks=tuple(map(change, answer.chunks)))


@fault(
    "calls-a-stream-plain-text",
    at=points.ANSWER,
    breaks=[Break("streaming.content_type", "other-type"), Break("streaming.accept_decides", "other-type", _STREAM)],
)
def _plain_text(answer: Answer, call: Call) -> Answer:
    """Event streams have the content type text/plain."""
    return with_header(answer, "Content-Type", "text/plain") if answer.chunks else answer


@fault(
    "streams-only-to-who-asks-for-it",
    at=points.ANSWER,
    breaks=[Break("streaming.content_type", "other-type")],
    on=["streams"],
)
def _only_asked(answer: Answer, call: Call) -> Answer:
    """Who accepts anything gets one document in the place of a stream."""
    if not answer.chunks or EVENT_STREAM in (call.header("accept") or ""):
        return answer
    return with_header(replace(answer, chunks=(), body=b'{"data": {}}'), "Content-Type", "application/json")


@fault("ends-a-stream-inside-an-event", at=points.ANSWER, breaks=_framing("event-unfinished"))
def _unfinished(answer: Answer, call: Call) -> Answer:
    """No blank line stands behind the last event of a stream."""
    return _of_last(lambda chunk: chunk.rstrip(b"\n") + b"\n", answer)


@fault("streams-bare-json", at=points.ANSWER, breaks=_framing("not-a-field"))
def _bare(answer: Answer, call: Call) -> Answer:
    """The lines of a stream lack the names of their fields."""
    return _of_each(lambda chunk: chunk.replace(b"data: ", b""), answer)


@fault("streams-in-latin-1", at=points.ANSWER, breaks=_framing("not-utf-8"))
def _latin(answer: Answer, call: Call) -> Answer:
    """A stream holds bytes that are no UTF-8."""
    return _of_each(lambda chunk: chunk.replace(b"Fake", "Fäke".encode("latin-1")), answer)


@fault("streams-in-another-charset", at=points.ANSWER, breaks=_framing("other-charset"))
def _charset(answer: Answer, call: Call) -> Answer:
    """A stream says that it is not UTF-8."""
    return with_header(answer, "Content-Type", f"{EVENT_STREAM}; charset=iso-8859-1") if answer.chunks else answer


@fault("names-fields-that-no-client-knows", at=points.ANSWER, breaks=_framing("no-event"))
def _unknown(answer: Answer, call: Call) -> Answer:
    """The data of a stream stands in fields of another name."""
    return _of_each(lambda chunk: chunk.replace(b"data: ", b"payload: ").replace(b"event: ", b"kind: "), answer)


@fault("breaks-the-json-of-events", at=points.EVENTS, breaks=[Break("streaming.events_json", "not-json")])
def _broken_json(events: tuple[Event, ...], call: Call) -> tuple[Event, ...]:
    """The data of events is cut JSON."""
    return tuple(replace(event, data='{"text": "Fake') for event in events)


@fault(
    "breaks-the-json-of-the-last-event",
    at=points.EVENTS,
    breaks=[Break("streaming.events_json", "not-json")],
)
def _broken_last(events: tuple[Event, ...], call: Call) -> tuple[Event, ...]:
    """The data of the last event is cut JSON."""
    return (*events[:-1], replace(events[-1], data='{"done": tru'))


@fault(
    "breaks-a-stream-off",
    at=points.ANSWER,
    breaks=[Break("streaming.ends", "broken-off"), Break("operations.answers", "no-response")],
    on=["streams"],
)
def _broken_off(answer: Answer, call: Call) -> Answer:
    """The connection breaks in the middle of a stream."""
    return replace(answer, chunks=answer.chunks[:-1], aborts=True) if answer.chunks else answer


@fault(
    "refuses-with-a-stream",
    at=points.ANSWER,
    breaks=[Break("streaming.error_before_start", "error-as-stream"), Break("errors.envelope", "not-json")],
    on=["streams"],
)
def _error_as_stream(answer: Answer, call: Call) -> Answer:
    """A refusal is an event in a stream with the status of an error."""
    if call.problem is None:
        return answer
    event = b"event: error\ndata: " + answer.body + b"\n\n"
    return with_header(replace(answer, body=b"", chunks=(event,)), "Content-Type", EVENT_STREAM)


@fault(
    "tells-a-refusal-in-a-stream-that-succeeds",
    at=points.ANSWER,
    breaks=[
        Break("streaming.error_before_start", "stream-started"),
        Break("auth.missing_refused", "accepted"),
        Break("auth.invalid_refused", "accepted"),
        Break("auth.context_required", "accepted"),
        Break("idempotency.duplicate_conflicts", "duplicate-accepted"),
    ],
    on=["streams"],
)
def _started(answer: Answer, call: Call) -> Answer:
    """A refusal is an event in a stream with the status 200."""
    if call.problem is None:
        return answer
    return replace(_error_as_stream(answer, call), status=200)


def _decided_by_accept(contract: Contract) -> Iterable[str]:
    """The operations whose answer's type the request chooses."""
    judged = [one for one in contract.requirements if one.check == "streaming.accept_decides"]
    return list(dict.fromkeys(operation.id for one in judged for operation in select(contract, one.on)))


@fault(
    "never-streams-where-it-is-asked-to",
    at=points.FINDINGS,
    breaks=[Break("streaming.accept_decides", "other-type", _STREAM)],
    on=_decided_by_accept,
)
def _never_streams(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """Who asks for a stream gets one document."""
    call.headers = {**call.headers, "accept": "application/json"}
    return findings


@fault(
    "always-streams-where-it-may",
    at=points.FINDINGS,
    breaks=[Break("streaming.accept_decides", "other-type", _JSON)],
    on=_decided_by_accept,
)
def _always_streams(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """Who asks for one document gets a stream."""
    call.headers = {**call.headers, "accept": EVENT_STREAM}
    return findings


@fault(
    "sends-a-stream-when-it-is-complete",
    at=points.ANSWER,
    breaks=[Break("streaming.incremental", "all-at-once")],
)
def _at_once(answer: Answer, call: Call) -> Answer:
    """All events of a stream come together, when the last of them is known."""
    return replace(answer, body=b"".join(answer.chunks), chunks=()) if answer.chunks else answer


@fault(
    "streams-once",
    at=points.ANSWER,
    breaks=[Break("streaming.content_type", "other-type")],
    on=["streams"],
)
def _once(answer: Answer, call: Call) -> Answer:
    """The second stream of an operation and all that follow have the content type text/plain."""
    if not answer.chunks:
        return answer
    known: set[str] = call.mock.memory.setdefault("streamed", set())
    again = call.path in known
    known.add(call.path)
    return _plain_text(answer, call) if again else answer
