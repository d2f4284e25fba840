"""junit.xml: the verdicts for a CI service that shows test results."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

from vendorproof.checks.outcome import Verdict
from vendorproof.report.explain import Category, headline, reproduction, said, short
from vendorproof.report.facts import facts
from vendorproof.report.overview import WHOLE_API, Vendor, overview
from vendorproof.report.run import FinishedRun
from vendorproof.report.text import legible, numbered, plural


def write_junit(path: Path, run: FinishedRun) -> None:
    """Writes one testsuite a vendor and one testcase a verdict of a redacted run, valid for Jenkins' junit-10.xsd.

    A failure that turns the run red is a `failure`, our own fault an `error`; inconclusive and not applicable ones and
    accepted failures are `skipped` with their reason; a warning is a testcase that passes and says so in its
    `system-out`, since most services know no warning. Names and classnames hang on requirement and operation alone, so
    a service can follow a case from run to run.
    """
    vendors = [vendor for vendor in overview(run) if _verdicts(vendor)]
    verdicts = [verdict for vendor in vendors for verdict in _verdicts(vendor)]
    root = Xml.Element("testsuites", {"name": "vendorproof", **_sums(verdicts), "time": _seconds(run)})
    for vendor in vendors:
        _suite(root, vendor, run)
    Xml.indent(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _suite(root: Xml.Element, vendor: Vendor, run: FinishedRun) -> None:
    verdicts = _verdicts(vendor)
    skipped = sum(Category.of(verdict) in _SKIPPED for verdict in verdicts)
    suite = Xml.SubElement(
        root,
        "testsuite",
        {"name": legible(vendor.id), **_sums(verdicts), "skipped": str(skipped), "time": _elapsed(run, vendor)},
    )
    suite.set("timestamp", legible(run.header.started))
    properties = Xml.SubElement(suite, "properties")
    for name, value in facts(run.header, run.footer).items():
        Xml.SubElement(properties, "property", {"name": legible(name), "value": legible(value)})
    for verdict in verdicts:
        _case(suite, verdict, run)


def _case(suite: Xml.Element, verdict: Verdict, run: FinishedRun) -> None:
    vendor, _, name = verdict.requirement.partition(".")
    convention, _, name = name.partition(".")
    where = "" if verdict.operation == WHOLE_API else f" at {verdict.operation}"
    case = Xml.SubElement(
        suite,
        "testcase",
        {"classname": legible(f"{vendor}.{convention}"), "name": legible(f"{name}{where}")},
    )
    category = Category.of(verdict)
    message = f"{category}: {short(verdict, run.redactor)}"
    match category:
        case Category.VIOLATION:
            Xml.SubElement(case, "failure", {"type": category.value, "message": message}).text = _details(verdict, run)
        case Category.ERROR:
            Xml.SubElement(case, "error", {"type": category.value, "message": message}).text = _details(verdict, run)
        case Category.INCONCLUSIVE | Category.NOT_APPLICABLE:
            Xml.SubElement(case, "skipped", {"type": category.value, "message": message})
        case Category.WARNING:
            Xml.SubElement(case, "system-out").text = _details(verdict, run)
        case Category.KNOWN:
            Xml.SubElement(case, "skipped", {"type": category.value, "message": message})
            Xml.SubElement(case, "system-out").text = _details(verdict, run)
        case Category.PASS:
            pass


def _details(verdict: Verdict, run: FinishedRun) -> str:
    judged = f"judged {plural(verdict.judged, 'exchange')} {numbered(verdict.exchanges)}".rstrip()
    lines = [headline(verdict), *said(verdict, run.redactor), judged]
    return "\n".join([*lines, *reproduction(verdict, run.evidence, run.redactor)])


def _sums(verdicts: list[Verdict]) -> dict[str, str]:
    categories = [Category.of(verdict) for verdict in verdicts]
    return {
        "tests": str(len(verdicts)),
        "failures": str(categories.count(Category.VIOLATION)),
        "errors": str(categories.count(Category.ERROR)),
    }


def _verdicts(vendor: Vendor) -> list[Verdict]:
    return [verdict for row in vendor.rows for verdict in row.verdicts]


def _seconds(run: FinishedRun) -> str:
    return f"{run.footer.seconds if run.footer else 0.0:.3f}"


def _elapsed(run: FinishedRun, vendor: Vendor) -> str:
    """The seconds that a vendor's exchanges took; cases have none of their own, since they share exchanges."""
    return f"{sum(exchange.elapsed for exchange in run.exchanges if exchange.vendor == vendor.id):.3f}"


_SKIPPED = (Category.INCONCLUSIVE, Category.NOT_APPLICABLE, Category.KNOWN)
