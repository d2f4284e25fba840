"""The rate limit is announced, counted and enforced as documented."""

from vendorproof.suite import Phase, verifies


@verifies("rate_limit.enforced", "rate_limit.recovers", "rate_limit.per_token", phase=Phase.DRAIN)
def test_the_limit_refuses_what_is_too_much(obligation, evidence, judge):
    judge(evidence.rate_limit.drained(obligation.operation))


@verifies("rate_limit.ordered_by_environment", phase=Phase.DRAIN)
def test_one_environment_has_a_lower_limit_than_another(obligation, evidence, judge):
    wanted = obligation.parameters
    judge(evidence.rate_limit.ordered(wanted["lower"], wanted["higher"], obligation.operation))


@verifies("rate_limit.remaining_falls", phase=Phase.ALL)
def test_the_remaining_count_falls(evidence, judge):
    judge(evidence.rate_limit.in_order())


@verifies("rate_limit.refusal_headers", phase=Phase.DRAIN)
def test_a_refusal_of_too_many_requests_tells_of_the_limit(obligation, evidence, judge):
    judge(evidence.rate_limit.drained(obligation.operation))


@verifies("rate_limit.retry_after", phase=Phase.ALL)
def test_a_refusal_says_when_to_come_back(obligation, evidence, judge):
    judge(evidence.rate_limit.refusals(obligation.operation))


@verifies("rate_limit.headers_present", "rate_limit.header_values", "rate_limit.reset_in_future", phase=Phase.ALL)
def test_every_answer_tells_where_the_limit_stands(obligation, evidence, judge):
    judge(evidence.responses(obligation.operation))
