"""Tokens are issued to who may have them, and tell whether they are good."""

from vendorproof.suite import Phase, verifies


@verifies("auth.login_issues_token", "auth.token_is_jwt")
def test_a_good_login_answers_a_token(evidence, judge):
    judge(evidence.logins.logged_in())


@verifies("auth.wrong_password_refused")
def test_a_wrong_password_gets_no_token(evidence, judge):
    judge(evidence.logins.wrong_password())


@verifies("auth.refresh_issues_token", phase=Phase.WRITE)
def test_a_refreshed_token_is_accepted(evidence, judge):
    judge(evidence.logins.refreshed())


@verifies("auth.verify_refuses", "auth.verify_accepts")
def test_the_verification_tells_a_good_token_from_a_bad_one(evidence, judge):
    judge(evidence.logins.verified())
