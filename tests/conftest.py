"""A limit on every test, so that a hang is a failure with a traceback; a state folder that is nobody's; and properties
that hold on a slow machine too, and for the same examples each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
SECONDS = 60

settings.register_profile("vendorproof", deadline=None, derandomize=True, database=None)
settings.load_profile("vendorproof")


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where what outlives a run is kept while tests run, and not where the developer's own is."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENDORPROOF_STATE", str(folder))
        yield folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # By marker and not in pyproject.toml: a pytest without pytest-timeout would refuse the key there.
    for item in items:
        if item.path.is_relative_to(HERE) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS, method="signal"))
