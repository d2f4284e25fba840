"""Lies about whose data is whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vendorproof.contract.model import Kind
from vendorproof.mock.data.principals import TENANTS
from vendorproof.mock.data.store import Row
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.deviations.faults.choosing import anywhere, nested_creations, nested_lists, reads_by_id
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Problem, refuse


def _foreign(call: Call) -> Row | None:
    """What another tenant has under an id of the path."""
    for name, value in call.arguments.items():
        resource = call.mock.contract.conventions.resource_for_parameter(name)
        for tenant in TENANTS:
            if resource is not None and tenant != call.tenant:
                found = call.mock.store.find(tenant, resource.name, value)
                if found is not None:
                    return found
    return None


@fault(
    "reads-things-of-other-tenants",
    at=points.LOOKUP,
    breaks=[Break("tenants.not_readable", "readable")],
    on=reads_by_id,
)
def _readable(row: Row | None, call: Call) -> Row | None:
    """A thing of another tenant can be read by its id."""
    return row or _foreign(call)


def _their_rows(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """The rows of the tenant whose thing the path names: those that belong to it, or that stand alone."""
    owner, own = _foreign(call), call.operation.resource if call.operation else None
    resource = rows[0].resource if rows else own
    if owner is None or resource is None:
        return rows
    return [row for row in call.mock.store.rows(owner.tenant, resource) if row.parent in ("", owner.id)]


@fault(
    "opens-lists-of-other-tenants",
    at=points.LOOKUP,
    breaks=[Break("tenants.not_readable", "readable")],
    on=nested_lists,
    also=[(points.ROWS, _their_rows)],
)
def _nested_readable(row: Row | None, call: Call) -> Row | None:
    """A list inside a thing of another tenant is answered."""
    return row or _foreign(call)


@fault(
    "adds-to-things-of-other-tenants",
    at=points.LOOKUP,
    breaks=[Break("tenants.nothing_added", "added")],
    on=nested_creations,
)
def _added(row: Row | None, call: Call) -> Row | None:
    """Something can be added to a thing of another tenant."""
    return row or _foreign(call)


@fault(
    "changes-things-of-other-tenants",
    at=points.LOOKUP,
    breaks=[Break("tenants.not_changeable", "changed"), Break("tenants.change_not_found", "accepted")],
    on=["updates", "deletions"],
)
def _changeable(row: Row | None, call: Call) -> Row | None:
    """A thing of another tenant can be changed and deleted."""
    return row or _foreign(call)


@fault(
    "changes-things-of-other-tenants-and-denies-it",
    at=points.LOOKUP,
    breaks=[Break("tenants.not_changeable", "changed")],
    on=["updates"],
)
def _changed_in_secret(row: Row | None, call: Call) -> Row | None:
    """An update of another tenant's thing is answered with 404, and done."""
    foreign = None if row else _foreign(call)
    if foreign is not None and isinstance(call.payload, dict):
        call.mock.store.put(replace(foreign, body={**foreign.body, **call.payload}))
    return row


@fault(
    "deletes-things-of-other-tenants-and-denies-it",
    at=points.LOOKUP,
    breaks=[Break("tenants.not_changeable", "gone")],
    on=["deletions"],
)
def _deleted_in_secret(row: Row | None, call: Call) -> Row | None:
    """A deletion of another tenant's thing is answered with 404, and done."""
    foreign = None if row else _foreign(call)
    if foreign is not None:
        call.mock.store.remove(foreign)
    return row


def _spared(row: Row | None, call: Call) -> Row | None:
    return row if row is not None and row.tenant == call.tenant else None


@fault(
    "takes-changes-of-other-tenants-things",
    at=points.LOOKUP,
    breaks=[Break("tenants.change_not_found", "accepted")],
    also=[(points.STORED, _spared), (points.REMOVAL, _spared)],
    on=["updates", "deletions"],
)
def _taken(row: Row | None, call: Call) -> Row | None:
    """A change of another tenant's thing is answered as if it were done."""
    return row or _foreign(call)


@fault(
    "tells-other-tenants-things-from-absent-ones", at=points.LOOKUP, breaks=[Break("tenants.like_absent", "told-apart")]
)
def _told_apart(row: Row | None, call: Call) -> Row | None:
    """Reading a thing of another tenant is answered with 403, an absent one with 404."""
    reading = call.operation is not None and call.operation.kind in (Kind.READ, Kind.LIST)
    if row is None and reading and _foreign(call) is not None:
        raise refuse(403, "forbidden", "This belongs to somebody else.")
    return row


def _named(call: Call) -> str | None:
    """The other tenant that the scoping headers name, None where they name none."""
    for context in call.mock.blueprint.context_for(call.operation):
        for tenant in TENANTS:
            value = context.template.format(value=call.mock.character.context_value(context.value, tenant))
            if tenant != call.tenant and call.header(context.header) == value:
                return tenant
    return None


@fault(
    "serves-whoever-the-scoping-header-names",
    at=points.CONTEXT,
    breaks=[Break("tenants.foreign_context_refused", "listed")],
)
def _named_tenant(problem: Problem | None, call: Call) -> Problem | None:
    """A request that names another tenant in its scoping header gets that tenant's things."""
    tenant = _named(call)
    if tenant is None or call.principal is None:
        return problem
    call.principal = replace(call.principal, tenant=tenant)
    return None


@fault(
    "lists-things-of-other-tenants",
    at=points.ROWS,
    breaks=[
        Break("tenants.not_listed", "listed"),
        Break("identity.foreign_user_ignored", "another-owner", seen_at=anywhere, certain=False),
    ],
    on=["lists", "!public"],
)
def _listed(rows: Sequence[Row], call: Call) -> Sequence[Row]:
    """Listings show the newest things of the other tenants too."""
    if not rows or rows[0].parent:
        return rows
    others = [tenant for tenant in TENANTS if tenant != call.tenant]
    found = [row for tenant in others for row in call.mock.store.rows(tenant, rows[0].resource)[:3]]
    return (*found, *rows)
