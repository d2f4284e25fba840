"""Credentials that an operation issues: logins, refreshes, verifications."""

from __future__ import annotations

import base64
import binascii
import json

from vendorproof.checks.outcome import Inconclusive, Outcome
from vendorproof.checks.reading import document
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Pair
from vendorproof.checks.words import answer, failed, passed, shown
from vendorproof.contract.conventions import Login
from vendorproof.errors import InternalError
from vendorproof.exchange.model import Exchange
from vendorproof.exchange.pointer import resolve


def _login(obligation: Obligation) -> Login:
    login = obligation.contract.conventions.authentication.login
    if login is None:
        raise InternalError(f"{obligation.requirement.id} needs authentication.login in conventions.yaml")
    return login


def issued(obligation: Obligation, exchange: Exchange) -> str | None:
    """The token that an answer issues, None where it issues none."""
    found = resolve(document(exchange), _login(obligation).token)
    return found if isinstance(found, str) and found else None


@check("auth.login_issues_token", on="once")
def login_issues_token(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A good login answers a token in the documented place."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if issued(obligation, exchange):
        return passed(exchange)
    expected = f"a token at {_login(obligation).token}"
    return failed("no-token", exchange, expected=expected, observed=answer(exchange))


@check("auth.wrong_password_refused", on="once")
def wrong_password_refused(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A login with a wrong password answers no token."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.succeeded or issued(obligation, exchange):
        return failed("accepted", exchange, expected="a 4xx status", observed=answer(exchange))
    if 400 <= exchange.status < 500:
        return passed(exchange)
    return failed("not-refused", exchange, expected="a 4xx status", observed=answer(exchange))


@check("auth.token_is_jwt", on="once")
def token_is_jwt(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The token is a JSON Web Token (RFC 7519): three parts, the first two of them JSON objects in base64url."""
    token = issued(obligation, exchange)
    if token is None:
        return Inconclusive(f"no token was issued ({answer(exchange)})")
    parts = token.split(".")
    if len(parts) == 3 and all(_is_object(part) for part in parts[:2]):
        return passed(exchange)
    return failed("not-a-jwt", exchange, expected="three parts, two of them JSON", observed=f"{len(parts)} parts")


def _is_object(part: str) -> bool:
    try:
        return isinstance(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))), dict)
    except (ValueError, binascii.Error):
        return False


@check("auth.refresh_issues_token", on="once")
def refresh_issues_token(obligation: Obligation, pair: Pair) -> Outcome:
    """A refresh answers a token that is accepted: the refresh, then a reading with its token."""
    if not pair.first.succeeded:
        return Inconclusive(f"the refresh was refused ({answer(pair.first)})")
    if issued(obligation, pair.first) is None:
        return failed("no-token", pair.first, expected="a token", observed=shown(document(pair.first)))
    if pair.second.status == 401:
        return failed("token-refused", pair.first, pair.second, expected="an answer", observed="401")
    return passed(pair.first, pair.second)


@check("auth.verify_refuses", on="once")
def verify_refuses(obligation: Obligation, pair: Pair) -> Outcome:
    """The verification tells a good token from one that was never issued: first the good one, then the other."""
    if not pair.first.succeeded:
        return Inconclusive(f"the verification refuses the good token too ({answer(pair.first)})")
    if pair.second.response is None:
        return Inconclusive(f"no response: {answer(pair.second)}")
    if pair.second.succeeded and document(pair.first) == document(pair.second):
        return failed(
            "told-alike", pair.first, pair.second, expected="another answer than to a good token", observed="the same"
        )
    if pair.second.succeeded and _says_valid(document(pair.second)):
        return failed("called-valid", pair.second, expected="the token called bad", observed=answer(pair.second))
    return passed(pair.first, pair.second)


def _says_valid(found: object) -> bool:
    return isinstance(found, dict) and any(found.get(name) is True for name in ("valid", "isValid", "ok", "active"))
