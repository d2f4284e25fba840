"""Credentials: which are accepted, which refused, and with what."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from tests.checks.builders import ACME, BEARER, TOKEN, acme, error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.checks.shapes import Effects, Pair, Sequence
from vendorproof.contract.conventions import Authentication, Carrier, Refusal
from vendorproof.exchange.model import Exchange

SILENT_PAGE = acme(refusal=Refusal())
"""The documentation names no status for bad credentials."""


def refusals(check: str, **given: object) -> Table:
    """What every check of a refusal says, where the documentation names 401."""
    return Table(
        check,
        accept("the documented status", error(401, role="none")),
        reject("a success", "accepted", exchange(200, {"id": "t1"}, role="none")),
        reject("a success without a body", "accepted", exchange(204, role="none")),
        reject("an opened socket", "accepted", exchange(101, role="none", operation="listen")),
        reject("a redirection to a login page", "other-status", exchange(302, role="none")),
        reject("another refusal", "other-status", error(403, role="none")),
        reject("the server's own mistake", "other-status", error(500, role="none")),
        accept("any refusal where the documentation names none", error(403, role="none"), contract=SILENT_PAGE),
        accept("a 404 that hides everything, likewise", error(404, role="none"), contract=SILENT_PAGE),
        reject("a success, likewise", "accepted", exchange(200, {}, role="none"), contract=SILENT_PAGE),
        reject("a server's mistake, likewise", "not-refused", error(500, role="none"), contract=SILENT_PAGE),
        reject("a redirection, likewise", "not-refused", exchange(302, role="none"), contract=SILENT_PAGE),
        undecided("the rate limit came first", error(429, role="none"), "rate limit"),
        undecided("no response", silence(), "timed out"),
        given=given,
    )


_OPEN_ROLE = {"role": "read_only", "lenient": True}
FORBIDDEN = Table(
    "auth.forbidden",
    accept("the documented status", error(403, role="read_only", operation="createThing")),
    reject("a success", "accepted", exchange(201, {"id": "t1"}, role="read_only", operation="createThing")),
    reject("as if nobody had asked", "other-status", error(401, role="read_only", operation="createThing")),
    accept("another documented status", error(404, role="read_only"), given={"role": "read_only", "status": 404}),
    reject("not that one", "other-status", error(403, role="read_only"), given={"role": "read_only", "status": 404}),
    undecided("the rate limit came first", error(429, role="read_only")),
    undecided("what it may do is open", exchange(201, {}, role="read_only"), "the role may", given=_OPEN_ROLE),
    reject("how it is refused is not", "other-status", error(404, role="read_only"), given=_OPEN_ROLE),
    given={"role": "read_only"},
)

ROLE_REFUSED_OTHERWISE = Table(
    "auth.role_refused",
    accept("a documented status of its own", error(403, role="expired")),
    reject("the usual status", "other-status", error(401, role="expired")),
    given={"role": "expired", "status": 403},
)

SIMILAR_REFUSED = Table(
    "auth.similar_refused",
    accept("all refused", Sequence((error(401, role="unknown"), error(401, role="unknown")))),
    accept("one refused, one not judged", Sequence((error(429, role="unknown"), error(401, role="unknown")))),
    reject("one let in", "accepted", Sequence((error(401, role="unknown"), exchange(200, {}, role="unknown")))),
    reject("another refusal", "other-status", Sequence((error(403, role="unknown"),))),
    undecided("the rate limit came first", Sequence((error(429, role="unknown"),))),
    undecided("none was made", Sequence(()), operation="listThings"),
)


def made_nothing(*statuses: int, count: int = 0, complete: bool = True) -> Effects:
    """A creation that was refused with these statuses, and the listing after it."""
    requests = tuple(error(status, role="none", operation="createThing") for status in statuses)
    return Effects(requests, (page("a"),), count, complete)


REFUSED_DOES_NOTHING = Table(
    "auth.refused_does_nothing",
    accept("nothing new", made_nothing(401, 403)),
    reject("done all the same", "done", made_nothing(401, 403, count=1)),
    reject("seen before the end", "done", made_nothing(401, count=1, complete=False)),
    undecided("the listing goes on", made_nothing(401, complete=False)),
    undecided("refused for something else", made_nothing(400, 429)),
    undecided("no listing was read", Effects((error(401, operation="createThing"),), (), 0), "no listing"),
    undecided(
        "the listing is refused",
        Effects((error(401, operation="createThing"),), (error(403, operation="listThings"),), 0),
        "403",
    ),
    undecided("let in", Effects((exchange(201, {"id": "t1"}, operation="createThing"),), (page("a"),), 1)),
)

CONTEXT_REQUIRED = Table(
    "auth.context_required",
    accept("any refusal", error(400)),
    reject("a success", "accepted", exchange(200, {"id": "t1"})),
    reject("a server's mistake", "not-refused", error(500)),
    undecided("the rate limit came first", error(429)),
    undecided("the quota came first", error(402)),
    given={"header": "X-Team-Id"},
)

CONTEXT_REQUIRED_SOMEWHERE = Table(
    "auth.context_required_somewhere",
    accept("one refusal is enough", Sequence((exchange(200, {}), error(400), exchange(200, {})))),
    reject("no operation refuses", "never-required", Sequence((exchange(200, {}), exchange(200, {})))),
    reject("errors of the server refuse nothing", "never-required", Sequence((error(500), exchange(200, {})))),
    reject("nor does a limit", "never-required", Sequence((error(429), exchange(200, {})))),
    undecided("nothing came back", Sequence((silence(), silence()))),
    given={"header": "X-Team-Id"},
)


def acceptance(check: str, **given: object) -> Table:
    """What the checks of a good credential say."""
    return Table(
        check,
        accept("a success", exchange(200, {"id": "t1"})),
        reject("a refusal", "refused", error(401)),
        undecided("another mistake", error(404), "404"),
        undecided("the rate limit", error(429)),
        undecided("the allowance is spent", error(402)),
        undecided("no response", silence()),
        given=given,
    )


_OURS = exchange(200, {"id": "t1"})

ROLE_ACCEPTED = Table(
    "auth.role_accepted",
    accept("a success", Pair(_OURS, exchange(200, {"id": "t2"}, role="production"))),
    reject("a refusal", "refused", Pair(_OURS, error(401, role="production"))),
    reject("sent to another host", "refused", Pair(_OURS, error(404, role="production"))),
    reject("forbidden, where no permission is spoken of", "refused", Pair(_OURS, error(403)), contract=SILENT_PAGE),
    undecided("forbidden, where permissions differ", Pair(_OURS, error(403, role="production"))),
    undecided("nothing there for the usual one either", Pair(error(404), error(404, role="production"))),
    undecided("the server's own mistake", Pair(_OURS, error(500, role="production"))),
    undecided("the rate limit", Pair(_OURS, error(429, role="production"))),
    undecided("the allowance is spent", Pair(_OURS, error(402, role="production"))),
    undecided("no response", Pair(_OURS, silence())),
    given={"role": "production"},
)


OPEN = exchange(200, {"ok": True}, operation="ping", role="none")


def closed(status: int) -> Exchange:
    """A refusal of what is open to everybody."""
    return error(status, operation="ping", role="none")


PUBLIC_OPEN = Table(
    "auth.public_open",
    accept("a success", Sequence((OPEN,))),
    reject("a credential is demanded", "credential-demanded", Sequence((closed(401), closed(401)))),
    reject("or a permission", "credential-demanded", Sequence((closed(403),))),
    reject("or a header that goes with credentials", "credential-demanded", Sequence((closed(400), OPEN))),
    undecided("another mistake", Sequence((closed(400), closed(400)))),
    undecided("nothing is there", Sequence((closed(404), closed(404)))),
    undecided("the rate limit came first", Sequence((closed(429), OPEN))),
    undecided("no response", Sequence((silence(operation="ping"),))),
)

CARRIERS_EQUIVALENT = Table(
    "auth.carriers_equivalent",
    accept("the same answer", Sequence((exchange(200, {"id": "t1"}), exchange(200, {"id": "t1"})))),
    accept("with another order of keys", Sequence((exchange(200, '{"a":1,"b":2}'), exchange(200, '{"b": 2, "a": 1}')))),
    accept(
        "but for what changes by itself",
        Sequence(
            (
                exchange(200, {"id": "t1", "n": 1}),
                exchange(200, {"id": "t1", "n": 2}),
                exchange(200, {"id": "t1", "n": 3}),
            )
        ),
    ),
    reject("the second is refused", "carriers-differ", Sequence((exchange(200, {"id": "t1"}), error(401)))),
    reject("another success", "carriers-differ", Sequence((exchange(200, {}), exchange(204)))),
    reject("another body", "carriers-differ", Sequence((exchange(200, {"id": "t1"}), exchange(200, {"id": "t2"})))),
    reject(
        "more than what changes by itself",
        "carriers-differ",
        Sequence(
            (
                exchange(200, {"id": "t1", "n": 1}),
                exchange(200, {"id": "t2", "n": 2}),
                exchange(200, {"id": "t1", "n": 3}),
            )
        ),
    ),
    undecided("nothing to compare with", Sequence((error(500), error(500)))),
    undecided("the second met the rate limit", Sequence((exchange(200, {}), error(429)))),
    undecided("the second met the quota", Sequence((exchange(200, {}), error(402)))),
    undecided("the second got no response", Sequence((exchange(200, {}), silence()))),
    undecided(
        "the first one goes wrong again", Sequence((exchange(200, {"n": 1}), exchange(200, {"n": 2}), error(500)))
    ),
)

QUERY = replace(
    ACME,
    conventions=replace(
        ACME.conventions,
        authentication=Authentication((BEARER, Carrier("key", "query", "key")), "ACME_TOKEN"),
    ),
)

CREDENTIAL_NOT_ECHOED = Table(
    "auth.credential_not_echoed",
    accept("it stays out", exchange(200, {"id": "t1"})),
    accept("out of errors too", error(401, message="The token is unknown.")),
    accept("its beginning may be shown", error(401, message=f"Unknown token {TOKEN[:9]}…")),
    reject("in a body", "echoed", exchange(200, {"token": TOKEN})),
    reject("in the message of an error", "echoed", error(401, message=f"Unknown token {TOKEN}")),
    reject("in a header", "echoed", exchange(200, {}, {"X-Debug": f"auth={TOKEN}"})),
    reject("in base64", "echoed", exchange(200, {"t": b64encode(TOKEN.encode()).decode()})),
    reject(
        "a query's, percent-encoded",
        "echoed",
        exchange(200, "a%2Fsecret%2Fkey", query={"key": "a/secret/key"}),
        contract=QUERY,
    ),
    passed_over("no credential was sent", exchange(200, {"token": TOKEN}, role="none")),
    passed_over("one too short to tell", exchange(200, "abc", asks={"Authorization": "Bearer abc"})),
    passed_over("nothing came back", silence()),
)

CHALLENGE = Table(
    "auth.challenge",
    accept("a scheme and its realm", error(401, headers={"WWW-Authenticate": 'Bearer realm="acme"'})),
    accept("a scheme alone", error(401, headers={"www-authenticate": "ApiKey"})),
    accept("several in one header", error(401, headers={"WWW-Authenticate": ", Basic, Bearer"})),
    accept("in the second header", error(401, headers=[("WWW-Authenticate", ""), ("WWW-Authenticate", "Bearer")])),
    reject("no header", "no-challenge", error(401)),
    reject("an empty one", "no-challenge", error(401, headers={"WWW-Authenticate": ""})),
    reject("a realm of no scheme", "no-challenge", error(401, headers={"WWW-Authenticate": 'realm="acme"'})),
    reject("another header", "no-challenge", error(401, headers={"Proxy-Authenticate": "Bearer"})),
    passed_over("another refusal", error(403)),
    passed_over("a success", exchange(200, {"id": "t1"})),
    passed_over("nothing came back", silence()),
)

TABLES = [
    refusals("auth.missing_refused"),
    refusals("auth.invalid_refused"),
    refusals("auth.invalid_refused", carrier="query"),
    refusals("auth.malformed_refused"),
    SIMILAR_REFUSED,
    REFUSED_DOES_NOTHING,
    refusals("auth.role_refused", role="revoked"),
    ROLE_REFUSED_OTHERWISE,
    FORBIDDEN,
    CONTEXT_REQUIRED,
    CONTEXT_REQUIRED_SOMEWHERE,
    acceptance("auth.accepted", carrier="bearer"),
    ROLE_ACCEPTED,
    PUBLIC_OPEN,
    CARRIERS_EQUIVALENT,
    CREDENTIAL_NOT_ECHOED,
    CHALLENGE,
]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
