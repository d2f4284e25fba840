"""Where values stand in a document, also in one that is deep and wide."""

from __future__ import annotations

from typing import Any

from vendorproof.checks.reading import Spot, values


def test_a_spot_is_a_pointer_as_text() -> None:
    document = {"data": [{"id": "a"}, {"id": "b"}], "n": None}
    assert [
        (str(place), key, value) for place, key, value in values(document) if not isinstance(value, dict | list)
    ] == [
        ("/data/0/id", "id", "a"),
        ("/data/1/id", "id", "b"),
        ("/n", "n", None),
    ]


def test_the_same_spot_of_two_documents_is_the_same() -> None:
    first, second = ({place: value for place, _, value in values({"a": {"b": [n]}})} for n in (1, 2))
    assert first.keys() == second.keys()
    assert Spot(Spot(), "a") != Spot(Spot(), "b")
    assert Spot() != ""


def test_long_names_above_many_values_cost_no_more_than_they_are_long() -> None:
    # Pointers to all of these values would be two hundred gigabytes.
    document: Any = list(range(100_000))
    for depth in range(900):
        document = {f"{depth:02000d}": document}
    assert sum(value == 7 for _, _, value in values(document)) == 1
