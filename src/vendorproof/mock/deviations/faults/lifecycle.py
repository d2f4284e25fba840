"""Lies about what was created, changed and deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Contract, Kind
from vendorproof.contract.select import select
from vendorproof.mock.data.seeds import NEWEST
from vendorproof.mock.data.store import Row
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.choosing import anywhere, creations_of_listings, listings_promised_in_place
from vendorproof.mock.deviations.traits import marks_what_is_listed
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.stages.handlers import parent_of

Json = Any

_DELETED_IS_READ = Break("errors.status", "other-status", {"provoke": "deleted-id"})


def _resource(call: Call) -> Resource | None:
    name = call.operation.resource if call.operation else None
    return call.mock.contract.conventions.resources.get(name or "")


@fault("does-not-list-what-was-created", at=points.ROWS, breaks=[Break("lifecycle.created_is_listed", "not-listed")])
def _not_listed(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """New things are missing from the listings."""
    return tuple(row for row in rows if row.created <= NEWEST)


def _kept_apart(contract: Contract) -> list[tuple[str, str]]:
    """Resources, each with another one whose listing it stays out of."""
    check = "lifecycle.not_listed_elsewhere"
    told = [one for one in contract.requirements if one.check == check]
    made = [(operation, one) for one in told for operation in select(contract, one.on or ("creations",))]
    return [(operation.resource or "", one.parameters["resource"]) for operation, one in made]


def _other_listings(contract: Contract) -> list[str]:
    listings = (contract.conventions.resources[other].list for _, other in _kept_apart(contract))
    return [one for one in listings if one is not None]


@fault(
    "lists-what-was-created-elsewhere-too",
    at=points.ROWS,
    breaks=[Break("lifecycle.not_listed_elsewhere", "listed-elsewhere", seen_at=anywhere)],
    on=_other_listings,
)
def _strays(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """A listing shows things of another kind that should stay out of it."""
    shown = call.operation.resource if call.operation else None
    kinds = [kind for kind, other in _kept_apart(call.mock.contract) if other == shown]
    strays = (row for kind in kinds for row in call.mock.store.rows(call.tenant, kind, parent_of(call, kind)))
    return (*strays, *rows)


@fault(
    "makes-what-was-asked-for-twice",
    at=points.STORED,
    breaks=[Break("lifecycle.created_is_listed", "listed-twice")],
    on=["creations"],
    applies=marks_what_is_listed,
)
def _made_twice(row: Row | None, call: Call) -> Row | None:
    """A creation makes two things of the same kind."""
    if row is not None:
        resource = _resource(call)
        name = resource.id.removeprefix("/") if resource else "id"
        twin = f"{row.id}2"
        call.mock.store.put(replace(row, id=twin, body={**row.body, name: twin}))
    return row


@fault(
    "does-not-show-what-was-created",
    at=points.LOOKUP,
    breaks=[Break("lifecycle.created_is_readable", "not-readable")],
    on=["reads"],
)
def _not_readable(row: Row | None, call: Call) -> Row | None:
    """New things can't be read."""
    return None if row is not None and row.created > NEWEST else row


@fault(
    "stores-something-else",
    at=points.STORED,
    breaks=[Break("lifecycle.created_is_readable", "differs")],
    on=["creations"],
)
def _stores_otherwise(row: Row | None, call: Call) -> Row | None:
    """What is stored is not what the creation answered."""
    sent = call.payload if isinstance(call.payload, dict) else {}
    if row is None:
        return None
    texts = set(sent) - set(call.mock.contract.conventions.formats.decimal_strings)
    changed = {k: f"{v} (fake)" if k in texts and isinstance(v, str) else v for k, v in row.body.items()}
    return replace(row, body=changed)


@fault(
    "forgets-a-change",
    at=points.STORED,
    breaks=[Break("lifecycle.update_persists", "not-kept")],
    on=["updates"],
)
def _forgets(row: Row | None, call: Call) -> Row | None:
    """An update shows the new values in its answer and keeps the old ones."""
    resource = _resource(call)
    before = call.mock.store.find(call.tenant, row.resource, row.id) if row else None
    if row is None or resource is None or before is None:
        return row
    kept = {name: before.body.get(name) if name in resource.change else value for name, value in row.body.items()}
    return replace(row, body=kept)


@fault(
    "forgets-a-second-change",
    at=points.STORED,
    breaks=[
        Break("lifecycle.second_update_persists", "not-kept"),
        Break("lifecycle.update_persists", "not-kept", certain=False),
    ],
    on=["updates"],
)
def _forgets_a_second(row: Row | None, call: Call) -> Row | None:
    """A thing can be changed once; every later update is answered and not done."""
    changed: set[str] = call.mock.memory.setdefault("changed", set())
    if row is None or row.id in changed:
        return None
    changed.add(row.id)
    return row


@fault(
    "changes-a-second-field",
    at=points.CHANGE,
    breaks=[Break("lifecycle.update_touches_nothing_else", "touched")],
    on=["updates"],
)
def _touches(change: Mapping[str, Json], call: Call) -> Mapping[str, Json]:
    """An update changes a field that it does not name."""
    resource = _resource(call)
    if resource is None or call.row is None:
        return change
    own = resource.id.removeprefix("/")
    other = next(
        (name for name, value in call.row.body.items() if isinstance(value, str) and name not in {own, *change}), None
    )
    return change if other is None else {**change, other: "Fake text"}


