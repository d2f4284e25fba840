"""What all processes that use one credential at the same time share: their budget and their rate.

Both are buckets in a file of the state folder that is named after a hash of the credential. A process that ends, in
whatever way, gives up its lock; when none is left, the next one begins with an empty bucket.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Lock
from time import time_ns
from typing import TYPE_CHECKING, Final, cast

from filelock import FileLock, Timeout
from platformdirs import user_state_path

from vendorproof.errors import UsageError
from vendorproof.target.address import same_host
from vendorproof.target.budget import Budget
from vendorproof.target.draft import DEFAULT
from vendorproof.target.profile import Target
from vendorproof.target.throttle import Spacing

if TYPE_CHECKING:
    from pyrate_limiter import SQLiteBucket
    from pyrate_limiter.abstracts.algorithm import Decision

STATE_VARIABLE: Final = "VENDORPROOF_STATE"
"""The environment variable that names another state folder."""

_NEVER: Final = 10 * 365 * 24 * 3600 * 1000
"""Milliseconds after which a bucket of calls would leak: longer than any run."""

_PATIENCE: Final = 10.0
"""Seconds to wait for another process to open its bucket."""

_numbers = count()


def state_folder() -> Path:
    """Where what outlives a run is kept: $VENDORPROOF_STATE, else the user's state folder of the platform."""
    named = os.environ.get(STATE_VARIABLE)
    return Path(named) if named else user_state_path("vendorproof", appauthor=False)


def fingerprint(target: Target) -> str:
    """A name for whoever sends requests to a host, however its address is written, that tells nothing of the
    credential: 32 hexadecimal digits.

    Slow on purpose, since a login's password can be guessed.
    """
    if DEFAULT in target.credentials:
        secrets = [target.credentials[DEFAULT].value]
    else:
        secrets = [secret.value for _, secret in sorted(target.logins.get(DEFAULT, {}).items())]
    text = "\0".join([same_host(target.base_url), *secrets]).encode()
    return hashlib.scrypt(text, salt=f"vendorproof {target.vendor}".encode(), n=2**14, r=8, p=1, dklen=16).hex()


class Shared:
    """The bucket of calls and the pace of one credential.

    Raises UsageError where the state folder can't be written: without it a budget would hold for one process alone.
    """

    def __init__(self, target: Target, folder: Path | None = None) -> None:
        self._target = target
        self._folder = folder or state_folder()
        self._key = fingerprint(target)
        self._alive = FileLock(self._file(f"{os.getpid()}-{next(_numbers)}.run"))
        self._pool: _SharedPool | None = None
        self._spacing: _SharedSpacing | None = None
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._opening():
                alone = not self._others()
                self._alive.acquire()
                if target.budget is not None:
                    self._pool = _SharedPool(self._bucket("calls", max(target.budget, 1), _NEVER), target.budget)
                    if alone:
                        self._pool.empty()
                if target.rate is not None:
                    # Rounded up: rather a little slower than asked.
                    interval = math.ceil(1000 / target.rate)
                    self._spacing = _SharedSpacing(self._bucket("pace", 1, interval), interval)
        except (OSError, Timeout) as error:
            raise UsageError(
                f"the state folder {self._folder} can't be used: {error}\n"
                f"    fix: name another one in {STATE_VARIABLE}; processes with the same key share their budget there"
            ) from None

    @property
    def budget(self) -> Budget:
        """The target's budget, shared."""
        return Budget(self._target.budget, self._pool)

    @property
    def spacing(self) -> Spacing | None:
        """The target's rate, shared; None without one."""
        return self._spacing

    def close(self) -> None:
        """Lets go. The last one takes the bucket away."""
        for part in (self._pool, self._spacing):
            if part is not None:
                part.close()
        self._alive.release()
        Path(self._alive.lock_file).unlink(missing_ok=True)
        with self._opening():
            if not self._others():
                for path in self._folder.glob(f"{self._key}.sqlite*"):
                    path.unlink(missing_ok=True)

    def _file(self, ending: str) -> str:
        return str(self._folder / f"{self._key}.{ending}")

    @contextmanager
    def _opening(self) -> Iterator[None]:
        with FileLock(self._file("lock")).acquire(timeout=_PATIENCE):
            yield

    def _others(self) -> bool:
        """Whether another process uses the credential now; what dead ones left is removed."""
        alive = False
        for path in self._folder.glob(f"{self._key}.*.run"):
            if str(path) == self._alive.lock_file:
                continue
            try:
                with FileLock(str(path)).acquire(timeout=0):
                    path.unlink(missing_ok=True)
            except Timeout:
                alive = True
        return alive

    def _bucket(self, table: str, limit: int, interval: int) -> SQLiteBucket:
        # Imported here: few commands share anything.
        from pyrate_limiter import Rate, SQLiteBucket

        return SQLiteBucket.init_from_file(
            [Rate(limit, interval)], table=table, db_path=self._file("sqlite"), use_file_lock=True
        )


class _SharedPool:
    """Calls that several processes take from one number, each up to its own limit."""

    def __init__(self, bucket: SQLiteBucket, limit: int) -> None:
        self._bucket = bucket
        self._limit = limit
        self._lock = Lock()

    def draw(self, count: int) -> bool:
        from pyrate_limiter import RateItem

        if count > self._limit:
            return False
        with self._lock:
            return bool(self._bucket.put(RateItem("call", _now(), weight=count)))

    @property
    def left(self) -> int:
        with self._lock:
            return max(self._limit - self._bucket.count(), 0)

    def empty(self) -> None:
        self._bucket.flush()

    def close(self) -> None:
        self._bucket.close()  # type: ignore[no-untyped-call]


class _SharedSpacing:
    """A pace that several processes keep together."""

    def __init__(self, bucket: SQLiteBucket, interval: int) -> None:
        self._bucket = bucket
        self._interval = interval
        self._lock = Lock()

    def delay(self) -> float:
        from pyrate_limiter import RateItem

        with self._lock:
            now = _now()
            decision = cast("Decision", self._bucket.put_decision(RateItem("call", now)))
            if decision.allowed:
                # What is over would only make the bucket slower.
                self._bucket.leak(now)
                return 0.0
            newest = self._bucket.peek(0)
            if newest is not None and newest.timestamp > _now():
                # Noted before the machine's clock was set back.
                self._bucket.flush()
            return min(max(decision.retry_after_ms or 1, 1), self._interval) / 1000

    def close(self) -> None:
        self._bucket.close()  # type: ignore[no-untyped-call]


def _now() -> int:
    return time_ns() // 1_000_000
