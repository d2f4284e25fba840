"""Lies about bodies and content types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from vendorproof.checks.content import violation
from vendorproof.contract.model import Contract
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.mock.data.blueprint import own_headers
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.choosing import (
    SUCCESSES,
    creations_of,
    creations_of_listings,
    listings_of,
    readings_of,
    resource_reads,
    writes_of,
)
from vendorproof.mock.deviations.recipe import Applies
from vendorproof.mock.deviations.rewrite import with_header
from vendorproof.mock.deviations.traits import promises_bodies
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, refuse
from vendorproof.mock.stages.render import documented_headers

Json = Any


def _success(answer: Answer) -> bool:
    return 200 <= answer.status < 300 and bool(answer.body)


_NOT_CALLED_JSON = [
    Break("content.json_responses", "not-json-type", SUCCESSES),
    Break("streaming.accept_decides", "other-type", {"accept": "application/json"}),
]


@fault("calls-json-plain-text", at=points.ANSWER, breaks=_NOT_CALLED_JSON)
def _plain_text(answer: Answer, call: Call) -> Answer:
    """Successes have the content type text/plain."""
    return with_header(answer, "Content-Type", "text/plain") if _success(answer) else answer


@fault(
    "calls-json-plain-text-on-one-operation",
    at=points.ANSWER,
    breaks=[Break("content.json_responses", "not-json-type", SUCCESSES)],
    on=["creations"],
    spread="one",
)
def _plain_text_once(answer: Answer, call: Call) -> Answer:
    """One creation has the content type text/plain."""
    return _plain_text(answer, call)


@fault("names-no-content-type", at=points.ANSWER, breaks=_NOT_CALLED_JSON)
def _no_content_type(answer: Answer, call: Call) -> Answer:
    """Successes have no content type."""
    return with_header(answer, "Content-Type", None) if _success(answer) else answer


@fault(
    "answers-changes-with-nothing",
    at=points.ANSWER,
    breaks=[Break("content.json_responses", "no-body", SUCCESSES)],
    applies=promises_bodies,
    on=["updates"],
)
def _nothing(answer: Answer, call: Call) -> Answer:
    """A change is answered with 200 and an empty body."""
    return replace(answer, body=b"") if _success(answer) else answer


@fault(
    "ends-a-body-with-garbage",
    at=points.ANSWER,
    breaks=[Break("content.json_responses", "not-json", SUCCESSES)],
    on=["lists"],
    spread="one",
)
def _garbage(answer: Answer, call: Call) -> Answer:
    """The pages of one listing have a brace too many."""
    return replace(answer, body=answer.body + b"}") if _success(answer) else answer


@fault(
    "repeats-a-key",
    at=points.ANSWER,
    breaks=[Break("content.json_responses", "not-json", SUCCESSES)],
    on=["lists"],
    spread="one",
)
def _key_twice(answer: Answer, call: Call) -> Answer:
    """The pages of one listing have a key twice."""
    return replace(answer, body=answer.body.replace(b"{", b'{"fake":1,"fake":2,', 1)) if _success(answer) else answer


def _refuses_json(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    if not findings and (call.header("content-type") or "").startswith("application/json"):
        raise refuse(415, "unsupported_media_type", "Send something else than JSON.")
    return findings


@fault(
    "refuses-json",
    at=points.FINDINGS,
    breaks=[
        Break("content.json_accepted", "json-refused"),
        Break("operations.answers", "not-answered", certain=False),
        Break("operations.documented_status", "undocumented-status", certain=False),
        Break("auth.login_issues_token", "no-token", certain=False),
    ],
    on=writes_of("content.json_accepted"),
    spread="one",
)
def _json_refused(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """One write refuses the content type application/json with 415."""
    return _refuses_json(findings, call)


@fault(
    "refuses-readings-that-say-they-are-json",
    at=points.FINDINGS,
    breaks=[Break("content.json_accepted", "json-refused")],
    on=readings_of("content.json_accepted"),
    spread="one",
)
def _reading_refused(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """One reading refuses a request with the content type application/json with 415."""
    return _refuses_json(findings, call)


@fault(
    "lists-things-without-their-envelope",
    at=points.DOCUMENT,
    breaks=[
        Break("schema.success_body", "schema-violated"),
        Break("pagination.envelope", "items-missing", {"part": "items"}),
        Break("lifecycle.listed_in_place", "elsewhere", seen_at=creations_of_listings, certain=False),
    ],
    on=listings_of("schema.success_body"),
    spread="one",
)
def _bare_list(document: Json, call: Call) -> Json:
    """One listing is an array alone."""
    resource = call.mock.contract.conventions.resources.get((call.operation and call.operation.resource) or "")
    items = resolve(document, resource.items) if resource else document
    return document if items is MISSING else items


@fault(
    "shows-the-payload-without-its-envelope",
    at=points.DOCUMENT,
    breaks=[
        Break("envelope.data", "payload-missing"),
        Break("schema.success_body", "schema-violated", certain=False),
    ],
    on=["all", "!lists"],
)
def _bare_payload(document: Json, call: Call) -> Json:
    """A success is its payload alone."""
    return resolve(document, call.mock.contract.conventions.data or "")


@fault(
    "puts-the-payload-elsewhere-on-one-operation",
    at=points.DOCUMENT,
    breaks=[
        Break("envelope.data", "payload-missing"),
        Break("schema.success_body", "schema-violated", certain=False),
    ],
    on=["reads", "!lists"],
    spread="one",
)
def _payload_elsewhere(document: Json, call: Call) -> Json:
    """One reading has its payload under another name."""
    return {"payload": _bare_payload(document, call)}


@fault(
    "wraps-a-thing-in-an-array",
    at=points.DOCUMENT,
    breaks=[
        Break("schema.success_body", "schema-violated"),
        Break("lifecycle.created_is_readable", "another-thing", seen_at=creations_of, certain=False),
    ],
    on=resource_reads,
    spread="one",
)
def _array(document: Json, call: Call) -> Json:
    """A single thing is read as an array of one."""
    return [document]


def _documents(hold: Callable[[Mapping[str, Json]], bool]) -> Applies:
    """A success has a documented header of its own of which this holds."""

    def applies(contract: Contract) -> bool:
        return any(
            hold(header)
            for operation in contract.operations
            for response in operation.successes
            for header in own_headers(contract, operation, int(response.status.upper().replace("X", "0"))).values()
        )

    return applies


def _required(header: Mapping[str, Json]) -> bool:
    return bool(header.get("required"))


def _typed(header: Mapping[str, Json]) -> bool:
    return _required(header) and violation(header["schema"], _WORD) is not None


_WORD = "~fake~"


@fault(
    "leaves-out-documented-headers",
    at=points.ANSWER,
    breaks=[Break("content.documented_headers", "header-missing")],
    applies=_documents(_required),
)
def _left_out(answer: Answer, call: Call) -> Answer:
    """Answers lack the headers that are documented for them."""
    for name in documented_headers(call, answer.status):
        answer = with_header(answer, name, None)
    return answer


@fault(
    "writes-documented-headers-as-words",
    at=points.ANSWER,
    breaks=[Break("content.documented_headers", "header-malformed")],
    applies=_documents(_typed),
)
def _words(answer: Answer, call: Call) -> Answer:
    """Headers that are documented as numbers hold words."""
    for name, header in documented_headers(call, answer.status).items():
        answer = with_header(answer, name, _WORD) if _typed(header) else answer
    return answer
