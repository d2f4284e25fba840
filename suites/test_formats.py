"""Values look as documented."""

from vendorproof.suite import Phase, verifies


@verifies("formats.id_stable")
def test_a_thing_keeps_its_id(operation, evidence, judge):
    judge(evidence.lifecycle.listed_and_read(operation))


@verifies("formats.timestamps", "formats.ids", "formats.empty_fields", "formats.decimal_strings", phase=Phase.ALL)
def test_every_value_is_in_the_documented_form(obligation, evidence, judge):
    judge(evidence.responses(obligation.operation))
