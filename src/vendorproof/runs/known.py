"""Which failures the team accepted at the chosen targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from vendorproof.contract import contracts_root, load_known, vendor_folders
from vendorproof.contract.model import Contract, KnownDeviation
from vendorproof.runs.choice import Choice, choose
from vendorproof.suite import Known
from vendorproof.target import Environment


def known_at(contracts: Mapping[str, Contract], choice: Choice, file: Path | None = None) -> dict[str, Known]:
    """The known deviations of each vendor at the chosen target, today (UTC).

    Those of the contract's known.yaml; of the file that the target names; and of `file`, which the command line named.
    Of two about the same requirement and operation the later one counts. A mock has none but those of `file`: it is no
    vendor, and does what the documentation says. Raises ContractError for a file that is wrong, TargetError and
    UsageError as `choose` does.
    """
    named = load_known(file, contracts, _vendors()) if file is not None else {}
    found: dict[str, Known] = {}
    for vendor, contract in contracts.items():
        deviations: list[KnownDeviation] = []
        target = None if choice.is_embedded else choose(contract, choice)
        if target is not None and target.environment is not Environment.MOCK:
            deviations += contract.known
            if target.known is not None:
                deviations += load_known(target.known, {vendor: contract}, _vendors())[vendor]
        found[vendor] = _today([*deviations, *named.get(vendor, ())])
    return found


def known_of(contract: Contract, file: Path | None = None) -> Known:
    """The known deviations of a vendor's own traffic: those of known.yaml and of a file beside it, today (UTC).

    Raises ContractError for a file that is wrong.
    """
    named = load_known(file, {contract.vendor: contract}, _vendors())[contract.vendor] if file is not None else ()
    return _today([*contract.known, *named])


def _vendors() -> list[str]:
    return [folder.name for folder in vendor_folders(contracts_root())]


def _today(deviations: Iterable[KnownDeviation]) -> Known:
    by_place = {(one.requirement, one.operation): one for one in deviations}
    return Known(tuple(by_place.values()), datetime.now(UTC).date().isoformat())
