"""Idempotency keys that were used: when, for which body, with which answer."""

from __future__ import annotations

from dataclasses import dataclass

from vendorproof.mock.request.messages import Answer


@dataclass(frozen=True)
class Used:
    """A key that was used: when (epoch seconds), for which body, with which answer. `finished` is the answer's turn
    among arrivals and answers: a call that arrived before it ran beside the first one."""

    at: float
    fingerprint: str
    answer: Answer
    finished: int


@dataclass(frozen=True)
class Claim:
    """A request's key: `slot` is what it is unique in, `used` its first use, None where it is fresh."""

    slot: tuple[str, str, str]
    used: Used | None

    def overlaps(self, arrived: int) -> bool:
        """Whether the first use was not yet answered when a call arrived in this turn."""
        return self.used is not None and arrived < self.used.finished


class Keys:
    """The keys used so far."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str, str], Used] = {}

    def find(self, slot: tuple[str, str, str]) -> Used | None:
        """The first use of a key, however long ago."""
        return self._used.get(slot)

    def remember(self, slot: tuple[str, str, str], used: Used) -> None:
        """Notes a use."""
        self._used[slot] = used
