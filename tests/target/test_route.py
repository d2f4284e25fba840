"""Where an operation is at a target."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.evidence.mocked import contract_of
from vendorproof.mock import embedded
from vendorproof.target.route import is_at


@pytest.mark.parametrize(
    ("base", "path", "there"),
    [
        ("", "/goal-types/g1", True),
        ("", "/goal-types/g1/", True),
        ("/v1", "/v1/goal-types/g%2F1", True),
        ("", "/goal-types", False),
        ("", "/goal-types/g1/steps", False),
        ("/v1", "/goal-types/g1", False),
        ("", "/v1/goal-types/g1", False),
    ],
)
def test_a_path_is_of_the_operation_whose_template_it_fills(base: str, path: str, there: bool) -> None:
    contract = contract_of("lensai")
    target = replace(embedded(contract).target, base_url=f"https://api.example.com{base}")
    assert is_at(contract.operation("getGoalType"), target, path) is there
