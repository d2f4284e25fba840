"""The fault gate: whether every check notices the fault that breaks its requirement, and nothing else is alarmed."""

from vendorproof.proof.gate import Finding, Gate, Proof, Sight
from vendorproof.proof.workers import prove_all

__all__ = ["Finding", "Gate", "Proof", "Sight", "prove_all"]
