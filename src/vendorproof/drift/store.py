"""Pins on disk: pins.json in the folder of a report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vendorproof.contract.files import regular
from vendorproof.drift.pins import Pin
from vendorproof.errors import UsageError
from vendorproof.exchange.redaction import Redactor

FILE_NAME = "pins.json"


def write_pins(report_dir: Path, pins: Iterable[Pin], redactor: Redactor) -> Path:
    """Writes the pins of a run, redacted; gives the path. OSError where the folder can't be written."""
    path = report_dir / FILE_NAME
    shown = [{name: _redacted(value, redactor) for name, value in asdict(pin).items()} for pin in pins]
    path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _redacted(value: Any, redactor: Redactor) -> Any:
    return redactor.text(value) if isinstance(value, str) else value


def read_pins(report_dir: Path) -> tuple[Pin, ...]:
    """The pins that a run left; UsageError where there is no such file, or it is none."""
    path = report_dir / FILE_NAME
    try:
        return tuple(Pin(**entry) for entry in json.loads(regular(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} holds no pins: {error}\n    fix: name the folder of a finished run") from None
