"""The fields and files that a request brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any


@dataclass(frozen=True)
class File:
    """One file: the name of its part or array, its own name ("" where the form has none), its bytes."""

    part: str
    name: str
    data: bytes


@dataclass(frozen=True)
class Form:
    """What a request brings: its plain fields, and its files in order."""

    fields: Mapping[str, Json] = field(default_factory=dict)
    files: tuple[File, ...] = ()
