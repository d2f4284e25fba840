"""What the gate showed, as the kill matrix of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from vendorproof.contract.model import Contract
from vendorproof.proof.accepted import Accepted
from vendorproof.proof.gate import Finding, Proof, Sight
from vendorproof.report import kills

_WORST_FIRST = (Sight.ERROR, Sight.MISSED, Sight.FALSE_ALARM, Sight.OTHER_REASON, Sight.NOTICED)


def kill_matrix(
    contracts: Mapping[str, Contract],
    proofs: Sequence[Proof],
    passed: Mapping[str, frozenset[str]],
    accepted: Iterable[Accepted] = (),
    *,
    whole: bool,
    started: str,
    seconds: float,
) -> kills.KillMatrix:
    """The kill matrix of a run of the gate. `passed` are the requirements that the faithful mock of each vendor passes;
    `whole` says that every fault of these vendors was run."""
    reasons = {(one.vendor, one.fault): one.reason for one in accepted}
    return kills.KillMatrix(
        titles={vendor: contract.title for vendor, contract in contracts.items()},
        rows=tuple(_row(proof, reasons.get((proof.vendor, proof.fault), "")) for proof in proofs),
        coverage=tuple(
            one for contract in contracts.values() for one in _coverage(contract, proofs, passed[contract.vendor])
        ),
        whole=whole,
        started=started,
        seconds=seconds,
    )


def _row(proof: Proof, accepted: str) -> kills.Row:
    if accepted:
        state = kills.ACCEPTED if proof.survived else kills.KILLED_AFTER_ALL
    else:
        state = kills.SURVIVED if proof.survived else kills.NOTICED
    return kills.Row(
        vendor=proof.vendor,
        fault=proof.fault,
        family=proof.family,
        summary=proof.summary,
        state=state,
        cells=tuple(_cells(proof.findings)),
        calls=proof.calls,
        seconds=proof.seconds,
        note=accepted,
    )


def _cells(findings: Sequence[Finding]) -> Iterable[kills.Cell]:
    for check in dict.fromkeys(finding.check for finding in findings):
        own = sorted((one for one in findings if one.check == check), key=lambda one: _WORST_FIRST.index(one.sight))
        # A false alarm at twenty operations is one: what is told of it is told of the first.
        seen = {(one.requirement, one.sight): _seen(one) for one in reversed(own)}
        yield kills.Cell(check, own[0].sight.value, tuple(reversed(seen.values())))


def _seen(finding: Finding) -> kills.Seen:
    verdict = finding.verdict
    if verdict is None:
        return kills.Seen(finding.requirement, finding.sight.value, finding.expected_reason)
    return kills.Seen(
        finding.requirement,
        finding.sight.value,
        finding.expected_reason,
        verdict.operation,
        verdict.reason,
        verdict.observed,
    )


def _coverage(contract: Contract, proofs: Sequence[Proof], passed: frozenset[str]) -> Iterable[kills.Coverage]:
    noticed = Counter(
        finding.requirement
        for proof in proofs
        if proof.vendor == contract.vendor
        for finding in proof.findings
        if finding.sight is Sight.NOTICED
    )
    for requirement in contract.requirements:
        if requirement.check is not None:
            yield kills.Coverage(
                vendor=contract.vendor,
                requirement=requirement.id,
                check=requirement.check,
                level=requirement.level.value,
                basis=requirement.basis.value,
                accepts=requirement.id in passed,
                rejects=noticed[requirement.id],
            )
