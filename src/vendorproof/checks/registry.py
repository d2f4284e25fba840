"""The checks by name, and what a check is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vendorproof.checks.outcome import Fail, Inconclusive, NotApplicable, Outcome, Pass
from vendorproof.contract.check_parameters import CheckParameter, CheckParameters
from vendorproof.contract.model import Basis, Contract, Operation, Requirement
from vendorproof.errors import InternalError
from vendorproof.exchange.model import Exchange


@dataclass(frozen=True)
class Obligation:
    """One requirement at one operation; `operation` is None where the requirement is about the whole API."""

    contract: Contract
    requirement: Requirement
    operation: Operation | None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the register's `with:` gives the check."""
        return self.requirement.parameters

    @property
    def basis(self) -> Basis:
        """The requirement's basis; never `stated` at an operation that is itself assumed."""
        assumed = self.operation is not None and self.operation.basis is not Basis.STATED
        if self.operation is not None and assumed and self.requirement.basis is Basis.STATED:
            return self.operation.basis
        return self.requirement.basis

    @property
    def place(self) -> str:
        """The operation as the documentation writes it, "*" for the whole API."""
        return self.operation.label if self.operation else "*"

    @property
    def id(self) -> str:
        """Stable in words: `leadiosa.pagination.limit-honoured|GET /conversations`."""
        return f"{self.requirement.id}|{self.place}"


ResponseCheck = Callable[[Obligation, Exchange], Outcome]


@dataclass(frozen=True)
class Check:
    """A registered check.

    `on` is the default selection of operations, "once" for a check about the whole API; `parameters` are what
    `with:` may hold, by their keys. `each` is set where the check judges every exchange by itself,
    so that it can judge recorded traffic of any origin.
    """

    name: str
    function: Callable[..., Outcome]
    on: str
    parameters: Mapping[str, CheckParameter]
    each: bool
    summary: str


_CHECKS: dict[str, Check] = {}


def check(
    name: str, *, on: str, takes: Iterable[CheckParameter] = ()
) -> Callable[[Callable[..., Outcome]], Callable[..., Outcome]]:
    """Registers a function `(obligation, evidence) -> Outcome` over one shape of evidence."""
    return _register(name, on, takes, each=False)


def response_check(
    name: str, *, on: str, takes: Iterable[CheckParameter] = ()
) -> Callable[[Callable[..., Outcome]], Callable[..., Outcome]]:
    """Registers a function `(obligation, exchange) -> Outcome` that judges every exchange by itself."""
    return _register(name, on, takes, each=True)


def _register(
    name: str, on: str, takes: Iterable[CheckParameter], *, each: bool
) -> Callable[[Callable[..., Outcome]], Callable[..., Outcome]]:
    parameters = {parameter.name: parameter for parameter in takes}

    def register(function: Callable[..., Outcome]) -> Callable[..., Outcome]:
        if name in _CHECKS:
            raise InternalError(f"two checks are named {name!r}")
        summary = " ".join((function.__doc__ or "").split("\n\n")[0].split())
        _CHECKS[name] = Check(name, function, on, parameters, each, summary)
        return function

    return register


def all_checks() -> Mapping[str, Check]:
    """Every registered check by name."""
    import vendorproof.checks as room

    room.load()
    return dict(_CHECKS)


def check_parameters() -> CheckParameters:
    """What each check may be given, for whoever looks whether a contract gives it that."""
    return {name: check.parameters for name, check in all_checks().items()}


def judge_each(function: ResponseCheck, obligation: Obligation, exchanges: Iterable[Exchange]) -> Outcome:
    """The outcome over many exchanges: the first failure; else a pass where one passed; else why nothing decided.

    Where the requirement speaks of none of them though a success is among them, it does not apply.
    """
    judged: list[int] = []
    undecided: list[Inconclusive | NotApplicable] = []
    succeeded = False
    for exchange in exchanges:
        succeeded = succeeded or exchange.succeeded
        outcome = function(obligation, exchange)
        if isinstance(outcome, Fail):
            return outcome
        if isinstance(outcome, Pass):
            judged.extend(outcome.judged)
        else:
            undecided.append(outcome)
    if judged:
        return Pass(tuple(judged))
    reasons = "; ".join(dict.fromkeys(one.reason for one in undecided)) or "no exchange to judge"
    if succeeded and not any(isinstance(one, Inconclusive) for one in undecided):
        return NotApplicable(reasons)
    return Inconclusive(reasons)
