"""Whose request it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.builders import error, exchange, page, silence
from tests.checks.table import Example, Table, accept, examples, reject, undecided
from vendorproof.checks.shapes import Claim, Pair

MARK, CONTROL = "mark-2", "mark-1"


def made(status: int = 201, **given: Any) -> Any:
    return exchange(status, {"id": "t9"}, operation="createThing", **given)


def listing(*texts: str) -> tuple[Any, ...]:
    return (exchange(200, {"data": [{"id": text, "name": text} for text in texts]}, operation="listThings"),)


READING = Table(
    "identity.foreign_user_ignored",
    accept("the owner's list", Claim(page("a", "b"), page("a", "b"))),
    accept("refused", Claim(error(403, operation="listThings"), page("a"))),
    reject("another list", "another-owner", Claim(page("c"), page("a", "b"))),
    reject("an empty list", "another-owner", Claim(page(), page("a"))),
    reject("no list at all", "another-owner", Claim(exchange(200, {"ok": 1}, operation="listThings"), page("a"))),
    undecided("the owner has nothing", Claim(page(), page()), "nothing that could be told"),
    undecided("the owner's is refused too", Claim(error(400), error(400)), "refused too"),
    undecided("no list to compare with", Claim(page("a"), exchange(200, {}, operation="listThings"))),
    undecided("no response", Claim(silence(), page("a"))),
    undecided("the rate limit came first", Claim(error(429), page("a"))),
    undecided("the server's own mistake", Claim(error(500), page("a"))),
    operation="listThings",
    given={"field": "user"},
)

WRITING = Table(
    "identity.foreign_user_ignored",
    accept("it is the owner's", Claim(made(), made(), MARK, listing(MARK, CONTROL), listing("other"), CONTROL)),
    accept("nobody knows the other", Claim(made(), made(), MARK, listing(MARK), (), "")),
    accept("refused", Claim(error(422), made(), MARK)),
    reject("it is the other's", "another-owner", Claim(made(), made(), MARK, listing(CONTROL), listing(MARK), CONTROL)),
    reject("it is both's", "another-owner", Claim(made(), made(), MARK, listing(MARK), listing(MARK), CONTROL)),
    reject("the owner's lacks it alone", "not-the-owners", Claim(made(), made(), MARK, listing(CONTROL), (), CONTROL)),
    undecided("neither shows, nor what was made without the user", Claim(made(), made(), MARK, listing("x"), (), "c")),
    undecided("no listing shows anything", Claim(made(), made(), MARK), "nothing shows"),
    operation="createThing",
    given={"field": "user"},
)

FIELDS = Table(
    "identity.user_fields_accepted",
    accept("a success", Claim(made(), made())),
    reject("a validation error", "refused", Claim(error(400), made())),
    reject("another one", "refused", Claim(error(422), made())),
    undecided("for a user that we made up", Claim(error(400), made(), told=False), "our reading"),
    undecided("as without the user", Claim(error(400), error(400))),
    undecided("for another reason", Claim(error(403), made())),
    undecided("no response", Claim(silence(), made())),
    operation="createThing",
    given={"field": "user"},
)

LOGGED_IN = exchange(200, {}, operation="logIn", sends={"email": "Ann@acme.test", "password": "pw"})


def caller(**fields: object) -> Pair:
    return Pair(LOGGED_IN, exchange(200, fields))


CALLER_SHOWN = Table(
    "identity.caller_shown",
    accept("their email", caller(email="ann@acme.test")),
    accept("beside another's", caller(user={"email": "ann@acme.test"}, manager="bob@acme.test")),
    reject("another's", "another-user", caller(email="bob@acme.test")),
    undecided("no email is shown", caller(id="u1")),
    undecided("a part of it alone", caller(email="a**@acme.test")),
    undecided("nothing is shown", Pair(LOGGED_IN, error(404))),
    undecided(
        "the login told none", Pair(exchange(200, {}, operation="logIn"), exchange(200, {"email": "b@acme.test"}))
    ),
    operation="getThing",
)

TABLES = [READING, WRITING, FIELDS, CALLER_SHOWN]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
