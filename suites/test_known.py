"""What the team accepted still fails, and not for longer than it said."""

from vendorproof.suite import over_known_deviations


@over_known_deviations
def test_what_is_accepted_still_fails(verdicts, judge):
    judge(verdicts)
