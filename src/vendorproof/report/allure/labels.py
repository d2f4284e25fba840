"""The labels of one test in Allure: epic = vendor, feature = convention, story = requirement."""

from __future__ import annotations

from typing import Any

import allure

from vendorproof.checks.outcome import Verdict
from vendorproof.checks.registry import Obligation
from vendorproof.contract.model import Basis, Level
from vendorproof.report.explain import Category
from vendorproof.report.text import legible

dynamic: Any = allure.dynamic
"""Allure's class for the running test, which has no types."""


def label(obligation: Obligation) -> None:
    """Labels the running test with what it is about, known before anything is sent.

    Title, epic, feature, story, severity, description and links of the obligation; the labels hold nothing that changes
    from run to run, since Allure's history hangs on the test.
    """
    contract, requirement = obligation.contract, obligation.requirement
    dynamic.parameter("requirement", obligation.id)
    dynamic.title(requirement.name if obligation.operation is None else f"{requirement.name} at {obligation.place}")
    dynamic.epic(contract.title)
    dynamic.feature(requirement.convention)
    dynamic.story(requirement.id)
    dynamic.severity(severity(obligation))
    dynamic.label("level", requirement.level.value)
    dynamic.label("basis", obligation.basis.value)
    dynamic.description(description(obligation))
    page = contract.openapi.get("externalDocs")
    if isinstance(page, dict) and isinstance(page.get("url"), str):
        dynamic.link(page["url"], name=f"{contract.title}: {requirement.section}")
    for deviation in contract.known:
        accepted = deviation.requirement == requirement.id and deviation.operation in (None, obligation.place)
        if accepted and deviation.link:
            dynamic.issue(deviation.link, name=f"known deviation until {deviation.expires}")


def label_verdict(verdict: Verdict) -> None:
    """Labels the running test with what came of it: the category by which Allure groups it, whose fault it is, and
    whether a repetition showed it again."""
    dynamic.label("category", Category.of(verdict).value)
    dynamic.label("blame", verdict.blame.value)
    if verdict.confirmed is not None:
        dynamic.label("repetition", "confirmed" if verdict.confirmed else "flaky")


def severity(obligation: Obligation) -> str:
    """Critical where a failure turns the run red, then by level."""
    match obligation.requirement.level:
        case Level.MUST if obligation.basis is Basis.STATED:
            return allure.severity_level.CRITICAL.value
        case Level.MUST:
            return allure.severity_level.NORMAL.value
        case Level.SHOULD:
            return allure.severity_level.MINOR.value
        case Level.MAY:
            return allure.severity_level.TRIVIAL.value


def description(obligation: Obligation) -> str:
    """The requirement in Markdown: its text, where it stands and what we hold it on."""
    requirement = obligation.requirement
    rows = {
        "requirement": f"`{requirement.id}`",
        "operation": f"`{obligation.place}`" if obligation.operation else "the API as a whole",
        "level": requirement.level.value,
        "basis": _BASIS[obligation.basis],
        "section": f"{requirement.page}: {requirement.section}",
        "check": f"`{requirement.check}`",
    }
    operation = obligation.operation
    if operation is not None and operation.assumed:
        why = f", see {operation.question}" if operation.question else ""
        rows["assumed"] = f"{', '.join(operation.assumed)} (the documentation does not give them{why})"
    return legible("\n".join([requirement.text, "", *(f"- **{name}**: {value}" for name, value in rows.items())]))


_BASIS = {
    Basis.STATED: "stated: the documentation says so",
    Basis.EXAMPLE: "example: only an example shows it",
    Basis.IMPLIED: "implied: we infer it",
    Basis.STANDARD: "standard: an RFC says so, the vendor does not",
}
