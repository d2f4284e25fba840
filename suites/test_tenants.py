"""One tenant sees nothing of another."""

from vendorproof.suite import Phase, verifies


@verifies("tenants.not_readable")
def test_a_thing_of_another_tenant_is_not_there(operation, evidence, judge):
    judge(evidence.auth.foreign(operation))


@verifies("tenants.nothing_added", phase=Phase.WRITE)
def test_nothing_is_added_to_a_thing_of_another_tenant(operation, evidence, judge):
    judge(evidence.auth.foreign(operation))


@verifies("tenants.like_absent")
def test_a_thing_of_another_tenant_is_like_one_that_does_not_exist(operation, evidence, judge):
    judge(evidence.auth.foreign_and_absent(operation))


@verifies("tenants.not_listed")
def test_a_listing_shows_only_our_own(operation, evidence, judge):
    judge(evidence.auth.both_listings(operation))


@verifies("tenants.foreign_context_refused")
def test_a_request_in_another_tenant_s_name_gets_nothing_of_it(obligation, operation, evidence, judge):
    judge(evidence.auth.foreign_context(operation, obligation.parameters["header"]))


@verifies("tenants.not_changeable", "tenants.change_not_found", phase=Phase.WRITE, refused=True)
def test_a_thing_of_another_tenant_cannot_be_changed(operation, operations, evidence, judge):
    judge(evidence.lifecycle.changed_by_another(operation, operations))
