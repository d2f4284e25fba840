"""The catalogue of faults: how one is declared, and which of them a vendor's mock can show.

A fault is declared once, for every vendor that it fits, as a small function at one point of the mock:

    @fault(
        "drops-the-last-item-of-a-page",
        at=points.PAGE,
        breaks=[Break("pagination.nothing_missing", "item-missing")],
    )
    def drops_the_last_item(page: Page, call: Call) -> Page:
        \"\"\"A page that another one follows lacks its last item.\"\"\"
        return replace(page, items=page.items[:-1]) if page.has_more else page

Its id tells the lie. `breaks` names checks, not requirements: for each contract it becomes the requirements that these
checks decide there.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar

from vendorproof.contract.model import Contract
from vendorproof.errors import InternalError, UsageError
from vendorproof.mock.data.character import module_of
from vendorproof.mock.deviations.fault import Fault, Hook, Scope
from vendorproof.mock.deviations.recipe import (
    Applies,
    Break,
    Choice,
    Recipe,
    Source,
    Spread,
    always,
    breaches_of,
    breaks_something,
    chosen,
)
from vendorproof.mock.request.points import Point

__all__ = ["Break", "fault", "faults_of", "find_fault", "paired", "recipes", "scoped"]

T = TypeVar("T")

_RECIPES: dict[str, Source] = {}


def fault(
    name: str,
    *,
    at: Point[T],
    breaks: Sequence[Break],
    applies: Applies = always,
    on: Choice = (),
    spread: Spread = "all",
    also: Sequence[tuple[Point[Any], Hook[Any]]] = (),
    every: int = 1,
    page: int | None = None,
    family: str = "",
) -> Callable[[Hook[T]], Hook[T]]:
    """Registers a hook as a fault; its docstring says what the mock then does, its place in the catalogue is its
    family.

    `on` chooses operations; `spread` makes all of them lie, the last one alone, or each in a fault of its own. `also`
    adds hooks at other points. A fault that stands in a vendor's module is that vendor's alone, and names its `family`.
    Raises InternalError for a name that is taken.
    """

    def register(hook: Hook[T]) -> Hook[T]:
        _, within, place = hook.__module__.partition(".mock.vendors.")
        vendor = place.removesuffix("_faults") if within else ""
        own = family or hook.__module__.partition(".faults.")[2].partition(".")[0].replace("_", "-")
        summary = (hook.__doc__ or "").strip().split("\n")[0]
        hooks = ((at, hook), *also)
        scope = Scope(every=every, page=page)
        operations = on if callable(on) else tuple(on)
        _add(Recipe(name, own, summary, hooks, tuple(breaks), applies, operations, spread, scope, vendor))
        return hook

    return register


def _known(name: str) -> Source:
    if name not in _RECIPES:
        close = difflib.get_close_matches(name, _RECIPES, 1)
        raise InternalError(f"no fault is named {name!r}{f'; did you mean {close[0]!r}?' if close else ''}")
    return _RECIPES[name]


def _add(source: Source) -> None:
    if source.id in _RECIPES:
        raise InternalError(f"two faults are named {source.id!r}")
    _RECIPES[source.id] = source


@dataclass(frozen=True)
class Scoped:
    """A fault of the catalogue in a narrower scope, as a fault of its own. `own` is what it breaks, None for all that
    the whole one does; `on` chooses the operation that it is scoped to."""

    base: str
    id: str
    scope: Mapping[str, Any]
    own: tuple[Break, ...] | None
    applies: Applies
    on: Choice

    @property
    def breaks(self) -> tuple[Break, ...]:
        return _known(self.base).breaks if self.own is None else self.own

    def for_contract(self, contract: Contract) -> Iterable[Fault]:
        carriers = {carrier.name for carrier in contract.conventions.authentication.carriers}
        if not self.applies(contract) or self.scope["carrier"] not in {None, *carriers}:
            return
        operations = chosen(contract, self.on)[-1:] if self.on else None
        base = _known(self.base)
        if not isinstance(base, Recipe):
            raise InternalError(f"{self.id!r} narrows what is no plain fault")
        for lie in base.lies(contract):
            fault = lie.only(operations=operations, **self.scope)
            within = fault.scope.operations
            breaches = breaches_of(contract, self.breaks, None if within is None else sorted(within))
            narrow = replace(fault, breaches=breaches)
            if breaks_something(narrow):
                yield narrow


def scoped(
    base: str,
    *,
    breaks: Sequence[Break] | None = None,
    applies: Applies = always,
    on: Choice = (),
    every: int = 1,
    page: int | None = None,
    carrier: str | None = None,
    content_type: str | None = None,
) -> None:
    """Makes a fault of the catalogue, scoped, another fault: of the last operation that `on` chooses, on every so
    many of its chances, on one page, with one carrier, at bodies of one media type.

    `breaks` is what it still breaks, all that the whole one does where None.
    """
    scope = {"every": every, "page": page, "carrier": carrier, "content_type": content_type}
    words = [f"one-of={'+'.join(on)}" if not callable(on) else f"one-of={on.__qualname__}"] if on else []
    words += [f"{name.replace('_', '-')}={value}" for name, value in scope.items() if value not in (None, 1)]
    own = None if breaks is None else tuple(breaks)
    _add(Scoped(base, f"{base}@{','.join(words)}", scope, own, applies, on))


@dataclass(frozen=True)
class Paired:
    """Two faults of the catalogue at once, as a fault of its own."""

    first: str
    second: str

    @property
    def id(self) -> str:
        return f"{self.first} & {self.second}"

    @property
    def breaks(self) -> tuple[Break, ...]:
        return (*_known(self.first).breaks, *_known(self.second).breaks)

    def for_contract(self, contract: Contract) -> Iterable[Fault]:
        for first in _known(self.first).for_contract(contract):
            for second in _known(self.second).for_contract(contract):
                yield first.beside(second)


def paired(first: str, second: str) -> None:
    """Makes two faults of the catalogue, told at once, another fault. Neither may hide the other."""
    _add(Paired(first, second))


@cache
def recipes(vendor: str) -> Mapping[str, Source]:
    """Every fault by name: those of the catalogue, and what the vendor's own modules add."""
    import vendorproof.mock.deviations.faults as room

    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        importlib.import_module(module.name)
    module_of(vendor)
    own = f"vendorproof.mock.vendors.{vendor}_faults"
    if importlib.util.find_spec(own) is not None:
        importlib.import_module(own)
    return _RECIPES


