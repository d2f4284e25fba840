"""The catalogue of checks: what each decides, what it may be given, and which requirements it decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from vendorproof.checks.registry import Check, all_checks
from vendorproof.contract.check_parameters import CheckParameter
from vendorproof.contract.model import Contract
from vendorproof.contract.wording import suggest
from vendorproof.errors import UsageError
from vendorproof.report.text import plural

HEADING = """\
# Checks

Every check, what it decides, and what a requirement may give it under `with:`. A requirement names one under `check:`;
`on` is what it is asked about where the requirement does not say, `once` meaning the API as a whole. A list has one
value at least. `vendorproof checks NAME` shows which requirements use a check. Written by `vendorproof checks
--markdown`; a test holds it to the code.
"""


def matching(name: str | None) -> list[Check]:
    """The checks that a name or a glob means, all for None, by name. Raises UsageError where it means none."""
    checks = all_checks()
    found = [checks[one] for one in sorted(checks) if name is None or fnmatchcase(one, name) or _is_of(one, name)]
    if not found:
        raise UsageError(f"there is no check {name!r}\n    fix: {suggest(str(name), checks)}")
    return found


def _is_of(check: str, convention: str) -> bool:
    return check.partition(".")[0] == convention


def lines_of(check: Check, contracts: Iterable[Contract]) -> list[str]:
    """One check in detail: what it decides, its parameters, the requirements that it decides."""
    lines = [f"{check.name}  (on: {check.on})", f"  {check.summary}"]
    for parameter in check.parameters.values():
        lines.append(f"  with {parameter.name} ({_need(parameter)}): {parameter.summary}")
        lines.append(f"      {_form(parameter)}")
    used = [one.id for contract in contracts for one in contract.requirements if one.check == check.name]
    return [*lines, f"  decides {plural(len(used), 'requirement')}", *(f"      {one}" for one in used)]


def catalogue_markdown() -> str:
    """The catalogue as docs/checks.md has it, a table a convention."""
    sections: dict[str, list[Check]] = {}
    for check in matching(None):
        sections.setdefault(check.name.partition(".")[0], []).append(check)
    return HEADING + "".join(_section(name, checks) for name, checks in sections.items())


def _section(convention: str, checks: Sequence[Check]) -> str:
    rows = "".join(f"| `{one.name}` | {one.on} | {_cell(one.summary)} | {_taken(one.parameters)} |\n" for one in checks)
    return f"\n## {convention}\n\n| check | on | decides | with |\n| --- | --- | --- | --- |\n{rows}"


def _taken(parameters: Mapping[str, CheckParameter]) -> str:
    return "<br>".join(
        f"`{one.name}` ({_need(one)}): {_cell(one.summary)}; {_cell(_form(one))}" for one in parameters.values()
    )


def _need(parameter: CheckParameter) -> str:
    return "needed" if parameter.required else "optional"


def _form(parameter: CheckParameter) -> str:
    return f"a list, each {parameter.form.says}" if parameter.form.many else parameter.form.says


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