@fault(
    "answers-an-update-with-another-id",
    at=points.DOCUMENT,
    breaks=[Break("lifecycle.update_keeps_id", "id-changed")],
    on=["updates"],
)
def _another_id(document: Json, call: Call) -> Json:
    """The answer to an update shows the thing under a new id."""
    resource = _resource(call)
    row = call.row
    if resource is None or row is None or not isinstance(document, dict):
        return document
    text = json.dumps(document).replace(json.dumps(row.id), json.dumps(f"{row.id}v2"))
    return json.loads(text)


@fault(
    "replaces-instead-of-updating",
    at=points.STORED,
    breaks=[
        Break("lifecycle.update_keeps_fields", "lost"),
        Break("lifecycle.update_touches_nothing_else", "touched", certain=False),
    ],
    on=["updates"],
)
def _replaces(row: Row | None, call: Call) -> Row | None:
    """An update empties the texts that it does not name."""
    resource = _resource(call)
    if row is None or resource is None:
        return row
    named = call.payload if isinstance(call.payload, dict) else {}
    kept = {*named, resource.id.removeprefix("/")}
    lost = {k for k, v in row.body.items() if isinstance(v, str) and k not in kept and not k.lower().endswith("at")}
    return replace(row, body={k: "" if k in lost else v for k, v in row.body.items()})


@fault(
    "keeps-what-was-deleted",
    at=points.REMOVAL,
    breaks=[
        Break("lifecycle.deleted_is_gone", "still-there"),
        _DELETED_IS_READ,
        Break("lifecycle.deleted_leaves_list", "still-listed"),
    ],
)
def _keeps(row: Row | None, call: Call) -> Row | None:
    """A deletion is answered and not done."""
    return None


@fault(
    "deletes-a-second-thing",
    at=points.REMOVAL,
    breaks=[Break("lifecycle.others_untouched", "others-gone")],
)
def _deletes_another(row: Row | None, call: Call) -> Row | None:
    """A deletion takes another thing with it."""
    store = call.mock.store
    others = [one for one in store.rows(row.tenant, row.resource) if one.id != row.id] if row is not None else []
    if others:
        store.remove(others[-1])
    return row


@fault(
    "changes-a-second-thing",
    at=points.STORED,
    breaks=[Break("lifecycle.others_untouched", "others-changed")],
    on=["updates"],
)
def _changes_another(row: Row | None, call: Call) -> Row | None:
    """An update changes another thing as well."""
    store, resource = call.mock.store, _resource(call)
    others = [one for one in store.rows(row.tenant, row.resource) if one.id != row.id] if row is not None else []
    if others and row is not None and resource is not None:
        new = {name: row.body.get(name) for name in (*resource.change, resource.mark) if name is not None}
        store.put(replace(others[-1], body={**others[-1].body, **new}))
    return row


@fault(
    "names-the-array-of-a-listing-otherwise",
    at=points.DOCUMENT,
    breaks=[
        Break("lifecycle.listed_in_place", "elsewhere", seen_at=creations_of_listings),
        Break("schema.success_body", "schema-violated", certain=False),
    ],
    on=listings_promised_in_place,
)
def _listed_elsewhere(document: Json, call: Call) -> Json:
    """A listing holds its items under another name than the documentation's."""
    resource = _resource(call)
    name = (resource.items or "").removeprefix("/") if resource else ""
    if not isinstance(document, dict) or name not in document:
        return document
    return {("entries" if key == name else key): value for key, value in document.items()}


@fault(
    "still-shows-what-was-deleted",
    at=points.LOOKUP,
    breaks=[Break("lifecycle.deleted_is_gone", "still-there"), _DELETED_IS_READ],
    on=["reads", "deletions"],
)
def _still_shown(row: Row | None, call: Call) -> Row | None:
    """What was deleted has left the listing and can still be read."""
    seen: dict[tuple[str, str], Row] = call.mock.memory.setdefault("seen", {})
    key = (call.tenant, call.path)
    if row is not None:
        seen[key] = row
    deleting = call.operation is not None and call.operation.kind is Kind.DELETE
    return row if deleting else row or seen.get(key)


def _deleted(call: Call) -> dict[str, Row]:
    """What was deleted so far, by id."""
    known: dict[str, Row] = call.mock.memory.setdefault("deleted", {})
    return known


def _remembers(row: Row | None, call: Call) -> Row | None:
    if row is not None:
        _deleted(call)[row.id] = row
    return row


@fault(
    "still-lists-what-was-deleted",
    at=points.ROWS,
    breaks=[Break("lifecycle.deleted_leaves_list", "still-listed")],
    also=[(points.REMOVAL, _remembers)],
)
def _still_listed(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """What was deleted can't be read any more and stays in the listing."""
    if not rows:
        return rows
    gone = [row for row in _deleted(call).values() if (row.tenant, row.resource) == (rows[0].tenant, rows[0].resource)]
    return tuple(sorted((*gone, *rows), key=lambda row: -row.created))
