"""A made-up vendor with a handful of requirements, and a run over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest

from vendorproof.checks.outcome import Blame, Verdict, Word
from vendorproof.contract.conventions import Authentication, Carrier, Conventions
from vendorproof.contract.model import (
    Basis,
    Contract,
    Kind,
    KnownDeviation,
    Level,
    Operation,
    Question,
    Requirement,
)
from vendorproof.errors import Place
from vendorproof.exchange import Exchange, Headers, Redactor, Request, Response
from vendorproof.report import FinishedRun, RunFooter, RunHeader

SECRET = "sk_live_0123456789abcdef"
LABEL = "$ACME_TOKEN"
HOSTILE = "</script><img src=x onerror=alert(1)>`**\"'&\x1b[31m\u202e"


class Make(Protocol):
    def __call__(self, *args: Any, **given: Any) -> Any: ...


def _requirement(name: str, text: str, **given: Any) -> Requirement:
    usual: dict[str, Any] = {
        "id": f"acme.{name}",
        "vendor": "acme",
        "page": "acme",
        "section": "Pagination",
        "level": Level.MUST,
        "basis": Basis.STATED,
        "text": text,
        "check": "pagination.limit_honoured",
        "undecidable": None,
        "on": (),
        "parameters": {},
        "fingerprint": "f",
        "place": Place(Path("requirements.yaml"), 1),
    }
    return Requirement(**(usual | given))


def _operation(method: str, path: str, identifier: str) -> Operation:
    return Operation(
        vendor="acme",
        id=identifier,
        method=method,
        path=path,
        kind=Kind.LIST,
        basis=Basis.STATED,
        effects=frozenset(),
        tags=(),
        parameters=(),
        request=(),
        request_required=False,
        responses=(),
        public=False,
    )


@pytest.fixture
def secret() -> str:
    """The one credential of the made-up target."""
    return SECRET


@pytest.fixture
def redactor() -> Redactor:
    """Knows the secret."""
    return Redactor({LABEL: SECRET})


@pytest.fixture
def hostile() -> str:
    """What a vendor might say to break a page, a terminal or a file."""
    return HOSTILE


@pytest.fixture
def contract() -> Contract:
    """A vendor with two lists and four requirements, one of them undecidable."""
    return Contract(
        vendor="acme",
        title="Acme <Inc>",
        base_url="https://api.example.com/v1",
        folder=Path("contracts/acme"),
        openapi={"externalDocs": {"url": "https://docs.example.com/pagination"}},
        operations=(
            _operation("GET", "/things", "listThings"),
            _operation("GET", "/things/{thingId}/parts", "listParts"),
        ),
        conventions=Conventions(
            Authentication((Carrier("bearer", "header", "Authorization", "Bearer {credential}"),), "ACME_TOKEN")
        ),
        requirements=(
            _requirement("pagination.limit-honoured", "A page holds at most as many items as were asked for."),
            _requirement("pagination.newest-first", "The newest comes first.", level=Level.SHOULD),
            _requirement("errors.envelope", "Every error is the envelope.", section="Errors", check="errors.envelope"),
            _requirement(
                "errors.mailed", "Errors are mailed.", check=None, undecidable="nobody outside reads the mail"
            ),
        ),
        questions=(Question("acme.question.order", "Pagination", "Which order?", "Any order."),),
        known=(
            KnownDeviation(
                "acme.pagination.limit-honoured",
                "GET /things",
                "they know",
                "https://tracker.example.com/7",
                "2027-01-01",
                Place(Path("known.yaml"), 1),
            ),
        ),
        sections={},
    )


@pytest.fixture
def make_exchange() -> Make:
    """Makes an exchange; what is given replaces a field of the usual one."""

    def make(number: int = 1, **given: Any) -> Exchange:
        usual: dict[str, Any] = {
            "vendor": "acme",
            "operation": "listThings",
            "role": "default",
            "request": Request(
                "GET",
                "https://api.example.com/v1/things?limit=7",
                Headers((("Authorization", f"Bearer {SECRET}"), ("Accept", "application/json"))),
            ),
            "response": Response(
                200,
                Headers((("Content-Type", "application/json"), ("X-Echo", SECRET))),
                b'{"data": [{"id": "t1", "amount": 12345678901234567890}]}',
            ),
            "sent": 1_795_000_000.5,
            "elapsed": 0.0123,
            "purpose": "a page of 7",
        }
        return Exchange(number=number, **(usual | given))

    return make


@pytest.fixture
def make_verdict() -> Make:
    """Makes a verdict; what is given replaces a field of a pass."""

    def make(word: Word = Word.PASS, **given: Any) -> Verdict:
        usual: dict[str, Any] = {
            "vendor": "acme",
            "requirement": "acme.pagination.limit-honoured",
            "operation": "GET /things",
            "check": "pagination.limit_honoured",
            "verdict": word,
            "level": "must",
            "basis": "stated",
            "blame": Blame.NOBODY if word is Word.PASS else Blame.VENDOR,
            "judged": 1,
            "exchanges": (1,),
        }
        if word is Word.FAIL:
            usual |= {"expected": "at most 7 items", "observed": "25 items", "reason": "limit-exceeded"}
        elif word is not Word.PASS:
            usual |= {"reason": "the list is too short"}
        return Verdict(**(usual | given))

    return make


@pytest.fixture
def make_run(contract: Contract, redactor: Redactor, make_exchange: Make) -> Make:
    """Makes a finished run of the given verdicts."""

    def make(*verdicts: Verdict, **given: Any) -> FinishedRun:
        header = RunHeader(
            version="0.1.0",
            started="2026-11-22T02:00:03+00:00",
            vendors=("acme",),
            target="sandbox",
            environment="sandbox",
            base_urls={"acme": "https://api.example.com/v1"},
            budget=500,
            seed=42,
            contracts={"acme": "3fa9c1d2"},
            labels=(LABEL,),
        )
        usual: dict[str, Any] = {
            "header": header,
            "footer": RunFooter.of(verdicts, calls=3, seconds=1.5, exit_code=int(any(one.red for one in verdicts))),
            "verdicts": verdicts,
            "contracts": (contract,),
            "exchanges": tuple(make_exchange(number) for number in (1, 2, 3)),
            "redactor": redactor,
        }
        return FinishedRun(**(usual | given))

    return make
