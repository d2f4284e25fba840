"""Idempotency keys: what a repeated key does, and for how long."""

from __future__ import annotations

from vendorproof.checks.outcome import (
    Inconclusive,
    NotApplicable,
    Outcome,
    Pass,
    answer,
    failed,
    passed,
    shown,
    unanswered,
    unlisted,
)
from vendorproof.checks.reading import document, identity, item, resource_of
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Effects, Pair, Race, Replay
from vendorproof.contract.check_parameters import needs, some_of
from vendorproof.contract.pointer import MISSING
from vendorproof.exchange.model import Exchange

_CONFLICT = 409
_NO_SECOND = frozenset({_CONFLICT, 402, 429})
"""The statuses that may refuse the second of two requests with one key."""


def _nothing_done(exchange: Exchange) -> Inconclusive:
    return Inconclusive(f"the first request did nothing ({answer(exchange)})")


def _undecided(replay: Replay) -> Inconclusive | None:
    """Why nothing can be said of a duplicate, None where something can."""
    if not replay.original.succeeded:
        return _nothing_done(replay.original)
    if replay.duplicate.response is None or replay.duplicate.status in (402, 429):
        return Inconclusive(f"the duplicate was not judged ({answer(replay.duplicate)})")
    return None


@check("idempotency.duplicate_conflicts", on="idempotent")
def duplicate_conflicts(obligation: Obligation, replay: Replay) -> Outcome:
    """A request that repeats a key within its window is refused with 409."""
    undecided = _undecided(replay)
    if undecided is not None:
        return undecided
    if replay.duplicate.status == _CONFLICT:
        return passed(replay.original, replay.duplicate)
    reason = "duplicate-accepted" if replay.duplicate.succeeded else "other-status"
    return failed(reason, replay.original, replay.duplicate, expected="409", observed=answer(replay.duplicate))


@check("idempotency.duplicate_replays", on="idempotent")
def duplicate_replays(obligation: Obligation, replay: Replay) -> Outcome:
    """A request that repeats a key gets the answer of the first one."""
    undecided = _undecided(replay)
    if undecided is not None:
        return undecided
    if replay.duplicate.status != replay.original.status:
        return failed(
            "other-status",
            replay.original,
            replay.duplicate,
            expected=answer(replay.original),
            observed=answer(replay.duplicate),
        )
    first, second = document(replay.original), document(replay.duplicate)
    if first is MISSING and second is MISSING and not _alike(replay):
        return Inconclusive("the two answers can't be read")
    if first != second:
        return failed("other-answer", replay.original, replay.duplicate, expected=shown(first), observed=shown(second))
    return passed(replay.original, replay.duplicate)


def _alike(replay: Replay) -> bool:
    """Whether two answers that are no documents are the same whole bytes."""
    first, second = replay.original.response, replay.duplicate.response
    if first is None or second is None or first.cut or second.cut:
        return False
    return bytes(first.body) == bytes(second.body)


@check("idempotency.mismatch", on="idempotent")
def mismatch(obligation: Obligation, replay: Replay) -> Outcome:
    """Another request with a key that was used gets what the documentation says: a 409, a refusal with any 4xx, or the
    answer of the first one."""
    convention = obligation.contract.conventions.idempotency
    if convention is None or convention.on_mismatch is None:
        return NotApplicable("the documentation does not say what another request with the key gets")
    if convention.on_mismatch == "replay":
        return duplicate_replays(obligation, replay)
    if convention.on_mismatch == "conflict":
        return duplicate_conflicts(obligation, replay)
    undecided = _undecided(replay)
    if undecided is not None:
        return undecided
    if 400 <= replay.duplicate.status < 500:
        return passed(replay.original, replay.duplicate)
    return failed(
        "mismatch-accepted", replay.original, replay.duplicate, expected="a 4xx", observed=answer(replay.duplicate)
    )


