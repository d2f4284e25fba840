"""What a verdict says: its category, its failure message, its exchanges."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vendorproof.checks.outcome import Blame, Word
from vendorproof.contract.model import Contract
from vendorproof.exchange import Exchange, Failure, Redactor, Request, Response
from vendorproof.exchange.model import Trouble
from vendorproof.report import Category, explain, headline
from vendorproof.report.excerpt import excerpt
from vendorproof.report.explain import culprit, short
from vendorproof.report.explain import said as words_of
from vendorproof.report.run import by_number
from vendorproof.report.text import cut, legible, numbered, plural

REPORTS = Path(__file__).parents[2] / "reports"


@pytest.mark.parametrize(
    ("word", "given", "category"),
    [
        (Word.PASS, {}, Category.PASS),
        (Word.FAIL, {}, Category.VIOLATION),
        (Word.FAIL, {"level": "should"}, Category.WARNING),
        (Word.FAIL, {"basis": "example"}, Category.WARNING),
        (Word.FAIL, {"known": "they know (accepted until 2027-01-01, #7)"}, Category.KNOWN),
        (Word.PASS, {"known": "they know (accepted until 2027-01-01, #7)"}, Category.PASS),
        (Word.INCONCLUSIVE, {"blame": Blame.ENVIRONMENT}, Category.INCONCLUSIVE),
        (Word.NOT_APPLICABLE, {}, Category.NOT_APPLICABLE),
        (Word.ERROR, {"blame": Blame.OURS}, Category.ERROR),
    ],
)
def test_category(word: Word, given: dict[str, Any], category: Category, make_verdict: Any) -> None:
    assert Category.of(make_verdict(word, **given)) is category


def test_a_failure_says_what_to_look_at(make_verdict: Any, make_exchange: Any, contract: Contract) -> None:
    verdict = make_verdict(Word.FAIL, exchanges=(1, 2), judged=2)
    said = explain(
        verdict,
        contract.requirements[0],
        [make_exchange(1), make_exchange(2)],
        Redactor({"$T": "sk_live_0123456789abcdef"}),
    )
    assert said.split("\n") == [
        "vendor violation: acme.pagination.limit-honoured at GET /things",
        "  A page holds at most as many items as were asked for.",
        "  level must, basis stated, section 'Pagination', check pagination.limit_honoured",
        "  expected: at most 7 items",
        "  observed: 25 items",
        "  reason: limit-exceeded",
        "  judged 2 exchanges: #1 #2",
        "  reproduce: curl -sS -i 'https://api.example.com/v1/things?limit=7' -H \"Authorization: Bearer $T\""
        " -H 'Accept: application/json'",
    ]


def test_a_failure_of_a_sequence_says_all_of_it_in_order(
    make_verdict: Any, make_exchange: Any, contract: Contract, redactor: Redactor
) -> None:
    made = make_exchange(1)
    made = replace(made, request=replace(made.request, method="POST"))
    verdict = make_verdict(Word.FAIL, exchanges=(1, 2), judged=2)
    said = explain(verdict, contract.requirements[0], [made, make_exchange(2)], redactor).split("\n")
    first, second = said[said.index("  reproduce, in this order:") + 1 :]
    assert "curl -sS -i -X POST" in first
    assert "-X" not in second


def test_a_failure_that_was_repeated_or_accepted_says_so(make_verdict: Any, redactor: Redactor, secret: str) -> None:
    flaky = make_verdict(Word.FAIL, confirmed=False, flaky=True, repetition="seen once, not again")
    assert "repetition: seen once, not again" in list(words_of(flaky, redactor))
    assert short(flaky, redactor) == "seen once, not again: expected at most 7 items, observed 25 items"
    known = make_verdict(Word.FAIL, known=f"they know {secret} (accepted until 2027-01-01, #7)")
    assert list(words_of(known, redactor))[-1] == "accepted: they know $ACME_TOKEN (accepted until 2027-01-01, #7)"
    assert short(known, redactor).endswith("25 items; they know $ACME_TOKEN (accepted until 2027-01-01, #7)")


def test_a_vendors_words_neither_leak_nor_drive_a_terminal(
    make_verdict: Any, contract: Contract, redactor: Redactor, secret: str, hostile: str
) -> None:
    said = explain(make_verdict(Word.FAIL, observed=secret + hostile), contract.requirements[0], [], redactor)
    assert secret not in said
    assert "$ACME_TOKEN</script>" in said
    assert r"\x1b[31m\u202e" in said
    assert "\x1b" not in said


def test_the_whole_api_has_no_place(make_verdict: Any) -> None:
    assert headline(make_verdict(operation="*")) == "pass: acme.pagination.limit-honoured"


def test_the_last_exchange_that_is_held_shows_a_verdict(make_verdict: Any, make_exchange: Any) -> None:
    held = by_number([make_exchange(1), make_exchange(2), make_exchange(3, vendor="other")])
    found = culprit(make_verdict(exchanges=(1, 2, 3)), held)
    assert isinstance(found, Exchange)
    assert found.number == 2
    assert culprit(make_verdict(exchanges=()), held) is None


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        (
            "vendorproof.plugin.RequirementBroken: vendor violation: acme.x at GET /\n  expected: warning: ",
            "Vendor violations",
        ),
        ("XFAIL warning: acme.x\n\nand more", "Warnings"),
        ("XFAIL known deviation: acme.x\n  accepted: they know", "Known deviations"),
        ("Skipped: inconclusive: acme.x\n  reason: our error: no", "Inconclusive"),
        ("Skipped: not applicable: acme.x", "Not applicable"),
        ("vendorproof.errors.InternalError: our error: acme.x", "Our errors"),
    ],
)
def test_a_message_falls_into_the_category_of_its_first_line(prefix: str, name: str) -> None:
    categories = json.loads((REPORTS / "categories.json").read_text("utf-8"))
    fitting = [one["name"] for one in categories if re.fullmatch(one.get("messageRegex", r"[\s\S]*"), prefix)]
    assert fitting[0] == name


def test_both_lists_of_categories_are_the_same() -> None:
    written = json.loads((REPORTS / "categories.json").read_text("utf-8"))
    shown = json.loads((REPORTS / "allurerc.json").read_text("utf-8"))["categories"]
    assert [one["name"] for one in written] == [one["name"] for one in shown]
    labels = [one["matchers"]["labels"]["category"].strip("^$") for one in shown if "labels" in one["matchers"]]
    assert labels == [one for one in Category if one not in (Category.PASS, Category.ERROR)]


def test_a_secret_across_the_cut_leaves_nothing_behind(make_exchange: Any, redactor: Redactor, secret: str) -> None:
    one = excerpt(make_exchange(response=Response(200, body=b"x" * 10 + secret.encode())), redactor, body_limit=15)
    assert one.answer.body.text == "xxxxxxxxxx$ACME"
    assert one.answer.body.note == "cut at 15 of 21 characters"


def test_an_excerpt_holds_no_secret(make_exchange: Any, redactor: Redactor, secret: str) -> None:
    exchange = make_exchange(
        request=Request("POST", f"https://x/?k={secret}", make_exchange().request.headers, secret.encode()),
        response=Response(200, make_exchange().response.headers, secret.encode()),
        purpose=f"with {secret}",
    )
    assert secret not in json.dumps(excerpt(exchange, redactor, body_limit=100).as_json())


def test_an_excerpt_without_a_response_says_why(make_exchange: Any, redactor: Redactor, secret: str) -> None:
    failure = Failure(Trouble.TIMEOUT, f"no answer for {secret}")
    one = excerpt(make_exchange(response=None, failure=failure), redactor, body_limit=100)
    assert one.as_json()["response"] == {"failure": "timed out: no answer for $ACME_TOKEN"}


def test_a_body_that_is_no_text_is_shown_byte_by_byte(make_exchange: Any, redactor: Redactor) -> None:
    one = excerpt(make_exchange(response=Response(200, body=b"\xff\x00a", cut=True)), redactor, body_limit=100)
    assert one.answer.body.text == "ÿ\x00a"
    assert one.answer.body.note == (
        "not UTF-8: 3 bytes, each shown as one character; longer than the target's size limit, ends early"
    )


def test_small_words() -> None:
    assert legible("a\tb\n\r\x7f\u2066\ud800é") == "a\tb\n\\x0d\\x7f\\u2066\\ud800é"
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "abc… (4 characters)"
    assert [plural(count, "call") for count in (0, 1, 2000)] == ["0 calls", "1 call", "2,000 calls"]
    assert numbered((1, 2)) == "#1 #2"
    assert numbered(range(14)).endswith("#11 and 2 more")
