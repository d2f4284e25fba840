"""What lies about pages have in common."""

from __future__ import annotations

from vendorproof.contract.conventions import Pagination
from vendorproof.errors import InternalError
from vendorproof.mock.request.call import Call


def pagination(call: Call) -> Pagination:
    """The convention that the call's contract has for pages."""
    found = call.mock.contract.conventions.pagination
    if found is None:
        raise InternalError("a fault of pages was told to a contract without pages")
    return found


def limit_sent(call: Call) -> int | None:
    """The page size that the request asks for, None where it asks for none or not for a number."""
    text = call.query.get(pagination(call).request.get("limit", ""), "")
    return int(text) if text.isdigit() else None


def limit_of(call: Call) -> int:
    """The size of the page that is being made."""
    return call.page.limit if call.page else 1
