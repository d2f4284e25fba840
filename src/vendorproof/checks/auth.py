"""Credentials: which are accepted, which refused, and with what."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

from vendorproof.checks.outcome import (
    Fail,
    Inconclusive,
    NotApplicable,
    Outcome,
    Pass,
    answer,
    failed,
    passed,
    shown,
    unlisted,
)
from vendorproof.checks.reading import Spot, document, values
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.checks.shapes import Effects, Pair, Sequence
from vendorproof.contract.check_parameters import CARRIER, CONTEXT_HEADER, FLAG, REFUSAL, ROLE, may, needs
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.exchange.model import Exchange

_TURNED_AWAY = (404, 410, 421)
"""Statuses that send a credential away from where it came to, beside 401."""

_SCHEME = re.compile(r"[\w!#$%&'*+.^`|~-]+(?=[\s,]|$)", re.ASCII)
"""The name of a scheme as a challenge begins with it: `realm="x"` is a parameter of none."""


def _refusal(exchange: Exchange, status: int | None) -> Outcome:
    """A refusal with the documented status, with any 4xx that is not about something else where none is documented."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status == 429:
        return Inconclusive("the rate limit answered first (429)")
    expected = str(status) if status else "a 4xx status"
    if exchange.succeeded or exchange.status == 101:
        return failed("accepted", exchange, expected=expected, observed=answer(exchange))
    if status is None:
        if exchange.status == 402:
            return Inconclusive("the quota answered first (402)")
        if 400 <= exchange.status < 500:
            return passed(exchange)
        return failed("not-refused", exchange, expected=expected, observed=answer(exchange))
    if exchange.status == status:
        return passed(exchange)
    return failed("other-status", exchange, expected=expected, observed=answer(exchange))


@check("auth.accepted", on="authenticated", takes=[needs("carrier", CARRIER, "the carrier of the credential")])
def accepted(obligation: Obligation, exchange: Exchange) -> Outcome:
    """The documented carrier is accepted."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.status == 401:
        return failed("refused", exchange, expected="the credential accepted", observed=answer(exchange))
    if exchange.succeeded:
        return passed(exchange)
    return Inconclusive(f"no success to judge ({answer(exchange)})")


@check("auth.carriers_equivalent", on="authenticated")
def carriers_equivalent(obligation: Obligation, sequence: Sequence) -> Outcome:
    """Two carriers of one credential get the same answer.

    The answer to the first, that to the other, and where they differ that to the first once more, which tells what
    changes by itself.
    """
    if len(sequence.exchanges) < 2:
        return Inconclusive("no answers to compare")
    first, other, *again = sequence.exchanges
    if not first.succeeded:
        return Inconclusive(f"no success to compare with ({answer(first)})")
    if other.response is None or other.status in (402, 429):
        return Inconclusive(f"no answer to compare ({answer(other)})")
    if first.status != other.status:
        return failed("carriers-differ", first, other, expected=answer(first), observed=answer(other))
    moving = frozenset(_differing(document(first), document(again[0])) if again else ())
    if again and not again[0].succeeded:
        return Inconclusive(f"the same request is answered otherwise the next time ({answer(again[0])})")
    differing = (str(place) for place in _differing(document(first), document(other)) if place not in moving)
    place = next(differing, None)
    if place is not None:
        expected = shown(resolve(document(first), place))
        observed = f"{shown(resolve(document(other), place))} at {place or 'the top'}"
        return failed("carriers-differ", first, other, expected=expected, observed=observed)
    return passed(first, other)


def _differing(first: object, second: object) -> Iterator[Spot]:
    """The places at which two documents differ, the deepest ones."""
    ours = {place: value for place, _, value in values(first) if not isinstance(value, dict | list) or not value}
    theirs = {place: value for place, _, value in values(second) if not isinstance(value, dict | list) or not value}
    places = dict.fromkeys((*ours, *theirs))
    return (place for place in places if ours.get(place, MISSING) != theirs.get(place, MISSING))


@check("auth.missing_refused", on="authenticated")
def missing_refused(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Without credentials a request is refused."""
    return _refusal(exchange, obligation.contract.conventions.authentication.refusal.missing)


