"""The facts of a run as names and values, for a reader who has one page only."""

from __future__ import annotations

from vendorproof.report.explain import Category
from vendorproof.report.run import RunFooter, RunHeader


def facts(header: RunHeader, footer: RunFooter | None) -> dict[str, str]:
    """Everything that is known of a run beside its verdicts; empty values are left out.

    The counts are our own: Allure's views disagree about theirs.
    """
    base_urls = {f"URL of {vendor}": url for vendor, url in header.base_urls.items()}
    contracts = {f"contract of {vendor}": fingerprint for vendor, fingerprint in header.contracts.items()}
    values = about(header) | base_urls | contracts | counts(footer) | spent(footer)
    return {name: value for name, value in values.items() if value}


def about(header: RunHeader) -> dict[str, str]:
    """What ran where."""
    values = {
        "target": header.target,
        "environment": header.environment,
        "started": header.started,
        "vendors": ", ".join(header.vendors),
        "selection": ", ".join(header.selection),
        "budget": "" if header.budget is None else f"{header.budget:,} calls",
        "seed": "" if header.seed is None else str(header.seed),
        "vendorproof": header.version,
    }
    return {name: value for name, value in values.items() if value}


def counts(footer: RunFooter | None) -> dict[str, str]:
    """How many verdicts there are of each word, failures apart by whether they turn the run red."""
    if footer is None:
        return {}
    words = {word.replace("_", " "): f"{count:,}" for word, count in footer.counts.items() if word != "fail"}
    failures = {Category.VIOLATION.value: f"{footer.red:,}", Category.WARNING.value: f"{footer.warnings:,}"}
    if footer.accepted:
        failures[Category.KNOWN.value] = f"{footer.accepted:,}"
    return failures | words


def spent(footer: RunFooter | None) -> dict[str, str]:
    """What the run cost and how it ended."""
    if footer is None:
        return {"complete": "no: the run was killed, this is no result"}
    return {
        "calls": f"{footer.calls:,}",
        "seconds": f"{footer.seconds:.1f}",
        "exit code": str(footer.exit_code),
        "complete": "yes" if footer.complete else "no: the run was stopped, this is no result",
    }
