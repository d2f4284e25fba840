"""How answers go over the wire: headers, encodings, connections, time."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

from vendorproof.mock.data.limiter import Charge
from vendorproof.mock.deviations.rewrite import with_header
from vendorproof.mock.deviations.traits import redirects
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer
from vendorproof.mock.stages.render import documented_headers, header_text

_SLOW = 2.0
_PIECE = 700


def _is_json(answer: Answer) -> bool:
    plain = answer.header("Content-Encoding") is None
    return plain and bool(answer.body) and "json" in (answer.header("Content-Type") or "").lower()


@variant("charset-in-content-type", points.ANSWER)
def _charset(answer: Answer, call: Call) -> Answer:
    """The content type names its charset."""
    content_type = answer.header("Content-Type")
    named = content_type is None or "charset" in content_type
    return answer if named else with_header(answer, "Content-Type", f"{content_type}; charset=utf-8")


@variant("loud-content-type", points.ANSWER)
def _loud(answer: Answer, call: Call) -> Answer:
    """The content type is in capitals, its charset in quotes."""
    if not _is_json(answer):
        return answer
    kind = (answer.header("Content-Type") or "").partition(";")[0]
    return with_header(answer, "Content-Type", f'{kind.title()};Charset="UTF-8"')


@variant("json-subtype-for-errors", points.ANSWER)
def _json_subtype(answer: Answer, call: Call) -> Answer:
    """Errors come as another JSON media type."""
    own = call.problem is not None and _is_json(answer)
    return with_header(answer, "Content-Type", "application/problem+json") if own else answer


@variant("lower-case-headers", points.ANSWER)
def _lower_case(answer: Answer, call: Call) -> Answer:
    """Header names come in lower case, as HTTP/2 has them."""
    return replace(answer, headers=tuple((name.lower(), value) for name, value in answer.headers))


@variant("extra-headers", points.ANSWER)
def _extra_headers(answer: Answer, call: Call) -> Answer:
    """Answers carry header fields that the documentation does not document."""
    extra = (
        ("Server", "fake"),
        ("X-Fake-Trace", f"{call.number}"),
        ("Cache-Control", "no-store"),
        ("Set-Cookie", "fake=1; Secure"),
        ("Set-Cookie", "faker=2; HttpOnly"),
    )
    return replace(answer, headers=(*extra, *answer.headers))


@variant("every-documented-header", points.ANSWER)
def _every_header(answer: Answer, call: Call) -> Answer:
    """Answers carry the documented headers that may be left out, too."""
    for name, header in documented_headers(call, answer.status).items():
        answer = with_header(answer, name, header_text(call, name, header))
    return answer


@variant("connection-close", points.ANSWER)
def _connection_close(answer: Answer, call: Call) -> Answer:
    """Every connection serves one request."""
    return with_header(answer, "Connection", "close")


@variant("pretty-json", points.ANSWER)
def _pretty(answer: Answer, call: Call) -> Answer:
    """JSON is indented, in ASCII alone, and ends in a line break."""
    if not _is_json(answer):
        return answer
    return replace(answer, body=json.dumps(json.loads(answer.body), indent=2).encode() + b"\n")


@variant("gzip", points.ANSWER)
def _gzip(answer: Answer, call: Call) -> Answer:
    """Bodies are compressed for clients that accept it."""
    if not answer.body or "gzip" not in (call.header("accept-encoding") or ""):
        return answer
    packed = replace(answer, body=gzip.compress(answer.body, 1, mtime=0))
    return with_header(with_header(packed, "Content-Encoding", "gzip"), "Vary", "Accept-Encoding")


@variant("chunked-bodies", points.ANSWER)
def _chunked(answer: Answer, call: Call) -> Answer:
    """Bodies come in pieces and do not tell their length."""
    if not answer.body or call.method == "HEAD":
        return answer
    pieces = tuple(answer.body[at : at + _PIECE] for at in range(0, len(answer.body), _PIECE))
    return replace(with_header(answer, "Content-Length", None), body=b"", chunks=pieces)


@variant("slow-answers", points.CHARGE)
def _slow(charge: Charge, call: Call) -> Charge:
    """Every request takes two seconds."""
    call.mock.clock.sleep(_SLOW)
    return charge


@variant("bare-redirect", points.ANSWER, legal=redirects)
def _bare_redirect(answer: Answer, call: Call) -> Answer:
    """The redirect to https comes from before the API, with nothing but its target."""
    if answer.status != 308:
        return answer
    return Answer(301, (("Location", answer.header("Location") or ""), ("Content-Length", "0")))
