"""Lies about bodies and content types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vendorproof.mock import points
from vendorproof.mock.call import Answer, Call, refuse
from vendorproof.mock.catalogue import Break, fault
from vendorproof.mock.faults.fits import resource_reads
from vendorproof.mock.rewrite import with_header

Json = Any


def _success(answer: Answer) -> bool:
    return 200 <= answer.status < 300 and bool(answer.body)


@fault("calls-json-plain-text", at=points.ANSWER, breaks=[Break("content.json_responses", "not-json-type")])
def _plain_text(answer: Answer, call: Call) -> Answer:
    """Successes have the content type text/plain."""
    return with_header(answer, "Content-Type", "text/plain") if _success(answer) else answer


@fault(
    "calls-json-plain-text-on-one-operation",
    at=points.ANSWER,
    breaks=[Break("content.json_responses", "not-json-type")],
    on=["creations"],
    spread="one",
)
def _plain_text_once(answer: Answer, call: Call) -> Answer:
    """One creation has the content type text/plain."""
    return _plain_text(answer, call)


@fault("names-no-content-type", at=points.ANSWER, breaks=[Break("content.json_responses", "not-json-type")])
def _no_content_type(answer: Answer, call: Call) -> Answer:
    """Successes have no content type."""
    return with_header(answer, "Content-Type", None) if _success(answer) else answer


@fault(
    "ends-a-body-with-garbage",
    at=points.ANSWER,
    breaks=[Break("content.json_responses", "not-json")],
    on=["lists"],
    spread="one",
)
def _garbage(answer: Answer, call: Call) -> Answer:
    """The pages of one listing have a brace too many."""
    return replace(answer, body=answer.body + b"}") if _success(answer) else answer


@fault(
    "repeats-a-key",
    at=points.ANSWER,
    breaks=[Break("content.json_responses", "not-json")],
    on=["lists"],
    spread="one",
)
def _key_twice(answer: Answer, call: Call) -> Answer:
    """The pages of one listing have a key twice."""
    if not _success(answer) or not answer.body.startswith(b"{"):
        return answer
    return replace(answer, body=b'{"fake":1,"fake":2,' + answer.body[1:])


@fault(
    "refuses-json",
    at=points.FINDINGS,
    breaks=[Break("content.json_accepted", "json-refused")],
    on=["creations", "updates"],
    spread="one",
)
def _json_refused(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """One write refuses the content type application/json with 415."""
    if not findings:
        raise refuse(415, "unsupported_media_type", "Send something else than JSON.")
    return findings


@fault(
    "wraps-a-thing-in-an-array",
    at=points.DOCUMENT,
    breaks=[Break("schema.success_body", "schema-violated")],
    on=resource_reads,
    spread="one",
)
def _array(document: Json, call: Call) -> Json:
    """A single thing is read as an array of one."""
    return [document]
