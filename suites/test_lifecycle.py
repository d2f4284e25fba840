"""Things are created, read, listed, changed, deleted, and then gone."""

from vendorproof.suite import Phase, verifies


@verifies("lifecycle.created_is_readable", phase=Phase.LIFE)
def test_what_was_created_can_be_read(operation, evidence, judge):
    judge(evidence.lifecycle.created_and_read(operation))
    judge.told(evidence.stories.created_and_read(operation, judge.refuses))


@verifies("lifecycle.listed_in_place", phase=Phase.LIFE)
def test_what_was_created_is_listed_in_its_place(operation, evidence, judge):
    judge(evidence.lifecycle.created_and_listed(operation))


@verifies("lifecycle.created_is_listed", phase=Phase.LIFE)
def test_what_was_created_is_listed(operation, evidence, judge):
    judge(evidence.lifecycle.created_and_listed(operation))
    judge.told(evidence.stories.created_and_listed(operation, judge.refuses))


@verifies("lifecycle.not_listed_elsewhere", phase=Phase.LIFE)
def test_what_was_created_stays_out_of_another_listing(obligation, operation, evidence, judge):
    judge(evidence.lifecycle.created_and_elsewhere(operation, obligation.parameters["resource"]))


@verifies("lifecycle.others_untouched", phase=Phase.LIFE)
def test_a_change_of_one_thing_leaves_the_others_alone(operation, evidence, judge):
    judge(evidence.lifecycle.beside_others(operation))


@verifies(
    "lifecycle.update_persists",
    "lifecycle.update_touches_nothing_else",
    "lifecycle.update_keeps_id",
    "lifecycle.update_keeps_fields",
    phase=Phase.LIFE,
)
def test_an_update_changes_what_it_names_and_nothing_else(operation, evidence, judge):
    judge(evidence.lifecycle.updated(operation))
    judge.told(evidence.stories.updated(operation, judge.refuses))


@verifies("lifecycle.second_update_persists", phase=Phase.LIFE)
def test_a_second_update_changes_what_it_names(operation, evidence, judge):
    judge(evidence.lifecycle.updated_again(operation))


@verifies("lifecycle.deleted_is_gone", phase=Phase.LIFE)
def test_what_was_deleted_is_gone(operation, evidence, judge):
    judge(evidence.lifecycle.deleted(operation))
    judge.told(evidence.stories.deleted(operation, judge.refuses))


@verifies("lifecycle.deleted_leaves_list", phase=Phase.LIFE)
def test_what_was_deleted_leaves_the_listing(operation, evidence, judge):
    judge(evidence.lifecycle.deleted_and_listed(operation))
    judge.told(evidence.stories.deleted_and_listed(operation, judge.refuses))
