"""What one tenant sees of another: nothing."""

from __future__ import annotations

from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed, shown, unanswered
from vendorproof.checks.pages import identities, view
from vendorproof.checks.reading import looks_untouched, operation_of
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Change, Foreign, Pair
from vendorproof.contract.check_parameters import CONTEXT_HEADER, REFUSAL, needs
from vendorproof.contract.model import Kind
from vendorproof.contract.pointer import MISSING
from vendorproof.exchange.model import Exchange


@check("tenants.not_readable", on="reads")
def not_readable(obligation: Obligation, foreign: Foreign) -> Outcome:
    """A thing of another tenant can't be read."""
    if not foreign.owner.succeeded:
        return Inconclusive(f"the owner can't read it either ({answer(foreign.owner)})")
    operation = obligation.operation
    if foreign.other.succeeded and operation is not None and operation.kind is Kind.LIST:
        return _lists_nothing(obligation, foreign)
    if foreign.other.succeeded:
        return failed("readable", foreign.owner, foreign.other, expected="a 4xx status", observed=answer(foreign.other))
    return _unheard(foreign.other) or passed(foreign.owner, foreign.other)


def _lists_nothing(obligation: Obligation, foreign: Foreign) -> Outcome:
    """What is behind a thing of another tenant may be answered with a listing that shows nothing of it."""
    owner, other = (_listed(obligation, exchange) for exchange in (foreign.owner, foreign.other))
    if _in_both(owner, other):
        return failed(
            "readable", foreign.owner, foreign.other, expected="nothing of it", observed=answer(foreign.other)
        )
    if not owner or other is None:
        return Inconclusive("no listings to compare")
    return passed(foreign.owner, foreign.other)


def _unheard(exchange: Exchange) -> Inconclusive | None:
    """Why a refusal does not say that the thing is another tenant's, None where it does."""
    if exchange.status == 401:
        return Inconclusive("the other tenant's credential is refused altogether (401)")
    return unanswered(exchange)


@check("tenants.nothing_added", on="creations")
def nothing_added(obligation: Obligation, foreign: Foreign) -> Outcome:
    """Nothing can be added to a thing of another tenant."""
    if not foreign.owner.succeeded:
        return Inconclusive(f"the owner can't add anything either ({answer(foreign.owner)})")
    if foreign.other.succeeded:
        return failed("added", foreign.owner, foreign.other, expected="a 4xx status", observed=answer(foreign.other))
    return _unheard(foreign.other) or passed(foreign.owner, foreign.other)


@check("tenants.like_absent", on="reads")
def like_absent(obligation: Obligation, foreign: Foreign) -> Outcome:
    """A thing of another tenant is answered like one that does not exist."""
    if foreign.absent is None:
        return Inconclusive("no answers to compare")
    unheard = _unheard(foreign.other) or _unheard(foreign.absent)
    if unheard is not None:
        return unheard
    if foreign.other.succeeded or foreign.absent.succeeded:
        return Inconclusive("one of the two was answered with a success")
    if foreign.other.status != foreign.absent.status:
        return failed(
            "told-apart",
            foreign.absent,
            foreign.other,
            expected=f"{foreign.absent.status}, as for an id that does not exist",
            observed=answer(foreign.other),
        )
    return passed(foreign.other, foreign.absent)


def _in_both(first: list[str] | None, second: list[str] | None) -> list[str]:
    known = frozenset(first or ())
    return [one for one in second or () if one in known]


@check("tenants.not_listed", on="lists")
def not_listed(obligation: Obligation, pair: Pair) -> Outcome:
    """No listing of one tenant shows a thing of the other: first the one's, then the other's."""
    operation = obligation.operation
    assert operation is not None
    ours, theirs = (identities(obligation.contract, operation, exchange) for exchange in (pair.first, pair.second))
    if not ours or theirs is None:
        return Inconclusive(f"no listings to compare ({answer(pair.first)}, {answer(pair.second)})")
    shared = _in_both(ours, theirs)
    if shared:
        return failed("listed", pair.first, pair.second, expected="nothing in both", observed=shown(shared[:3]))
    return passed(pair.first, pair.second)


@check("tenants.not_changeable", on="updates")
def not_changeable(obligation: Obligation, change: Change) -> Outcome:
    """Another tenant's request changes nothing, whatever it is answered: the owner sees the thing as before."""
    if change.action.response is None:
        return Inconclusive(f"no response: {answer(change.action)}")
    before = view(obligation.contract, change.before, change.thing)
    after = view(obligation.contract, change.after, change.thing)
    if before is MISSING or unanswered(change.after) is not None:
        if change.action.succeeded:
            return failed("changeable", change.action, expected="a 4xx status", observed=answer(change.action))
        return Inconclusive(f"the owner can't see the thing ({answer(change.before)}, {answer(change.after)})")
    evidence = (change.before, change.action, change.after)
    if after is MISSING:
        return failed("gone", *evidence, expected="the thing as before", observed=answer(change.after))
    if not looks_untouched(before, after, change.action):
        return failed("changed", *evidence, expected=shown(before), observed=shown(after))
    return _unheard(change.action) or passed(*evidence)


@check("tenants.change_not_found", on="updates", takes=[needs("status", REFUSAL, "the status of the refusal")])
def change_not_found(obligation: Obligation, change: Change) -> Outcome:
    """A change of another tenant's thing is answered with the status of a thing that does not exist.

    A refusal for another reason, such as a credential that may change nothing at all, decides nothing.
    """
    status = obligation.parameters["status"]
    if view(obligation.contract, change.before, change.thing) is MISSING:
        return Inconclusive(f"the owner can't see the thing ({answer(change.before)})")
    if change.action.status == status:
        return passed(change.before, change.action)
    if change.action.succeeded:
        return failed("accepted", change.before, change.action, expected=str(status), observed=answer(change.action))
    return _unheard(change.action) or Inconclusive(f"refused for another reason ({answer(change.action)})")


@check(
    "tenants.foreign_context_refused",
    on="once",
    takes=[needs("header", CONTEXT_HEADER, "the header that names another tenant")],
)
def foreign_context_refused(obligation: Obligation, pair: Pair) -> Outcome:
    """A request that names another tenant in the scoping header gets nothing of it: first that tenant's own listing,
    then
    ours in its name."""
    unheard = unanswered(pair.second)
    if unheard is not None:
        return unheard
    if 400 <= pair.second.status < 500:
        return passed(pair.second)
    theirs, got = (_listed(obligation, exchange) for exchange in (pair.first, pair.second))
    shared = _in_both(theirs, got)
    if shared:
        return failed("listed", pair.first, pair.second, expected="a 4xx status", observed=shown(shared[:3]))
    if not theirs or got is None:
        return Inconclusive(f"nothing of the other tenant to look for ({answer(pair.first)}, {answer(pair.second)})")
    return passed(pair.first, pair.second)


def _listed(obligation: Obligation, exchange: Exchange) -> list[str] | None:
    operation = operation_of(obligation.contract, exchange)
    return identities(obligation.contract, operation, exchange) if operation else None
