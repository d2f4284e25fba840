"""The API is there over TLS alone."""

from vendorproof.suite import verifies


@verifies("transport.http_redirects", "transport.plain_http_refused")
def test_plain_http_is_no_way_in(evidence, judge):
    judge(evidence.transport.over_plain_http())