@check("idempotency.every_duplicate_replays", on="idempotent")
def every_duplicate_replays(obligation: Obligation, replay: Replay) -> Outcome:
    """A key that was repeated already, before requests with other keys, still gets the answer of the first request."""
    return duplicate_replays(obligation, replay)


@check("idempotency.no_second_effect", on="idempotent")
def no_second_effect(obligation: Obligation, effects: Effects) -> Outcome:
    """What was asked for twice with one key stands in the listing once."""
    outcome = _one_effect(effects)
    # What was kept off by a limit was not asked for twice.
    return (unanswered(*effects.requests) or outcome) if isinstance(outcome, Pass) else outcome


@check("idempotency.concurrent_duplicates", on="idempotent")
def concurrent_duplicates(obligation: Obligation, race: Race) -> Outcome:
    """Of requests with one key at the same time, at most one has an effect; where duplicates conflict, the others get
    409."""
    convention = obligation.contract.conventions.idempotency
    done = [exchange for exchange in race.rivals if exchange.succeeded]
    if not done:
        return Inconclusive(f"no rival succeeded ({', '.join(answer(exchange) for exchange in race.rivals)})")
    if convention is not None and convention.on_duplicate == "conflict":
        if len(done) > 1:
            return failed("both-accepted", *race.rivals, expected="one success", observed=f"{len(done)} successes")
        if race.effects is not None and race.effects.count > 1:
            return _one_effect(race.effects)
        silent = [one for one in race.rivals if one.response is None]
        odd = [one for one in race.rivals if one.response and not one.succeeded and one.status not in _NO_SECOND]
        if odd:
            return failed("other-status", *race.rivals, expected="409", observed=answer(odd[0]))
        return Inconclusive(f"a rival got no response: {answer(silent[0])}") if silent else passed(*race.rivals)
    made = [_made(obligation, exchange) for exchange in done]
    ids = set(made) - {None}
    if len(ids) > 1:
        return failed("both-made", *race.rivals, expected="one thing", observed=f"{len(ids)} things")
    if race.effects is not None and race.effects.count > 1:
        return _one_effect(race.effects)
    broken = next((one for one in race.rivals if one.response is None or one.status >= 500), None)
    if broken is not None:
        return Inconclusive(f"a rival got no answer that tells what it did: {answer(broken)}")
    if race.effects is not None:
        return _one_effect(race.effects)
    if len(done) > 1 and None in made:
        return Inconclusive("neither a listing nor the answers tell what the rivals made")
    return passed(*race.rivals)


def _made(obligation: Obligation, exchange: Exchange) -> str | None:
    resource = resource_of(obligation.contract.conventions, obligation.operation)
    if resource is None:
        return None
    thing = item(resource, document(exchange))
    return None if thing is MISSING else identity(resource, thing)


def _one_effect(effects: Effects) -> Outcome:
    if not effects.requests:
        return Inconclusive("nothing was asked for")
    if not any(exchange.succeeded for exchange in effects.requests):
        return _nothing_done(effects.requests[0])
    if effects.count > 1:
        observed = f"{effects.count} new things in the listing"
        return failed("second-effect", *effects.requests, *effects.listing, expected="one new thing", observed=observed)
    if effects.count <= 0:
        return Inconclusive("the listing does not show what was made")
    if not effects.complete:
        return Inconclusive("the listing is too long to be read to its end")
    silent = next((exchange for exchange in effects.requests if exchange.response is None), None)
    if silent is not None:
        # Nobody knows whether it came, and what it does may not be listed yet.
        return Inconclusive(f"no response: {answer(silent)}")
    return unlisted(*effects.listing) or passed(*effects.requests, *effects.listing)


