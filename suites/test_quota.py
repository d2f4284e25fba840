"""A fixed allowance of calls is counted by credential, and only where it is documented."""

from vendorproof.suite import Phase, verifies


@verifies("quota.exhausted", phase=Phase.DRAIN)
def test_a_spent_allowance_refuses_the_next_call(obligation, evidence, judge):
    judge(evidence.quota.spent(obligation.operation))


@verifies("quota.per_token", phase=Phase.DRAIN)
def test_one_credential_spends_nothing_of_another_s_allowance(obligation, evidence, judge):
    judge(evidence.quota.spent_beside(obligation.operation))


@verifies("quota.absent", phase=Phase.DRAIN)
def test_other_environments_have_no_allowance(obligation, evidence, judge):
    for environment in obligation.parameters["environments"]:
        judge(evidence.quota.unspent(environment, obligation.operation))
