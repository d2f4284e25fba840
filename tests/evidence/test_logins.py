"""Logging in, going on with a fresh token, and what a run does when one ends."""

from __future__ import annotations

import json

import pytest

from tests.evidence.mocked import contract_of, mocked, purposes
from vendorproof.errors import NeedsValue
from vendorproof.evidence.requests.drafting import lookalike, never_issued
from vendorproof.exchange.tokens import claims
from vendorproof.mock import embedded
from vendorproof.runs.session import Session
from vendorproof.target import Secret


def token_of(session: Session) -> str:
    """The credential that the last request carried."""
    return (list(session.journal)[-1].request.headers.get("authorization") or "").removeprefix("Bearer ")


def read(session: Session) -> str:
    """A reading, and the credential that it carried."""
    exchange = session.client.send(session.evidence.rate_limit.cheap())
    assert exchange.status == 200
    return token_of(session)


def test_the_login_of_a_run_is_the_evidence_of_one() -> None:
    with mocked("leancore") as session:
        session.evidence.attempt(session.contract.operation("listWorkspaces"))
        logged_in = session.evidence.logins.logged_in()
        assert logged_in.succeeded
        assert logged_in.role == "none"
        assert purposes(session).count("logs in as default") == 1
        assert len(session.journal.by_operation("login")) == 1


def test_an_account_that_nobody_gave_is_not_made_up() -> None:
    token = Secret("LEANCORE_TOKEN", embedded(contract_of("leancore")).facts.credentials["default"])
    with mocked("leancore", credentials={"default": token}, logins={}) as session:
        with pytest.raises(NeedsValue, match="an account to log in with"):
            session.evidence.logins.logged_in()
        with pytest.raises(NeedsValue, match="an account to log in with"):
            session.evidence.logins.wrong_password()
        assert len(session.journal) == 0


def test_a_wrong_password_is_the_only_thing_wrong() -> None:
    with mocked("leancore") as session:
        right = json.loads(session.evidence.logins.logged_in().request.body)
        wrong = json.loads(session.evidence.logins.wrong_password().request.body)
        assert wrong["email"] == right["email"]
        assert wrong["password"] != right["password"]


def test_a_run_goes_on_with_the_token_that_a_refresh_gave() -> None:
    with mocked("leancore") as session:
        before = read(session)
        pair = session.evidence.logins.refreshed()
        fresh = pair.first.response.json["accessToken"] if pair.first.response else ""
        assert pair.second.succeeded
        assert read(session) == fresh != before
        assert fresh not in session.client.redactor.text(f"a text with {fresh} in it")


def test_a_run_logs_in_again_where_a_refresh_gave_a_bad_token() -> None:
    with mocked("leancore", "refreshes-to-a-token-that-is-refused") as session:
        pair = session.evidence.logins.refreshed()
        assert pair.second.status == 401
        assert read(session) not in (pair.first.response.json["accessToken"] if pair.first.response else "",)
        assert purposes(session).count("logs in as default") == 2


def test_a_token_that_ends_is_replaced_in_time() -> None:
    with mocked("leancore") as session:
        first = read(session)
        session.clock.sleep(3_500)
        assert read(session) == first
        session.clock.sleep(99)
        assert read(session) != first
        assert purposes(session).count("logs in as default") == 2


def test_a_refresh_is_the_evidence_of_the_operation_too() -> None:
    with mocked("leancore") as session:
        attempted = session.evidence.attempt(session.contract.operation("refreshToken"))
        assert session.evidence.logins.refreshed().first == attempted


def test_the_verification_is_asked_about_a_good_and_an_unknown_token() -> None:
    with mocked("leancore") as session:
        pair = session.evidence.logins.verified()
        assert (pair.first.status, pair.second.status) == (200, 401)
        assert pair.second.role == "unknown"


def test_what_is_open_to_everybody_is_asked_without_a_credential_once() -> None:
    with mocked("leancore") as session:
        register = session.contract.operation("register")
        attempted = session.evidence.attempt(register)
        assert session.evidence.auth.none(register) == attempted
        assert attempted.request.headers.get("authorization") is None


def test_a_made_up_json_web_token_differs_in_its_signature_alone() -> None:
    token = embedded(contract_of("leancore")).facts.credentials["default"]
    made_up = lookalike(token)
    assert made_up.split(".")[:2] == token.split(".")[:2]
    assert made_up.split(".")[2] != token.split(".")[2]
    assert claims(made_up) == claims(token)
    plain = lookalike("leni_xyz789")
    assert plain.startswith("leni_")
    assert len(plain) == len("leni_xyz789")
    assert plain != "leni_xyz789"


@pytest.mark.parametrize(
    ("secret", "made_up"),
    [("leni_xyz789", ("leni_xyz789"[:7] + "a890", "leni_xyz7890", "leni_xyz78")), ("abc", ("bcd",))],
)
def test_a_made_up_credential_may_be_longer_or_shorter_where_that_tells(secret: str, made_up: tuple[str, ...]) -> None:
    assert never_issued(secret) == made_up


def test_the_signed_parts_of_a_made_up_token_are_the_good_one_s() -> None:
    token = embedded(contract_of("leancore")).facts.credentials["default"]
    assert never_issued(token) == (lookalike(token),)


def test_a_scoping_header_that_no_request_needs_is_asked_for_everywhere() -> None:
    with mocked("leancore") as session:
        sequence = session.evidence.auth.without_header_somewhere("X-Org-Id")
        assert [one.status for one in sequence.exchanges][-1] == 400
        assert all(one.succeeded for one in sequence.exchanges[:-1])
        assert all(one.request.headers.get("x-org-id") is None for one in sequence.exchanges)


def test_a_scoping_value_that_nobody_gave_is_asked_for() -> None:
    with mocked("leancore", values={}) as session:
        with pytest.raises(NeedsValue, match="LEANCORE_ORG_ID"):
            session.evidence.auth.without_header_somewhere("X-Org-Id")
        with pytest.raises(NeedsValue, match="may need X-Org-Id"):
            session.evidence.attempt(session.contract.operation("listUsers"))
        assert session.evidence.attempt(session.contract.operation("getCurrentUser")).succeeded
