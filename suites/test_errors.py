"""Mistakes are answered as documented."""

from vendorproof.suite import Phase, verifies


def asks_for_what_is_gone(obligation):
    return obligation.parameters["provoke"] == "absent-id"


@verifies("errors.status", after_ends=asks_for_what_is_gone)
def test_a_documented_mistake_gets_its_status(obligation, evidence, judge):
    judge(evidence.errors.provoked(obligation.parameters["provoke"], obligation.operation))


@verifies("errors.validation_details")
def test_a_validation_error_tells_details(obligation, evidence, judge):
    judge(evidence.errors.provoke(obligation.parameters["provoke"], obligation.operation))


@verifies("errors.code_stable")
def test_the_same_mistake_gets_the_same_code(obligation, evidence, judge):
    judge(evidence.errors.same_again(obligation.operation))


@verifies("errors.names_field")
def test_a_validation_error_names_the_field(obligation, evidence, judge):
    judge(evidence.errors.provoke("invalid-body", obligation.operation))


@verifies("errors.bad_input_is_not_5xx")
def test_bad_input_is_the_client_s_mistake(operation, operations, evidence, judge):
    judge(evidence.errors.bad_inputs(operation, operations))


@verifies(
    "errors.envelope",
    "errors.schema",
    "errors.field",
    "errors.status_echoed",
    "errors.path_echoed",
    "errors.details",
    phase=Phase.ALL,
)
def test_every_error_is_in_the_documented_form(obligation, evidence, judge):
    judge(evidence.responses(obligation.operation))


@verifies("errors.ids_distinct", phase=Phase.ALL)
def test_every_error_has_an_id_of_its_own(evidence, judge):
    judge(evidence.errors.all_errors())
