"""Legal ways to be different: what the documentation leaves open, a suite must not mind.

Each variant keeps every promise of the contracts that it is legal for; a check that fails under one demands more than
the documentation does.
"""

from __future__ import annotations

from importlib import import_module

_MODULES = (
    "data",
    "fields",
    "bodies",
    "pagination",
    "statuses",
    "errors",
    "idempotency",
    "rate_limit",
    "streaming",
    "auth",
    "assumptions",
    "wire",
)


def load() -> None:
    """Registers every variant."""
    for module in _MODULES:
        import_module(f"vendorproof.mock.deviations.variants.{module}")
