"""Streams come as documented: their type, their framing, their end."""

from vendorproof.suite import Phase, verifies


@verifies("streaming.ends")
def test_a_stream_comes_to_its_end(operation, evidence, judge):
    judge(evidence.attempt(operation))


@verifies("streaming.error_before_start")
def test_an_error_before_the_stream_is_no_stream(operation, evidence, judge):
    judge(evidence.streaming.refused(operation))


@verifies("streaming.accept_decides")
def test_the_accept_header_decides_what_comes(obligation, operation, evidence, judge):
    judge(evidence.streaming.accepting(operation, obligation.parameters["accept"]))


@verifies("streaming.content_type", phase=Phase.ALL)
def test_a_stream_is_one_whatever_its_reader_accepts(operation, evidence, judge):
    judge(evidence.responses(operation))
    judge(evidence.streaming.accepting(operation, "*/*"))


@verifies(
    "streaming.framing",
    "streaming.events_json",
    "streaming.incremental",
    phase=Phase.ALL,
)
def test_every_stream_is_in_the_documented_form(operation, evidence, judge):
    judge(evidence.responses(operation))
