"""What changed since the night before, and the message that says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vendorproof.checks.outcome import Blame, Verdict, Word
from vendorproof.errors import TargetError
from vendorproof.report import Ledger, changes_since, payload, plain
from vendorproof.report.changes import Kind
from vendorproof.report.message import mrkdwn

OTHER = "GET /things/{thingId}/parts"


@pytest.fixture
def night(make_run: Any) -> Any:
    """Makes the ledger of a night with these verdicts."""

    def make(*verdicts: Verdict, **footer: Any) -> Ledger:
        run = make_run(*verdicts)
        return Ledger(run.header, run.verdicts, replace(run.footer, **footer))

    return make


@pytest.mark.parametrize(
    ("then", "now", "kind"),
    [
        ((Word.PASS, {}), (Word.FAIL, {}), Kind.BROKEN),
        ((Word.FAIL, {"level": "should"}), (Word.FAIL, {}), Kind.BROKEN),
        ((Word.FAIL, {"known": "they know"}), (Word.FAIL, {}), Kind.BROKEN),
        ((Word.FAIL, {}), (Word.FAIL, {"reason": "other"}), Kind.BROKEN),
        ((Word.FAIL, {}), (Word.PASS, {}), Kind.MENDED),
        ((Word.FAIL, {"known": "they know"}), (Word.PASS, {}), Kind.MENDED),
        ((Word.FAIL, {}), (Word.FAIL, {"known": "they know"}), Kind.ACCEPTED),
        ((Word.PASS, {}), (Word.FAIL, {"basis": "implied"}), Kind.WARNED),
        ((Word.PASS, {}), (Word.INCONCLUSIVE, {}), Kind.LOST),
        ((Word.FAIL, {}), (Word.INCONCLUSIVE, {}), Kind.LOST),
        ((Word.PASS, {}), None, Kind.LOST),
        ((Word.INCONCLUSIVE, {}), (Word.PASS, {}), Kind.DECIDED),
        ((Word.PASS, {}), (Word.ERROR, {}), Kind.OURS),
        (None, (Word.FAIL, {}), Kind.BROKEN),
        (None, (Word.PASS, {}), Kind.OTHER),
        ((Word.PASS, {}), (Word.NOT_APPLICABLE, {}), Kind.OTHER),
    ],
)
def test_a_change_means_something(then: Any, now: Any, kind: Kind, night: Any, make_verdict: Any) -> None:
    before, after = (
        night(*([] if one is None else [make_verdict(one[0], **one[1])]), exit_code=0) for one in (then, now)
    )
    changes = changes_since(before, after)
    assert [change.kind for change in changes.changes] == [kind]
    assert changes.of(kind) == changes.changes
    assert changes.any


@pytest.mark.parametrize(
    ("word", "then", "now"),
    [
        (Word.PASS, {"judged": 1}, {"judged": 9, "exchanges": (4, 5)}),
        (Word.FAIL, {}, {"observed": "26 items", "exchanges": (7,)}),
        (Word.FAIL, {"confirmed": True}, {"confirmed": None}),
        (Word.INCONCLUSIVE, {"reason": "the budget is spent"}, {"reason": "rate limited"}),
    ],
)
def test_what_only_reads_otherwise_has_not_changed(
    word: Word, then: dict[str, Any], now: dict[str, Any], night: Any, make_verdict: Any
) -> None:
    changes = changes_since(night(make_verdict(word, **then)), night(make_verdict(word, **now)))
    assert changes.changes == ()
    assert not changes.any


def test_verdicts_are_compared_place_by_place(night: Any, make_verdict: Any) -> None:
    before = night(make_verdict(), make_verdict(operation=OTHER))
    after = night(make_verdict(operation=OTHER), make_verdict(Word.FAIL))
    (change,) = changes_since(before, after).changes
    assert (change.verdict.operation, change.verdict.verdict) == ("GET /things", Word.FAIL)


@pytest.mark.parametrize(
    ("end", "words"),
    [({"exit_code": 3}, "nothing could be exercised"), ({"complete": False}, "the run did not finish")],
)
def test_a_night_that_ended_otherwise_is_a_change(
    end: dict[str, Any], words: str, night: Any, make_verdict: Any
) -> None:
    good, bad = night(make_verdict()), night(make_verdict(), **end)
    assert words in next(iter(plain(changes_since(good, bad))))
    assert not changes_since(bad, bad).any
    assert changes_since(bad, good).any


def test_a_killed_night_is_one_that_did_not_finish(night: Any, make_verdict: Any) -> None:
    good = night(make_verdict())
    changes = changes_since(good, replace(good, footer=None))
    assert list(plain(changes)) == ["acme at sandbox: the run did not finish"]


def test_the_first_night_says_that_it_is_there(night: Any, make_verdict: Any) -> None:
    changes = changes_since(None, night(make_verdict(Word.FAIL)))
    assert changes.any
    assert list(plain(changes)) == ["acme at sandbox: first night, 1 failure"]


def test_the_message_in_words(night: Any, make_verdict: Any) -> None:
    before = night(make_verdict(), make_verdict(Word.FAIL, operation=OTHER), make_verdict(operation="*"))
    after = night(
        make_verdict(Word.FAIL, flaky=True, repetition="seen once, not again"),
        make_verdict(operation=OTHER),
        make_verdict(Word.INCONCLUSIVE, operation="*", blame=Blame.ENVIRONMENT, reason="quota spent"),
        exit_code=1,
    )
    assert list(plain(changes_since(before, after))) == [
        "acme at sandbox: 1 newly broken, 1 no longer decided, 1 mended",
        "Newly broken (1):",
        "- acme.pagination.limit-honoured at GET /things (blame: vendor): "
        "seen once, not again: expected at most 7 items, observed 25 items",
        "No longer decided (1):",
        "- acme.pagination.limit-honoured (blame: environment): quota spent",
        "Mended (1):",
        f"- acme.pagination.limit-honoured at {OTHER}",
    ]


def test_a_long_list_is_cut(night: Any, make_verdict: Any) -> None:
    places = [f"GET /{number}" for number in range(30)]
    before = night(*(make_verdict(operation=place) for place in places))
    after = night(*(make_verdict(Word.FAIL, operation=place, observed="x" * 5000) for place in places))
    lines = list(plain(changes_since(before, after)))
    assert lines[-1] == "- 22 more in the report"
    assert max(map(len, lines)) < 300
    # Slack refuses a section of more than 3,000 characters.
    body = json.loads(payload(changes_since(before, after), {}))
    assert max(len(block["text"]["text"]) for block in body["blocks"]) < 3000


def test_slack_gets_a_message(night: Any, make_verdict: Any) -> None:
    changes = changes_since(night(make_verdict()), night(make_verdict(Word.FAIL)))
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "us/apis", "GITHUB_RUN_ID": "7"}
    body = json.loads(payload(changes, environ))
    assert body["text"] == "acme at sandbox: 1 newly broken, a stated requirement is broken"
    assert [block["type"] for block in body["blocks"]] == ["header", "section", "context"]
    assert body["blocks"][1]["text"]["text"].splitlines()[0] == "*Newly broken (1)*"
    assert "https://github.com/us/apis/actions/runs/7" in body["blocks"][2]["elements"][0]["text"]
    assert [block["type"] for block in json.loads(payload(changes, {}))["blocks"]] == ["header", "section"]


def test_a_vendor_s_words_are_no_markup(night: Any, make_verdict: Any, hostile: str) -> None:
    said = f'<!channel> "quoted" *bold* \\ {hostile}\nnew line'
    changes = changes_since(night(make_verdict()), night(make_verdict(Word.FAIL, observed=said)))
    text = json.loads(payload(changes, {}))["blocks"][1]["text"]["text"]
    assert "<" not in text
    assert "&lt;!channel&gt;" in text
    assert text.count("\n") == 1
    assert mrkdwn("a*b_c~d`e") == "a*\u200bb_\u200bc~\u200bd`\u200be"


def test_a_template_of_one_s_own(tmp_path: Path, night: Any, make_verdict: Any) -> None:
    template = tmp_path / "teams.json"
    template.write_text('{"summary": {{ title | tojson }}, "code": {{ exit_code }}, "lines": {{ lines | length }}}')
    changes = changes_since(night(make_verdict()), night(make_verdict(Word.FAIL)))
    assert json.loads(payload(changes, {}, template)) == {
        "summary": "acme at sandbox: 1 newly broken, a stated requirement is broken",
        "code": 1,
        "lines": 1,
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{{ title", r"note\.json:1: no template"),
        ('{"a": {{ titel }}}', r"can't be filled: 'titel' is undefined\n    fix: title, lines"),
        ('{"a": {{ title }}}', r"makes no JSON: .*\n    fix: write every value with the filter tojson"),
    ],
)
def test_a_template_that_is_none(text: str, complaint: str, tmp_path: Path, night: Any, make_verdict: Any) -> None:
    path = tmp_path / "note.json"
    path.write_text(text)
    with pytest.raises(TargetError, match=complaint):
        payload(changes_since(None, night(make_verdict())), {}, path)
    with pytest.raises(TargetError, match="can't be read"):
        payload(changes_since(None, night(make_verdict())), {}, tmp_path / "gone")
