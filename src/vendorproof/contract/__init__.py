"""Contracts: what a vendor's documentation says, read from a folder of data and checked.

contract = load_contract(contracts_root() / "leadiosa")
select(contract, ["lists", "!listAudit"])
"""

from vendorproof.contract.check_parameters import CheckParameters
from vendorproof.contract.conventions import Conventions
from vendorproof.contract.known import load_known
from vendorproof.contract.lint import check_problems, lint
from vendorproof.contract.load import load_contract, load_contracts, vendor_folders
from vendorproof.contract.model import (
    Basis,
    Contract,
    DocumentedResponse,
    Effect,
    Kind,
    KnownDeviation,
    Level,
    Media,
    Operation,
    Parameter,
    Question,
    Requirement,
)
from vendorproof.contract.page import fingerprint, section_fingerprints, split
from vendorproof.contract.place import contracts_root, suites_root
from vendorproof.contract.select import select
from vendorproof.contract.yaml_source import Source, read_yaml

__all__ = [
    "Basis",
    "CheckParameters",
    "Contract",
    "Conventions",
    "DocumentedResponse",
    "Effect",
    "Kind",
    "KnownDeviation",
    "Level",
    "Media",
    "Operation",
    "Parameter",
    "Question",
    "Requirement",
    "Source",
    "check_problems",
    "contracts_root",
    "fingerprint",
    "lint",
    "load_contract",
    "load_contracts",
    "load_known",
    "read_yaml",
    "section_fingerprints",
    "select",
    "split",
    "suites_root",
    "vendor_folders",
]
