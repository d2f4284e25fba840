"""What the calls of a run are spent on: a budget on what decides most, a share of any on repeating failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vendorproof.contract.model import Contract
from vendorproof.runs.options import Confirm, RunOptions
from vendorproof.runs.rehearsal import Rehearsal, looks_first, rehearse_like
from vendorproof.suite import MOST_CALLS, Item, Phase
from vendorproof.target import Environment, Target

_SHARE: Final = 10
"""One call in so many may repeat a failure where the target has a budget and nothing is planned."""


class Spending:
    """The calls of one run. Under a budget of the command line each vendor is rehearsed once, without the obligations
    that are `decided` already, by their ids; `targets` has the live ones."""

    def __init__(
        self,
        options: RunOptions,
        contracts: Mapping[str, Contract],
        targets: Mapping[str, Target],
        decided: frozenset[str],
    ) -> None:
        self._options = options
        self._targets = targets
        self._budget = options.choice.budget
        self._rehearsals: dict[str, Rehearsal] = {}
        if self._budget is not None:
            self._rehearsals = {
                vendor: rehearse_like(contract, targets.get(vendor), self._budget, options.select, decided)
                for vendor, contract in contracts.items()
            }

    def affords(self, item: Item) -> bool:
        """Whether the budget has room for an item; what the team accepted is judged by verdicts alone."""
        if self._budget is None or item.phase is Phase.KNOWN:
            return True
        return item.obligation.id in self._rehearsals[item.obligation.contract.vendor].affordable

    def looks_first(self, vendor: str) -> bool:
        """Whether the run sees first that there is a way in."""
        return vendor in self._targets and looks_first(self._targets[vendor], self._budget)

    def repeats(self, vendor: str) -> int:
        """Calls that repeating failures of a vendor may take: of a budget, what the plan leaves."""
        target, confirm = self._targets.get(vendor), self._options.confirm
        at_mock = target is None or target.environment is Environment.MOCK
        if confirm is Confirm.NEVER or (confirm is Confirm.LIVE and at_mock):
            return 0
        if self._budget is not None:
            return min(MOST_CALLS, max(0, self._budget - self._rehearsals[vendor].calls))
        if target is not None and target.budget is not None:
            return min(MOST_CALLS, target.budget // _SHARE)
        return MOST_CALLS
