"""A request is its credential owner's, whatever its body says."""

from vendorproof.suite import Phase, verifies


@verifies("identity.foreign_user_ignored", "identity.user_fields_accepted", phase=Phase.WRITE)
def test_a_user_in_the_body_changes_nothing(obligation, operation, evidence, judge):
    judge(evidence.identity.claim(operation, obligation.parameters["field"]))


@verifies("identity.caller_shown")
def test_the_caller_is_shown_to_themselves(operation, evidence, judge):
    judge(evidence.logins.shown_to_themselves(operation))
