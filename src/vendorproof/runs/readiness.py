"""What a target of a targets file could exercise and what it lacks. Nothing leaves the process."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from vendorproof.checks.outcome import Word
from vendorproof.contract.model import Contract
from vendorproof.errors import Problem, TargetError
from vendorproof.runs.rehearsal import Rehearsal, rehearse_like
from vendorproof.target import DEFAULT, Target, TargetsFile

_STAND_IN: Final = "a-credential-that-is-not-set"


@dataclass(frozen=True)
class Missing:
    """Something that a target lacks: `need` names it, `reasons` say how to add it, and `requirements` can't be decided
    without."""

    need: str
    reasons: tuple[str, ...]
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """An operation of which the documentation leaves something open and the target does not tell it: `open` names what
    (`path`, `method`, `body`), `line` is what the target could say."""

    operation: str
    open: tuple[str, ...]
    line: str


@dataclass(frozen=True)
class Readiness:
    """One target. `target` and `rehearsal` are None where the file is wrong about it, and `problems` say how; a
    credential that is not set is a problem too, and then they show what there would be with it."""

    name: str
    vendor: str
    target: Target | None
    rehearsal: Rehearsal | None
    problems: tuple[Problem, ...]
    missing: tuple[Missing, ...]
    readings: tuple[Reading, ...]

    @property
    def wrong(self) -> bool:
        """Whether the file itself has to be mended."""
        return self.target is None


def readiness(file: TargetsFile, name: str, contract: Contract, environ: Mapping[str, str] | None = None) -> Readiness:
    """What one target could exercise, by a rehearsal at the vendor's mock with no more than the target has.

    Raises UsageError where there is no such target.
    """
    real = os.environ if environ is None else environ
    problems: tuple[Problem, ...] = ()
    try:
        target = file.target(name, contract, real)
    except TargetError as error:
        problems = error.problems
        try:
            target = file.target(name, contract, _filled(file, name, contract, real))
        except TargetError:
            return Readiness(name, contract.vendor, None, None, problems, (), ())
    rehearsal = rehearse_like(contract, target)
    readings = tuple(_readings(contract, target))
    return Readiness(name, contract.vendor, target, rehearsal, problems, tuple(_missing(rehearsal, name)), readings)


def _filled(file: TargetsFile, name: str, contract: Contract, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, with something in the variables of the default credential where there is nothing."""
    authentication = contract.conventions.authentication
    named = file.credential(name, DEFAULT) or authentication.variable
    variables = [named] if isinstance(named, str) else list(named.values())
    return dict(environ) | {variable: environ.get(variable) or _STAND_IN for variable in variables}


def _missing(rehearsal: Rehearsal, name: str) -> list[Missing]:
    """What keeps requirements from being decided, by need, what costs most of them first."""
    found: dict[str, dict[str, list[str]]] = {}
    for step in rehearsal.steps:
        verdict = step.verdict
        if verdict.verdict is Word.INCONCLUSIVE and verdict.requirement not in rehearsal.decided:
            reason = verdict.reason.replace("targets.NAME", f"targets.{name}")
            found.setdefault(str(verdict.need or verdict.reason), {}).setdefault(reason, []).append(verdict.requirement)
    missing = [
        Missing(need, tuple(reasons), tuple(dict.fromkeys(one for ids in reasons.values() for one in ids)))
        for need, reasons in found.items()
    ]
    return sorted(missing, key=lambda one: -len(one.requirements))


def _readings(contract: Contract, target: Target) -> Iterator[Reading]:
    for operation in contract.operations:
        place = tuple(part for part in ("method", "path") if part in operation.assumed)
        if place and operation.id not in target.bindings:
            line = f'[targets.{target.name}.bindings] {operation.id} = {{method = "...", path = "..."}}'
            yield Reading(operation.label, place, line)
        if "body" in operation.assumed and operation.request and operation.id not in target.bodies:
            yield Reading(operation.label, ("body",), f"[targets.{target.name}.bodies] {operation.id} = {{...}}")
