"""Event streams: their type, their framing, their events, their end, and what comes instead of them."""

from __future__ import annotations

import re

from vendorproof.checks import event_stream
from vendorproof.checks.content import is_json
from vendorproof.checks.errors import envelope
from vendorproof.checks.event_stream import MEDIA_TYPE, EventStream
from vendorproof.checks.outcome import Fail, Inconclusive, NotApplicable, Outcome, answer, failed, passed, shown
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.contract.check_parameters import MEDIA, needs
from vendorproof.exchange.model import Exchange, NotJson, Response, Trouble, parse_json

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_SENTINEL = re.compile(r"\[\w+\]")
"""Text in the place of JSON that says the stream is done, as `[DONE]` does in many APIs."""


def _body(exchange: Exchange) -> Response | None:
    """The response of a success, None where there is none that could be a stream."""
    return exchange.response if exchange.succeeded and exchange.request.method != "HEAD" else None


def _stream(exchange: Exchange) -> EventStream | None:
    """The events of a success that calls itself an event stream; None for any other answer.

    Raises UnicodeDecodeError where it is not UTF-8.
    """
    response = _body(exchange)
    if response is None or response.content_type != MEDIA_TYPE:
        return None
    return event_stream.read(response.body, cut=response.cut)


@response_check("streaming.content_type", on="streams")
def content_type(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A success comes as text/event-stream."""
    response = _body(exchange)
    if response is None:
        return NotApplicable("not a success")
    if response.content_type == MEDIA_TYPE:
        return passed(exchange)
    return failed("other-type", exchange, expected=MEDIA_TYPE, observed=answer(exchange))


@response_check("streaming.framing", on="streams")
def framing(obligation: Obligation, exchange: Exchange) -> Outcome:
    """An event stream is framed as the HTML standard says: UTF-8, fields on lines of their own, a blank line behind
    every event."""
    response = _body(exchange)
    if response is None or response.content_type != MEDIA_TYPE:
        return NotApplicable("not an event stream")
    charset = _charset(response)
    if charset not in (None, "utf-8"):
        return failed("other-charset", exchange, expected="UTF-8", observed=f"charset={charset}")
    try:
        found = event_stream.read(response.body, cut=response.cut)
    except UnicodeDecodeError as error:
        observed = f"{error.reason} at byte {error.start}"
        return failed("not-utf-8", exchange, expected="UTF-8", observed=observed)
    if found.strays:
        expected = "a field name and a colon at the beginning of each line"
        return failed("not-a-field", exchange, expected=expected, observed=shown(found.strays[0]))
    if found.unfinished is not None:
        observed = f"the stream ends behind {shown(found.unfinished)}"
        return failed("event-unfinished", exchange, expected="a blank line behind every event", observed=observed)
    if found.events:
        return passed(exchange)
    if found.unknown:
        return failed("no-event", exchange, expected="lines of data", observed=shown(found.unknown[0]))
    return Inconclusive("the stream holds no event", (exchange.number,))


def _charset(response: Response) -> str | None:
    told = _CHARSET.search(response.headers.get("content-type") or "")
    return told[1].lower() if told else None


@response_check("streaming.events_json", on="streams")
def events_json(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The data of an event that looks like a JSON document is one."""
    try:
        found = _stream(exchange)
    except UnicodeDecodeError:
        return NotApplicable("the stream can't be read")
    if found is None:
        return NotApplicable("not an event stream")
    documents = 0
    for event in found.events:
        text = event.data.strip()
        if not text.startswith(("{", "[")) or _SENTINEL.fullmatch(text):
            continue
        try:
            parse_json(text.encode())
        except NotJson as problem:
            observed = f"{shown(event.data)}: {problem}"
            return failed("not-json", exchange, expected=f"JSON in the event {event.type}", observed=observed)
        documents += 1
    if documents:
        return passed(exchange)
    return Inconclusive(
        "no event holds what looks like a JSON document, and the documentation shows none", (exchange.number,)
    )


@check("streaming.ends", on="streams")
def ends(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A stream comes to its end, and not because the connection breaks."""
    if exchange.failure is not None:
        if exchange.failure.trouble in (Trouble.CLOSED, Trouble.PROTOCOL):
            return failed("broken-off", exchange, expected="a whole stream", observed=exchange.failure.detail)
        return Inconclusive(f"no response: {answer(exchange)}")
    response = _body(exchange)
    if response is None:
        return Inconclusive(f"no stream to judge ({answer(exchange)})")
    if response.cut:
        return Inconclusive("the stream was longer or slower than the target's limits allow")
    if not response.body:
        return Inconclusive("the stream is empty", (exchange.number,))
    return passed(exchange)


@check("streaming.error_before_start", on="streams")
def error_before_start(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A request that is refused before its stream starts gets an error status and the documented envelope, no stream
    that tells the error."""
    response = exchange.response
    if response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status == 429:
        return Inconclusive("the rate limit answered first (429)")
    if exchange.succeeded:
        if _tells_an_error(exchange):
            return failed("stream-started", exchange, expected="a 4xx status", observed=answer(exchange))
        return Inconclusive(f"the request was not refused ({answer(exchange)})", (exchange.number,))
    if response.content_type == MEDIA_TYPE:
        return failed("error-as-stream", exchange, expected="an error, no stream", observed=answer(exchange))
    if obligation.contract.conventions.errors.fields:
        found = envelope(obligation, exchange)
        if isinstance(found, Fail | Inconclusive):
            return found
    return passed(exchange)


def _tells_an_error(exchange: Exchange) -> bool:
    """Whether an event of a stream is called an error, or has one."""
    try:
        found = _stream(exchange)
    except UnicodeDecodeError:
        return False
    return found is not None and any(event.type == "error" or _is_error(event.data) for event in found.events)


def _is_error(data: str) -> bool:
    try:
        value = parse_json(data.encode())
    except NotJson:
        return False
    return isinstance(value, dict) and (bool(value.get("error")) or value.get("type") == "error")


@response_check(
    "streaming.accept_decides", on="streams", takes=[needs("accept", MEDIA, "what is asked for, and comes")]
)
def accept_decides(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A success comes as the type that Accept asks for."""
    wanted = str(obligation.parameters["accept"])
    if _asked(exchange) != {wanted}:
        return NotApplicable(f"the request does not ask for {wanted}")
    if exchange.status == 406:
        return failed("not-acceptable", exchange, expected=wanted, observed="406")
    response = _body(exchange)
    if response is None:
        return NotApplicable(f"no success to judge ({answer(exchange)})")
    if exchange.status == 204:
        return NotApplicable("an answer without a body is of no type")
    if response.content_type == wanted or (is_json(wanted) and is_json(response.content_type)):
        return passed(exchange)
    return failed("other-type", exchange, expected=wanted, observed=answer(exchange))


def _asked(exchange: Exchange) -> set[str]:
    """The media types that a request asks for, without their parameters."""
    values = ",".join(exchange.request.headers.all("accept")).split(",")
    return {value.partition(";")[0].strip().lower() for value in values if value.strip()}


@response_check("streaming.incremental", on="streams")
def incremental(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A body comes piece by piece, and not all at once when it is complete.

    Certain is only that a body whose length was announced and which came in one piece was complete before it left.
    """
    response = _body(exchange)
    if response is None:
        return NotApplicable("not a success")
    if not response.body:
        return Inconclusive("the body is empty", (exchange.number,))
    if response.cut:
        return passed(exchange)
    announced = response.headers.get("content-length")
    if announced is None:
        if len(response.pieces) > 1:
            return passed(exchange)
        return Inconclusive("the body came in one piece, which may be all that there was to say", (exchange.number,))
    if len(response.pieces) > 1:
        return Inconclusive("the body came in pieces of an announced length", (exchange.number,))
    if _single_event(exchange):
        return Inconclusive("the stream holds a single event", (exchange.number,))
    observed = f"{answer(exchange)}, Content-Length: {announced}, in one piece"
    return failed("all-at-once", exchange, expected="a body that is sent piece by piece", observed=observed)


def _single_event(exchange: Exchange) -> bool:
    try:
        found = _stream(exchange)
    except UnicodeDecodeError:
        return False
    return found is not None and len(found.events) < 2
