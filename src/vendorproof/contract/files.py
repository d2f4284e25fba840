"""Files that somebody names: only regular ones are read, since a device or a pipe may never end."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Final

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of the largest file that is read whole, unless a reader allows more."""


def regular(path: Path, most: int | None = LARGEST) -> Path:
    """The path, where a regular file of at most so many bytes is there.

    Raises OSError as opening it would; with the words for a person in `strerror`.
    """
    status = path.stat()
    if S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    if most is not None and status.st_size > most:
        raise OSError(errno.EFBIG, f"it has more than {most // 2**20:,} MiB", str(path))
    return path


def writable(folder: Path) -> None:
    """Makes a folder where it is missing, and sees that a file can be written there. Raises OSError where it can't."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".vendorproof-{os.getpid()}"
    try:
        beside.write_bytes(b"\n")
    finally:
        beside.unlink(missing_ok=True)
