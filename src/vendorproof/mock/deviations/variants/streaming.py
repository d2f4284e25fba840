"""How event streams are written: everything that the HTML standard allows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from vendorproof.contract.model import Contract
from vendorproof.mock.deviations.rewrite import with_header
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.deviations.variants.openness import demands, streams
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, Event


def _rewritten(answer: Answer, change: Callable[[bytes], tuple[bytes, ...]]) -> Answer:
    """An event stream with other bytes; any other answer stays as it is."""
    if not answer.chunks or not (answer.header("Content-Type") or "").startswith("text/event-stream"):
        return answer
    return replace(answer, chunks=change(b"".join(answer.chunks)))


@variant("events-with-crlf", points.ANSWER, legal=streams)
def _crlf(answer: Answer, call: Call) -> Answer:
    """Lines of a stream end in CR LF."""
    return _rewritten(answer, lambda text: (text.replace(b"\n", b"\r\n"),))


@variant("events-with-cr", points.ANSWER, legal=streams)
def _cr(answer: Answer, call: Call) -> Answer:
    """Lines of a stream end in CR, and each event comes alone."""
    return _rewritten(
        answer, lambda text: tuple(part + b"\r\r" for part in text.replace(b"\n", b"\r").split(b"\r\r") if part)
    )


@variant("events-with-a-mark", points.ANSWER, legal=streams)
def _marked(answer: Answer, call: Call) -> Answer:
    """A stream begins with a byte order mark, comments and the time after which to come back."""
    return _rewritten(answer, lambda text: (b"\xef\xbb\xbf: fake stream\n\nretry: 3000\n\n", text, b": bye\n\n"))


@variant("events-in-small-pieces", points.ANSWER, legal=streams)
def _pieces(answer: Answer, call: Call) -> Answer:
    """A stream arrives in pieces that break lines, and signs, in two."""
    return _rewritten(answer, lambda text: tuple(text[at : at + 5] for at in range(0, len(text), 5)))


@variant("events-without-spaces", points.ANSWER, legal=streams)
def _tight(answer: Answer, call: Call) -> Answer:
    """Fields of events have no space behind their colon."""
    return _rewritten(answer, lambda text: (re.sub(rb"(?m)^(data|event|id): ", rb"\1:", text),))


@variant("events-over-several-lines", points.EVENTS, legal=streams)
def _several_lines(events: tuple[Event, ...], call: Call) -> tuple[Event, ...]:
    """The data of an event is spread over lines."""
    return tuple(replace(one, data=json.dumps(one.data, indent=1)) for one in events)


@variant("events-without-names", points.EVENTS, legal=streams)
def _nameless(events: tuple[Event, ...], call: Call) -> tuple[Event, ...]:
    """Events have neither names nor ids."""
    return tuple(Event(one.data) for one in events)


@variant("streams-end-with-done", points.EVENTS, legal=streams)
def _done(events: tuple[Event, ...], call: Call) -> tuple[Event, ...]:
    """The last event of a stream is the word that many APIs end theirs with."""
    return (*events, Event("[DONE]"))


@variant("no-caching-of-streams", points.ANSWER, legal=streams)
def _uncached(answer: Answer, call: Call) -> Answer:
    """Streams tell proxies to leave them alone."""
    if not answer.chunks:
        return answer
    return with_header(with_header(answer, "Cache-Control", "no-cache, no-transform"), "X-Accel-Buffering", "no")


def _form_open(contract: Contract) -> bool:
    return streams(contract) and not demands(contract, "streaming.content_type")


@variant("streams-of-lines", points.ANSWER, legal=_form_open)
def _lines(answer: Answer, call: Call) -> Answer:
    """A stream is lines of JSON, where the faithful mock sends events."""
    changed = _rewritten(answer, lambda text: tuple(b"%s\n" % one for one in re.findall(rb"(?m)^data: (.*)$", text)))
    return changed if changed is answer else with_header(changed, "Content-Type", "application/x-ndjson")


@variant("streams-of-text", points.ANSWER, legal=_form_open)
def _plain(answer: Answer, call: Call) -> Answer:
    """A stream is words of plain text, where the faithful mock sends events."""
    changed = _rewritten(answer, lambda text: tuple(re.findall(rb'"text":"([^"]*)"', text)))
    return changed if changed is answer else with_header(changed, "Content-Type", "text/plain; charset=utf-8")
