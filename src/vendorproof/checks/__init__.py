"""Pure functions that decide requirements from exchanges, one module a convention."""

from __future__ import annotations

from importlib import import_module

__all__ = ["load"]

_MODULES = (
    "auth",
    "content",
    "envelope",
    "errors",
    "formats",
    "idempotency",
    "identity",
    "lifecycle",
    "logins",
    "operations",
    "pagination",
    "quota",
    "rate_limit",
    "streaming",
    "tenants",
    "transport",
    "updates",
    "uploads",
    "versioning",
    "websocket",
    "walks",
)


def load() -> None:
    """Registers every check."""
    for module in _MODULES:
        import_module(f"vendorproof.checks.{module}")
