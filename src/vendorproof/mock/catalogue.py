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
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal, TypeVar

from vendorproof.checks.registry import all_checks
from vendorproof.contract.model import Contract, Requirement
from vendorproof.contract.select import ONCE, select
from vendorproof.errors import InternalError, UsageError
from vendorproof.mock.fault import Breach, Fault, Scope
from vendorproof.mock.points import Hook, Point
from vendorproof.mock.vendor import vendor_for

T = TypeVar("T")


@dataclass(frozen=True)
class Break:
    """A check that notices a fault, and the reason it must give. `parameters` picks among the requirements of that
    check by their `with:`. `seen_at` gives, for an operation that lies, those at which the check is asked; itself where
    None."""

    check: str
    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seen_at: Callable[[Contract, str], Iterable[str]] | None = None

    def concerns(self, requirement: Requirement) -> bool:
        """Whether a requirement is decided by this check with these parameters."""
        return requirement.check == self.check and all(
            requirement.parameters.get(key) == value for key, value in self.parameters.items()
        )

    def noticed_at(self, contract: Contract, operations: Sequence[str] | None) -> Sequence[str] | None:
        """Where the check is asked about operations that lie; None stands for all of them."""
        if operations is None or self.seen_at is None:
            return operations
        return [one for operation in operations for one in self.seen_at(contract, operation)]


Fits = Callable[[Contract], bool]
Choice = Sequence[str] | Callable[[Contract], Iterable[str]]
"""Operations: selectors in the words of the contract, or what gives their ids."""


@dataclass(frozen=True)
class Recipe:
    """A lie before it is told by one vendor's mock. `on` chooses operations; `spread` is what happens to them: "all" of
    them lie, the last "one" alone, or "each" makes a fault of its own. `vendor` is whose mock alone can tell it, "" for
    all of them."""

    id: str
    family: str
    summary: str
    hooks: tuple[tuple[Point[Any], Hook[Any]], ...]
    breaks: tuple[Break, ...]
    fits: Fits
    on: Choice
    spread: str
    scope: Scope
    vendor: str = ""

    def for_contract(self, contract: Contract) -> Iterable[Fault]:
        """The faults of one vendor: none where it does not fit or breaks nothing that the vendor promised."""
        if self.vendor not in ("", contract.vendor) or not self.fits(contract):
            return
        chosen = list(self._operations(contract))
        if not self.on:
            yield from self._fault(contract, None, self.id)
        elif self.spread == "each":
            for operation in chosen:
                yield from self._fault(contract, [operation], f"{self.id}@operation={operation}")
        else:
            yield from self._fault(contract, chosen[-1:] if self.spread == "one" else chosen, self.id)

    def _fault(self, contract: Contract, operations: Sequence[str] | None, name: str) -> Iterable[Fault]:
        breaches = tuple(
            Breach(requirement.id, broken.reason)
            for broken in self.breaks
            for requirement in contract.requirements
            if broken.concerns(requirement) and reaches(contract, requirement, broken.noticed_at(contract, operations))
        )
        if breaches and operations != []:
            scope = replace(self.scope, operations=None if operations is None else frozenset(operations))
            yield Fault(name, self.summary, self.hooks, scope, contract.vendor, self.family, breaches)

    def _operations(self, contract: Contract) -> Iterable[str]:
        if callable(self.on):
            return self.on(contract)
        return [operation.id for operation in select(contract, self.on)] if self.on else []


def reaches(contract: Contract, requirement: Requirement, operations: Iterable[str] | None) -> bool:
    """Whether a requirement speaks of at least one of these operations; None stands for all of them."""
    if operations is None or requirement.check is None:
        return True
    known = all_checks().get(requirement.check)
    selectors = requirement.on or ((known.on,) if known else ("all",))
    meant = {operation.id for operation in select(contract, selectors)}
    return ONCE in selectors or not meant.isdisjoint(operations)


_RECIPES: dict[str, Recipe] = {}


def always(contract: Contract) -> bool:
    """Fits every contract."""
    return True


def fault(
    name: str,
    *,
    at: Point[T],
    breaks: Sequence[Break],
    fits: Fits = always,
    on: Choice = (),
    spread: Literal["all", "one", "each"] = "all",
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
        if name in _RECIPES:
            raise InternalError(f"two faults are named {name!r}")
        _, within, place = hook.__module__.partition(".mock.vendors.")
        vendor = place.removesuffix("_faults") if within else ""
        own = family or hook.__module__.partition(".faults.")[2].partition(".")[0].replace("_", "-")
        summary = (hook.__doc__ or "").strip().split("\n")[0]
        hooks = ((at, hook), *also)
        scope = Scope(every=every, page=page)
        chosen = on if callable(on) else tuple(on)
        _RECIPES[name] = Recipe(name, own, summary, hooks, tuple(breaks), fits, chosen, spread, scope, vendor)
        return hook

    return register


@cache
def recipes(vendor: str) -> Mapping[str, Recipe]:
    """Every fault by name: those of the catalogue, and what the vendor's own modules add."""
    import vendorproof.mock.faults as room

    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        importlib.import_module(module.name)
    vendor_for(vendor)
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
    plain, _, restriction = name.partition("@")
    if plain not in known:
        close = difflib.get_close_matches(name, known, 3)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise UsageError(f"the mock of {contract.vendor} has no fault {name!r}{hint}")
    return known[plain].only(**_restriction(contract, name, restriction))


def _restriction(contract: Contract, name: str, text: str) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for part in text.split(","):
        key, _, value = part.partition("=")
        if key == "operation":
            known = {operation.id for operation in contract.operations}
            chosen["operations"] = value.split("+")
            unknown = [one for one in chosen["operations"] if one not in known]
            if unknown:
                raise UsageError(f"{name!r}: {contract.vendor} has no operation {unknown[0]!r}")
        elif key in ("every", "page") and value.isdigit() and int(value) > 0:
            chosen[key] = int(value)
        elif key == "carrier" and value:
            chosen[key] = value
        else:
            raise UsageError(
                f"{name!r}: {part!r} restricts nothing; write operation=ID, every=N, page=N or carrier=NAME"
            )
    return chosen
