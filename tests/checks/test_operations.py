"""Whether an operation exists and answers as documented."""

from __future__ import annotations

import pytest

from tests.checks.builders import error, exchange, silence, with_operation
from tests.checks.table import Example, Table, accept, attempts, examples, passed_over, reject, undecided
from vendorproof.checks.shapes import Attempt
from vendorproof.contract.model import Parameter
from vendorproof.exchange.model import Trouble

OUR_BODY = with_operation("createThing", assumed=("body",))
OUR_ID = with_operation(
    "getThing", assumed=("response",), parameters=(Parameter("thingId", "path", True, {"type": "string"}),)
)

ANSWERS = Table(
    "operations.answers",
    *attempts(
        accept("a success", exchange(200, {"id": "t1"})),
        accept("without a body", exchange(204)),
        accept("an opened socket", exchange(101, operation="listen")),
        reject("not found", "not-answered", error(404)),
        reject("not with this method", "not-answered", error(405)),
        reject("not for this credential", "not-answered", error(401)),
        reject("the server breaks", "not-answered", error(500)),
        reject("sent elsewhere", "not-answered", exchange(302)),
        reject("a documented body is refused", "not-answered", error(422, operation="createThing")),
        undecided("a body that is our reading is", error(422, operation="createThing"), "bodies", contract=OUR_BODY),
        reject(
            "it does not excuse an absent path", "not-answered", error(404, operation="createThing"), contract=OUR_BODY
        ),
        undecided("no permission", error(403), "403"),
        undecided("the rate limit", error(429), "429"),
        undecided("the allowance is spent", error(402), "402"),
        undecided("longer than our own limit", exchange(200, "[1,", cut=True), "limits"),
        reject("no answer in time", "no-response", silence(Trouble.TIMEOUT)),
        reject("the connection closes", "no-response", silence(Trouble.CLOSED)),
        reject("something that is not HTTP", "no-response", silence(Trouble.PROTOCOL)),
        reject("redirections without end", "no-response", silence(Trouble.REDIRECTS)),
        undecided("nobody listens", silence(Trouble.REFUSED), "connection refused"),
        undecided("no such host", silence(Trouble.DNS)),
        undecided("no trust", silence(Trouble.TLS)),
        undecided("a proxy in between", silence(Trouble.PROXY)),
        undecided("an id that is our reading", error(404), "knows no such", contract=OUR_ID),
    ),
    reject("an id that is known to be good", "not-answered", Attempt(error(404), known=True), contract=OUR_ID),
)

SUCCESS_STATUS = Table(
    "operations.success_status",
    accept("the documented one", exchange(201, {}, operation="createThing")),
    reject("another", "other-status", exchange(200, {}, operation="createThing")),
    undecided("no success", error(422, operation="createThing"), "422"),
    undecided("no response", silence(operation="createThing")),
    accept("one of several", exchange(202, {}), given={"statuses": [201, 202]}),
    reject("none of several", "other-status", exchange(200, {}), given={"statuses": [201, 202]}),
    given={"statuses": [201]},
)

DOCUMENTED_STATUS = Table(
    "operations.documented_status",
    accept("the documented success", exchange(200, {})),
    accept("of a documented class", error(418)),
    reject("another success", "undocumented-status", exchange(202, {})),
    reject("of another class", "undocumented-status", error(500)),
    undecided("an outage that the documentation does not tell of", error(503), "a limit or an outage"),
    accept("one for which the documentation has no word", exchange(202, {}), given={"besides": [202]}),
    reject("another than that one", "undocumented-status", exchange(203, {}), given={"besides": [202]}),
    passed_over("of no operation", error(404, operation=None)),
    passed_over("no response", silence()),
)

STANDARD_STATUS = Table(
    "operations.standard_status",
    accept("a success", exchange(200, {})),
    accept("an error that few know", error(451)),
    accept("of no operation", error(404, operation=None)),
    reject("of nobody's registry", "unregistered-status", error(499)),
    reject("a proxy's own", "unregistered-status", error(520)),
    passed_over("no response", silence()),
)

READ_ONLY = Table(
    "operations.read_only",
    accept("not with this method", error(405, operation=None, method="PUT")),
    accept("not there", error(404, operation=None, method="PUT")),
    reject("done", "write-accepted", exchange(200, {}, operation=None, method="PUT")),
    reject("the server breaks", "write-accepted", error(500, operation=None, method="PUT")),
    undecided("the rate limit came first", error(429, operation=None, method="PUT")),
    undecided("the quota came first", error(402, operation=None, method="PUT")),
    undecided("no response", silence()),
    operation="getThing",
    given={"methods": ["PUT"]},
)

TABLES = [ANSWERS, SUCCESS_STATUS, DOCUMENTED_STATUS, STANDARD_STATUS, READ_ONLY]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()
