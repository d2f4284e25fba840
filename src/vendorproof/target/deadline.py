"""When the time of a run is over."""

from __future__ import annotations

from time import monotonic
from typing import Final

from vendorproof.errors import TimeOver

_TIDYING: Final = 10.0


class Deadline:
    """So many seconds from now on, after which nothing more is asked of a target; but for what tidies up, which gets a
    quarter of them more, and ten seconds at least."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = monotonic() + seconds

    @property
    def for_tidying(self) -> Deadline:
        """The end of the time in which what this run made is removed; what is left then is `clean`'s."""
        late = Deadline(self.seconds)
        late._end = self._end + max(self.seconds / 4, _TIDYING)
        return late

    @property
    def left(self) -> float:
        """Seconds that are left, 0 when the time is over."""
        return max(self._end - monotonic(), 0.0)

    def check(self, wait: float = 0.0) -> None:
        """Raises TimeOver where the time is over, or will be after a wait of so many seconds."""
        left = self.left
        if left <= 0:
            raise TimeOver(f"the time of this run, {self.seconds:g} s, is over (--max-time)", self.seconds)
        if wait > left:
            message = f"to be waited for {wait:.0f} s, and this run has {left:.0f} s left (--max-time)"
            raise TimeOver(message, self.seconds)
