"""Text out of a vendor's answers, made fit to be shown: nothing in it can drive a terminal or break an XML file."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBERS_SHOWN = 12
_NOT_LEGIBLE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, escape sequences among them; tab and newline stay
    "\u2028-\u202e\u2066-\u2069"  # line separators and overrides of the writing direction
    "\ud800-\udfff\ufffe\uffff"  # what neither UTF-8 nor XML can hold
    "]"
)


def legible(text: str) -> str:
    r"""The text with controls, direction overrides and lone surrogates written as `\x1b` and `\u202e`."""
    return _NOT_LEGIBLE.sub(_escaped, text)


def cut(text: str, limit: int) -> str:
    """The first `limit` characters, and how many there are where that is not all."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 exchange`, `3 exchanges`, `2 replies` where `many` is given."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def numbered(numbers: Iterable[int]) -> str:
    """Exchange numbers for people: `#41 #42 #43`; of a long list the first ones."""
    numbers = tuple(numbers)
    shown = " ".join(f"#{number}" for number in numbers[:_NUMBERS_SHOWN])
    return f"{shown} and {len(numbers) - _NUMBERS_SHOWN} more" if len(numbers) > _NUMBERS_SHOWN else shown


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
