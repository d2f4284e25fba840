"""The fault gate: whether every check notices the fault that breaks its requirement, and nothing else is alarmed."""

from vendorproof.proof.gate import Finding, Proof, Sight, prove, prove_all

__all__ = ["Finding", "Proof", "Sight", "prove", "prove_all"]
