"""Everything that a finished run leaves in its report folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex

from vendorproof.contract.model import Contract
from vendorproof.exchange.har import read_har, write_har
from vendorproof.exchange.model import Exchange, Headers
from vendorproof.exchange.redaction import Redactor, labels_of
from vendorproof.report.allure.context import write_context
from vendorproof.report.allure.generate import AllureHtml, Built, build_allure_html
from vendorproof.report.html import write_page
from vendorproof.report.junit import write_junit
from vendorproof.report.ledger import LedgerWriter, read_ledger
from vendorproof.report.run import FinishedRun
from vendorproof.report.summary import write_summary


@dataclass(frozen=True)
class Paths:
    """Where the parts of a report are. `allure` is the outcome of building Allure's own page, which needs Node."""

    folder: Path
    allure: AllureHtml

    @property
    def page(self) -> Path:
        """The requirement matrix, for a person."""
        return self.folder / "index.html"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.jsonl"

    @property
    def exchanges(self) -> Path:
        return self.folder / "exchanges.har"

    @property
    def junit(self) -> Path:
        return self.folder / "junit.xml"

    @property
    def summary(self) -> Path:
        return self.folder / "summary.md"


def write_report(
    report_dir: Path, run: FinishedRun, *, environ: Mapping[str, str] = os.environ, allow_download: bool = False
) -> Paths:
    """Writes all of a report: ledger.jsonl, exchanges.har, junit.xml, summary.md, index.html and, where Node is,
    allure/index.html out of allure-results/.

    The ledger is written anew, whole, since the folder may hold that of an earlier run; close a LedgerWriter first.
    Its header names the labels of the run's redactor.
    `environ` and `allow_download` are for Allure, see build_allure_html. OSError where the folder can't be written.
    """
    report_dir.mkdir(parents=True, exist_ok=True)
    fresh = report_dir / "ledger.jsonl.new"
    with LedgerWriter(fresh, run.redactor) as ledger:
        # A login may have added a secret after the header was first written.
        ledger.header(replace(run.header, labels=run.redactor.labels))
        for verdict in run.verdicts:
            ledger.verdict(verdict)
        if run.footer is not None:
            ledger.footer(run.footer)
    fresh.replace(report_dir / "ledger.jsonl")
    write_har(report_dir / "exchanges.har", run.exchanges, run.redactor)
    return _write_pages(report_dir, run, environ, allow_download)


def rebuild(
    report_dir: Path,
    contracts: Sequence[Contract],
    *,
    environ: Mapping[str, str] = os.environ,
    allow_download: bool = False,
) -> Paths:
    """Writes the pages of a run again, out of the ledger.jsonl and exchanges.har that it left.

    `contracts` are those of the vendors in the ledger's header; a vendor without one is shown by its verdicts alone, as
    is a run without exchanges. Raises UsageError where the folder holds no ledger, or a file is none.
    """
    ledger = read_ledger(report_dir)
    vendors = [*ledger.header.vendors, *(verdict.vendor for verdict in ledger.verdicts)]
    stand_ins = {label: token_hex(16) for label in ledger.header.labels}
    run = FinishedRun(
        header=ledger.header,
        footer=ledger.footer,
        verdicts=ledger.verdicts,
        contracts=tuple(contracts),
        exchanges=recorded(report_dir, vendors, stand_ins),
        redactor=Redactor(stand_ins),
    )
    return _write_pages(report_dir, run, environ, allow_download)


def recorded(report_dir: Path, vendors: Iterable[str], stand_ins: Mapping[str, str]) -> tuple[Exchange, ...]:
    """The exchanges that a report folder holds, with a made-up secret in place of each label; none without a file.

    Raises UsageError where the file is none.
    """
    archive = report_dir / "exchanges.har"
    if not archive.is_file():
        return ()
    found = (one for vendor in dict.fromkeys(vendors) for one in read_har(archive, vendor))
    return tuple(_with_stand_ins(exchange, stand_ins) for exchange in found)


def _with_stand_ins(exchange: Exchange, stand_ins: Mapping[str, str]) -> Exchange:
    """The exchange with a made-up secret where a label stands in a header of its request, so that a curl line expands
    it there again. In a URL or a body a label may be a vendor's word, put there to read our variables: it stays."""
    labels = labels_of(stand_ins)
    pairs = [
        (name, labels.sub(lambda label: stand_ins[f"${label[0].strip('${}')}"], value))
        for name, value in exchange.request.headers
    ]
    return replace(exchange, request=replace(exchange.request, headers=Headers(tuple(pairs))))


def _write_pages(report_dir: Path, run: FinishedRun, environ: Mapping[str, str], allow_download: bool) -> Paths:
    run = run.redacted()
    results = report_dir / "allure-results"
    if results.is_dir():
        write_context(results, run.header, run.footer, run.redactor, environ)
    allure = build_allure_html(
        results,
        report_dir / "allure" / "index.html",
        title=f"{', '.join(run.header.vendors)} at {run.header.target}, {run.header.started}",
        environ=environ,
        allow_download=allow_download,
    )
    paths = Paths(report_dir, allure)
    write_junit(paths.junit, run)
    write_summary(paths.summary, run)
    others = ["allure/index.html"] if isinstance(allure, Built) else []
    others += ["pins.json"] if (report_dir / "pins.json").is_file() else []
    write_page(paths.page, run, beside=[*others, "summary.md", "junit.xml", "exchanges.har", "ledger.jsonl"])
    return paths
