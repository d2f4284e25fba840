"""Ways to cut a listing into pages, and the smallest one that shows another list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

from hypothesis import find
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from vendorproof.cases.deterministic import deterministic, quiet
from vendorproof.evidence.generated import Partition, Walked
from vendorproof.evidence.pagination import MOST_PAGES


def partition_of(count: int, maximum: int, most: int = MOST_PAGES) -> st.SearchStrategy[Partition]:
    """Ways to cut a listing of `count` items into at most `most` pages of 1 to `maximum` items.

    Most hold one page of another size than the maximum, which shows each size and each boundary for the fewest pages;
    it shrinks towards those, and small ones.
    """
    free = max(most - -(-count // maximum), 0)
    size = st.integers(1, min(maximum, count))
    pages = st.sampled_from([min(1, free)] * 3 + [free])
    return pages.flatmap(lambda most: st.lists(size, max_size=most)).map(lambda cut: _completed(cut, count, maximum))


def _completed(cut: Sequence[int], count: int, maximum: int) -> Partition:
    pages: list[int] = []
    left = count
    for size in cut:
        if left:
            pages.append(min(size, left))
            left -= pages[-1]
    while left:
        pages.append(min(maximum, left))
        left -= pages[-1]
    return tuple(pages)


def partitions(count: int, maximum: int, examples: int, seed: int) -> list[Partition]:
    """At most `examples` different ways to cut a listing of `count` items, the same ones for the same arguments."""
    found: dict[Partition, None] = {}

    def collect(sizes: Partition) -> bool:
        found[sizes] = None
        return False

    _look(count, maximum, examples, seed, collect)
    return list(found)


def smallest_wrong(
    walk: Walked, reference: Sequence[str], maximum: int, *, examples: int, seed: int
) -> Partition | None:
    """The smallest page sizes at which a walk finds something else than the reference; None where none was found.

    `walk` is asked once for each partition, and tells nothing with None. Looking takes at most `examples` pages; where
    something was found, making it small takes at most as many again. Raises whatever `walk` raises.
    """
    if len(reference) < 2:
        return None
    walks = _Walks(walk, list(reference), _completed((), len(reference), maximum))
    for sizes in partitions(len(reference), maximum, examples, seed):
        if walks.pages + len(sizes) > examples:
            break
        if walks.wrong(sizes):
            return _smaller(walks, maximum, examples, seed)
    return None


def _smaller(walks: _Walks, maximum: int, examples: int, seed: int) -> Partition:
    most = walks.pages + examples
    failures: list[Exception] = []

    def condition(sizes: Partition) -> bool:
        # What is known stays so: Hypothesis asks again, and must hear the same.
        if sizes not in walks.known and (failures or walks.pages + len(sizes) > most):
            return False
        try:
            return walks.wrong(sizes)
        except Exception as error:  # noqa: BLE001  Hypothesis would take it for a finding and look for a smaller one
            failures.append(error)
            return False

    _look(len(walks.reference), maximum, examples, seed, condition)
    if failures:
        raise failures[0]
    # Hypothesis ends at a local minimum, and may have met a smaller one before.
    return min((sizes for sizes, is_wrong in walks.known.items() if is_wrong), key=lambda sizes: (len(sizes), sizes))


class _Walks:
    """What walks found, each made once; `pages` counts the pages they were cut into. `sizes` are the reference's."""

    def __init__(self, walk: Walked, reference: list[str], sizes: Partition) -> None:
        self._walk = walk
        self.reference = reference
        self.known: dict[Partition, bool] = {sizes: False}
        self.pages = 0

    def wrong(self, sizes: Partition) -> bool:
        """Whether a walk of these sizes finds something else."""
        if sizes not in self.known:
            self.pages += len(sizes)
            found = self._walk(sizes)
            self.known[sizes] = found is not None and list(found) != self.reference
        return self.known[sizes]


def _look(count: int, maximum: int, examples: int, seed: int, condition: Callable[[Partition], bool]) -> None:
    """Tries partitions, and once one meets the condition, smaller ones."""
    with deterministic(), suppress(NoSuchExample):
        find(partition_of(count, maximum), condition, settings=quiet(examples), random=Random(seed))
