"""How many requests may still leave."""

from __future__ import annotations

from threading import Lock

from vendorproof.errors import BudgetSpent


class Budget:
    """A number of requests that is never exceeded; None is no limit. Safe to use from several threads."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self._spent = 0
        self._lock = Lock()

    @property
    def spent(self) -> int:
        """Requests that have left."""
        return self._spent

    @property
    def left(self) -> int | None:
        """Requests that may still leave, None without a limit."""
        return None if self.limit is None else self.limit - self._spent

    def take(self, count: int = 1) -> None:
        """Spends so many requests at once. Raises BudgetSpent, having spent nothing, where fewer are left."""
        with self._lock:
            if self.limit is not None and self._spent + count > self.limit:
                left = self.limit - self._spent
                words = f"{count} calls are needed and {left} left" if left else "no call is left"
                raise BudgetSpent(
                    f"the budget of {self.limit} calls is spent: {words} (--budget, or budget in the target)"
                )
            self._spent += count

    def offer(self) -> bool:
        """Spends one request where one is left, and says whether it did."""
        try:
            self.take()
        except BudgetSpent:
            return False
        return True