def faults_of(contract: Contract) -> tuple[Fault, ...]:
    """Every fault that a vendor's mock can show, in the order of the catalogue."""
    return tuple(one for recipe in recipes(contract.vendor).values() for one in recipe.for_contract(contract))


def find_fault(contract: Contract, name: str) -> Fault:
    """The fault with an id, restricted as it says: `numeric-ids@operation=listContacts,every=20`.

    Raises UsageError where the vendor's mock has no such fault, with the closest ones.
    """
    known = {one.id: one for one in faults_of(contract)}
    if name in known:
        return known[name]
    if " & " in name:
        first, _, others = name.partition(" & ")
        return find_fault(contract, first).beside(find_fault(contract, others))
    plain, _, restriction = name.partition("@")
    if plain not in known:
        close = difflib.get_close_matches(name, known, 3)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise UsageError(f"the mock of {contract.vendor} has no fault {name!r}{hint}")
    return known[plain].only(**_restriction(contract, name, restriction))


def _restriction(contract: Contract, name: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in text.split(","):
        key, _, value = part.partition("=")
        if key == "operation":
            known = {operation.id for operation in contract.operations}
            found["operations"] = value.split("+")
            unknown = [one for one in found["operations"] if one not in known]
            if unknown:
                raise UsageError(f"{name!r}: {contract.vendor} has no operation {unknown[0]!r}")
        elif key in ("every", "page") and value.isdigit() and int(value) > 0:
            found[key] = int(value)
        elif key in ("carrier", "content-type") and value:
            found[key.replace("-", "_")] = value
        else:
            raise UsageError(
                f"{name!r}: {part!r} restricts nothing; "
                "write operation=ID, every=N, page=N, carrier=NAME or content-type=TYPE"
            )
    return found
