"""Lies about idempotency keys."""

from __future__ import annotations

import re
from dataclasses import replace

from vendorproof.contract.model import Contract
from vendorproof.mock.data.names import stamp
from vendorproof.mock.deviations.catalogue import Break, fault, scoped
from vendorproof.mock.deviations.recipe import Applies
from vendorproof.mock.deviations.rewrite import stamps, with_document
from vendorproof.mock.deviations.traits import replays
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Problem, refuse
from vendorproof.mock.request.used_keys import Claim
from vendorproof.mock.stages.handlers import result_of
from vendorproof.mock.stages.idempotency import fingerprint

_HOUR = 3_600
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _conflicts(contract: Contract) -> bool:
    """A repeated key is refused."""
    convention = contract.conventions.idempotency
    return convention is not None and convention.on_duplicate == "conflict"


def _on_mismatch(*fates: str) -> Applies:
    """Another request with a used key meets one of these fates."""

    def applies(contract: Contract) -> bool:
        convention = contract.conventions.idempotency
        return convention is not None and convention.on_mismatch in fates

    return applies


def _mismatch_taken(*, certain: bool = True) -> list[Break]:
    """What it breaks that another request with a used key acts."""
    return [
        Break("idempotency.mismatch", "duplicate-accepted", when=_on_mismatch("conflict"), certain=certain),
        Break("idempotency.mismatch", "mismatch-accepted", when=_on_mismatch("reject"), certain=certain),
        Break("idempotency.mismatch", "other-answer", when=_on_mismatch("replay"), certain=certain),
    ]


def _replayed_with(reason: str) -> list[Break]:
    """What an answer to a repetition breaks that is not the first one."""
    return [
        Break("idempotency.duplicate_replays", reason),
        Break("idempotency.every_duplicate_replays", reason),
        Break("idempotency.mismatch", reason, when=_on_mismatch("replay"), certain=False),
    ]


_LATE = [
    Break("idempotency.window_holds", "duplicate-accepted", when=_conflicts),
    Break("idempotency.window_holds", "other-answer", when=replays),
]
_AT_ONCE = [
    Break("idempotency.concurrent_duplicates", "both-accepted", when=_conflicts),
    Break("idempotency.concurrent_duplicates", "both-made", when=replays),
]
_TWICE = [
    Break("idempotency.duplicate_conflicts", "duplicate-accepted"),
    *_replayed_with("other-answer"),
    *_mismatch_taken(),
    Break("idempotency.no_second_effect", "second-effect"),
]


@fault("forgets-idempotency-keys", at=points.CLAIM, breaks=[*_TWICE, *_AT_ONCE, *_LATE])
def _forgets(claim: Claim, call: Call) -> Claim:
    """A repeated key acts a second time."""
    return replace(claim, used=None)


scoped("forgets-idempotency-keys", on=["creations"], breaks=[*_TWICE, *_AT_ONCE, *_LATE])


@fault("forgets-keys-after-an-hour", at=points.CLAIM, breaks=_LATE)
def _forgets_early(claim: Claim, call: Call) -> Claim:
    """A key is fresh again after an hour."""
    early = claim.used is not None and call.now >= claim.used.at + _HOUR
    return replace(claim, used=None) if early else claim


@fault("keeps-keys-for-ever", at=points.CLAIM, breaks=[Break("idempotency.key_expires", "still-known")])
def _for_ever(claim: Claim, call: Call) -> Claim:
    """A key that was used once is never fresh again."""
    return replace(claim, used=call.mock.keys.find(claim.slot))


_PATIENCE = 200
"""How often a request waits a little for another one with its key."""


