"""One exchange as a page shows it: redacted, bodies as text, cut to a size."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Any

from vendorproof.exchange.curl import curl
from vendorproof.exchange.model import Exchange, Headers
from vendorproof.exchange.redaction import Redactor
from vendorproof.exchange.secrecy import without_cookies
from vendorproof.report.text import plural

_BYTES_OF_A_CHARACTER = 4
"""At most, in UTF-8."""

_READ_WHOLE = 256 * 1024
"""Bytes of a body that is redacted as a whole; of a longer one as much as is shown."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Body:
    """A body as text; `note` says in words what the text does not show, "" where it shows all."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back; `reason` is the transport's trouble where no response came, and then `status` is 0."""

    status: int
    headers: Pairs
    body: Body
    reason: str = ""


@dataclass(frozen=True)
class Excerpt:
    """A redacted view of one exchange; `elapsed` is in seconds, `curl` sends the request again."""

    number: int
    vendor: str
    operation: str
    role: str
    purpose: str
    method: str
    url: str
    headers: Pairs
    body: Body
    answer: Answer
    elapsed: float
    curl: str

    def as_json(self) -> dict[str, Any]:
        """The excerpt as JSON, one object an exchange; what is empty is left out."""
        request = {"method": self.method, "url": self.url} | _message(self.headers, self.body)
        response: dict[str, Any] = {"status": self.answer.status} | _message(self.answer.headers, self.answer.body)
        if self.answer.reason:
            response = {"failure": self.answer.reason}
        about = {"operation": self.operation, "role": self.role, "purpose": self.purpose}
        return (
            {"number": self.number, "vendor": self.vendor}
            | {name: value for name, value in about.items() if value}
            | {"elapsed": round(self.elapsed, 4), "request": request, "response": response, "curl": self.curl}
        )


def excerpt(exchange: Exchange, redactor: Redactor, *, body_limit: int) -> Excerpt:
    """The exchange without its secrets, each body cut to `body_limit` characters."""
    request, response = exchange.request, exchange.response
    if response is not None:
        body = _body(response.body, redactor, body_limit, cut=response.cut)
        if response.cut:
            body = Body(body.text, _join(body.note, "longer than the target's size limit, ends early"))
        answer = Answer(response.status, _pairs(without_cookies(response.headers), redactor), body)
    else:
        failure = exchange.failure
        why = redactor.text(f"{failure.trouble.value}: {failure.detail}") if failure else "no response"
        answer = Answer(0, (), Body(""), why)
    return Excerpt(
        number=exchange.number,
        vendor=exchange.vendor,
        operation=exchange.operation or "",
        role=exchange.role,
        purpose=redactor.text(exchange.purpose),
        method=request.method,
        url=redactor.text(request.url),
        headers=_pairs(request.headers, redactor),
        body=_body(request.body, redactor, body_limit),
        answer=answer,
        elapsed=exchange.elapsed,
        curl=curl(exchange, redactor),
    )


def _pairs(headers: Headers, redactor: Redactor) -> Pairs:
    return tuple((redactor.text(name), redactor.text(value)) for name, value in headers)


def _body(body: bytes, redactor: Redactor, limit: int, *, cut: bool = False) -> Body:
    note = ""
    # Redacted before it is cut: a secret across the cut would leave its first half behind.
    whole = len(body) <= _READ_WHOLE
    redacted = redactor.data(body, cut=cut) if whole else redactor.head(body, _BYTES_OF_A_CHARACTER * limit, cut=cut)
    try:
        text, _ = codecs.utf_8_decode(redacted, "strict", whole)
    except UnicodeDecodeError:
        text, note = redacted.decode("latin-1"), f"not UTF-8: {plural(len(body), 'byte')}, each shown as one character"
    if len(text) > limit or not whole:
        shown = f"of {len(text):,} characters" if whole else "characters of a long body"
        note = _join(note, f"cut at {limit:,} {shown}")
        text = text[:limit]
    return Body(text, note)


def _message(headers: Pairs, body: Body) -> dict[str, Any]:
    message: dict[str, Any] = {"headers": [list(pair) for pair in headers]}
    if body.text or body.note:
        message["body"] = body.text
    if body.note:
        message["note"] = body.note
    return message


def _join(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
