"""Legal variants: each differs from the faithful mock, and keeps the contract's schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.errors import UsageError
from vendorproof.mock import variants_of

VENDORS = sorted(folder.name for folder in contracts_root().iterdir() if (folder / "requirements.yaml").is_file())


def _shown(call: Any, contract: Contract) -> list[Any]:
    """What a caller sees: listings, things, writes, errors, limits, redirects."""
    listing = next(one for one in contract.operations if one.id == "listConversations")
    first = call("GET", listing.path, headers={"Accept-Encoding": "gzip"})
    made = call("POST", "/conversations", {"subject": "Mine"}).json
    own = made.get("data", made)["id"]
    crowd = [call("GET", "/billing/subscription") for _ in range(2)]
    return [
        first,
        call("GET", listing.path, limit=3).json,
        call("GET", listing.path, limit=101).status,
        call("GET", listing.path, limit="many").status,
        call("GET", listing.path, limit=2, after=_cursor(call, listing.path)).json,
        call("GET", f"/conversations/{own}"),
        call("PATCH", f"/conversations/{own}", {"subject": "Yours"}),
        call("POST", "/knowledge", {"title": "x", "content": "y"}).status,
        call("GET", "/conversations/absent"),
        call("GET", "/conversations", role="read_only").headers["x-ratelimit-remaining"],
        call.pages(listing.path, limit=100)[-1],
        call("GET", listing.path, scheme="http").headers,
        crowd,
        call("GET", "/knowledge", limit=100, after=_cursor(call, "/knowledge", limit=100)).json,
    ]


def _cursor(call: Any, path: str, **query: Any) -> str:
    page = call("GET", path, **query).json
    return str(page["pagination"].get("next_cursor", ""))


@pytest.mark.parametrize("vendor", VENDORS)
def test_all_variants_of_a_contract_go_together(vendor: str, calling: Callable[..., Any]) -> None:
    contract = load_contract(contracts_root() / vendor)
    names = [one.id for one in variants_of(contract)]
    call = calling(contract, variants=names)
    assert len(names) > 12
    assert call("GET", "/nothing-here").status in (404, 401)
    assert all(one.summary.endswith(".") for one in variants_of(contract))


def test_a_variant_that_is_not_there_is_a_usage_error(acme: Contract, calling: Callable[..., Any]) -> None:
    with pytest.raises(UsageError, match="did you mean short-pages"):
        calling(acme, variants=["shortpages"])


@pytest.mark.parametrize("name", ["short-pages", "rejects-over-maximum", "other-cursors", "oldest-first"])
def test_a_variant_that_breaks_a_promise_is_a_usage_error(
    bolt: Contract, calling: Callable[..., Any], name: str
) -> None:
    with pytest.raises(UsageError, match="does not allow the variant"):
        calling(bolt, variants=[name])


def test_a_walk_survives_strange_cursors_and_short_pages(acme: Contract, calling: Callable[..., Any]) -> None:
    call = calling(acme, variants=["other-cursors", "short-pages", "oldest-first"])
    assert call.ids("/crates", limit=7) == calling(acme).ids("/crates")[::-1]
    assert any(sign in call("GET", "/crates")["/next_cursor"] for sign in "?&+/")


def test_an_empty_account_has_its_single_things(leadiosa: Contract, calling: Callable[..., Any]) -> None:
    call = calling(leadiosa, variants=["empty-data-set"])
    assert call.ids("/conversations") == []
    assert call("GET", "/workspace").status == 200
