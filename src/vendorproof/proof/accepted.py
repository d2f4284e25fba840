"""Survivors that are accepted, each for a reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from vendorproof.errors import InternalError
from vendorproof.proof.gate import Proof

_FILE = "accepted.toml"
_KEYS = {"vendor", "fault", "reason"}


@dataclass(frozen=True)
class Accepted:
    """A fault that may survive, and why."""

    vendor: str
    fault: str
    reason: str


def accepted_survivors(text: str | None = None) -> tuple[Accepted, ...]:
    """The survivors that `accepted.toml` beside this module lists; of another text, those.

    Raises InternalError for an entry that lacks its vendor, fault or reason, and for one that stands there twice.
    """
    read = files("vendorproof.proof").joinpath(_FILE).read_text("utf-8") if text is None else text
    found: list[Accepted] = []
    for entry in tomllib.loads(read).get("survivor", ()):
        found.append(_entry(entry))
    for one in found:
        if [(other.vendor, other.fault) for other in found].count((one.vendor, one.fault)) > 1:
            raise InternalError(f"{_FILE} accepts {one.fault!r} of {one.vendor} twice")
    return tuple(found)


def _entry(entry: Mapping[str, Any]) -> Accepted:
    wrong = _KEYS ^ set(entry) or {key for key in _KEYS if not str(entry[key]).strip()}
    if wrong:
        raise InternalError(f"{_FILE}: {dict(entry)} needs exactly vendor, fault and reason; look at {min(wrong)!r}")
    return Accepted(str(entry["vendor"]), str(entry["fault"]), str(entry["reason"]))


def stale(accepted: Iterable[Accepted], proofs: Iterable[Proof]) -> tuple[Accepted, ...]:
    """The entries of faults that were noticed after all."""
    noticed = {(proof.vendor, proof.fault) for proof in proofs if not proof.survived}
    return tuple(one for one in accepted if (one.vendor, one.fault) in noticed)
