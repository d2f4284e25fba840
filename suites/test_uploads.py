"""Files are taken in every documented form, to the same effect."""

from vendorproof.suite import Phase, verifies


@verifies("uploads.accepted", phase=Phase.WRITE)
def test_a_file_is_taken_in_the_documented_form(obligation, operation, evidence, judge):
    wanted = obligation.parameters
    judge(evidence.uploads.accepted(operation, wanted["form"], wanted.get("file", "")))


@verifies("uploads.forms_equivalent", phase=Phase.WRITE)
def test_each_form_of_the_same_file_has_the_same_effect(operation, evidence, judge):
    judge(evidence.uploads.forms(operation))


@verifies("uploads.several_files", phase=Phase.WRITE)
def test_one_request_carries_several_files(operation, evidence, judge):
    judge(evidence.uploads.several(operation))
