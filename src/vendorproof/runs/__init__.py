"""One run from its options to its report: what is chosen, rehearsed, opened, decided."""

from vendorproof.runs.run import Confirm, Finished, Run, RunOptions

__all__ = ["Confirm", "Finished", "Run", "RunOptions"]
