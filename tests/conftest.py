"""A limit on every test, so that a hang is a failure with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # By marker and not in pyproject.toml: a pytest without pytest-timeout would refuse the key there.
    for item in items:
        if item.path.is_relative_to(HERE) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS, method="signal"))
