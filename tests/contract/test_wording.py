"""Words for people: values shown short, and the name that was probably meant."""

from __future__ import annotations

import pytest

from vendorproof.contract.wording import show, suggest


@pytest.mark.parametrize(
    ("word", "known", "fix"),
    [
        ("listThing", ["getThing", "listThings"], "did you mean 'listThings'?"),
        ("LISTTHINGS", ["listThings"], "did you mean 'listThings'?"),
        ("zebra", ["a", "b", "a"], "known: a, b"),
        ("zebra", [], "none is declared"),
        (
            "zebra",
            [f"name{number}" for number in range(13)],
            "known: " + ", ".join(f"name{n}" for n in range(12)) + ", …",
        ),
        ("uploads.accepted", ["auth.accepted", "uploads.many"], "did you mean 'uploads.many'?"),
        ("uploads.accepted", ["auth.accepted"], "did you mean 'auth.accepted'?"),
    ],
)
def test_the_fix_of_an_unknown_word(word: str, known: list[str], fix: str) -> None:
    assert suggest(word, known) == fix


def test_a_short_value_is_shown_whole_and_a_long_one_cut() -> None:
    assert show({"ä": None}) == '{"ä": null}'
    assert show("x" * 100) == '"' + "x" * 76 + "…"
