"""Every documented operation is there and does what its row says."""

from vendorproof.suite import Phase, verifies


@verifies("operations.answers")
def test_a_valid_request_succeeds(operation, evidence, judge):
    judge(evidence.attempted(operation))


@verifies("operations.success_status")
def test_a_success_has_the_documented_status(operation, evidence, judge):
    judge(evidence.attempt(operation))


@verifies("operations.read_only", phase=Phase.WRITE)
def test_what_is_only_read_refuses_other_methods(obligation, operation, evidence, judge):
    for method in obligation.parameters["methods"]:
        judge(evidence.errors.other_method(operation, method))


@verifies("operations.documented_status", "operations.standard_status", phase=Phase.ALL)
def test_every_status_is_documented(operation, evidence, judge):
    judge(evidence.responses(operation))
