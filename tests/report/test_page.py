"""index.html: one file, nothing from elsewhere, nothing a vendor says is markup, everything of the run is in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.exchange import Headers, Request, Response
from vendorproof.report import html
from vendorproof.report.html import render, write_page

OTHER = "GET /things/{thingId}/parts"
VOID = {"meta", "input", "br", "img", "link"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text; a page that does not nest fails."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.raw: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("script", "style"):
            kind = self.elements[-1][1].get("type", self._open[-1])
            self.raw[kind] = self.raw.get(kind, "") + data
        else:
            self.text.append(data)

    def all(self, tag: str, look: str = "") -> list[dict[str, str]]:
        """The attributes of every such element."""
        return [given for name, given in self.elements if name == tag and look in [*given.get("class", "").split(), ""]]

    @property
    def data(self) -> dict[str, Any]:
        """What the script unfolds."""
        found: dict[str, Any] = json.loads(self.raw["application/json"])
        return found


@pytest.fixture
def run(make_run: Any, make_verdict: Any) -> Any:
    """A red run with a verdict of every kind."""
    return make_run(
        make_verdict(Word.FAIL),
        make_verdict(operation=OTHER),
        make_verdict(Word.FAIL, requirement="acme.pagination.newest-first", level="should"),
        make_verdict(Word.INCONCLUSIVE, requirement="acme.errors.envelope", operation="*", exchanges=()),
    )


def test_it_asks_nothing_of_the_network(run: Any) -> None:
    page = Page(render(run, ["junit.xml"]))
    for _, given in page.elements:
        assert "src" not in given
        assert "style" not in given
        assert not [name for name in given if name.startswith("on")]
        assert given.get("href", "#").startswith("#") or given["href"] == "junit.xml"
    assert not re.search(r"@import|url\(", page.raw["style"])


def test_its_policy_runs_its_own_script_and_no_other(run: Any) -> None:
    page = Page(render(run))
    policy = next(given["content"] for given in page.all("meta") if "http-equiv" in given)
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_nothing_that_a_vendor_says_is_markup(
    make_run: Any, make_verdict: Any, make_exchange: Any, hostile: str
) -> None:
    exchange = make_exchange(
        request=Request("GET", f"https://x/{hostile}", Headers(((hostile, hostile),))),
        response=Response(200, Headers(((hostile, hostile),)), (hostile + "\ud800").encode("utf-8", "surrogatepass")),
        purpose=hostile,
    )
    said = {"expected": hostile, "observed": hostile, "reason": hostile}
    verdicts = [
        make_verdict(Word.FAIL, **said),
        make_verdict(Word.INCONCLUSIVE, requirement="acme.errors.envelope", **said),
        make_verdict(Word.FAIL, requirement=f"acme.{hostile}.{hostile}", operation=hostile, **said),
    ]
    run = make_run(*verdicts, exchanges=(exchange,))
    page = Page(render(replace(run, header=replace(run.header, target=hostile, environment=hostile))))
    assert page.all("img") == []
    assert len(page.all("script")) == 2
    assert "alert(1)" in "".join(page.text)
    assert "alert(1)" not in page.raw["script"]
    assert page.data["acme"]["exchanges"]["1"]["purpose"] == hostile


def test_every_verdict_is_a_cell_that_says_its_word(run: Any) -> None:
    page = Page(render(run))
    cells = page.all("button", "cell")
    assert sorted(cell["class"] for cell in cells) == ["cell fail", "cell inc", "cell pass", "cell warn"]
    operations = page.data["acme"]["operations"]
    assert sorted(operations[int(cell["data-at"])] for cell in cells) == ["*", "GET /things", "GET /things", OTHER]
    for word in ("fail", "inc", "pass", "warn"):
        assert word in page.text


def test_every_requirement_has_a_row_with_its_state(run: Any) -> None:
    rows = {row["id"]: row["data-state"] for row in Page(render(run)).all("tr", "row")}
    assert rows == {
        "acme.pagination.limit-honoured": "fail",
        "acme.pagination.newest-first": "warning",
        "acme.errors.envelope": "inconclusive",
        "acme.errors.mailed": "undecidable",
    }


def test_what_cannot_be_decided_says_why(run: Any) -> None:
    text = " ".join(Page(render(run)).text)
    assert "nobody outside reads the mail" in text
    assert "the list is too short" in text
    assert "Which order?" in text
    assert "Any order." in text


def test_what_broke_stands_first_with_its_curl_line(run: Any) -> None:
    text = " ".join("".join(Page(render(run)).text).split())
    broke = text[text.index("What broke") : text.index("Filter")]
    assert "acme.pagination.limit-honoured" in broke
    assert "newest-first" not in broke
    assert "at most 7 items" in broke
    assert '-H "Authorization: Bearer $ACME_TOKEN"' in broke


def test_a_verdict_unfolds_to_its_evidence(run: Any) -> None:
    held = Page(render(run)).data["acme"]
    (failed, passed) = held["rows"]["acme.pagination.limit-honoured"]["verdicts"]
    assert failed == {
        "at": held["operations"].index("GET /things"),
        "word": "fail",
        "judged": 1,
        "exchanges": [1],
        "blame": "vendor",
        "expected": "at most 7 items",
        "observed": "25 items",
        "reason": "limit-exceeded",
    }
    assert passed["word"] == "pass"
    one = held["exchanges"]["1"]
    assert one["request"]["url"] == "https://api.example.com/v1/things?limit=7"
    assert one["response"]["body"] == '{"data": [{"id": "t1", "amount": 12345678901234567890}]}'


def test_no_secret_is_in_it(run: Any, secret: str, tmp_path: Path) -> None:
    write_page(tmp_path / "index.html", run)
    assert secret not in (tmp_path / "index.html").read_text("utf-8")


def test_it_stays_small(make_run: Any, make_verdict: Any, make_exchange: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "EVIDENCE_LIMIT", 10_000)
    body = Response(200, body=b"x" * 3000)
    exchanges = tuple(make_exchange(number, response=body) for number in range(1, 101))
    verdicts = [make_verdict(operation=f"GET /{number}", exchanges=(number,)) for number in range(1, 101)]
    problem = make_verdict(Word.FAIL, exchanges=(100,))
    held = Page(render(make_run(*verdicts, problem, exchanges=exchanges))).data["acme"]["exchanges"]
    assert 0 < len(held) < 20
    assert held["100"]["response"]["body"] == "x" * 3000
    notes = {one["response"]["note"] for number, one in held.items() if number != "100"}
    assert notes == {"cut at 600 of 3,000 characters"}


def test_a_dense_convention_is_a_matrix_and_a_sparse_one_a_list(make_run: Any, make_verdict: Any) -> None:
    dense = [make_verdict(operation=place) for place in ("GET /things", OTHER)]
    sparse = [make_verdict(requirement="acme.errors.envelope")]
    page = Page(render(make_run(*dense, *sparse)))
    assert len(page.all("table", "matrix")) == 1
    assert len(page.all("table", "list")) == 1
    assert [given["title"] for given in page.all("span") if "title" in given] == ["GET /things", OTHER]


def test_a_killed_and_an_empty_run_have_a_page_too(run: Any, make_run: Any) -> None:
    killed = " ".join(Page(render(replace(run, footer=None))).text)
    assert "this is no result" in killed
    empty = " ".join(Page(render(make_run(contracts=(), exchanges=()))).text)
    assert "Nothing was exercised" in empty


def test_the_script_reads_every_name_that_the_page_gives(run: Any) -> None:
    page = render(run)
    script = Page(page).raw["script"]
    for wanted in re.findall(r'getElementById\("([\w-]+)"\)', script):
        assert f'id="{wanted}"' in page
