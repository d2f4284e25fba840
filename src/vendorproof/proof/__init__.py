"""The fault gate: whether every check notices the fault that breaks its requirement, and nothing else is alarmed."""

from vendorproof.proof.accepted import Accepted, accepted_survivors, stale
from vendorproof.proof.gate import Finding, Gate, Proof, Sight
from vendorproof.proof.matrix import kill_matrix
from vendorproof.proof.workers import prove_all

__all__ = [
    "Accepted",
    "Finding",
    "Gate",
    "Proof",
    "Sight",
    "accepted_survivors",
    "kill_matrix",
    "prove_all",
    "stale",
]
