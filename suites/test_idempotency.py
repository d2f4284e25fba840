"""A request that is sent twice with one key acts once."""

from vendorproof.suite import Phase, verifies


@verifies("idempotency.duplicate_conflicts", "idempotency.duplicate_replays", phase=Phase.WRITE)
def test_a_repeated_key_is_answered_as_documented(operation, evidence, judge):
    judge(evidence.idempotency.again(operation))
    judge.told(evidence.stories.repeated(operation, judge.refuses))


@verifies("idempotency.no_second_effect", phase=Phase.WRITE)
def test_a_repeated_key_has_no_second_effect(operation, evidence, judge):
    judge(evidence.idempotency.effects(operation))


@verifies("idempotency.concurrent_duplicates", phase=Phase.WRITE)
def test_of_two_at_the_same_time_one_acts(operation, evidence, judge):
    judge(evidence.idempotency.race(operation))
    judge.told(evidence.stories.raced(operation, judge.refuses))


@verifies("idempotency.other_key_acts", phase=Phase.WRITE)
def test_another_key_is_another_request(operation, evidence, judge):
    judge(evidence.idempotency.other_key(operation))


@verifies("idempotency.mismatch", phase=Phase.WRITE)
def test_another_request_with_a_used_key_is_answered_as_documented(operation, evidence, judge):
    judge(evidence.idempotency.another_body(operation))


@verifies("idempotency.every_duplicate_replays", phase=Phase.WRITE)
def test_every_repetition_gets_the_first_answer(operation, evidence, judge):
    judge(evidence.idempotency.much_later(operation))


@verifies("idempotency.key_forms", phase=Phase.WRITE)
def test_every_documented_form_of_a_key_is_taken(obligation, operation, evidence, judge):
    for form in obligation.parameters["forms"]:
        judge(evidence.idempotency.with_key(operation, form))


@verifies("idempotency.key_optional", phase=Phase.WRITE)
def test_a_key_may_be_left_out(operation, evidence, judge):
    judge(evidence.idempotency.without_key(operation))


@verifies("idempotency.window_holds", phase=Phase.WRITE)
def test_a_key_is_known_until_its_window_ends(operation, evidence, judge):
    judge(evidence.idempotency.before_expiry(operation))


@verifies("idempotency.key_expires", phase=Phase.WRITE)
def test_a_key_is_fresh_again_after_its_window(operation, evidence, judge):
    judge(evidence.idempotency.after_expiry(operation))
    judge.told(evidence.stories.repeated_late(operation, judge.refuses))
