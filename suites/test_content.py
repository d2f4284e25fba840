"""Bodies are what the documentation says they are."""

from vendorproof.suite import Phase, verifies


@verifies("content.json_accepted")
def test_a_request_that_says_it_is_json_is_taken(operation, evidence, judge):
    judge(evidence.as_json(operation))


@verifies("content.json_responses", "schema.success_body", "envelope.data", phase=Phase.ALL)
def test_every_body_is_what_is_documented(obligation, evidence, judge):
    judge(evidence.responses(obligation.operation))


@verifies("content.documented_headers", phase=Phase.ALL)
def test_every_answer_has_its_documented_headers(operation, evidence, judge):
    judge(evidence.responses(operation))
