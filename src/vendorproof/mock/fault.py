"""Deviations of the mock: faults, which break named requirements, and the legal variants' common ground.

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
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from vendorproof.checks.registry import all_checks
from vendorproof.contract.model import Contract, Requirement
from vendorproof.contract.select import ONCE, select
from vendorproof.errors import InternalError, UsageError
from vendorproof.mock.call import Call
from vendorproof.mock.points import Hook, Point
from vendorproof.mock.vendor import vendor_for

T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """Where a deviation shows. `operations` are ids, None for everywhere; it shows on every `every`-th of its chances,
    on the page with this number only, with this carrier of the credential only."""

    operations: frozenset[str] | None = None
    every: int = 1
    page: int | None = None
    carrier: str | None = None

    def covers(self, call: Call) -> bool:
        """Whether a call lies in the scope; how often is not decided here."""
        if self.operations is not None and (call.operation is None or call.operation.id not in self.operations):
            return False
        if self.carrier is not None and (call.carrier is None or call.carrier.name != self.carrier):
            return False
        return self.page is None or (call.page is not None and call.page.number == self.page)


@dataclass(frozen=True)
class Deviation:
    """A way in which the mock differs from the faithful one: hooks at points, within a scope."""

    id: str
    summary: str
    hooks: tuple[tuple[Point[Any], Hook[Any]], ...]
    scope: Scope = Scope()


@dataclass(frozen=True)
class Breach:
    """A requirement that a fault violates, and the reason that its check must give."""

    requirement: str
    reason: str


@dataclass(frozen=True)
class Fault(Deviation):
    """One lie of one vendor's mock."""

    vendor: str = ""
    family: str = ""
    breaches: tuple[Breach, ...] = ()

    @property
    def violates(self) -> tuple[str, ...]:
        """The ids of the requirements that the fault breaks."""
        return tuple(breach.requirement for breach in self.breaches)

    @property
    def reason(self) -> str:
        """The reason that the first requirement's check must give."""
        return self.breaches[0].reason

    def reason_for(self, requirement: str) -> str:
        """The reason that the check of a requirement must give; KeyError where the fault keeps the requirement."""
        for breach in self.breaches:
            if breach.requirement == requirement:
                return breach.reason
        raise KeyError(requirement)

    def only(
        self,
        *,
        operations: Iterable[str] | None = None,
        every: int = 1,
        page: int | None = None,
        carrier: str | None = None,
    ) -> Fault:
        """The same lie in a narrower scope; its id tells which: `…@operation=listContacts,every=20`."""
        chosen = None if operations is None else frozenset(operations)
        words = [f"operation={'+'.join(sorted(chosen))}"] if chosen else []
        words += [f"every={every}"] if every != 1 else []
        words += [f"page={page}"] if page is not None else []
        words += [f"carrier={carrier}"] if carrier is not None else []
        if not words:
            return self
        kept = self.scope.operations
        both = chosen if kept is None or chosen is None else chosen & kept
        scope = Scope(kept if chosen is None else both, every, page, carrier)
        return replace(self, id=f"{self.id}@{','.join(words)}", scope=scope)


@dataclass(frozen=True)
class Break:
    """A check that notices a fault, and the reason it must give. `parameters` picks among the requirements of that
    check by their `with:`."""

    check: str
    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def concerns(self, requirement: Requirement) -> bool:
        """Whether a requirement is decided by this check with these parameters."""
        return requirement.check == self.check and all(
            requirement.parameters.get(key) == value for key, value in self.parameters.items()
        )


Fits = Callable[[Contract], bool]
Choice = Sequence[str] | Callable[[Contract], Iterable[str]]
"""Operations: selectors in the words of the contract, or what gives their ids."""


@dataclass(frozen=True)
class Recipe:
    """A lie before it is told by one vendor's mock. `on` chooses operations; `spread` is what happens to them: "all" of
    them lie, the last "one" alone, or "each" makes a fault of its own."""

    id: str
    family: str
    summary: str
    hooks: tuple[tuple[Point[Any], Hook[Any]], ...]
    breaks: tuple[Break, ...]
    fits: Fits
    on: Choice
    spread: str
    scope: Scope

    def for_contract(self, contract: Contract) -> Iterable[Fault]:
        """The faults of one vendor: none where it does not fit or breaks nothing that the vendor promised."""
        if not self.fits(contract):
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
            if broken.concerns(requirement) and reaches(contract, requirement, operations)
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
) -> Callable[[Hook[T]], Hook[T]]:
    """Registers a hook as a fault; its docstring says what the mock then does, its module's name is its family.

    `on` chooses operations; `spread` makes all of them lie, the last one alone, or each in a fault of its own. `also`
    adds hooks at other points. Raises InternalError for a name that is taken.
    """

    def register(hook: Hook[T]) -> Hook[T]:
        if name in _RECIPES:
            raise InternalError(f"two faults are named {name!r}")
        family = hook.__module__.rpartition(".")[2].replace("_", "-")
        summary = (hook.__doc__ or "").strip().split("\n")[0]
        hooks = ((at, hook), *also)
        scope = Scope(every=every, page=page)
        chosen = on if callable(on) else tuple(on)
        _RECIPES[name] = Recipe(name, family, summary, hooks, tuple(breaks), fits, chosen, spread, scope)
        return hook

    return register


def recipes() -> Mapping[str, Recipe]:
    """Every fault that holds for more than one vendor, by name."""
    import vendorproof.mock.faults as room

    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        importlib.import_module(module.name)
    return _RECIPES


def faults_of(contract: Contract) -> tuple[Fault, ...]:
    """Every fault that a vendor's mock can show, in the order of the catalogue."""
    known = recipes()
    vendor_for(contract.vendor)
    return tuple(one for recipe in known.values() for one in recipe.for_contract(contract))


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


class Hooks:
    """The deviations of one mock, by point; counts the chances of those that show only now and then."""

    def __init__(self, deviations: Iterable[Deviation]) -> None:
        self._by_point: dict[str, list[tuple[Deviation, Hook[Any]]]] = {}
        self._chances: dict[str, list[int]] = {}
        for deviation in deviations:
            for point, hook in deviation.hooks:
                self._by_point.setdefault(point.name, []).append((deviation, hook))

    def at(self, point: Point[Any]) -> bool:
        """Whether anything deviates at a point."""
        return point.name in self._by_point

    def through(self, point: Point[T], value: T, call: Call) -> T:
        """The value as the deviations at this point make it."""
        hooks = self._by_point.get(point.name)
        if hooks is None:
            return value
        for deviation, hook in hooks:
            if deviation.scope.covers(call):
                changed = hook(value, call)
                if deviation.scope.every == 1 or (changed != value and self._turn_of(deviation, call)):
                    value = changed
        return value

    def _turn_of(self, deviation: Deviation, call: Call) -> bool:
        chances = self._chances.setdefault(deviation.id, [])
        if not chances or chances[-1] != call.number:
            chances.append(call.number)
        return len(chances) % deviation.scope.every == 0
