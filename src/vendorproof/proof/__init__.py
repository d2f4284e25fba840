"""The fault gate: whether every check notices the fault that breaks its requirement, and nothing else is alarmed."""

from vendorproof.proof.accepted import Accepted, accepted_survivors, stale
from vendorproof.proof.gate import Finding, Gate, Proof, Sight
from vendorproof.proof.matrix import kill_matrix
from vendorproof.proof.mutants import Mutant
from vendorproof.proof.mutation import Fate, Judged, Mutation, shares
from vendorproof.proof.workers import judge_mutants, prove_all

__all__ = [
    "Accepted",
    "Fate",
    "Finding",
    "Gate",
    "Judged",
    "Mutant",
    "Mutation",
    "Proof",
    "Sight",
    "accepted_survivors",
    "judge_mutants",
    "kill_matrix",
    "prove_all",
    "shares",
    "stale",
]
