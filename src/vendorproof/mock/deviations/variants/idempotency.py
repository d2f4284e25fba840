"""What idempotency keys do where the documentation does not say."""

from __future__ import annotations

from dataclasses import replace

from vendorproof.contract.model import Contract
from vendorproof.mock.deviations.rewrite import with_header
from vendorproof.mock.deviations.traits import replays
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.deviations.variants.openness import demands, idempotent, mismatch_open, mismatch_refused
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, refuse
from vendorproof.mock.request.used_keys import Claim, Used
from vendorproof.mock.stages.idempotency import fingerprint

_SPENT = "variants/keys/spent by refusals"
_SEEN = "variants/keys/seen"


def _header(call: Call) -> str:
    convention = call.mock.contract.conventions.idempotency
    return convention.header if convention else ""


def _other_body(claimed: Claim, call: Call) -> bool:
    return claimed.used is not None and claimed.used.fingerprint != fingerprint(call)


@variant("another-body-is-422", points.CLAIM, legal=mismatch_open)
def _mismatch(claimed: Claim, call: Call) -> Claim:
    """Another body under a used key gets 422."""
    if _other_body(claimed, call):
        raise refuse(422, "idempotency_mismatch", "The key was used with another body.")
    return claimed


@variant("another-body-is-409", points.CLAIM, legal=mismatch_refused)
def _mismatch_conflicts(claimed: Claim, call: Call) -> Claim:
    """Another body under a used key gets 409."""
    if _other_body(claimed, call):
        raise refuse(409, "idempotency_mismatch", "The key was used with another body.")
    return claimed


@variant("in-flight-is-409", points.CLAIM, legal=replays)
def _in_flight(claimed: Claim, call: Call) -> Claim:
    """A key whose first request is still under way gets 409, where later ones get its answer."""
    if claimed.overlaps(call.arrived):
        raise refuse(409, "in_progress", "The first request is still under way.")
    return claimed


@variant("replays-are-marked", points.ANSWER, legal=replays)
def _marked(answer: Answer, call: Call) -> Answer:
    """A replayed answer says that it is one, and when it was given."""
    key = call.header(_header(call))
    if key is None:
        return answer
    seen = call.mock.memory.setdefault(_SEEN, set())
    again = key in seen
    seen.add(key)
    return with_header(answer, "Idempotent-Replayed", "true") if again else answer


def _noted(answer: Answer, call: Call) -> Answer:
    """Remembers the keys of refused requests."""
    key = call.header(_header(call))
    if key is not None and 400 <= answer.status < 500 and answer.status != 429:
        call.mock.memory.setdefault(_SPENT, {}).setdefault(key, answer)
    return answer


@variant("refusals-spend-the-key", points.CLAIM, legal=idempotent, also=((points.ANSWER, _noted),))
def _spent_by_refusals(claimed: Claim, call: Call) -> Claim:
    """A key is used up by a request that was refused, too."""
    before = call.mock.memory.get(_SPENT, {}).get(claimed.slot[2])
    if claimed.used is not None or before is None:
        return claimed
    return replace(claimed, used=Used(call.now, "", before, 0))


@variant("keys-of-the-whole-account", points.CLAIM, legal=idempotent)
def _account_wide(claimed: Claim, call: Call) -> Claim:
    """A key is unique in the whole account, and not for each operation."""
    slot = (claimed.slot[0], "", claimed.slot[2])
    used = call.mock.keys.find(slot)
    convention = call.mock.contract.conventions.idempotency
    if used is not None and convention and convention.window is not None and call.now >= used.at + convention.window:
        used = None
    return Claim(slot, used)


def _may_be_required(contract: Contract) -> bool:
    return idempotent(contract) and not demands(contract, "idempotency.key_optional")


@variant("keys-are-required", points.FINDINGS, legal=_may_be_required)
def _required(found: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """A request without a key is refused."""
    keyed = call.operation is not None and call.operation.id in call.mock.blueprint.idempotent
    return (
        (*found, f"The header {_header(call)} is missing.") if keyed and call.header(_header(call)) is None else found
    )
