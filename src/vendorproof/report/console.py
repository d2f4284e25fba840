"""The console: whatever is written there passes through the redactor, also what other plugins and warnings say."""

from __future__ import annotations

from typing import Any, TextIO

from vendorproof.exchange.redaction import Redactor


class RedactedStream:
    """A text stream that writes to another one, with labels in place of secrets; all else is the other's.

    A secret that is written in pieces is not recognised.
    """

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        self._stream = stream
        self._redactor = redactor

    def write(self, text: str) -> int:
        """Writes the redacted text; gives the length of what it was asked to write."""
        self._stream.write(self._redactor.text(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