def _meets(held: bool, call: Call) -> bool:
    """Holds a request until another with its key is there: two that were sent at once need not arrive so. Only from the
    first repeated key on until two have met: whoever repeats keys one after the other waits for nothing else."""
    convention = call.mock.contract.conventions.idempotency
    key = call.header(convention.header) if convention else None
    memory = call.mock.memory
    if key is None or not memory.get("keys are repeated") or memory.get("two have met"):
        return False
    waiting: dict[str, dict[int, int]] = memory.setdefault("waiting", {})
    turns = waiting.setdefault(key, {})
    turns[call.number] = turns.get(call.number, 0) + 1
    return len(turns) < 2 and turns[call.number] < _PATIENCE


@fault("lets-two-at-once-with-one-key-act", at=points.CLAIM, breaks=_AT_ONCE, also=[(points.HELD, _meets)])
def _race(claim: Claim, call: Call) -> Claim:
    """Two requests with one key act both where they are under way at the same time."""
    if claim.overlaps(call.arrived):
        call.mock.memory["two have met"] = True
        return replace(claim, used=None)
    if claim.used is not None:
        call.mock.memory["keys are repeated"] = True
    return claim


_IN_SECRET = [
    Break("idempotency.no_second_effect", "second-effect"),
    Break("idempotency.concurrent_duplicates", "second-effect"),
]


@fault(
    "refuses-a-duplicate-and-acts-all-the-same",
    at=points.CLAIM,
    breaks=_IN_SECRET,
    applies=_conflicts,
    on=["idempotent"],
)
def _acts_in_secret(claim: Claim, call: Call) -> Claim:
    """A repeated key is answered with a conflict, and what was asked for is done again."""
    if claim.used is not None and call.operation is not None:
        result_of(call, call.operation)
    return claim


@fault(
    "replays-the-answer-and-acts-all-the-same",
    at=points.CLAIM,
    breaks=_IN_SECRET,
    applies=replays,
)
def _replays_and_acts(claim: Claim, call: Call) -> Claim:
    """A repeated key gets the first answer again, and what was asked for is done again."""
    return _acts_in_secret(claim, call)


@fault("replays-with-another-status", at=points.CLAIM, breaks=_replayed_with("other-status"), applies=replays)
def _other_status(claim: Claim, call: Call) -> Claim:
    """A repeated key gets the first answer with the status 200."""
    used = claim.used
    return claim if used is None else replace(claim, used=replace(used, answer=replace(used.answer, status=200)))


@fault("replays-with-fresh-timestamps", at=points.CLAIM, breaks=_replayed_with("other-answer"), applies=replays)
def _other_answer(claim: Claim, call: Call) -> Claim:
    """A repeated key gets the first answer with the moment of the repetition in it."""
    used = claim.used
    if used is None:
        return claim
    answer = with_document(used.answer, lambda document: stamps(document, lambda _: stamp(call.now + 1)))
    return replace(claim, used=replace(used, answer=answer))


@fault(
    "answers-a-duplicate-with-400",
    at=points.PROBLEM,
    breaks=[
        Break("idempotency.duplicate_conflicts", "other-status"),
        Break("idempotency.concurrent_duplicates", "other-status"),
        Break("idempotency.window_holds", "other-status"),
        Break("idempotency.mismatch", "other-status", when=_on_mismatch("conflict"), certain=False),
    ],
    applies=_conflicts,
)
def _bad_request(problem: Problem, call: Call) -> Problem:
    """A repeated key is called a bad request."""
    return replace(problem, status=400) if problem.code == "idempotency_conflict" else problem


@fault(
    "tells-requests-by-their-body-alone",
    at=points.CLAIM,
    breaks=[
        Break("idempotency.other_key_acts", "refused", when=_conflicts),
        Break("idempotency.other_key_acts", "same-thing", when=replays),
    ],
    on=["creations"],
)
def _by_body(claim: Claim, call: Call) -> Claim:
    """A request that was sent before is taken for a duplicate, whatever its key."""
    seen: dict[tuple[str, str, str], Claim] = call.mock.memory.setdefault("bodies", {})
    tenant, operation, _ = claim.slot
    known = seen.setdefault((tenant, operation, fingerprint(call)), claim)
    return claim if known is claim else replace(claim, used=call.mock.keys.find(known.slot))


