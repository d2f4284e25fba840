"""Who may send what."""

from vendorproof.suite import Phase, verifies


@verifies("auth.accepted")
def test_each_documented_carrier_is_accepted(obligation, operation, evidence, judge):
    judge(evidence.auth.carrier(operation, obligation.parameters["carrier"]))


@verifies("auth.carriers_equivalent")
def test_all_carriers_get_the_same_answer(obligation, operation, evidence, judge):
    judge(*evidence.auth.carriers_compared(operation))


@verifies("auth.missing_refused", refused=True)
def test_a_request_without_credentials_is_refused(operation, evidence, judge):
    judge(evidence.auth.none(operation))


@verifies("auth.public_open")
def test_a_public_operation_needs_no_credentials(operation, evidence, judge):
    judge(evidence.auth.public(operation))


@verifies("auth.invalid_refused", refused=True)
def test_an_unknown_credential_is_refused(obligation, operation, evidence, judge):
    judge(evidence.auth.unknown(operation, obligation.parameters.get("carrier")))


@verifies("auth.malformed_refused", refused=True)
def test_a_malformed_credential_is_refused(operation, operations, evidence, judge):
    judge(*evidence.auth.malformed(operation, operations))


@verifies("auth.similar_refused", refused=True)
def test_a_credential_like_a_good_one_is_refused(operation, evidence, judge):
    judge(evidence.auth.similar(operation))


@verifies("auth.role_accepted")
def test_a_credential_of_another_documented_kind_is_accepted(obligation, operation, evidence, judge):
    judge(evidence.auth.beside(operation, obligation.parameters["role"]))


@verifies("auth.role_refused", "auth.forbidden", refused=True)
def test_a_credential_without_the_right_is_refused(obligation, operation, evidence, judge):
    judge(evidence.auth.role(operation, obligation.parameters["role"]))


@verifies("auth.refused_does_nothing", phase=Phase.WRITE)
def test_what_is_refused_is_not_done(operation, evidence, judge):
    judge(evidence.lifecycle.refused(operation))


@verifies("auth.context_required", refused=True)
def test_a_request_without_its_scoping_header_is_refused(obligation, operation, evidence, judge):
    judge(evidence.auth.without_header(operation, obligation.parameters["header"]))


@verifies("auth.context_required_somewhere")
def test_some_request_without_the_scoping_header_is_refused(obligation, evidence, judge):
    judge(evidence.auth.without_header_somewhere(obligation.parameters["header"]))


@verifies("auth.challenge", phase=Phase.ALL)
def test_a_401_names_a_scheme_to_authenticate_with(obligation, evidence, judge):
    judge(evidence.responses(obligation.operation))


@verifies("auth.credential_not_echoed", phase=Phase.ALL)
def test_no_answer_repeats_the_credential(obligation, evidence, judge):
    judge(evidence.responses(obligation.operation))
