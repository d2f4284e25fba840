"""requirements.yaml and known.yaml as requirements, questions and known deviations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vendorproof.contract.model import Basis, KnownDeviation, Level, Question, Requirement
from vendorproof.contract.schemas import schema_problems
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Problem


@dataclass(frozen=True)
class Register:
    """What requirements.yaml gives a contract."""

    sections: Mapping[str, str]
    requirements: tuple[Requirement, ...]
    questions: tuple[Question, ...]


def read_register(source: Source, vendor: str) -> tuple[Register | None, list[Problem]]:
    """The register of a requirements.yaml, or None and what is wrong with it."""
    problems = schema_problems(source, "requirements")
    if not problems:
        problems = [*_decision_problems(source), *_id_problems(source, vendor)]
    if problems:
        return None, problems
    data = source.data
    sections = data["sections"]
    requirements = tuple(
        Requirement(
            id=entry["id"],
            vendor=vendor,
            page=entry["source"]["page"],
            section=entry["source"]["section"],
            level=Level(entry["level"]),
            basis=Basis(entry["basis"]),
            text=entry["text"],
            check=entry.get("check"),
            undecidable=entry.get("undecidable"),
            on=tuple(entry.get("on", ())),
            parameters=entry.get("with", {}),
            fingerprint=sections.get(entry["source"]["section"], ""),
            place=source.place(f"/requirements/{index}"),
        )
        for index, entry in enumerate(data["requirements"])
    )
    questions = tuple(
        Question(entry["id"], entry["section"], entry["text"], entry["reading"]) for entry in data.get("questions", ())
    )
    return Register(sections, requirements, questions), []


def read_known(source: Source) -> tuple[tuple[KnownDeviation, ...], list[Problem]]:
    """The known deviations of a known.yaml, and what is wrong with it."""
    problems = schema_problems(source, "known")
    if problems:
        return (), problems
    deviations = tuple(
        KnownDeviation(
            requirement=entry["requirement"],
            operation=entry.get("operation"),
            reason=entry["reason"],
            link=entry["link"],
            expires=entry["expires"],
            place=source.place(f"/deviations/{index}"),
        )
        for index, entry in enumerate(source.data["deviations"])
    )
    return deviations, []


def _decision_problems(source: Source) -> list[Problem]:
    problems = []
    for index, entry in enumerate(source.data["requirements"]):
        at = f"/requirements/{index}"
        if "check" in entry and "undecidable" in entry:
            message = f"{entry['id']} names a check and says why none can decide it"
            problems.append(source.problem(f"{at}/undecidable", message, "keep check: or undecidable:, not both"))
        elif "check" not in entry and "undecidable" not in entry:
            message = f"{entry['id']} names no check"
            fix = "add check: its name, or undecidable: why nothing outside can decide it"
            problems.append(source.problem(at, message, fix))
    return problems


def _id_problems(source: Source, vendor: str) -> list[Problem]:
    problems = []
    first: dict[str, int] = {}
    for part in ("requirements", "questions"):
        for index, entry in enumerate(source.data.get(part, ())):
            at = f"/{part}/{index}/id"
            name = entry["id"]
            if name in first:
                message = f"the id {name!r} stands twice, first on line {first[name]}"
                problems.append(source.problem(at, message, "give one of the two an id of its own"))
            first.setdefault(name, source.line(at))
            if not name.startswith(f"{vendor}."):
                words = name.split(".", 1)[1]
                problems.append(
                    source.problem(at, f"the id {name!r} does not start with the vendor", f"write {vendor}.{words}")
                )
    return problems
