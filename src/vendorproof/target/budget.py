"""How many requests may still leave."""

from __future__ import annotations

from threading import Lock
from typing import Protocol

from vendorproof.errors import BudgetSpent, Lack, Need


class Pool(Protocol):
    """Where calls are taken from: this run's own number, or one that several processes share."""

    def draw(self, count: int) -> bool:
        """Takes so many calls at once, or none where fewer are left; says whether it did."""

    @property
    def left(self) -> int:
        """Calls that are left."""


class OwnPool:
    """A number of calls for one process."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def draw(self, count: int) -> bool:
        if count > self._left:
            return False
        self._left -= count
        return True

    @property
    def left(self) -> int:
        return self._left


class Budget:
    """A number of requests that is never exceeded; None is no limit. Safe to use from several threads.

    Calls can be set aside for the tidying up. `pool` is where the calls come from, by default a number of its own.
    """

    def __init__(self, limit: int | None = None, pool: Pool | None = None) -> None:
        self.limit = limit
        self._pool = None if limit is None else pool or OwnPool(limit)
        self._spent = 0
        self._reserved = 0
        self._spare = 0
        self._lock = Lock()

    @property
    def spent(self) -> int:
        """Requests that have left."""
        return self._spent

    @property
    def left(self) -> int | None:
        """Requests that may still leave, without those set aside; None without a limit."""
        return None if self._pool is None else self._pool.left + self._spare

    def take(self, count: int = 1) -> None:
        """Spends so many requests at once. Raises BudgetSpent, having spent nothing, where fewer are left."""
        with self._lock:
            self._draw(count)
            self._spent += count

    def offer(self) -> bool:
        """Spends one request where one is left, and says whether it did."""
        try:
            self.take()
        except BudgetSpent:
            return False
        return True

    def reserve(self) -> None:
        """Sets one request aside. Raises BudgetSpent where none is left for it."""
        with self._lock:
            self._draw(1)
            self._reserved += 1

    def release(self) -> None:
        """Gives back one request that was set aside."""
        with self._lock:
            if self._reserved:
                self._reserved -= 1
                self._spare += 1

    def take_reserved(self) -> None:
        """Spends one request that was set aside, or any where none is. Raises BudgetSpent where none is left at all."""
        with self._lock:
            if self._reserved:
                self._reserved -= 1
            else:
                self._draw(1)
            self._spent += 1

    def _draw(self, count: int) -> None:
        spare = min(self._spare, count)
        if self._pool is not None and count > spare and not self._pool.draw(count - spare):
            left = self._pool.left + self._spare
            words = f"{count} calls are needed and {left} left" if left > 0 else "no call is left"
            aside = f" beside {self._reserved} set aside for tidying up" if self._reserved else ""
            raise BudgetSpent(
                f"the budget of {self.limit} calls is spent: {words}{aside} (--budget, or budget in the target)",
                Need(Lack.CALLS, str(self.limit)),
            )
        self._spare -= spare
