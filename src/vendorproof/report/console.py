"""The console and the log: whatever is written there passes through the redactor, also what other plugins, warnings and
libraries say."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from vendorproof.exchange.redaction import Redactor


class RedactedStream:
    """A text stream that writes to another one, with labels in place of secrets; all else is the other's.

    What may be the beginning of a secret is held back until more is written, or `release` is called.
    """

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        self._stream = stream
        self._redactor = redactor
        self._held = ""

    def write(self, text: str) -> int:
        """Writes the redacted text; gives the length of what it was asked to write."""
        pending = self._held + text
        begun = self._redactor.begun(pending)
        self._held = pending[len(pending) - begun :]
        self._stream.write(self._redactor.text(pending[: len(pending) - begun]))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes some texts one after another."""
        for line in lines:
            self.write(line)

    def release(self) -> None:
        """Writes what was held back: no more comes."""
        if self._held:
            held, self._held = self._held, ""
            self._stream.write(self._redactor.text(held, cut=True))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def redact_output(redactor: Redactor) -> Callable[[], None]:
    """Redacts what this process prints from now on; returns what ends it."""
    former = sys.stdout, sys.stderr
    ours = RedactedStream(sys.stdout, redactor), RedactedStream(sys.stderr, redactor)
    sys.stdout, sys.stderr = ours

    def restore() -> None:
        sys.stdout, sys.stderr = former
        for stream in ours:
            stream.release()

    return restore


def redact_logs(redactor: Redactor) -> Callable[[], None]:
    """Redacts every record that is logged in this process from now on, whoever writes it where; returns what ends it.

    Libraries log what they send: the HTTP library each header, at the level DEBUG.
    """
    former = logging.getLogRecordFactory()

    def redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = former(*args, **kwargs)
        try:
            record.msg, record.args = redactor.text(record.getMessage()), ()
        except Exception:  # noqa: BLE001 - arguments that don't fit; logging itself says so, and would show them
            record.msg, record.args = "a message whose arguments do not fit it", ()
        if record.exc_info:
            # A formatter takes this text instead of writing the exception itself.
            record.exc_text = redactor.text(_formatter.formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = redactor.text(record.stack_info)
        return record

    logging.setLogRecordFactory(redacted)
    return lambda: logging.setLogRecordFactory(former)


_formatter = logging.Formatter()
