"""What plain HTTP is answered with."""

from __future__ import annotations

import pytest

from tests.checks.builders import ACME, acme, error, exchange, silence
from tests.checks.table import Example, Table, accept, examples, passed_over, reject, undecided
from vendorproof.contract.conventions import Transport


def to(location: str | None, status: int = 301) -> object:
    return exchange(status, None, {} if location is None else {"Location": location}, operation=None)


HTTP_REDIRECTS = Table(
    "transport.http_redirects",
    accept("to the same place", to("https://api.acme.test/v1/nowhere")),
    accept("with 308", to("https://api.acme.test/v1/nowhere", 308)),
    accept("to another port", to("https://api.acme.test:8443/v1/nowhere")),
    accept("whatever the case of the host", to("https://API.acme.test/v1/nowhere")),
    reject("answered", "not-redirected", exchange(200, {}, operation=None)),
    reject("refused", "not-redirected", error(404, operation=None)),
    reject("to plain HTTP", "redirected-elsewhere", to("http://api.acme.test/v1/nowhere")),
    reject("to another host", "redirected-elsewhere", to("https://www.acme.test/")),
    reject("to nowhere", "redirected-elsewhere", to(None)),
    reject("within plain HTTP", "redirected-elsewhere", to("/v1/elsewhere")),
    undecided("nobody listens", silence(operation=None)),
    passed_over("the documentation says nothing", exchange(200, {}, operation=None), contract=ACME),
    contract=acme(transport=Transport("redirect")),
)

PLAIN_HTTP_REFUSED = Table(
    "transport.plain_http_refused",
    accept("a redirection", to("https://api.acme.test/")),
    accept("an error", error(403, operation=None)),
    reject("answered", "answered-in-clear", exchange(200, {}, operation=None)),
    undecided("nobody listens", silence(operation=None)),
)

TABLES = [HTTP_REDIRECTS, PLAIN_HTTP_REFUSED]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
