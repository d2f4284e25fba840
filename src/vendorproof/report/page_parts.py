"""What the report's pages have in common."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from vendorproof.report.text import legible


def printable(value: Any) -> Any:
    """A value as a template prints it: of a text, what can be read."""
    return legible(value) if type(value) is str else value


def asset(name: str) -> str:
    """The text of a file beside the pages' code."""
    return files("vendorproof.report").joinpath("assets", name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """What a content security policy calls an inline style or script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
