"""How a problem in a file is put to a person: the value shown short, and the word that was probably meant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

_SHOWN = 12


def show(value: Any, hide: Callable[[str], str] = str) -> str:
    """A value as JSON, cut where it is long; before that `hide` takes secrets out."""
    text = hide(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= 80 else f"{text[:77]}…"


def suggest(word: str, known: Iterable[str]) -> str:
    """The likely fix of an unknown word: the nearest known one, or what is known.

    Of dotted names, those count that share the word's first part, where there are any.
    """
    names = list(dict.fromkeys(known))
    room, dot, _ = word.partition(".")
    if dot:
        names = [name for name in names if name.startswith(f"{room}.")] or names
    by_lower_case = {name.lower(): name for name in reversed(names)}
    near = get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.6)
    if near:
        return f"did you mean {by_lower_case[near[0]]!r}?"
    if not names:
        return "none is declared"
    more = ", …" if len(names) > _SHOWN else ""
    return f"known: {', '.join(names[:_SHOWN])}{more}"
