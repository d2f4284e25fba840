"""Ways to cut a listing, and the smallest one that shows another list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendorproof.cases.partitions import partition_of, partitions, smallest_wrong
from vendorproof.evidence.pagination import MOST_PAGES

REFERENCE = [f"thing-{number}" for number in range(23)]
Page = Callable[[int, int], list[str]]


def right(start: int, size: int) -> list[str]:
    return REFERENCE[start : start + size]


class Walker:
    """Walks a listing whose pages a function gives, and counts them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.walked: list[tuple[int, ...]] = []

    def __call__(self, sizes: tuple[int, ...]) -> list[str]:
        self.walked.append(sizes)
        found: list[str] = []
        start = 0
        for size in sizes:
            found += self._page(start, size)
            start += size
        return found

    @property
    def pages(self) -> int:
        return sum(len(sizes) for sizes in self.walked)


@settings(max_examples=60)
@given(data=st.data(), count=st.integers(1, 60), maximum=st.integers(5, 100))
def test_a_partition_covers_the_listing_in_pages_that_may_be_asked_for(
    data: st.DataObject, count: int, maximum: int
) -> None:
    sizes = data.draw(partition_of(count, maximum))
    assert sum(sizes) == count
    assert all(1 <= size <= maximum for size in sizes)
    assert len(sizes) <= MOST_PAGES


def test_the_same_partitions_come_again() -> None:
    first = partitions(23, 10, 20, seed=1)
    assert partitions(23, 10, 20, seed=1) == first
    assert partitions(23, 10, 20, seed=2) != first
    assert len(set(first)) == len(first) <= 20


def test_pages_differ_in_size() -> None:
    assert sum(len(set(sizes[:-1])) > 1 for sizes in partitions(23, 10, 20, seed=1)) >= 5


def loses_the_last_of_seven(start: int, size: int) -> list[str]:
    return right(start, size)[: 6 if size == 7 else size]


def repeats_at_ten(start: int, size: int) -> list[str]:
    return right(start - 1 if start == 10 else start, size)


def reverses_pages_of_three(start: int, size: int) -> list[str]:
    return right(start, size)[::-1] if size == 3 else right(start, size)


def skips_after_a_page_of_one(start: int, size: int) -> list[str]:
    return right(start + 1, size) if start == 1 else right(start, size)


def shortens_pages_in_the_middle(start: int, size: int) -> list[str]:
    return right(start, size)[: size - 1 if start and start + size < len(REFERENCE) else size]


@pytest.mark.parametrize(
    ("page", "smallest"),
    [
        (loses_the_last_of_seven, {(7, 16), (16, 7)}),
        (repeats_at_ten, {(10, 13)}),
        (reverses_pages_of_three, {(3, 20), (20, 3)}),
        (skips_after_a_page_of_one, {(1, 22)}),
        (shortens_pages_in_the_middle, {(1, 1, 21)}),
    ],
)
def test_a_fault_at_a_page_boundary_is_found_and_made_small(page: Page, smallest: set[tuple[int, ...]]) -> None:
    walk = Walker(page)
    assert smallest_wrong(walk, REFERENCE, 100, examples=80, seed=1) in smallest
    assert walk.pages <= 160
    assert len(set(walk.walked)) == len(walk.walked)


def test_the_search_is_the_same_every_time() -> None:
    first, second = Walker(loses_the_last_of_seven), Walker(loses_the_last_of_seven)
    for walk in (first, second):
        smallest_wrong(walk, REFERENCE, 100, examples=60, seed=1)
    assert first.walked == second.walked


def test_a_right_listing_has_no_wrong_partition() -> None:
    walk = Walker(right)
    assert smallest_wrong(walk, REFERENCE, 100, examples=30, seed=1) is None
    assert 15 < walk.pages <= 30


def test_what_is_too_small_to_cut_is_not_walked() -> None:
    walk = Walker(right)
    assert smallest_wrong(walk, REFERENCE[:1], 100, examples=30, seed=1) is None
    assert walk.walked == []


def test_a_walk_that_tells_nothing_is_not_wrong() -> None:
    assert smallest_wrong(lambda sizes: None, REFERENCE, 100, examples=30, seed=1) is None


@pytest.mark.parametrize("page", [right, shortens_pages_in_the_middle])
def test_what_a_walk_raises_comes_out(page: Page) -> None:
    class Broken(Exception):
        pass

    walk = Walker(page)
    wrong: list[tuple[int, ...]] = []

    def breaking(sizes: tuple[int, ...]) -> list[str]:
        if wrong or (page is right and len(walk.walked) == 12):
            raise Broken
        found = walk(sizes)
        wrong.extend([sizes] if found != REFERENCE else [])
        return found

    with pytest.raises(Broken):
        smallest_wrong(breaking, REFERENCE, 100, examples=80, seed=1)
    assert bool(wrong) == (page is not right)
