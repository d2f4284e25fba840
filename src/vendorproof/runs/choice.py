"""Which target a run goes to, and what the command line says over what the targets file says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from vendorproof.contract.model import Contract, Effect
from vendorproof.errors import UsageError
from vendorproof.target import TARGETS_FILE, Target, TargetsFile, read_targets, target_from_url

EMBEDDED = "mock"
"""The name of the target that needs no network: the vendor's mock inside this process."""


@dataclass(frozen=True)
class Choice:
    """Which target a run goes to: a name of the targets file, a URL, or the embedded mock; and what the command line
    says over what the file says. `allow` None keeps the target's own rights."""

    target: str = EMBEDDED
    targets_file: Path = Path(TARGETS_FILE)
    budget: int | None = None
    rate: float | None = None
    allow: frozenset[Effect] | None = None

    @property
    def is_embedded(self) -> bool:
        return self.target == EMBEDDED


def rights(text: str) -> frozenset[Effect]:
    """The rights in a list by comma; raises ValueError for a word that is none."""
    known = ", ".join(effect.value for effect in Effect)
    words = [word.strip() for word in text.split(",") if word.strip()]
    wrong = [word for word in words if word not in set(Effect)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no right; the rights are {known}")
    return frozenset(map(Effect, words))


def choose(contract: Contract, choice: Choice) -> Target:
    """The target of a vendor.

    Raises TargetError where its credential is not set or its file is wrong, UsageError where no such target exists.
    """
    if "://" in choice.target:
        found = target_from_url(with_base_path(choice.target, contract), contract)
    else:
        file = read_targets(choice.targets_file)
        found = file.target(_name_of(file, choice.target, contract), contract)
    if choice.allow is not None:
        found = replace(found, allow=choice.allow | {Effect.READ})
    if choice.rate is not None:
        found = replace(found, rate=choice.rate)
    if choice.budget is not None:
        found = replace(found, budget=choice.budget)
    return found


def with_base_path(url: str, contract: Contract) -> str:
    """A URL without any path gets the documented base path; one with a path, if only a slash, stays as it is."""
    return url if urlsplit(url).path else url + urlsplit(contract.base_url).path.rstrip("/")


def _name_of(file: TargetsFile, wanted: str, contract: Contract) -> str:
    """The name of a vendor's target: the one asked for, else the vendor's only one of that environment
    (`--target sandbox`)."""
    own = file.names_of(contract.vendor)
    for name in (wanted, f"{contract.vendor}-{wanted}"):
        if name in own:
            return name
    known = f"it has {', '.join(own)}" if own else f"it has none for {contract.vendor}"
    raise UsageError(f"--target {wanted!r}: no such target of {contract.vendor} in {file.path} ({known})")
