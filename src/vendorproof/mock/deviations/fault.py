"""Deviations of the mock: faults, which break named requirements, and what legal variants share with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from vendorproof.errors import InternalError
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.points import Point

T = TypeVar("T")

Hook = Callable[[T, Call], T]
"""What a deviation does at a point: the value in, the value out."""


@dataclass(frozen=True)
class Scope:
    """Where a deviation shows. `operations` are ids, None for everywhere; it shows on every `every`-th of its chances,
    on the page with this number only, with this carrier of the credential only, at request bodies of this media type
    only."""

    operations: frozenset[str] | None = None
    every: int = 1
    page: int | None = None
    carrier: str | None = None
    content_type: str | None = None

    def covers(self, call: Call) -> bool:
        """Whether a call lies in the scope; how often is not decided here."""
        if self.operations is not None and (call.operation is None or call.operation.id not in self.operations):
            return False
        if self.carrier is not None and (call.carrier is None or call.carrier.name != self.carrier):
            return False
        if self.content_type is not None and _media_type(call) != self.content_type:
            return False
        return self.page is None or (call.page is not None and call.page.number == self.page)


def _media_type(call: Call) -> str:
    return (call.header("content-type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Deviation:
    """A way in which the mock differs from the faithful one: hooks at points, within a scope."""

    id: str
    summary: str
    hooks: tuple[tuple[Point[Any], Hook[Any]], ...]
    scope: Scope = Scope()


@dataclass(frozen=True)
class Breach:
    """A requirement that a fault violates, and the reason that its check must give. One that is not `certain` is a
    consequence: whether a run shows it depends on what else it asks for."""

    requirement: str
    reason: str
    certain: bool = True


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

    def only(
        self,
        *,
        operations: Iterable[str] | None = None,
        every: int = 1,
        page: int | None = None,
        carrier: str | None = None,
        content_type: str | None = None,
    ) -> Fault:
        """The same lie in a narrower scope; its id tells which: `…@operation=listContacts,every=20`."""
        chosen = None if operations is None else frozenset(operations)
        words = [f"operation={'+'.join(sorted(chosen))}"] if chosen else []
        words += [f"every={every}"] if every != 1 else []
        words += [f"page={page}"] if page is not None else []
        words += [f"carrier={carrier}"] if carrier is not None else []
        words += [f"content-type={content_type}"] if content_type is not None else []
        if not words:
            return self
        kept = self.scope.operations
        both = chosen if kept is None or chosen is None else chosen & kept
        scope = Scope(kept if chosen is None else both, every, page, carrier, content_type)
        return replace(self, id=f"{self.id}@{','.join(words)}", scope=scope)

    def beside(self, other: Fault) -> Fault:
        """Both lies at once; its id names both: `drops-the-code & drops-the-message`.

        Raises InternalError for lies that break one requirement for two reasons, or that show only now and then.
        """
        reasons = {breach.requirement: breach.reason for breach in self.breaches}
        for breach in other.breaches:
            if reasons.get(breach.requirement, breach.reason) != breach.reason:
                raise InternalError(f"{self.id!r} and {other.id!r} break {breach.requirement} for two reasons")
        return replace(
            self,
            id=f"{self.id} & {other.id}",
            summary=f"{self.summary} {other.summary}",
            hooks=(*_scoped(self), *_scoped(other)),
            scope=Scope(),
            breaches=(*self.breaches, *(breach for breach in other.breaches if breach.requirement not in reasons)),
        )


def _scoped(fault: Fault) -> Iterable[tuple[Point[Any], Hook[Any]]]:
    """A fault's hooks, each of which keeps to the fault's scope by itself."""
    if fault.scope.every != 1:
        raise InternalError(f"{fault.id!r} shows only now and then, so that it can't be told beside another")

    def within(hook: Hook[Any]) -> Hook[Any]:
        return lambda value, call: hook(value, call) if fault.scope.covers(call) else value

    return [(point, within(hook)) for point, hook in fault.hooks]


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
