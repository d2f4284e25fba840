"""Legal variants: each differs from the faithful mock, and keeps the contract's schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.errors import UsageError
from vendorproof.mock import variants_of

VENDORS = sorted(folder.name for folder in contracts_root().iterdir() if (folder / "requirements.yaml").is_file())


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
