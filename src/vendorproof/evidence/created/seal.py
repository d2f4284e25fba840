"""How a ledger of created things shows that this installation wrote it: each line carries an authentication code."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from secrets import token_bytes
from typing import Any, Final

from vendorproof.errors import UsageError
from vendorproof.target import STATE_VARIABLE, state_folder

SEAL: Final = "seal"
"""The field of a line that holds its code."""

_KEY_FILE: Final = "created.key"
_KEY_BYTES: Final = 32


def sealing_key() -> bytes:
    """The key of this user on this machine, made when it is first asked for; only the user can read its file.

    Raises UsageError where the state folder can't be used: nothing could be removed safely later on.
    """
    folder = state_folder()
    path = folder / _KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = folder / f"{_KEY_FILE}.{os.getpid()}"
        if not path.exists():
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(token_bytes(_KEY_BYTES))
            try:
                # Whoever is first makes the key for all.
                os.link(beside, path)
            except FileExistsError:
                pass
            finally:
                beside.unlink(missing_ok=True)
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the state folder {folder} can't be used: {error}\n"
            f"    fix: name another one in {STATE_VARIABLE}; it holds the key that seals ledgers of created things"
        ) from None


def seal_of(key: bytes, former: str, entry: Mapping[str, Any]) -> str:
    """The code of a line behind one with the code `former`, "" for the first: 64 hexadecimal digits (RFC 2104)."""
    text = json.dumps({name: value for name, value in entry.items() if name != SEAL}, sort_keys=True)
    return hmac.new(key, f"{former}\n{text}".encode(), hashlib.sha256).hexdigest()
