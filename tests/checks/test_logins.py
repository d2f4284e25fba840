"""Tokens that operations issue: logins, refreshes, verifications."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.checks.builders import ACME, BEARER, acme, error, exchange, silence, with_operation
from tests.checks.table import Example, Table, accept, attempts, examples, reject, undecided
from vendorproof.checks.shapes import Pair
from vendorproof.contract.conventions import Authentication, Login, Refusal
from vendorproof.errors import InternalError
from vendorproof.exchange.model import Exchange

LOGIN = Login("logIn", {"email": "ACME_EMAIL", "password": "ACME_PASSWORD"}, "/accessToken", "refresh", "verify")
LOGS_IN = acme(authentication=Authentication((BEARER,), "ACME_TOKEN", Refusal(401, 401, 403), login=LOGIN))


REFRESHES = acme(
    authentication=Authentication(
        (BEARER,), "ACME_TOKEN", Refusal(401, 401, 403), login=Login("logIn", {}, "/accessToken", refresh="closeThing")
    )
)


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


JWT = f"{part({'alg': 'HS256'})}.{part({'sub': 'ann', 'exp': 1_795_003_600})}.{part(b'a signature')}"


def login(status: int = 200, body: Any = None, **given: Any) -> Exchange:
    return exchange(status, body, operation="logIn", role="none", **given)


ISSUES = Table(
    "auth.login_issues_token",
    accept("where the documentation shows it", login(200, {"accessToken": JWT})),
    accept("with more beside it", login(201, {"accessToken": "opaque", "expiresIn": 60, "user": {"id": 1}})),
    accept("inside an envelope that the documentation does not tell", login(200, {"data": {"accessToken": JWT}})),
    reject("under another name", "no-token", login(200, {"token": JWT})),
    reject("empty", "no-token", login(200, {"accessToken": ""})),
    reject("with a line end", "no-token", login(200, {"accessToken": f"{JWT}\n"})),
    reject("no text", "no-token", login(200, {"accessToken": {"value": JWT}})),
    reject("a refusal", "no-token", login(401, {"error": "no"})),
    reject("no JSON", "no-token", login(200, "<html>", headers={"Content-Type": "text/html"})),
    undecided("no response", silence(operation="logIn")),
    undecided("the rate limit came first", login(429, {}), "rate limit"),
    contract=LOGS_IN,
)

WRONG_PASSWORD = Table(
    "auth.wrong_password_refused",
    accept("a refusal", login(401, {"error": "no"})),
    accept("another refusal", login(400, {"error": "no"})),
    accept("a locked account", login(423, {})),
    reject("a token", "accepted", login(200, {"accessToken": JWT})),
    reject("a token under another name", "accepted", login(200, {"data": {"token": JWT}})),
    reject("a token in a refusal", "accepted", login(401, {"accessToken": JWT})),
    reject("a success that says nothing", "accepted", login(204)),
    reject("the server's own mistake", "not-refused", login(500, {})),
    undecided("the rate limit came first", login(429, {}), "rate limit"),
    undecided("no response", silence(operation="logIn")),
    contract=LOGS_IN,
)

IS_JWT = Table(
    "auth.token_is_jwt",
    accept("three parts, two of them JSON", login(200, {"accessToken": JWT})),
    accept("without a signature's bytes", login(200, {"accessToken": f"{part({'alg': 'none'})}.{part({})}."})),
    reject("an opaque text", "not-a-jwt", login(200, {"accessToken": "f00dfeed"})),
    reject("two parts", "not-a-jwt", login(200, {"accessToken": JWT.rpartition(".")[0]})),
    reject("parts that are no JSON", "not-a-jwt", login(200, {"accessToken": "abcd.efgh.ijkl"})),
    reject("a header that is no object", "not-a-jwt", login(200, {"accessToken": f"{part([1])}.{part({})}.x"})),
    reject("no base64url", "not-a-jwt", login(200, {"accessToken": f"{part({})}.{{}}.x"})),
    undecided("no token", login(401, {}), "no token"),
    contract=LOGS_IN,
)

REFRESHED = Table(
    "auth.refresh_issues_token",
    accept("a token that is accepted", Pair(login(200, {"accessToken": JWT}), exchange(200, {}))),
    accept("under another name of a token", Pair(login(200, {"data": {"token": JWT}}), exchange(200, {}))),
    reject("a token that is refused", "token-refused", Pair(login(200, {"accessToken": JWT}), error(401))),
    undecided("the refresh was refused", Pair(login(400, {}), login(400, {})), "refused"),
    undecided("no token where we look", Pair(login(200, {"ok": True}), login(200, {"ok": True})), "no token"),
    undecided("the reading fails otherwise", Pair(login(200, {"accessToken": JWT}), error(500))),
    undecided("no response", Pair(login(200, {"accessToken": JWT}), silence())),
    contract=LOGS_IN,
)

VERIFIES = Table(
    "auth.verify_refuses",
    accept("a refusal", Pair(exchange(200, {"valid": True}), error(401))),
    accept("a success that says no", Pair(exchange(200, {"valid": True}), exchange(200, {"valid": False}))),
    accept("a success that says why not", Pair(exchange(200, {"sub": "ann"}), exchange(200, {"error": "unknown"}))),
    reject("the same", "told-alike", Pair(exchange(200, {"sub": "ann"}), exchange(200, {"sub": "ann"}))),
    reject("nothing, like for a good one", "told-alike", Pair(exchange(204), exchange(204))),
    reject(
        "the same but for a request's number",
        "told-alike",
        Pair(exchange(200, {"sub": "ann", "requestId": 1}), exchange(200, {"sub": "ann", "requestId": 2})),
    ),
    reject(
        "called valid in other words",
        "called-valid",
        Pair(exchange(200, {"valid": True, "sub": "ann"}), exchange(200, {"data": {"valid": True}})),
    ),
    undecided("the good one is refused too", Pair(error(401), error(401)), "good token"),
    undecided("the rate limit came first", Pair(exchange(200, {"valid": True}), error(429))),
    undecided("the server's own mistake", Pair(exchange(200, {"valid": True}), error(500))),
    undecided("no response", Pair(exchange(200, {"valid": True}), silence())),
    contract=LOGS_IN,
    operation="getThing",
)

VERIFIES_GOOD = Table(
    "auth.verify_accepts",
    accept("called good", Pair(exchange(200, {"valid": True}), error(401))),
    accept("nothing said against it", Pair(exchange(200, {"sub": "ann", "verified": False}), error(401))),
    reject("called bad", "called-bad", Pair(exchange(200, {"data": {"valid": False}}), error(401))),
    reject("as every token is", "called-bad", Pair(exchange(200, {"active": False}), exchange(200, {"active": False}))),
    undecided("the good one is refused", Pair(error(401), error(401)), "good token"),
    contract=LOGS_IN,
    operation="getThing",
)

ANSWERS = Table(
    "operations.answers",
    *attempts(
        undecided(
            "a refresh wants another credential, which the documentation does not say",
            exchange(401, operation="closeThing"),
            "another credential",
            contract=with_operation("closeThing", REFRESHES, assumed=("body",)),
        ),
        reject(
            "the documentation gives its body",
            "not-answered",
            exchange(401, operation="closeThing"),
            contract=REFRESHES,
        ),
        undecided(
            "the body names a thing that only an example has",
            exchange(404, operation="createThing", sends={"noteId": "note_0001"}),
            "bodies",
            contract=with_operation("createThing", ACME, assumed=("body",)),
        ),
        reject(
            "the body names nothing",
            "not-answered",
            exchange(404, operation="createThing", sends={"text": "a note"}),
            contract=with_operation("createThing", ACME, assumed=("body",)),
        ),
    ),
)

TABLES = [ISSUES, WRONG_PASSWORD, IS_JWT, REFRESHED, VERIFIES, VERIFIES_GOOD, ANSWERS]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()


def test_a_contract_without_a_login_has_no_tokens_to_judge() -> None:
    table = Table("auth.login_issues_token", accept("a token", login(200, {"accessToken": JWT})))
    with pytest.raises(InternalError, match=r"authentication\.login"):
        Example(table, table.rows[0]).holds()
