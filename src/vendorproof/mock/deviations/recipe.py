"""What a fault breaks: checks and the reasons they must give, which each contract turns into requirements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from vendorproof.checks.registry import all_checks
from vendorproof.contract.model import Contract, Requirement
from vendorproof.contract.select import ONCE, select
from vendorproof.mock.deviations.fault import Breach, Fault, Hook, Scope
from vendorproof.mock.request.points import Point

Applies = Callable[[Contract], bool]
Spread = Literal["all", "one", "each"]


def always(contract: Contract) -> bool:
    """Fits every contract."""
    return True


@dataclass(frozen=True)
class Break:
    """A check that notices a fault, and the reason it must give.

    `parameters` picks among the requirements of that check by their `with:`; None for a key that must not be there, a
    tuple for several that will do. `seen_at` gives, for an operation that lies, those at which the check is asked;
    itself where None. `when` tells for which contracts the check sees it. One that is not `certain` is a consequence,
    which a run may show or not.
    """

    check: str
    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seen_at: Callable[[Contract, str], Iterable[str]] | None = None
    when: Applies | None = None
    certain: bool = True

    def concerns(self, contract: Contract, requirement: Requirement) -> bool:
        """Whether a requirement of a contract is decided by this check with these parameters."""
        if requirement.check != self.check or (self.when is not None and not self.when(contract)):
            return False
        given = requirement.parameters
        return all(
            given.get(key) in value if isinstance(value, tuple) else given.get(key) == value
            for key, value in self.parameters.items()
        )

    def noticed_at(self, contract: Contract, operations: Sequence[str] | None) -> Sequence[str] | None:
        """Where the check is asked about operations that lie; None stands for all of them."""
        if operations is None or self.seen_at is None:
            return operations
        return [one for operation in operations for one in self.seen_at(contract, operation)]


Choice = Sequence[str] | Callable[[Contract], Iterable[str]]
"""Operations: selectors in the words of the contract, or what gives their ids."""


def chosen(contract: Contract, on: Choice) -> list[str]:
    """The ids of the operations that a choice means."""
    if callable(on):
        return list(on(contract))
    return [operation.id for operation in select(contract, on)] if on else []


class Source(Protocol):
    """What faults come from: one declaration, in whichever way it was made."""

    @property
    def id(self) -> str: ...

    @property
    def breaks(self) -> tuple[Break, ...]:
        """What its faults break, before a contract has had its say."""

    def for_contract(self, contract: Contract) -> Iterable[Fault]:
        """The faults of one vendor: none where it does not fit or breaks nothing that the vendor promised."""


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
    applies: Applies
    on: Choice
    spread: Spread
    scope: Scope
    vendor: str = ""

    def for_contract(self, contract: Contract) -> Iterable[Fault]:
        """The faults of one vendor: none where it does not fit or breaks nothing that the vendor promised."""
        return [fault for fault in self.lies(contract) if breaks_something(fault)]

    def lies(self, contract: Contract) -> Iterable[Fault]:
        """The same, with those that break nothing."""
        if self.vendor not in ("", contract.vendor) or not self.applies(contract):
            return
        operations = chosen(contract, self.on)
        if not self.on:
            yield from self._fault(contract, None, self.id)
        elif self.spread == "each":
            for operation in operations:
                yield from self._fault(contract, [operation], f"{self.id}@operation={operation}")
        else:
            yield from self._fault(contract, operations[-1:] if self.spread == "one" else operations, self.id)

    def _fault(self, contract: Contract, operations: Sequence[str] | None, name: str) -> Iterable[Fault]:
        breaches = breaches_of(contract, self.breaks, operations)
        scope = replace(self.scope, operations=None if operations is None else frozenset(operations))
        yield Fault(name, self.summary, self.hooks, scope, contract.vendor, self.family, breaches)


def breaks_something(fault: Fault) -> bool:
    """Whether a fault shows somewhere, and breaks a requirement for certain."""
    return fault.scope.operations != frozenset() and any(breach.certain for breach in fault.breaches)


def breaches_of(contract: Contract, breaks: Iterable[Break], operations: Sequence[str] | None) -> tuple[Breach, ...]:
    """The requirements of a contract that a fault of these operations breaks (None: of all), each once: for the reason
    of the first that concerns it."""
    found: dict[str, Breach] = {}
    for broken in breaks:
        seen = broken.noticed_at(contract, operations)
        for requirement in contract.requirements:
            if broken.concerns(contract, requirement) and reaches(contract, requirement, seen):
                found.setdefault(requirement.id, Breach(requirement.id, broken.reason, broken.certain))
    return tuple(found.values())


def reaches(contract: Contract, requirement: Requirement, operations: Iterable[str] | None) -> bool:
    """Whether a requirement speaks of at least one of these operations; None stands for all of them."""
    if operations is None or requirement.check is None:
        return True
    known = all_checks().get(requirement.check)
    selectors = requirement.on or ((known.on,) if known else ("all",))
    meant = {operation.id for operation in select(contract, selectors)}
    return ONCE in selectors or not meant.isdisjoint(operations)
