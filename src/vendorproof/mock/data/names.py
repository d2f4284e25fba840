"""Ids, names and moments that are deterministic, plausible and visibly fake."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def digest(*parts: object) -> bytes:
    """Bytes that the parts alone decide."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).digest()


def singular(resource: str) -> str:
    """The name of one thing: `conversations` gives `conversation`."""
    for plural, single in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if resource.endswith(plural) and not resource.endswith("ss"):
            return resource[: -len(plural)] + single
    return resource


def short_id(resource: str, seed: bytes) -> str:
    """An id such as `conversation_1f83ab52c0`."""
    return f"{singular(resource)}_{seed.hex()[:10]}"


def uuid4(seed: bytes) -> str:
    """A UUID of version 4 whose random bits are the seed's."""
    return str(UUID(bytes=seed[:16], version=4))


def base58(seed: bytes, length: int = 22) -> str:
    """An id of letters and digits without those that look alike."""
    number = int.from_bytes(seed, "big")
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)


@lru_cache(maxsize=4096)
def stamp(moment: float) -> str:
    """A moment in epoch seconds as ISO 8601 in UTC with milliseconds: `2026-05-12T07:28:25.901Z`."""
    whole = datetime.fromtimestamp(moment, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{whole.microsecond // 1000:03d}Z"
