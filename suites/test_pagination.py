"""Lists are cut into pages as documented, and the pages add up."""

from vendorproof.suite import Phase, verifies


@verifies("pagination.default_page_size")
def test_a_page_without_a_size_has_the_default_size(operation, evidence, judge):
    judge(evidence.pagination.default_and_explicit(operation))


@verifies("pagination.max_page_size")
def test_the_largest_page_can_be_asked_for(operation, evidence, judge):
    judge(evidence.pagination.small_and_largest(operation))


@verifies("pagination.over_maximum")
def test_no_page_is_larger_than_the_maximum(operation, evidence, judge):
    judge(evidence.pagination.beyond_maximum(operation))


@verifies(
    "pagination.nothing_twice",
    "pagination.nothing_missing",
    "pagination.same_order",
)
def test_any_way_to_cut_a_list_into_pages_gives_the_same_list(operation, evidence, judge):
    judge(evidence.pagination.walks(operation))


@verifies("pagination.end_signal", "pagination.has_more_truthful", "pagination.cursor_continues", phase=Phase.LIFE)
def test_a_listing_that_grows_on_the_way_is_walked_to_its_end(operation, evidence, judge):
    judge(evidence.pagination.walks(operation))
    judge.told(evidence.stories.walked(operation, judge.refuses))


@verifies("pagination.garbage_cursor")
def test_a_cursor_that_was_never_issued_is_refused(operation, evidence, judge):
    judge(evidence.pagination.first_and_garbage(operation))


@verifies("pagination.offset_skips")
def test_an_offset_skips_that_many_items(operation, evidence, judge):
    judge(evidence.pagination.skipped(operation), evidence.pagination.skipped(operation, limit=None))


@verifies("pagination.page_numbers")
def test_a_page_begins_behind_the_pages_before_it(operation, evidence, judge):
    judge(evidence.pagination.skipped(operation))


@verifies("pagination.default_offset", "pagination.default_page")
def test_without_an_offset_or_a_number_the_list_starts_at_its_beginning(operation, evidence, judge):
    judge(evidence.pagination.default_and_first(operation))


@verifies("pagination.past_the_end")
def test_past_the_end_there_is_nothing(operation, evidence, judge):
    judge(evidence.pagination.past_the_end(operation))


@verifies("pagination.order")
def test_the_items_come_in_the_documented_order(operation, evidence, judge):
    judge(evidence.pagination.everything(operation))


@verifies("pagination.limit_honoured")
def test_a_page_holds_at_most_what_was_asked_for(operation, evidence, judge):
    judge(evidence.pagination.few(operation))


@verifies("pagination.envelope", phase=Phase.ALL)
def test_every_page_is_in_the_documented_form(operation, evidence, judge):
    judge(evidence.responses(operation))
