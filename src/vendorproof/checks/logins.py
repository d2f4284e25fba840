"""Credentials that an operation issues: logins, refreshes, verifications."""

from __future__ import annotations

import re

from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed, shown
from vendorproof.checks.reading import Spot, document, values
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Pair
from vendorproof.contract.conventions import Login
from vendorproof.errors import InternalError
from vendorproof.exchange.model import Exchange
from vendorproof.exchange.tokens import claims, token_in

_GOOD = ("valid", "isValid", "is_valid", "active", "authenticated")
_MOVING = re.compile(r"request|trace|correlation|time|date|At$|_at$|^iat$|^jti$|nonce", re.IGNORECASE)
"""Names of values that are others in each answer."""


def _login(obligation: Obligation) -> Login:
    login = obligation.contract.conventions.authentication.login
    if login is None:
        raise InternalError(f"{obligation.requirement.id} needs authentication.login in conventions.yaml")
    return login


def issued(obligation: Obligation, exchange: Exchange, *, any_name: bool = False) -> str | None:
    """The token that an answer issues, None where it issues none."""
    return token_in(document(exchange), _login(obligation).token, any_name=any_name)


@check("auth.login_issues_token", on="once")
def login_issues_token(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A good login answers a token in the documented place."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status == 429:
        return Inconclusive("the rate limit answered first (429)")
    if issued(obligation, exchange):
        return passed(exchange)
    expected = f"a token at {_login(obligation).token}, such as a header can carry"
    return failed("no-token", exchange, expected=expected, observed=answer(exchange))


@check("auth.wrong_password_refused", on="once")
def wrong_password_refused(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A login with a wrong password answers no token."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if issued(obligation, exchange, any_name=True):
        return failed("accepted", exchange, expected="no token", observed=answer(exchange))
    if exchange.succeeded:
        return failed("accepted", exchange, expected="a 4xx status", observed=answer(exchange))
    if exchange.status == 429:
        return Inconclusive("the rate limit answered first (429)")
    if 400 <= exchange.status < 500:
        return passed(exchange)
    return failed("not-refused", exchange, expected="a 4xx status", observed=answer(exchange))


@check("auth.token_is_jwt", on="once")
def token_is_jwt(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The token is a JSON Web Token (RFC 7519): three parts, the first two of them JSON objects in base64url."""
    token = issued(obligation, exchange)
    if token is None:
        return Inconclusive(f"no token was issued ({answer(exchange)})")
    if claims(token) is not None:
        return passed(exchange)
    parts = len(token.split("."))
    return failed("not-a-jwt", exchange, expected="three parts, two of them JSON", observed=f"{parts} parts")


@check("auth.refresh_issues_token", on="once")
def refresh_issues_token(obligation: Obligation, pair: Pair) -> Outcome:
    """A refresh answers a token that is accepted: the refresh, then a reading with its token."""
    if not pair.first.succeeded:
        return Inconclusive(f"the refresh was refused ({answer(pair.first)})")
    if issued(obligation, pair.first, any_name=True) is None:
        return Inconclusive(f"the answer shows no token where we look: {shown(document(pair.first))}")
    if pair.second.status == 401:
        return failed("token-refused", pair.first, pair.second, expected="an answer", observed="401")
    if not pair.second.succeeded:
        return Inconclusive(f"no success with the refreshed token to judge ({answer(pair.second)})")
    return passed(pair.first, pair.second)


@check("auth.verify_refuses", on="once")
def verify_refuses(obligation: Obligation, pair: Pair) -> Outcome:
    """The verification tells a good token from one that was never issued: first the good one, then the other."""
    if not pair.first.succeeded:
        return Inconclusive(f"the verification refuses the good token too ({answer(pair.first)})")
    if pair.second.response is None or pair.second.status == 429 or pair.second.status >= 500:
        return Inconclusive(f"no answer to judge ({answer(pair.second)})")
    if pair.second.succeeded and _says_valid(document(pair.second)):
        return failed("called-valid", pair.second, expected="the token called bad", observed=answer(pair.second))
    if pair.second.succeeded and _alike(document(pair.first), document(pair.second)):
        return failed(
            "told-alike", pair.first, pair.second, expected="another answer than to a good token", observed="the same"
        )
    return passed(pair.first, pair.second)


@check("auth.verify_accepts", on="once")
def verify_accepts(obligation: Obligation, pair: Pair) -> Outcome:
    """The verification does not call a good token bad; what it says of a bad one is another check's."""
    if not pair.first.succeeded:
        return Inconclusive(f"the verification refuses the good token ({answer(pair.first)})")
    told = [value for _, key, value in values(document(pair.first)) if key in _GOOD]
    if False in told and True not in told:
        return failed("called-bad", pair.first, expected="the token called good", observed=answer(pair.first))
    return passed(pair.first)


def _says_valid(found: object) -> bool:
    told = [value for _, key, value in values(found) if key in _GOOD]
    return True in told and False not in told


def _alike(first: object, second: object) -> bool:
    """Whether two documents say the same, but for what is another in each answer."""
    return _said(first) == _said(second)


def _said(found: object) -> list[tuple[Spot, object]]:
    return [
        (place, value)
        for place, key, value in values(found)
        if not isinstance(value, dict | list) and not _MOVING.search(key)
    ]
