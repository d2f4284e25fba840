"""What a suite is made of: tests that say what they verify, and the verdicts they give."""

from vendorproof.suite.judging import Judge, combined, decide, verdict_of
from vendorproof.suite.loading import suite_modules
from vendorproof.suite.verifies import Item, Marked, Phase, items, marked, obligations, selected, verifies

__all__ = [
    "Item",
    "Judge",
    "Marked",
    "Phase",
    "combined",
    "decide",
    "items",
    "marked",
    "obligations",
    "selected",
    "suite_modules",
    "verdict_of",
    "verifies",
]
