"""Documented headers are served: those that have to be there, as their schemas and examples say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.mock.conftest import CONTRACTS
from vendorproof.contract import Contract, load_contract


@pytest.fixture(scope="module")
def gale() -> Contract:
    """A vendor whose answers have headers of their own."""
    return load_contract(CONTRACTS / "gale")


def test_a_required_header_holds_its_example_or_what_fits_its_schema(
    gale: Contract, calling: Callable[..., Any]
) -> None:
    call = calling(gale)
    made = call("POST", "/kites", {"label": "New"})
    assert made.headers["location"] == "/v1/kites/k1"
    shown = call("GET", f"/kites/{made['/id']}").headers
    assert int(shown["x-version"]) >= 1
    assert set(shown["x-colours"].split(", ")) <= {"red", "blue"}


def test_a_header_stands_on_the_answers_that_have_it(gale: Contract, calling: Callable[..., Any]) -> None:
    call = calling(gale)
    absent = call("GET", "/kites/absent")
    assert absent.status == 404
    assert not {"x-version", "x-colours", "location"} & set(absent.headers)


def test_a_header_that_may_be_left_out_is_left_out(gale: Contract, calling: Callable[..., Any]) -> None:
    assert "x-trace" not in calling(gale)("GET", "/kites").headers
    shown = calling(gale, variants=["every-documented-header"])("GET", "/kites").headers
    assert len(shown["x-trace"]) == 36


def test_a_header_that_a_convention_speaks_of_is_that_of_the_convention(
    gale: Contract, calling: Callable[..., Any]
) -> None:
    call = calling(gale)
    left = [int(call("GET", "/kites").headers["x-left"]) for _ in range(2)]
    assert left[0] - left[1] == 1
