"""Signals that end a run: Ctrl-C and SIGTERM, which a CI service sends before it kills."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

import pytest


class Terminated(KeyboardInterrupt):
    """The process was told to end; a run ends as at Ctrl-C."""


class Interruption:
    """Tells which signal ended a pytest session; a pytest plugin. `number` is 0 where none did."""

    def __init__(self) -> None:
        self.number = 0

    def listen(self) -> Callable[[], None]:
        """Makes SIGTERM an interrupt, and returns what makes it what it was."""
        if threading.current_thread() is not threading.main_thread():
            return lambda: None
        former: Any = signal.signal(signal.SIGTERM, _terminate)

        def restore() -> None:
            signal.signal(signal.SIGTERM, former)

        return restore

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Called by pytest, also where a test ends the session by itself."""
        if isinstance(excinfo.value, KeyboardInterrupt):
            self.number = signal.SIGTERM if isinstance(excinfo.value, Terminated) else signal.SIGINT


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated
