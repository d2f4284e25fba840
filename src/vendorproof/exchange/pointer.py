"""JSON pointers (RFC 6901) over parsed documents."""

from __future__ import annotations

from typing import Any, Final


class Missing:
    """The type of MISSING, the answer of `resolve` where nothing stands at the pointer."""

    def __repr__(self) -> str:
        return "nothing"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


def resolve(document: Any, pointer: str) -> Any:
    """The value at a pointer, MISSING where nothing stands there; "" is the whole document."""
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return MISSING
    return value
