"""A vendor's folder as a Contract: each file by itself, then the names they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from vendorproof.contract.conventions_reader import read_conventions
from vendorproof.contract.links import link_problems
from vendorproof.contract.model import Contract, KnownDeviation
from vendorproof.contract.openapi import read_openapi
from vendorproof.contract.register import read_known, read_register
from vendorproof.contract.wording import suggest
from vendorproof.contract.yaml_source import Source, read_yaml
from vendorproof.errors import ContractError, Place, Problem, UsageError

_Part = TypeVar("_Part")

FILES = ("conventions", "openapi", "requirements", "known")
"""The files of a contract, without their ending; known.yaml may be absent."""


@dataclass
class Assembly:
    """What came of reading a folder: the contract, unless one of its files is wrong by itself."""

    contract: Contract | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load_contract(folder: Path) -> Contract:
    """The contract in a vendor's folder.

    Raises ContractError with every problem that it finds. Where a file is wrong by itself, names across files are not
    compared yet.
    """
    assembly = assemble(folder)
    if assembly.contract is None or assembly.problems:
        raise ContractError(*assembly.problems)
    return assembly.contract


def load_contracts(root: Path, vendors: Sequence[str] | None = None) -> dict[str, Contract]:
    """The contracts of these vendors, of all where None, by name in the order asked for.

    Raises UsageError for a vendor that has no folder under `root`, ContractError with the problems of all of them.
    """
    folders = {folder.name: folder for folder in vendor_folders(root)}
    contracts: dict[str, Contract] = {}
    problems: list[Problem] = []
    for vendor in dict.fromkeys(folders if vendors is None else vendors):
        if vendor not in folders:
            raise UsageError(f"there is no vendor {vendor!r} under {root} ({suggest(vendor, folders)})")
        try:
            contracts[vendor] = load_contract(folders[vendor])
        except ContractError as error:
            problems.extend(error.problems)
    if problems:
        raise ContractError(*problems)
    return contracts


def vendor_folders(root: Path) -> list[Path]:
    """The folders under `root` that hold a contract, by name."""
    return sorted(folder for folder in root.iterdir() if is_vendor_folder(folder)) if root.is_dir() else []


def is_vendor_folder(folder: Path) -> bool:
    """Whether a folder holds at least one file of a contract."""
    return any((folder / f"{name}.yaml").is_file() for name in FILES)


def assemble(folder: Path) -> Assembly:
    """Reads a vendor's folder and collects what is wrong instead of raising it."""
    assembly = Assembly()
    if not is_vendor_folder(folder):
        fix = "name a folder with openapi.yaml, conventions.yaml and requirements.yaml"
        assembly.problems.append(Problem(Place(folder), "there is no contract here", fix))
        return assembly
    for name in FILES:
        path = folder / f"{name}.yaml"
        if name == "known" and not path.exists():
            continue
        try:
            assembly.sources[name] = read_yaml(path)
        except ContractError as error:
            assembly.problems.extend(error.problems)
    _build(assembly, folder)
    if assembly.contract is not None:
        assembly.problems.extend(link_problems(assembly.contract, assembly.sources))
        assembly.contract = _with_labels(assembly.contract)
    return assembly


def _build(assembly: Assembly, folder: Path) -> None:
    vendor = folder.resolve().name
    conventions = _read(assembly, "conventions", read_conventions)
    openapi = _read(assembly, "openapi", lambda source: read_openapi(source, vendor))
    register = _read(assembly, "requirements", lambda source: read_register(source, vendor))
    known: tuple[KnownDeviation, ...] = _read(assembly, "known", read_known) or ()
    if conventions is None or openapi is None or register is None or assembly.problems:
        return
    source = assembly.sources["conventions"]
    if source.data["vendor"] != vendor:
        message = f"the vendor {source.data['vendor']!r} lives in a folder named {vendor!r}"
        assembly.problems.append(source.problem("/vendor", message, f"write vendor: {vendor}, or rename the folder"))
        return
    assembly.contract = Contract(
        vendor=vendor,
        title=source.data["title"],
        base_url=openapi.base_url,
        folder=folder,
        openapi=assembly.sources["openapi"].data,
        operations=openapi.operations,
        conventions=conventions,
        requirements=register.requirements,
        questions=register.questions,
        known=known,
        sections=register.sections,
    )


def _read(assembly: Assembly, name: str, read: Callable[[Source], tuple[_Part | None, list[Problem]]]) -> _Part | None:
    source = assembly.sources.get(name)
    if source is None:
        return None
    part, problems = read(source)
    assembly.problems.extend(problems)
    return part


def _with_labels(contract: Contract) -> Contract:
    """Verdicts name an operation by method and path, so known deviations do too."""
    labels = {operation.id: operation.label for operation in contract.operations}
    known = tuple(
        replace(deviation, operation=labels.get(deviation.operation, deviation.operation))
        if deviation.operation
        else deviation
        for deviation in contract.known
    )
    return replace(contract, known=known)