@check("idempotency.other_key_acts", on="idempotent")
def other_key_acts(obligation: Obligation, pair: Pair) -> Outcome:
    """The same request with another key is a new one."""
    if not pair.first.succeeded:
        return _nothing_done(pair.first)
    if pair.second.status in (402, 429) or pair.second.response is None:
        return Inconclusive(f"the second request was not judged ({answer(pair.second)})")
    if not pair.second.succeeded:
        return failed("refused", pair.first, pair.second, expected="a success", observed=answer(pair.second))
    first, second = _made(obligation, pair.first), _made(obligation, pair.second)
    if first is not None and first == second:
        return failed("same-thing", pair.first, pair.second, expected="a new thing", observed=f"{first} again")
    return _untold(obligation, first, second) or passed(pair.first, pair.second)


def _untold(obligation: Obligation, first: str | None, second: str | None) -> Inconclusive | None:
    """Why a second success may be the first one replayed, None where it is none: both tell an id, or the documentation
    has duplicates refused."""
    convention = obligation.contract.conventions.idempotency
    refused = convention is not None and convention.on_duplicate == "conflict"
    if refused or (first is not None and second is not None):
        return None
    return Inconclusive("no id tells whether the second success is a new thing or the first answer once more")


@check("idempotency.window_holds", on="idempotent")
def window_holds(obligation: Obligation, replay: Replay) -> Outcome:
    """Shortly before the window ends, a duplicate is still a duplicate. One that comes earlier can only show that the
    key is forgotten already."""
    convention = obligation.contract.conventions.idempotency
    replays = convention is not None and convention.on_duplicate == "replay"
    outcome = (duplicate_replays if replays else duplicate_conflicts)(obligation, replay)
    return Inconclusive(replay.early) if replay.early and isinstance(outcome, Pass) else outcome


@check("idempotency.key_expires", on="idempotent")
def key_expires(obligation: Obligation, replay: Replay) -> Outcome:
    """After the window a key is fresh again."""
    undecided = _undecided(replay)
    if undecided is not None:
        return undecided
    first, second = _made(obligation, replay.original), _made(obligation, replay.duplicate)
    if replay.duplicate.succeeded and first is not None and first == second:
        observed = f"{first} again"
        return failed("still-replayed", replay.original, replay.duplicate, expected="a new thing", observed=observed)
    if replay.duplicate.succeeded:
        return _untold(obligation, first, second) or passed(replay.original, replay.duplicate)
    return failed(
        "still-known", replay.original, replay.duplicate, expected="a success", observed=answer(replay.duplicate)
    )


@check(
    "idempotency.key_forms",
    on="idempotent",
    takes=[needs("forms", some_of("uuid4", "random", "words"), "the forms of keys that are taken")],
)
def key_forms(obligation: Obligation, pair: Pair) -> Outcome:
    """A key of a documented form is taken: the request with another key or none, then with this one."""
    if pair.second.succeeded:
        return passed(pair.second)
    if _refused_otherwise(pair):
        return Inconclusive(f"the request was refused for another reason ({answer(pair.second)})")
    key = shown(pair.second.request.headers.get(_header(obligation)))
    return failed("key-refused", pair.first, pair.second, expected=f"the key {key} taken", observed=answer(pair.second))


def _refused_otherwise(pair: Pair) -> bool:
    """Whether a refusal need not be about the key: it is about rights or limits, or the request is refused with another
    key too."""
    refusal = pair.second
    return not pair.first.succeeded or refusal.response is None or refusal.status in (402, 403, 429)


def _header(obligation: Obligation) -> str:
    convention = obligation.contract.conventions.idempotency
    return convention.header if convention else "Idempotency-Key"


@check("idempotency.key_optional", on="idempotent")
def key_optional(obligation: Obligation, pair: Pair) -> Outcome:
    """A request without a key is taken: the request with a key, then without one."""
    if _header(obligation) in pair.second.request.headers:
        return NotApplicable("the request carries a key")
    if pair.second.succeeded:
        return passed(pair.second)
    if _refused_otherwise(pair):
        return Inconclusive(f"the request was refused for another reason ({answer(pair.second)})")
    return failed(
        "key-demanded", pair.first, pair.second, expected="a success without a key", observed=answer(pair.second)
    )
