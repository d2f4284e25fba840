"""Pages as sections, and their fingerprints."""

from __future__ import annotations

import pytest

from vendorproof.contract.page import fingerprint, section_fingerprints, split

PAGE = "Docs\nThe start.\n\nErrors\n400 bad\n  Lists  \nErrors\nmore"


def test_a_page_is_cut_at_its_headings() -> None:
    assert split(PAGE, ["Errors", "Lists"]) == {
        "Introduction": "Docs\nThe start.\n",
        "Errors": "400 bad",
        "Lists": "Errors\nmore",
    }


def test_a_heading_that_the_page_lacks_is_absent() -> None:
    assert list(split(PAGE, ["Gone", "Lists"])) == ["Introduction", "Lists"]


def test_a_page_that_starts_with_a_heading_has_an_empty_introduction() -> None:
    assert split("A\nx", ["A"]) == {"Introduction": "", "A": "x"}


def test_a_heading_named_like_the_introduction_joins_it() -> None:
    assert split("a\nIntroduction\nb", ["Introduction"]) == {"Introduction": "a\nb"}


@pytest.mark.parametrize("text", ["a b c", "a\n  b\tc", " a b  c\n"])
def test_white_space_does_not_change_a_fingerprint(text: str) -> None:
    assert fingerprint(text) == "0e9f64031fcb2bc7"


def test_words_change_a_fingerprint() -> None:
    assert fingerprint("a b c") != fingerprint("a bc")


def test_every_section_has_its_fingerprint() -> None:
    sections = split(PAGE, ["Errors", "Lists"])
    expected = {name: fingerprint(text) for name, text in sections.items()}
    assert section_fingerprints(PAGE, ["Errors", "Lists"]) == expected
    assert len(set(expected.values())) == 3
