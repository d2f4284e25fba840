"""junit.xml, summary.md, and the folder as a whole."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from vendorproof.checks.outcome import Blame, Word
from vendorproof.contract.model import Contract
from vendorproof.errors import UsageError
from vendorproof.exchange import Redactor, Request, Response
from vendorproof.report import NotBuilt, rebuild, write_report
from vendorproof.report.junit import write_junit
from vendorproof.report.summary import write_summary

OTHER = "GET /things/{thingId}/parts"
NO_TOOLS = {"PATH": ""}

# junit-10.xsd of Jenkins: which children and attributes each element may have.
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "properties": {"property"},
    "property": set(),
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
    "skipped": set(),
    "error": set(),
    "failure": set(),
    "system-out": set(),
}
ATTRIBUTES = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, set()),
    "testsuite": (
        {"name", "tests", "failures", "errors", "time", "skipped", "timestamp"},
        {"name", "tests", "failures", "errors"},
    ),
    "properties": (set(), set()),
    "property": ({"name", "value"}, {"name", "value"}),
    "testcase": ({"name", "classname"}, {"name"}),
    "skipped": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "failure": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}


@pytest.fixture
def run(make_run: Any, make_verdict: Any) -> Any:
    """A red run with a verdict of every kind."""
    return make_run(
        make_verdict(Word.FAIL),
        make_verdict(Word.FAIL, operation=OTHER),
        make_verdict(Word.FAIL, requirement="acme.pagination.newest-first", level="should"),
        make_verdict(Word.INCONCLUSIVE, requirement="acme.errors.envelope", operation="*", exchanges=()),
        make_verdict(Word.NOT_APPLICABLE, requirement="acme.errors.envelope", operation="GET /things"),
        make_verdict(Word.ERROR, requirement="acme.errors.envelope", operation=OTHER, blame=Blame.OURS),
        make_verdict(requirement="acme.pagination.newest-first", operation=OTHER),
    )


def junit(path: Path, run: Any) -> Xml.Element:
    write_junit(path / "junit.xml", run)
    return Xml.parse(path / "junit.xml").getroot()


def cases(root: Xml.Element) -> dict[tuple[str, str], Xml.Element]:
    return {(case.attrib["classname"], case.attrib["name"]): case for case in root.iter("testcase")}


def test_junit_is_valid(tmp_path: Path, run: Any) -> None:
    for element in junit(tmp_path, run).iter():
        allowed, required = ATTRIBUTES[element.tag]
        assert required <= set(element.attrib) <= allowed
        assert {child.tag for child in element} <= CHILDREN[element.tag]
        if "time" in element.attrib:
            assert re.fullmatch(r"\d+\.\d{3}", element.attrib["time"])


def test_junit_counts_what_it_holds(tmp_path: Path, run: Any) -> None:
    root = junit(tmp_path, run)
    found = Counter(child.tag for case in root.iter("testcase") for child in case)
    assert found == {"failure": 2, "error": 1, "skipped": 2, "system-out": 1}
    (suite,) = root
    for element in (root, suite):
        assert (element.attrib["tests"], element.attrib["failures"], element.attrib["errors"]) == ("7", "2", "1")
    assert suite.attrib["skipped"] == "2"


def test_a_junit_case_is_named_by_requirement_and_operation_alone(tmp_path: Path, run: Any) -> None:
    found = cases(junit(tmp_path, run))
    assert len(found) == 7
    assert ("acme.pagination", "limit-honoured at GET /things") in found
    assert ("acme.errors", "envelope") in found
    later = replace(run, header=replace(run.header, started="2026-11-23T02:00:00+00:00", target="other", seed=7))
    assert cases(junit(tmp_path, later)).keys() == found.keys()


def test_a_junit_case_says_what_happened(tmp_path: Path, run: Any) -> None:
    found = cases(junit(tmp_path, run))
    (failure,) = found["acme.pagination", "limit-honoured at GET /things"]
    assert failure.tag == "failure"
    assert failure.attrib["message"] == "vendor violation: expected at most 7 items, observed 25 items"
    assert "reproduce: curl -sS -i 'https://api.example.com/v1/things?limit=7' -H \"Authorization" in (
        failure.text or ""
    )
    (skipped,) = found["acme.errors", "envelope"]
    assert (skipped.tag, skipped.attrib["message"]) == ("skipped", "inconclusive: the list is too short")
    (warning,) = found["acme.pagination", "newest-first at GET /things"]
    assert warning.tag == "system-out"
    assert (warning.text or "").startswith("warning: acme.pagination.newest-first")
    assert list(found["acme.pagination", f"newest-first at {OTHER}"]) == []


def test_junit_survives_what_xml_cannot_hold(tmp_path: Path, make_run: Any, make_verdict: Any, hostile: str) -> None:
    said = "\0\x0b\ufffe\ud800]]>" + hostile
    root = junit(tmp_path, make_run(make_verdict(Word.FAIL, observed=said, operation=said)))
    (failure,) = root.iter("failure")
    assert r"observed: \x00\x0b\ufffe\ud800]]></script>" in (failure.text or "")


def test_the_summary_names_what_broke_first(tmp_path: Path, run: Any) -> None:
    write_summary(tmp_path / "summary.md", run)
    text = (tmp_path / "summary.md").read_text("utf-8")
    assert text.startswith("# 🔴 Red: Acme \\<Inc\\>\n\n1 stated requirement is broken.\n")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)[1:]
    assert headings == [
        "Broken: 1 requirement",
        "`acme.pagination.limit-honoured`",
        "Our errors: 1 verdict",
        "Warnings: 1 verdict",
        "Inconclusive: 1 verdict",
    ]
    assert f"At `GET /things`, and likewise at `{OTHER}`:" in text
    assert "- spent: 3 calls of a budget of 500, 1.5 s" in text
    assert "| Acme \\<Inc\\> | 4 | 1 | 1 | 1 | 1 |" in text
    assert "- `the list is too short` (1 verdict): `acme.errors.envelope`" in text


def test_a_vendors_words_stay_inside_code(tmp_path: Path, make_run: Any, make_verdict: Any) -> None:
    said = "````\n# heading\n@team ![x](https://evil.example/)"
    verdicts = [
        make_verdict(Word.FAIL, observed=said),
        make_verdict(Word.FAIL, observed=said, level="may", requirement="acme.pagination.newest-first"),
        make_verdict(Word.INCONCLUSIVE, reason=said, requirement="acme.errors.envelope"),
    ]
    write_summary(tmp_path / "summary.md", make_run(*verdicts))
    text = (tmp_path / "summary.md").read_text("utf-8")
    assert f"`````text\nexpected: at most 7 items\nobserved: {said}\nreason: limit-exceeded\n`````\n" in text
    outside = re.sub(r"(?s)(`{5,})(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "evil.example" not in outside
    assert "@team" not in outside


def test_an_empty_run_has_a_summary(tmp_path: Path, make_run: Any) -> None:
    write_summary(tmp_path / "summary.md", make_run(contracts=(), exchanges=()))
    assert "Nothing was exercised" in (tmp_path / "summary.md").read_text("utf-8")


def test_a_report_has_all_its_parts(tmp_path: Path, run: Any, secret: str) -> None:
    paths = write_report(tmp_path / "out", run, environ=NO_TOOLS)
    written = {path.name for path in paths.folder.iterdir()}
    assert written == {"ledger.jsonl", "exchanges.har", "junit.xml", "summary.md", "index.html"}
    for path in (paths.ledger, paths.exchanges, paths.junit, paths.summary, paths.page):
        assert secret not in path.read_text("utf-8")
    assert isinstance(paths.allure, NotBuilt)


def test_a_secret_that_a_verdict_repeats_is_in_no_part(
    tmp_path: Path, make_run: Any, make_verdict: Any, secret: str
) -> None:
    said = {"expected": secret, "observed": secret, "reason": secret}
    run = make_run(*(make_verdict(word, **said) for word in Word))
    run = replace(run, header=replace(run.header, base_urls={"acme": f"https://x/?k={secret}"}, target=secret))
    (tmp_path / "allure-results").mkdir()
    write_report(tmp_path, run, environ=NO_TOOLS)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or secret not in path.read_text("utf-8"), path.name


def test_pages_built_again_are_the_same(tmp_path: Path, run: Any, contract: Contract) -> None:
    paths = write_report(tmp_path, run, environ=NO_TOOLS)
    pages = [paths.junit, paths.summary, paths.page]
    before = [page.read_text("utf-8") for page in pages]
    for page in pages:
        page.unlink()
    rebuild(tmp_path, [contract], environ=NO_TOOLS)
    assert [page.read_text("utf-8") for page in pages] == before


def test_built_again_a_vendors_variable_is_still_not_expanded(
    tmp_path: Path, make_run: Any, make_verdict: Any, make_exchange: Any, contract: Contract
) -> None:
    cursor = Request("GET", "https://x/?after=$ACME_TOKEN", make_exchange().request.headers)
    run = make_run(make_verdict(Word.FAIL), exchanges=(make_exchange(request=cursor),))
    write_report(tmp_path, run, environ=NO_TOOLS)
    text = rebuild(tmp_path, [contract], environ=NO_TOOLS).summary.read_text("utf-8")
    assert "'https://x/?after=$ACME_TOKEN' -H \"Authorization: Bearer $ACME_TOKEN\"" in text


def test_a_run_without_exchanges_or_contract_can_be_built_again(tmp_path: Path, run: Any) -> None:
    write_report(tmp_path, run, environ=NO_TOOLS).exchanges.unlink()
    assert "limit-honoured" in rebuild(tmp_path, [], environ=NO_TOOLS).page.read_text("utf-8")


def test_a_folder_without_a_ledger_cannot_be_built(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such ledger"):
        rebuild(tmp_path, [], environ=NO_TOOLS)


def test_the_ledger_names_the_labels_of_late_secrets(tmp_path: Path, run: Any) -> None:
    late = Redactor({"$ACME_TOKEN": "first-secret"})
    late.add("$ACME_SESSION", "second-secret")
    header = write_report(tmp_path, replace(run, redactor=late), environ=NO_TOOLS).ledger.read_text("utf-8")
    assert set(json.loads(header.split("\n")[0])["labels"]) == {"$ACME_TOKEN", "$ACME_SESSION"}


def test_exchanges_of_two_vendors_with_equal_numbers_stay_apart(
    tmp_path: Path, make_run: Any, make_verdict: Any, make_exchange: Any
) -> None:
    exchanges = (make_exchange(), make_exchange(vendor="other", response=Response(418)))
    run = make_run(make_verdict(), make_verdict(vendor="other", requirement="other.a.b"), exchanges=exchanges)
    run = replace(run, header=replace(run.header, vendors=("acme", "other")))
    write_report(tmp_path, run, environ=NO_TOOLS)
    page = rebuild(tmp_path, run.contracts, environ=NO_TOOLS).page.read_text("utf-8")
    match = re.search(r'id="data">(.*?)</script>', page)
    assert match is not None
    held = json.loads(match[1])
    assert [held[vendor]["exchanges"]["1"]["response"]["status"] for vendor in ("acme", "other")] == [200, 418]
