"""What a run leaves behind: the ledger, the pages for people, the files for CI services, Allure.

What talks to a running test stands in modules of `vendorproof.report.allure`, whose import brings allure-pytest along.
"""

from vendorproof.report.allure.context import clean_results
from vendorproof.report.allure.generate import AllureHtml, Built, NotBuilt, build_allure_html
from vendorproof.report.build import Paths, rebuild, write_report
from vendorproof.report.explain import Category, explain, headline
from vendorproof.report.ledger import Ledger, LedgerWriter, read_ledger
from vendorproof.report.run import FinishedRun, RunFooter, RunHeader

__all__ = [
    "AllureHtml",
    "Built",
    "Category",
    "FinishedRun",
    "Ledger",
    "LedgerWriter",
    "NotBuilt",
    "Paths",
    "RunFooter",
    "RunHeader",
    "build_allure_html",
    "clean_results",
    "explain",
    "headline",
    "read_ledger",
    "rebuild",
    "write_report",
]
