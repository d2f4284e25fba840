"""The registers of requirements as a document for people: docs/vendors.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vendorproof.contract.model import Contract, Requirement
from vendorproof.report.text import plural

HEADING = """# Vendors

What each vendor's documentation promises, by convention, and what nothing outside can decide, and why. Written by
`vendorproof vendors`; a test holds it to the contracts.
"""


def register_markdown(contracts: Iterable[Contract]) -> str:
    """Every requirement of the contracts, by vendor and convention, as Markdown."""
    return "\n".join([HEADING, *(line for contract in contracts for line in _vendor(contract))]).rstrip() + "\n"


def _vendor(contract: Contract) -> Iterator[str]:
    undecidable = [one for one in contract.requirements if one.undecidable]
    stated = sum(one.binding for one in contract.requirements)
    yield f"## {contract.title}"
    yield ""
    yield (
        f"{plural(len(contract.operations), 'operation')}, {plural(len(contract.requirements), 'requirement')} "
        f"({stated} stated as a must), {len(undecidable)} undecidable, "
        f"{plural(len(contract.questions), 'open question')}."
    )
    conventions: dict[str, list[Requirement]] = {}
    for requirement in contract.requirements:
        if requirement.check:
            conventions.setdefault(requirement.convention, []).append(requirement)
    for convention in sorted(conventions):
        yield from ("", f"### {contract.title}: {convention}", "", "| requirement | level, basis | says | check |")
        yield "| --- | --- | --- | --- |"
        for one in conventions[convention]:
            yield f"| `{one.name}` | {one.level}, {one.basis} | {_cell(one.text)} | `{one.check}` |"
    if undecidable:
        yield from ("", f"### {contract.title}: undecidable", "", "| requirement | says | why nothing can decide it |")
        yield "| --- | --- | --- |"
        for one in undecidable:
            yield f"| `{one.name}` | {_cell(one.text)} | {_cell(one.undecidable or '')} |"
    if contract.questions:
        yield from ("", f"### {contract.title}: open questions", "", "| question | what is open | how we read it |")
        yield "| --- | --- | --- |"
        for question in contract.questions:
            name = question.id.split(".", 2)[-1]
            yield f"| `{name}` | {_cell(question.text)} | {_cell(question.reading)} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
