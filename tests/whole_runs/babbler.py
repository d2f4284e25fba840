"""A pytest plugin that tells keys wherever a plugin, a check or a test can: loaded by name into a run."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import Any

import pytest

from vendorproof.runs.session import Session

_KEYS = [value for name, value in os.environ.items() if name.startswith("CANARY_")]


def _babble(number: int) -> None:
    key = _KEYS[number % len(_KEYS)]
    match number % 9:
        case 0:
            warnings.warn(f"the key is {key}", UserWarning, stacklevel=1)
        case 1:
            print(f"the key is {key}")
            print(f"the key is {key}", file=sys.stderr)
            logging.getLogger("babbler").error("the key is %s", key)
        case 2:
            raise RuntimeError(f"the key is {key}")
        case 3:
            raise ValueError(key) from KeyError(key)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    decide = Session.decide
    numbers = iter(range(10**9))

    def babbling(self: Session, item: Any) -> Any:
        verdict = decide(self, item)
        _babble(next(numbers))
        return verdict

    Session.decide = babbling  # type: ignore[method-assign]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for number, item in enumerate(items):
        if number % 50 == 0:
            item.name = f"{item.name}-{_KEYS[0]}"
            item._nodeid = f"{item.nodeid}-{_KEYS[0]}"  # type: ignore[attr-defined]
            item.user_properties.append(("key", _KEYS[1]))
