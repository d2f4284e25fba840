"""Lies about whose request it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vendorproof.mock.data.principals import TENANTS
from vendorproof.mock.data.store import Row
from vendorproof.mock.deviations.catalogue import Break, fault
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call

Findings = tuple[str, ...]


def _user(call: Call) -> Any:
    return call.payload.get("user") if isinstance(call.payload, dict) else None


@fault(
    "works-for-the-user-in-the-body",
    at=points.FINDINGS,
    breaks=[Break("identity.foreign_user_ignored", "another-owner")],
)
def _for_the_user(found: Findings, call: Call) -> Findings:
    """A request whose body names another user works on that user's data."""
    named = _user(call)
    for tenant in TENANTS:
        known = call.mock.character.values.get("user", {}).get(tenant)
        if call.principal is not None and known is not None and isinstance(named, dict) and named.get("id") == known:
            call.principal = replace(call.principal, tenant=tenant)
    return found


@fault(
    "keeps-nothing-of-what-names-a-user",
    at=points.STORED,
    breaks=[Break("identity.foreign_user_ignored", "not-the-owners", {"field": "user"})],
    on=["creations", "actions"],
)
def _nobodys(row: Row | None, call: Call) -> Row | None:
    """What a request makes whose body names a user belongs to nobody."""
    return None if b'"user"' in call.body else row


@fault(
    "refuses-user-fields",
    at=points.FINDINGS,
    breaks=[Break("identity.user_fields_accepted", "refused")],
)
def _no_user(found: Findings, call: Call) -> Findings:
    """A body that names a user is refused."""
    return found if _user(call) is None else (*found, "The field user is unknown.")


@fault(
    "files-what-is-written-under-the-user-in-the-body",
    at=points.STORED,
    breaks=[Break("identity.foreign_user_ignored", "another-owner")],
    on=["creations", "updates"],
)
def _filed(row: Row | None, call: Call) -> Row | None:
    """What a request writes is filed under whoever its body names, and answered as the caller's own."""
    if row is None or b'"user"' not in call.body:
        return row
    return replace(row, tenant=next(tenant for tenant in TENANTS if tenant != row.tenant))
