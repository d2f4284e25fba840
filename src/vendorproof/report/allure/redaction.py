"""Redaction of everything allure-pytest writes.

allure-pytest writes what it likes: tracebacks, captured output, parameters, node ids. So the one class through which
every file of it passes is replaced, when this module is imported: before pytest's configure hooks make the instance.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import allure_pytest.plugin  # type: ignore[import-untyped]
import attr
import pytest
from allure_commons import hookimpl
from allure_commons.logger import AllureFileLogger
from allure_commons.types import LabelType

from vendorproof.exchange.redaction import Redactor

_FileLogger: Any = AllureFileLogger
_redactor: Redactor = Redactor()


def redact_allure(redactor: Redactor) -> Redactor:
    """Sets what redacts Allure's files from now on in this process, and returns what did so far.

    Until it is called nothing is redacted: no secret is known then.
    """
    global _redactor
    former, _redactor = _redactor, redactor
    return former


class RedactingFileLogger(_FileLogger):  # type: ignore[misc]
    """Allure's writer of files, with every string of them redacted."""

    @hookimpl
    def report_result(self, result: Any) -> None:
        """Writes one test's result, without the name of this machine, which allure-pytest adds."""
        labels = [label for label in result.labels if label.name != LabelType.HOST]
        with _room_or_end():
            super().report_result(_redacted(attr.evolve(result, labels=labels)))

    @hookimpl
    def report_container(self, container: Any) -> None:
        """Writes the fixtures around tests."""
        with _room_or_end():
            super().report_container(_redacted(container))

    @hookimpl
    def report_globals(self, globals_item: Any) -> None:
        """Writes what belongs to the run and no test."""
        with _room_or_end():
            super().report_globals(_redacted(globals_item))

    @hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        """Writes the content of a file as an attachment."""
        self.report_attached_data(Path(source).read_bytes(), file_name)

    @hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Writes an attachment."""
        data = body.encode("utf-8", "backslashreplace") if isinstance(body, str) else body
        with _room_or_end():
            super().report_attached_data(_redactor.data(data), file_name)


@contextmanager
def _room_or_end() -> Iterator[None]:
    """Ends the session in one line where the disk is full or the folder gone: what was written before stays."""
    try:
        yield
    except OSError as error:
        pytest.exit(f"vendorproof: Allure's results can't be written: {error.strerror}", returncode=2)


def _redacted(value: Any) -> Any:
    """A redacted copy: other listeners may hold the same object."""
    if isinstance(value, str):
        return _redactor.text(str(value))
    if isinstance(value, list | tuple):
        return type(value)(_redacted(item) for item in value)
    if isinstance(value, dict):
        return {_redacted(key): _redacted(item) for key, item in value.items()}
    if attr.has(type(value)):
        return attr.evolve(
            value, **{field.name: _redacted(getattr(value, field.name)) for field in attr.fields(type(value))}
        )
    return value


allure_pytest.plugin.AllureFileLogger = RedactingFileLogger
