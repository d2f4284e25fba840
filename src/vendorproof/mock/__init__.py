"""A faithful mock of each vendor, driven by its contract, and the faults that it can show."""

from vendorproof.mock.app import Mock
from vendorproof.mock.facts import Embedded, embedded, export_lines
from vendorproof.mock.fault import Fault, faults_of, find_fault
from vendorproof.mock.serve import Served, running, serve

__all__ = [
    "Embedded",
    "Fault",
    "Mock",
    "Served",
    "embedded",
    "export_lines",
    "faults_of",
    "find_fault",
    "running",
    "serve",
]