@fault(
    "looks-at-the-beginning-of-a-key",
    at=points.CLAIM,
    breaks=[
        Break("idempotency.other_key_acts", "refused", when=_conflicts),
        Break("idempotency.other_key_acts", "same-thing", when=replays),
        Break("idempotency.key_expires", "still-known", certain=False),
    ],
)
def _cut_keys(claim: Claim, call: Call) -> Claim:
    """Keys that begin with the same 32 characters are the same."""
    tenant, operation, key = claim.slot
    cut = (tenant, operation, key[:32])
    return Claim(cut, call.mock.keys.find(cut))


_FORGOTTEN = [
    Break("idempotency.every_duplicate_replays", "other-answer"),
    *_mismatch_taken(certain=False),
    Break("idempotency.no_second_effect", "second-effect", certain=False),
]


@fault("forgets-a-key-once-it-was-repeated", at=points.CLAIM, breaks=_FORGOTTEN, applies=replays)
def _forgets_repeated(claim: Claim, call: Call) -> Claim:
    """A key is good for one repetition; the next one acts again."""
    if claim.used is None:
        return claim
    repeated: set[tuple[str, str, str]] = call.mock.memory.setdefault("repeated keys", set())
    again = claim.slot in repeated
    repeated.add(claim.slot)
    return replace(claim, used=None) if again else claim


@fault("remembers-the-last-key-alone", at=points.CLAIM, breaks=_FORGOTTEN, applies=replays)
def _last_alone(claim: Claim, call: Call) -> Claim:
    """A key is forgotten when another one comes."""
    last = call.mock.memory.get("last key")
    call.mock.memory["last key"] = claim.slot
    return claim if last == claim.slot else replace(claim, used=None)


@fault(
    "takes-no-key-but-uuids",
    at=points.CLAIM,
    breaks=[Break("idempotency.key_forms", "key-refused")],
)
def _only_uuids(claim: Claim, call: Call) -> Claim:
    """A key that is no UUID is refused."""
    if not _UUID.fullmatch(claim.slot[2]):
        raise refuse(400, "invalid_key", "The key is no UUID.")
    return claim


@fault(
    "demands-a-key", at=points.FINDINGS, breaks=[Break("idempotency.key_optional", "key-demanded")], on=["idempotent"]
)
def _demanded(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """A request without a key is refused."""
    convention = call.mock.contract.conventions.idempotency
    missing = convention is not None and call.header(convention.header) is None
    return ("The key is missing.",) if missing else findings


def _mismatches(claim: Claim, call: Call) -> bool:
    return claim.used is not None and claim.used.fingerprint != fingerprint(call)


@fault("acts-on-another-body-under-a-used-key", at=points.CLAIM, breaks=_mismatch_taken())
def _acts_on_another(claim: Claim, call: Call) -> Claim:
    """A used key with another body is taken for a fresh one."""
    return replace(claim, used=None) if _mismatches(claim, call) else claim


@fault(
    "answers-another-body-under-a-used-key-with-400",
    at=points.CLAIM,
    breaks=[Break("idempotency.mismatch", "other-status")],
    applies=_on_mismatch("conflict", "replay"),
)
def _mismatch_is_400(claim: Claim, call: Call) -> Claim:
    """A used key with another body is called a bad request."""
    if _mismatches(claim, call):
        raise refuse(400, "invalid_key", "The key was used with another body.")
    return claim


@fault(
    "replays-the-answer-for-another-body",
    at=points.CLAIM,
    breaks=[
        Break("idempotency.mismatch", "duplicate-accepted", when=_on_mismatch("conflict")),
        Break("idempotency.mismatch", "mismatch-accepted", when=_on_mismatch("reject")),
    ],
    applies=replays,
)
def _replays_for_another(claim: Claim, call: Call) -> Claim:
    """A used key gets the first answer again, whatever its body."""
    used = claim.used
    return claim if used is None else replace(claim, used=replace(used, fingerprint=fingerprint(call)))
