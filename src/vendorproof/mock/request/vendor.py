"""What a vendor's mock does that its contract cannot say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vendorproof.mock.data.character import module_of
from vendorproof.mock.request.call import Call, Guard, Handler

Socket = Callable[[Call, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Vendor:
    """What one vendor's mock does on its own, by operation: `handlers` and `sockets` answer before the generic ones,
    `guards` may refuse a request before a handler gets it."""

    handlers: Mapping[str, Handler] = field(default_factory=dict)
    guards: Mapping[str, Guard] = field(default_factory=dict)
    sockets: Mapping[str, Socket] = field(default_factory=dict)


def vendor_of(name: str) -> Vendor:
    """The `VENDOR` of a vendor's module; one that does nothing on its own where there is none."""
    vendor: Vendor = getattr(module_of(name), "VENDOR", Vendor())
    return vendor
