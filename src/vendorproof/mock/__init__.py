"""A faithful mock of each vendor, driven by its contract, and the faults that it can show."""

from vendorproof.mock.app import Mock
from vendorproof.mock.deviations.catalogue import faults_of, find_fault
from vendorproof.mock.deviations.fault import Breach, Fault
from vendorproof.mock.deviations.variant import Variant, variants_of
from vendorproof.mock.facts import Embedded, MockFacts, embedded, export_lines, facts
from vendorproof.mock.serve import Served, running, serve

__all__ = [
    "Breach",
    "Embedded",
    "Fault",
    "Mock",
    "MockFacts",
    "Served",
    "Variant",
    "embedded",
    "export_lines",
    "facts",
    "faults_of",
    "find_fault",
    "running",
    "serve",
    "variants_of",
]
