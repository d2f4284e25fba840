"""Whose request it is: the credential's owner, whatever the body says."""

from __future__ import annotations

import re

from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed
from vendorproof.checks.pages import identities, items
from vendorproof.checks.reading import document, operation_of, values
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Claim, Pair
from vendorproof.contract.check_parameters import BODY_FIELD, needs
from vendorproof.contract.pointer import MISSING
from vendorproof.exchange.model import Exchange, NotJson, parse_json

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


@check(
    "identity.foreign_user_ignored",
    on="writes",
    takes=[needs("field", BODY_FIELD, "the field of the body that names a user")],
)
def foreign_user_ignored(obligation: Obligation, claim: Claim) -> Outcome:
    """A request whose body names another user works on the data of the credential's owner, or is refused."""
    if claim.request.response is None:
        return Inconclusive(f"no response: {answer(claim.request)}")
    if claim.plain is not None and not claim.plain.succeeded:
        return Inconclusive(f"the same without the user is refused too ({answer(claim.plain)})")
    if 400 <= claim.request.status < 500 and claim.request.status not in (402, 429):
        return passed(claim.request)
    if not claim.request.succeeded:
        return Inconclusive(f"the request did nothing ({answer(claim.request)})")
    return _written(claim) if claim.mark else _read(obligation, claim)


def _read(obligation: Obligation, claim: Claim) -> Outcome:
    ours, asked = (_told(obligation, exchange) for exchange in (claim.plain, claim.request))
    if claim.plain is None or ours is None:
        return Inconclusive("no listing of the owner's own to compare with")
    if asked != ours:
        expected = f"what the credential's owner gets ({len(ours)} items)"
        observed = "no listing" if asked is None else f"another listing ({len(asked)} items)"
        return failed("another-owner", claim.plain, claim.request, expected=expected, observed=observed)
    if not ours:
        return Inconclusive("the owner has nothing that could be told from another's")
    return passed(claim.plain, claim.request)


def _written(claim: Claim) -> Outcome:
    if any(_shows(page, claim.mark) for page in claim.others):
        return failed(
            "another-owner", claim.request, *claim.others, expected="nothing at the other user", observed="it is there"
        )
    if any(_shows(page, claim.mark) for page in claim.own):
        return passed(claim.request, *claim.own)
    if claim.control and any(_shows(page, claim.control) for page in claim.own):
        expected = "it among the owner's things, as without the user"
        return failed("not-the-owners", claim.request, *claim.own, expected=expected, observed="it is not there")
    return Inconclusive("nothing shows whose the result is")


def _told(obligation: Obligation, exchange: Exchange | None) -> list[object] | None:
    """The ids of a listing, or its items where they have none."""
    operation = operation_of(obligation.contract, exchange) if exchange else None
    if exchange is None or operation is None:
        return None
    found: list[object] | None = None
    ids = identities(obligation.contract, operation, exchange)
    if ids is not None:
        found = list(ids)
    return items(obligation.contract, operation, exchange) if found is None else found


def _shows(exchange: Exchange, mark: str) -> bool:
    return exchange.response is not None and mark.encode() in exchange.response.body


@check("identity.caller_shown", on="reads")
def caller_shown(obligation: Obligation, pair: Pair) -> Outcome:
    """What is shown as the caller has the email of the login, which comes first; where it shows none, nothing is
    known."""
    ours = _emails(_sent(pair.first)) if pair.first.succeeded else set()
    shown = _emails(document(pair.second)) if pair.second.succeeded else set()
    if not ours or not shown:
        return Inconclusive(f"no emails to compare ({answer(pair.first)}, {answer(pair.second)})")
    if ours & shown:
        return passed(pair.first, pair.second)
    observed = f"{len(shown)} of somebody else"
    return failed("another-user", pair.first, pair.second, expected="the email of the login", observed=observed)


def _sent(exchange: Exchange) -> object:
    try:
        return parse_json(exchange.request.body)
    except NotJson:
        return MISSING


def _emails(found: object) -> set[str]:
    return {value.casefold() for _, _, value in values(found) if isinstance(value, str) and _EMAIL.fullmatch(value)}


@check(
    "identity.user_fields_accepted",
    on="writes",
    takes=[needs("field", BODY_FIELD, "the field of the body that names a user")],
)
def user_fields_accepted(obligation: Obligation, claim: Claim) -> Outcome:
    """User fields in the body are no error where the same request without them is none."""
    if claim.request.succeeded:
        return passed(claim.request)
    if claim.request.status in (400, 422) and not claim.told:
        return Inconclusive(f"which user fields there are is our reading ({answer(claim.request)})")
    if claim.plain is not None and claim.plain.succeeded and claim.request.status in (400, 422):
        return failed("refused", claim.plain, claim.request, expected="a success", observed=answer(claim.request))
    return Inconclusive(f"no success to judge ({answer(claim.request)})")
