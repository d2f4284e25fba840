"""What the report's pages have in common."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, TypeVar

import jinja2
import markupsafe

from vendorproof.report.text import legible, plural

T = TypeVar("T")


def page(name: str, script_name: str, **shown: Any) -> str:
    """A template with the pages' style and filter and its own script in it, and a policy that lets nothing else run;
    `shown` is what it prints and calls."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_printable
    )
    style, script = _asset("page.css"), _asset("filter.js") + _asset(script_name)
    return environment.from_string(_asset(name)).render(
        shown,
        plural=plural,
        style=markupsafe.Markup(style),
        script=markupsafe.Markup(script),
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; "
        "form-action 'none'",
    )


def bar(counts: Iterable[tuple[T, int]]) -> list[tuple[T, float, float]]:
    """Start and width of the share of each in a bar 100 wide."""
    counted = list(counts)
    total = sum(count for _, count in counted) or 1
    shares: list[tuple[T, float, float]] = []
    start = 0.0
    for one, count in counted:
        width = 100 * count / total
        shares.append((one, round(start, 2), round(width, 2)))
        start += width
    return shares


def _printable(value: Any) -> Any:
    """A value as a template prints it: of a text, what can be read."""
    return legible(value) if type(value) is str else value


def _asset(name: str) -> str:
    """The text of a file beside the pages' code."""
    return files("vendorproof.report").joinpath("assets", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What a content security policy calls an inline style or script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
