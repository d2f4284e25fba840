"""Which things a request may name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Contract, Effect
from vendorproof.errors import NotOurs, Unavailable
from vendorproof.exchange.model import Exchange, Headers, Request, Response
from vendorproof.target import Draft
from vendorproof.target.gate import Gate, Owner

WRITE = frozenset({Effect.WRITE})
THINGS = Resource("things", "thingId", "/id", "", "", list="listThings", create="createThing", scope="org")
MADE = 1_795_000_000.0


@pytest.fixture
def gate(contract: Contract, make_target: Any) -> Gate:
    """Acme's, where the tester gave one thing away, told the id of the one that scopes every request, and a body."""
    about = tuple(replace(one, resource="things") if "thing" in one.path else one for one in contract.operations)
    conventions = replace(contract.conventions, resources={"things": THINGS})
    contract = replace(contract, operations=about, conventions=conventions)
    given = {"disposable": {"things": ("spare",)}, "default": {"things": ("known",)}}
    return Gate(contract, make_target(ids=given, bodies={"chargeThing": {"thingId": "told"}}))


def exchange(operation: str, answer: str, sent: str = "{}", status: int = 200, method: str = "POST") -> Exchange:
    request = Request(method, "https://api.acme.example/v1/things", Headers(()), sent.encode())
    headers = Headers((("Content-Type", "application/json"),))
    response = Response(status, headers, answer.encode())
    return Exchange(1, "acme", operation, "default", request, response, sent=MADE)


DELETION = {"operation": "deleteThing", "effects": frozenset({Effect.DELETE_OWN})}
ALLOWED: dict[str, Draft] = {
    "a reading of anything": Draft("GET", "/things/anybodys", operation="getThing"),
    "a deletion of what was given away": Draft("DELETE", "/things/spare", **DELETION),  # type: ignore[arg-type]
    "what names no thing": Draft("POST", "/things", operation="createThing", effects=WRITE, body=b'{"name": "x"}'),
    "a body with what was given away": Draft("POST", "/charge", operation="chargeThing", body=b'{"thingId": "spare"}'),
    "a body that the tester told": Draft("POST", "/charge", operation="chargeThing", body=b'{"thingId": "told"}'),
    "a body with the scope": Draft("POST", "/charge", operation="chargeThing", body=b'{"thingId": "o1"}'),
    "a body that is no JSON": Draft("POST", "/charge", operation="chargeThing", body=b'{"thingId": '),
    "a POST that only reads": Draft("POST", "/search", operation="search", body=b'{"thingId": "anybodys"}'),
}
REFUSED: dict[str, Draft] = {
    "a made-up id": Draft("DELETE", "/things/apsre", **DELETION),  # type: ignore[arg-type]
    "an id that the tester only knows": Draft("DELETE", "/things/known", **DELETION),  # type: ignore[arg-type]
    "the tester's own scope": Draft("DELETE", "/things/o1", **DELETION),  # type: ignore[arg-type]
    "nothing": Draft("DELETE", "/things/%20", **DELETION),  # type: ignore[arg-type]
    "another method at a reading": Draft("PUT", "/things/known", operation="getThing"),
    "a method at a path of no operation's name": Draft("DELETE", "/things/known"),
    "without a credential": Draft("DELETE", "/things/known", role="none", **DELETION),  # type: ignore[arg-type]
    "tidying up": Draft("DELETE", "/things/known", tidying=True, **DELETION),  # type: ignore[arg-type]
    "a body": Draft("POST", "/charge", operation="chargeThing", body=b'{"thingId": "anybodys"}'),
    "deep in a body": Draft("POST", "/charge", operation="chargeThing", body=b'{"a": [{"thingId": ["anybodys"]}]}'),
    "a number in a body": Draft("POST", "/charge", operation="chargeThing", body=b'{"thingId": 7}'),
    "a query": Draft("POST", "/charge", operation="chargeThing", query=(("thingId", "anybodys"),)),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_what_may_leave(gate: Gate, case: str) -> None:
    gate.check(ALLOWED[case])


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_not(gate: Gate, case: str) -> None:
    with pytest.raises(NotOurs, match=r"which this run did not make \(name some to spend under .*ids.disposable\]"):
        gate.check(REFUSED[case])


@pytest.mark.parametrize("path", ["/things/..", "/things/%2e%2E", "/things/./x", "/things/%2e", "/../admin"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_path_climbs_out_of_its_place(gate: Gate, method: str, path: str) -> None:
    with pytest.raises(Unavailable, match="climbs out of its place"):
        gate.check(Draft(method, path))


def test_what_is_at_no_place_of_the_contract_is_only_read(gate: Gate) -> None:
    gate.check(Draft("GET", "/nowhere"))
    with pytest.raises(Unavailable, match="at no place of the contract"):
        gate.check(Draft("POST", "/nowhere"))


def test_what_a_creation_told_may_be_changed(gate: Gate) -> None:
    assert gate.own("things", "n1", exchange("createThing", '{"id": "n1"}')) is Owner.RUN
    gate.check(Draft("DELETE", "/things/n1", operation="deleteThing"))
    assert gate.owns("things", "n1")
    assert not gate.owns("others", "n1")


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("listThings", '[{"id": "n1"}]'),
        ("listThings", '{"data": {"rows": [{"id": "n2"}, {"id": "n1"}]}}'),
        ("getThing", '{"id": "n1", "name": "x"}'),
    ],
)
def test_what_was_seen_before_is_no_creation(gate: Gate, operation: str, answer: str) -> None:
    gate.meet(exchange(operation, answer))
    assert gate.own("things", "n1", exchange("createThing", '{"id": "n1"}')) is Owner.OTHERS
    with pytest.raises(NotOurs):
        gate.check(Draft("DELETE", "/things/n1", operation="deleteThing"))


@pytest.mark.parametrize(
    ("thing_id", "sent", "answer", "owner"),
    [
        ("jane", '{"login": "jane"}', '{"id": "jane"}', Owner.UNKNOWN),
        ("vendorproof-a1b2c3-7", '{"login": "vendorproof-a1b2c3-7"}', '{"id": "vendorproof-a1b2c3-7"}', Owner.RUN),
        ("n1", "{}", '{"id": "n1", "created_at": "2026-11-15T00:00:00Z"}', Owner.OTHERS),
        ("n1", "{}", '{"id": "n1", "createdAt": "2026-11-18T11:00:00+14:00"}', Owner.RUN),
        ("n1", "{}", '{"id": "n1", "created_at": "2026-11-15"}', Owner.RUN),
        ("n1", "{}", '{"id": "n1", "updated_at": "2020-01-01T00:00:00Z"}', Owner.RUN),
        ("n1", "{}", '{"id": "n1", "created_at": "never T"}', Owner.RUN),
    ],
)
def test_what_may_be_old_is_no_creation(gate: Gate, thing_id: str, sent: str, answer: str, owner: Owner) -> None:
    assert gate.own("things", thing_id, exchange("createThing", answer, sent)) is owner


def test_what_this_run_made_stays_its_own(gate: Gate) -> None:
    made = exchange("createThing", '{"id": "n1"}')
    assert gate.own("things", "n1", made) is Owner.RUN
    gate.meet(exchange("listThings", '[{"id": "n1"}]'))
    assert gate.own("things", "n1", made) is Owner.RUN


def test_a_refused_reading_shows_nothing(gate: Gate) -> None:
    gate.meet(exchange("getThing", '{"id": "n1"}', status=404))
    assert gate.own("things", "n1", exchange("createThing", '{"id": "n1"}')) is Owner.RUN
