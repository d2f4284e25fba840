"""One exchange, the journal of a run, HAR in and out, curl lines, and keeping secrets out of all of them."""

from vendorproof.exchange.curl import curl
from vendorproof.exchange.har import read_har, write_har
from vendorproof.exchange.journal import Journal
from vendorproof.exchange.model import (
    Exchange,
    Failure,
    Headers,
    NotJson,
    Request,
    Response,
    Trouble,
    parse_json,
)
from vendorproof.exchange.redaction import Redactor

__all__ = [
    "Exchange",
    "Failure",
    "Headers",
    "Journal",
    "NotJson",
    "Redactor",
    "Request",
    "Response",
    "Trouble",
    "curl",
    "parse_json",
    "read_har",
    "write_har",
]
