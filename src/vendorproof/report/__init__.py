"""What a run leaves behind: the ledger, the pages for people, the files for CI services, Allure.

What talks to a running test stands in modules of `vendorproof.report.allure`, whose import brings allure-pytest along.
"""

from vendorproof.report.allure.context import clean_results
from vendorproof.report.allure.generate import AllureHtml, Built, NotBuilt, build_allure_html
from vendorproof.report.build import Paths, rebuild, write_report
from vendorproof.report.changes import Change, Changes, changes_since
from vendorproof.report.explain import Category, explain, headline
from vendorproof.report.former import NOTHING, Former, key_of, read_former
from vendorproof.report.kills_page import write_kill_matrix
from vendorproof.report.ledger import Ledger, LedgerWriter, read_ledger
from vendorproof.report.message import payload, plain
from vendorproof.report.overview import without_access
from vendorproof.report.progress import Progress, State, wanted
from vendorproof.report.run import FinishedRun, RunFooter, RunHeader

__all__ = [
    "NOTHING",
    "AllureHtml",
    "Built",
    "Category",
    "Change",
    "Changes",
    "FinishedRun",
    "Former",
    "Ledger",
    "LedgerWriter",
    "NotBuilt",
    "Paths",
    "Progress",
    "RunFooter",
    "RunHeader",
    "State",
    "build_allure_html",
    "changes_since",
    "clean_results",
    "explain",
    "headline",
    "key_of",
    "payload",
    "plain",
    "read_former",
    "read_ledger",
    "rebuild",
    "wanted",
    "without_access",
    "write_kill_matrix",
    "write_report",
]