@check(
    "auth.invalid_refused",
    on="authenticated",
    takes=[may("carrier", CARRIER, "the carrier of the credential; by default the first")],
)
def invalid_refused(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A well-formed credential that was never issued is refused."""
    return _refusal(exchange, obligation.contract.conventions.authentication.refusal.invalid)


@check("auth.malformed_refused", on="authenticated")
def malformed_refused(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A credential in another form than the documented one is refused."""
    return _refusal(exchange, obligation.contract.conventions.authentication.refusal.invalid)


@check("auth.similar_refused", on="authenticated")
def similar_refused(obligation: Obligation, sequence: Sequence) -> Outcome:
    """Credentials that differ from a good one by little are refused like any unknown one."""
    refusals = [(one, invalid_refused(obligation, one)) for one in sequence.exchanges]
    failures = [outcome for _, outcome in refusals if isinstance(outcome, Fail)]
    if failures:
        return failures[0]
    refused = [one for one, outcome in refusals if isinstance(outcome, Pass)]
    return passed(*refused) if refused else Inconclusive("no credential like a good one was judged")


@check(
    "auth.role_refused",
    on="authenticated",
    takes=[
        needs("role", ROLE, "whose credential is sent"),
        may("status", REFUSAL, "the status of the refusal, where it is another than that of a bad credential"),
    ],
)
def role_refused(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A credential that is no longer good is refused."""
    invalid = obligation.contract.conventions.authentication.refusal.invalid
    return _refusal(exchange, obligation.parameters.get("status", invalid))


@check(
    "auth.forbidden",
    on="writes",
    takes=[
        needs("role", ROLE, "whose credential is sent"),
        may("status", REFUSAL, "the status of the refusal, where it is another than that of a missing permission"),
        may("lenient", FLAG, "whether the documentation leaves open that this role lacks the permission"),
    ],
)
def forbidden(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A good credential without the permission is refused.

    With `lenient` the documentation does not say what this role may do, and only how a refusal looks.
    """
    if exchange.succeeded and obligation.parameters.get("lenient"):
        return Inconclusive(f"the role may do it ({answer(exchange)})")
    documented = obligation.contract.conventions.authentication.refusal.forbidden
    return _refusal(exchange, obligation.parameters.get("status", documented))


@check("auth.refused_does_nothing", on="creations")
def refused_does_nothing(obligation: Obligation, effects: Effects) -> Outcome:
    """What was refused for its credential was not done either: the listing shows nothing of it."""
    if any(one.succeeded or one.response is None for one in effects.requests):
        return Inconclusive("not every request was refused")
    if not any(one.status in (401, 403) for one in effects.requests):
        return Inconclusive("nothing was refused for its credential")
    if effects.count > 0:
        observed = f"{effects.count} new things in the listing"
        return failed("done", *effects.requests, *effects.listing, expected="nothing new", observed=observed)
    if not effects.complete:
        return Inconclusive("the listing is too long to be read to its end")
    return unlisted(*effects.listing) or passed(*effects.requests, *effects.listing)


@check("auth.public_open", on="public")
def public_open(obligation: Obligation, sequence: Sequence) -> Outcome:
    """A public operation answers without credentials. Where it does not, the same with credentials may follow."""
    if not sequence.exchanges:
        return Inconclusive("nothing was asked")
    exchange, *identified = sequence.exchanges
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.succeeded:
        return passed(exchange)
    demanded = 400 <= exchange.status < 500 and any(one.succeeded for one in identified)
    if exchange.status in (401, 403) or (demanded and exchange.status not in (402, 429)):
        expected = "an answer without credentials"
        return failed("credential-demanded", exchange, *identified, expected=expected, observed=answer(exchange))
    return Inconclusive(f"no success to judge ({answer(exchange)})")


@check(
    "auth.context_required",
    on="authenticated",
    takes=[needs("header", CONTEXT_HEADER, "the scoping header that is left out")],
)
def context_required(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A request without the scoping header is refused."""
    return _refusal(exchange, None)


@check("auth.role_accepted", on="once", takes=[needs("role", ROLE, "whose credential is sent")])
def role_accepted(obligation: Obligation, pair: Pair) -> Outcome:
    """A credential of another documented kind is accepted where the usual one is, whose success comes first."""
    exchange = pair.second
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.succeeded:
        return passed(exchange)
    lesser = obligation.contract.conventions.authentication.refusal.forbidden is not None
    turned_away = exchange.status in _TURNED_AWAY or (exchange.status == 403 and not lesser)
    if exchange.status == 401 or (pair.first.succeeded and turned_away):
        return failed("refused", pair.first, exchange, expected="the credential accepted", observed=answer(exchange))
    return Inconclusive(f"no success to judge ({answer(exchange)})")


@check(
    "auth.context_required_somewhere",
    on="once",
    takes=[needs("header", CONTEXT_HEADER, "the scoping header that is left out")],
)
def context_required_somewhere(obligation: Obligation, sequence: Sequence) -> Outcome:
    """At least one operation refuses a request without the scoping header."""
    refused = [one for one in sequence.exchanges if 400 <= one.status < 500 and one.status not in (402, 429)]
    if refused:
        return passed(refused[0])
    answered = [one for one in sequence.exchanges if one.response is not None]
    if not answered:
        return Inconclusive("no request without the header was answered")
    return failed("never-required", *answered, expected="a 4xx status somewhere", observed=f"{len(answered)} answers")


@response_check("auth.challenge", on="all")
def challenge(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A 401 names a scheme to authenticate with, in a WWW-Authenticate header (RFC 9110, 11.6.1)."""
    if exchange.response is None or exchange.status != 401:
        return NotApplicable("not a 401")
    told = exchange.response.headers.all("www-authenticate")
    if any(_SCHEME.match(value.lstrip(" \t,")) for value in told):
        return passed(exchange)
    observed = shown(", ".join(told)) if told else f"{answer(exchange)} without it"
    return failed("no-challenge", exchange, expected="a scheme in WWW-Authenticate", observed=observed)


@response_check("auth.credential_not_echoed", on="all")
def credential_not_echoed(obligation: Obligation, exchange: Exchange) -> Outcome:
    """No response repeats the credential that the request carried."""
    response = exchange.response
    secrets = sent_credentials(obligation, exchange)
    if response is None or not secrets:
        return NotApplicable("no credential was sent, or nothing came back")
    everything = response.body + "\n".join(f"{name}: {value}" for name, value in response.headers).encode()
    for secret in secrets:
        for form in (secret.encode(), quote(secret, safe="").encode(), b64encode(secret.encode())):
            if form in everything:
                return failed(
                    "echoed", exchange, expected="the credential stays out", observed="it stands in the response"
                )
    return passed(exchange)


def sent_credentials(obligation: Obligation, exchange: Exchange) -> list[str]:
    """The credentials that a request carried, bare of their carrier's template; very short ones left out."""
    found = []
    for carrier in obligation.contract.conventions.authentication.carriers:
        if carrier.location == "query":
            value = exchange.request.query.get(carrier.parameter)
        else:
            value = exchange.request.headers.get(carrier.parameter)
        if value:
            prefix, _, suffix = carrier.template.partition("{credential}")
            bare = value.removeprefix(prefix).removesuffix(suffix) if suffix else value.removeprefix(prefix)
            if len(bare) >= 8:
                found.append(bare)
    return found
