"""Legal ways to be different: how one is declared, and which of them a contract allows."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from vendorproof.contract.model import Contract
from vendorproof.errors import UsageError
from vendorproof.mock.deviations.fault import Deviation, Hook
from vendorproof.mock.request.points import Point

T = TypeVar("T")
Legal = Callable[[Contract], bool]


def everywhere(contract: Contract) -> bool:
    """Every contract allows it."""
    return True


@dataclass(frozen=True)
class Variant(Deviation):
    """A legal way to be different; `legal` says for which contracts. One that `assumes` contradicts our reading where
    the documentation is silent, so that a tester who holds the mock's own requests in hand would be told something
    wrong."""

    legal: Legal = everywhere
    assumes: bool = False


_VARIANTS: dict[str, Variant] = {}


def variant(
    name: str,
    *ats: Point[T],
    legal: Legal = everywhere,
    also: tuple[tuple[Point[Any], Hook[Any]], ...] = (),
    assumes: bool = False,
) -> Callable[[Hook[T]], Hook[T]]:
    """Registers a hook at one or more points as a variant; its docstring says what the mock then does."""

    def register(hook: Hook[T]) -> Hook[T]:
        summary = (hook.__doc__ or "").strip().split("\n")[0]
        _VARIANTS[name] = Variant(name, summary, (*((at, hook) for at in ats), *also), legal=legal, assumes=assumes)
        return hook

    return register


def all_variants() -> Mapping[str, Variant]:
    """Every variant by name."""
    importlib.import_module("vendorproof.mock.deviations.variants").load()
    return _VARIANTS


def variants_of(contract: Contract) -> tuple[Variant, ...]:
    """Every variant that a contract allows."""
    return tuple(one for one in all_variants().values() if one.legal(contract))


def find_variants(contract: Contract, names: Iterable[str]) -> list[Variant]:
    """The variants of these names, in the order in which they go together: what is on the wire comes last.

    Raises UsageError for a name that there is not, or that the contract does not allow.
    """
    order = list(all_variants())
    return sorted((find_variant(contract, name) for name in names), key=lambda one: order.index(one.id))


def find_variant(contract: Contract, name: str) -> Variant:
    """The variant of a name; UsageError where there is none, or the contract does not allow it."""
    known = all_variants()
    found = known.get(name)
    if found is None:
        close = difflib.get_close_matches(name, known, 3)
        hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known)}"
        raise UsageError(f"no variant is named {name!r}; {hint}")
    if not found.legal(contract):
        raise UsageError(f"the contract of {contract.vendor} does not allow the variant {name!r}: {found.summary}")
    return found
