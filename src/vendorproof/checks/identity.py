"""Whose request it is: the credential's owner, whatever the body says."""

from __future__ import annotations

from vendorproof.checks.outcome import Inconclusive, Outcome
from vendorproof.checks.reading import items, operation_of
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Claim
from vendorproof.checks.words import answer, failed, passed
from vendorproof.exchange.model import Exchange


@check("identity.foreign_user_ignored", on="writes", required=["field"])
def foreign_user_ignored(obligation: Obligation, claim: Claim) -> Outcome:
    """A request whose body names another user works on the data of the credential's owner, or is refused."""
    if claim.request.response is None:
        return Inconclusive(f"no response: {answer(claim.request)}")
    if 400 <= claim.request.status < 500 and claim.request.status not in (402, 429):
        return passed(claim.request)
    if not claim.request.succeeded:
        return Inconclusive(f"the request did nothing ({answer(claim.request)})")
    if claim.plain is not None and _told(obligation, claim.plain) is not None:
        ours, asked = _told(obligation, claim.plain), _told(obligation, claim.request)
        if ours != asked:
            return failed(
                "another-owner",
                claim.plain,
                claim.request,
                expected="what the credential's owner gets",
                observed="another list",
            )
        return passed(claim.plain, claim.request)
    if claim.others and claim.mark and any(_shows(page, claim.mark) for page in claim.others):
        return failed(
            "another-owner", claim.request, *claim.others, expected="nothing at the other user", observed="it is there"
        )
    if claim.own and claim.mark:
        if any(_shows(page, claim.mark) for page in claim.own):
            return passed(claim.request, *claim.own)
        expected = "it among the owner's things"
        return failed("not-the-owners", claim.request, *claim.own, expected=expected, observed="it is not there")
    return Inconclusive("nothing shows whose the result is")


def _told(obligation: Obligation, exchange: Exchange) -> list[object] | None:
    operation = operation_of(obligation.contract, exchange)
    return None if operation is None else items(obligation.contract, operation, exchange)


def _shows(exchange: Exchange, mark: str) -> bool:
    return exchange.response is not None and mark.encode() in exchange.response.body


@check("identity.user_fields_accepted", on="writes", required=["field"])
def user_fields_accepted(obligation: Obligation, claim: Claim) -> Outcome:
    """User fields in the body are no error."""
    if claim.request.succeeded:
        return passed(claim.request)
    if claim.request.status in (400, 422):
        return failed("refused", claim.request, expected="a success", observed=answer(claim.request))
    return Inconclusive(f"no success to judge ({answer(claim.request)})")
