"""`vendorproof targets`: what each target could exercise and what is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from vendorproof.cli.options import contracts_of
from vendorproof.contract.model import Effect
from vendorproof.errors import TargetError
from vendorproof.runs.readiness import Readiness, readiness
from vendorproof.runs.rehearsal import Rehearsal
from vendorproof.target import TARGETS_FILE, Target, read_targets

_SHOWN = 6


@click.command(epilog="Example: vendorproof targets leadiosa-sandbox --targets-file targets.toml")
@click.argument("names", nargs=-1, metavar="[TARGET]...")
@click.option("--targets-file", default=TARGETS_FILE, show_default=True, metavar="FILE", help="the file of targets")
@click.option("--all", "everything", is_flag=True, help="name every requirement and operation")
def command(names: tuple[str, ...], targets_file: str, everything: bool) -> None:
    """Says what each target (all by default) could exercise, and what it lacks for the rest. Sends nothing: a run is
    rehearsed at the mock with the rights, roles and values of the target."""
    file = read_targets(Path(targets_file))
    contracts = contracts_of(())
    wanted = names or file.names
    if any(file.vendor_of(name) not in contracts for name in wanted):
        raise TargetError(*file.problems(contracts))
    right = True
    for name in wanted:
        found = readiness(file, name, contracts[file.vendor_of(name)])
        right = right and not found.wrong
        for line in lines_of(found, None if everything else _SHOWN):
            click.echo(line)
    sys.exit(0 if right else 2)


def lines_of(found: Readiness, shown: int | None = _SHOWN) -> Iterator[str]:
    """One target in words; of a list at most `shown` names."""
    target, rehearsal = found.target, found.rehearsal
    if target is None or rehearsal is None:
        yield f"{found.name}: {found.vendor}"
    else:
        yield f"{found.name}: {found.vendor}, {target.environment}, {target.base_url}"
        yield from _target_lines(target, rehearsal)
    for problem in found.problems:
        for line in str(problem).splitlines():
            yield f"  problem: {line}" if not line.startswith(" ") else f"  {line}"
    if rehearsal is not None:
        requirements = {step.verdict.requirement for step in rehearsal.steps}
        yield f"  could decide {len(rehearsal.decided)} of {len(requirements)} requirements in {rehearsal.calls} calls"
    for missing in found.missing:
        yield f"  missing for {len(missing.requirements)}: {missing.need}"
        yield from (f"      {reason}" for reason in missing.reasons[: 1 if shown else None] if reason != missing.need)
        yield f"      {_few(missing.requirements, shown)}"
    if found.readings:
        yield f"  our reading of what the documentation leaves open ({len(found.readings)}), which the target may tell:"
        for reading in found.readings[:shown]:
            yield f"      {reading.operation}: {' and '.join(reading.open)}: {reading.line}"
        if shown is not None and len(found.readings) > shown:
            yield f"      and {len(found.readings) - shown} more (--all)"
    yield ""


def _target_lines(target: Target, rehearsal: Rehearsal) -> Iterator[str]:
    refused = [effect.value for effect in Effect if not target.allows(effect)]
    may = ", ".join(effect.value for effect in Effect if target.allows(effect))
    yield (
        f"  may {may}"
        + (f"; may not {', '.join(refused)}" if refused else "")
        + ("; may drain" if target.drain else "")
    )
    roles = [*sorted(target.roles), *(f"{role} (${variable} is not set)" for role, variable in target.unset.items())]
    yield f"  roles: {', '.join(roles)}"
    if target.budget is not None:
        word = "enough" if target.budget >= rehearsal.calls else "what decides most comes first"
        yield f"  budget: {target.budget} calls ({word})"


def _few(names: Sequence[str], shown: int | None) -> str:
    more = f" and {len(names) - shown} more (--all)" if shown is not None and len(names) > shown else ""
    return ", ".join(names[:shown]) + more
