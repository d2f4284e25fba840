"""Idempotency keys: what a key was used for, and what its repetition gets."""

from __future__ import annotations

import hashlib

from vendorproof.contract.conventions import Idempotency
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer, refuse
from vendorproof.mock.request.used_keys import Claim


def claim(call: Call, convention: Idempotency) -> Claim | None:
    """The key of a request and its earlier use within the window; None where the request has no key."""
    key = call.header(convention.header)
    if key is None or call.operation is None:
        return None
    slot = (call.tenant, call.operation.id, key)
    used = call.mock.keys.find(slot)
    if used is not None and convention.window is not None and call.now >= used.at + convention.window:
        used = None
    return Claim(slot, used)


def repeated(claimed: Claim, convention: Idempotency, call: Call) -> Answer | None:
    """What a key that was used before gets: the first answer again, or a refusal; None where the key is fresh.

    Where the documentation does not say what another body under the same key gets, it gets what the same body does.
    """
    if claimed.used is None:
        return None
    mismatch = claimed.used.fingerprint != fingerprint(call)
    fate = (mismatch and convention.on_mismatch) or convention.on_duplicate
    if fate == "conflict":
        raise refuse(409, "idempotency_conflict", f"The key {claimed.slot[2]!r} was used before.")
    if fate == "reject":
        raise refuse(422, "idempotency_mismatch", f"The key {claimed.slot[2]!r} was used with another body.")
    return claimed.used.answer


def fingerprint(call: Call) -> str:
    """What tells one body from another."""
    return hashlib.sha256(call.body).hexdigest()


def lasting(answer: Answer) -> bool:
    """Whether an answer burns the key: a success does, and a server error whose effect nobody knows."""
    return answer.status < 400 or answer.status >= 500
