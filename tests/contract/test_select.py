"""Selectors of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendorproof.contract.select import select
from vendorproof.errors import UsageError

if TYPE_CHECKING:
    from tests.contract.conftest import Acme

EVERYTHING = ["listThings", "createThing", "getThing", "deleteThing", "login"]


@pytest.mark.parametrize(
    ("selectors", "ids"),
    [
        (["all"], EVERYTHING),
        (["errors"], EVERYTHING),
        (["once"], []),
        (["lists"], ["listThings"]),
        (["reads"], ["getThing"]),
        (["creations"], ["createThing"]),
        (["deletions"], ["deleteThing"]),
        (["logins"], ["login"]),
        (["updates", "actions", "streams", "sockets", "uploads"], []),
        (["public"], ["login"]),
        (["authenticated"], ["listThings", "createThing", "getThing", "deleteThing"]),
        (["writes"], ["createThing", "deleteThing", "login"]),
        (["paginated"], ["listThings"]),
        (["idempotent"], ["createThing"]),
        (["accounts"], ["login"]),
        (["login", "getThing"], ["getThing", "login"]),
        (["things", "!writes"], ["listThings", "getThing"]),
        (["!things"], ["login"]),
        (["getThing", "!getThing"], []),
        ([], EVERYTHING),
    ],
)
def test_selectors_mean_these_operations(acme: Acme, selectors: list[str], ids: list[str]) -> None:
    assert [operation.id for operation in select(acme.load(), selectors)] == ids


@pytest.mark.parametrize("selector", ["listThing", "!listThing"])
def test_an_unknown_selector_is_refused_with_the_nearest_one(acme: Acme, selector: str) -> None:
    with pytest.raises(UsageError, match=r"acme: 'listThing' is no operation.*did you mean 'listThings'"):
        select(acme.load(), [selector])


@pytest.mark.parametrize("word", ["paginated", "idempotent"])
def test_without_its_convention_a_word_selects_nothing(acme: Acme, word: str) -> None:
    text = acme.file("conventions").read_text("utf-8")
    before, _, rest = text.partition("pagination:\n")
    after = rest[rest.index("rateLimit:") :]
    acme.file("conventions").write_text(f"{before}{after}", "utf-8")
    requirements = acme.file("requirements").read_text("utf-8").replace("on: [paginated]", "on: [lists]")
    acme.file("requirements").write_text(requirements, "utf-8")
    assert select(acme.load(), [word]) == ()
