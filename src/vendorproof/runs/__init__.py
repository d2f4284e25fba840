"""One run from its options to its report: what is chosen, rehearsed, opened, decided."""

from vendorproof.runs.options import Confirm, RunOptions
from vendorproof.runs.run import Finished, Run

__all__ = ["Confirm", "Finished", "Run", "RunOptions"]
