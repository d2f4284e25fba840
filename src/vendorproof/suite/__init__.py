"""What a suite is made of: tests that say what they verify, and the verdicts they give."""

from vendorproof.suite.judging import Judge, combined, decide, verdict_of
from vendorproof.suite.known import NOTHING_KNOWN, Known, known_items, over_known_deviations
from vendorproof.suite.loading import suite_modules
from vendorproof.suite.repetition import MOST_CALLS, Repetitions
from vendorproof.suite.verifies import Item, Marked, Phase, items, marked, matching, obligations, selected, verifies

__all__ = [
    "MOST_CALLS",
    "NOTHING_KNOWN",
    "Item",
    "Judge",
    "Known",
    "Marked",
    "Phase",
    "Repetitions",
    "combined",
    "decide",
    "items",
    "known_items",
    "marked",
    "matching",
    "obligations",
    "over_known_deviations",
    "selected",
    "suite_modules",
    "verdict_of",
    "verifies",
]
