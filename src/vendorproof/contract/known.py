"""Files of known deviations beside the contracts' own: a team may keep one of its own, for one target or for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from vendorproof.contract.links import deviation_problems
from vendorproof.contract.model import Contract, KnownDeviation
from vendorproof.contract.register import read_known
from vendorproof.contract.wording import suggest
from vendorproof.contract.yaml_source import read_yaml
from vendorproof.errors import ContractError


def load_known(
    path: Path, contracts: Mapping[str, Contract], others: Iterable[str] = ()
) -> dict[str, tuple[KnownDeviation, ...]]:
    """The known deviations of a file in the form of known.yaml, by vendor; it may be about several.

    Entries about one of the `others`, vendors whose contracts are not at hand, are passed over. Raises ContractError,
    with file and line, for what is no such file, and for a requirement or an operation that no contract has.
    """
    source = read_yaml(path)
    deviations, problems = read_known(source)
    found: dict[str, list[KnownDeviation]] = {vendor: [] for vendor in contracts}
    known = list(dict.fromkeys([*contracts, *others]))
    for index, deviation in enumerate(deviations):
        vendor = deviation.requirement.partition(".")[0]
        if vendor in contracts:
            problems += deviation_problems(contracts[vendor], source, f"/deviations/{index}", deviation)
            found[vendor].append(with_label(deviation, contracts[vendor]))
        elif vendor not in known:
            message = f"there is no vendor {vendor!r}"
            problems.append(source.problem(f"/deviations/{index}/requirement", message, suggest(vendor, known)))
    if problems:
        raise ContractError(*problems)
    return {vendor: tuple(own) for vendor, own in found.items()}


def with_label(deviation: KnownDeviation, contract: Contract) -> KnownDeviation:
    """The deviation with its operation by method and path, as verdicts name it."""
    labels = {operation.id: operation.label for operation in contract.operations}
    return replace(deviation, operation=labels.get(deviation.operation or "", deviation.operation))
