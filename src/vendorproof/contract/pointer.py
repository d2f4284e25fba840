"""JSON pointers (RFC 6901) over parsed documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final


class Missing:
    """The type of MISSING, the answer of `resolve` where nothing stands at the pointer."""

    def __repr__(self) -> str:
        return "nothing"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


def escape(token: str) -> str:
    """A key as a reference token of a pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def join(*tokens: str | int) -> str:
    """The pointer of these keys and positions, which are not escaped yet."""
    return "".join(f"/{escape(str(token))}" for token in tokens)


def tokens(pointer: str) -> Iterable[str]:
    """The keys and positions of a pointer, unescaped."""
    return (token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def resolve(document: Any, pointer: str) -> Any:
    """The value at a pointer, MISSING where nothing stands there; "" is the whole document."""
    value = document
    for token in tokens(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            return MISSING
    return value
