"""The API says which version it is and what will change."""

from vendorproof.suite import Phase, verifies


@verifies("versioning.openapi_published", "versioning.openapi_consistent")
def test_the_api_publishes_a_document_that_describes_it(evidence, judge):
    judge(evidence.transport.openapi())


@verifies("versioning.documentation_served")
def test_the_documentation_is_where_it_says(obligation, evidence, judge):
    judge(evidence.transport.documentation(obligation.parameters["path"]))


@verifies("versioning.base_path")
def test_the_api_is_at_its_documented_address(evidence, judge):
    judge(evidence.transport.any_answer())


@verifies("versioning.deprecation_noticed", phase=Phase.ALL)
def test_nothing_is_announced_as_deprecated(obligation, evidence, judge):
    judge(evidence.responses(obligation.operation))
