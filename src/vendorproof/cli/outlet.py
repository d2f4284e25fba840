"""Where a command prints: a reader that goes away (`| head`) ends neither the command nor its exit code."""

from __future__ import annotations

import os
from typing import Any, TextIO


class Outlet:
    """A text stream that says nothing more once nobody reads it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Writes, or does nothing where nobody reads any more."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._close()
            return len(text)

    def flush(self) -> None:
        """Flushes, or does nothing where nobody reads any more."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._close()

    def _close(self) -> None:
        """What is still buffered goes nowhere as well, also when the process ends."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
