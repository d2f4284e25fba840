"""Pages and walks over listings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from vendorproof.checks.pages import (
    MOST_EMPTY,
    DeadEnd,
    LastPage,
    NextPage,
    Onward,
    Sign,
    behind_the_end,
    identities,
    items,
    leads_nowhere,
    onward,
)
from vendorproof.checks.shapes import Pair, Sequence, Sizes, Walk, Walks
from vendorproof.contract.conventions import Pagination, Style
from vendorproof.contract.model import Operation
from vendorproof.contract.select import PAGINATED, select
from vendorproof.errors import BudgetSpent, Undocumented
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.generated import CaseSource, Partition
from vendorproof.evidence.requests.drafting import asking, following
from vendorproof.exchange.model import Exchange

MOST_PAGES = 12
"""Pages that one walk asks for at most, so that a large account costs little."""


class PaginationEvidence:
    """Evidence about how lists are cut into pages."""

    def __init__(self, broker: Broker, cases: CaseSource) -> None:
        self._broker = broker
        self._cases = cases

    @property
    def _convention(self) -> Pagination:
        convention = self._broker.contract.conventions.pagination
        if convention is None:
            raise Undocumented("the contract names no pagination")
        return convention

    @property
    def paginated(self) -> tuple[Operation, ...]:
        """The listings that come in pages."""
        return select(self._broker.contract, [PAGINATED])

    @property
    def largest_size(self) -> int | None:
        """The documented size of the largest page."""
        return self._convention.max_page_size

    @property
    def default_size(self) -> int | None:
        """The documented size of a page that was asked for without one."""
        return self._convention.default_page_size

    def page(
        self,
        operation: Operation,
        *,
        within: Mapping[str, str] | None = None,
        fresh: bool = False,
        purpose: str = "",
        step: NextPage | None = None,
        **asked: int | str | None,
    ) -> Exchange:
        """One page; `asked` maps roles (limit, cursor, offset, page) to values, None leaves one out. A `step` leads
        to it from another page; `within` are the path parameters of a thing of ours whose listing it is."""
        draft = self._broker.valid(operation, self._broker.path_values(operation, own=within))
        names = self._convention.request
        query = tuple((names[role], str(value)) for role, value in asked.items() if value is not None and role in names)
        if not query and step is None:
            # The attempt may be older than the last write; what was asked since then is not.
            if not within:
                self._broker.attempt(operation)
            return self._broker.ask(draft, fresh=fresh)
        self._broker.attempt_if_assumed(operation)
        draft = asking(draft, query)
        draft = draft if step is None else following(draft, step)
        return self._broker.ask(replace(draft, purpose=purpose or "one page"), fresh=fresh)

    def _onward(self, operation: Operation, page: Exchange, *, wary: bool = False) -> Onward:
        base = urlsplit(self._broker.target.base_url).path
        return onward(self._broker.contract, operation, page, base=base, wary=wary)

    def walk(
        self,
        operation: Operation,
        limit: int | None,
        *,
        within: Mapping[str, str] | None = None,
        sizes: Partition = (),
        fresh: bool = False,
        sure: bool = False,
        between: Callable[[], object] | None = None,
    ) -> Walk:
        """The pages of a listing from the first to the end, at most MOST_PAGES; `sizes` are their sizes one by one, the
        last one for all that follow, instead of a `limit` for all. `sure` looks behind one that is shorter than asked
        for, where the documentation does not say that such a one is the last; `between` happens once, before the second
        page."""
        if sizes:
            return replace(self._walked(operation, sizes, within, fresh, sure, between), limit=None, sizes=sizes)
        return self._walked(operation, (limit,), within, fresh, sure, between)

    def _walked(
        self,
        operation: Operation,
        sizes: tuple[int | None, ...],
        within: Mapping[str, str] | None,
        fresh: bool,
        sure: bool,
        between: Callable[[], object] | None,
    ) -> Walk:
        pages: list[Exchange] = []
        steps: list[NextPage] = []
        contract = self._broker.contract
        while len(pages) < MOST_PAGES:
            limit = sizes[min(len(pages), len(sizes) - 1)]
            step = steps[-1] if steps else None
            if between is not None and len(pages) == 1:
                between()
            try:
                page = self.page(operation, within=within, limit=limit, step=step, fresh=fresh, purpose="walks on")
            except BudgetSpent as spent:
                if not pages:
                    raise
                return Walk(tuple(pages), limit, complete=False, broken_off=str(spent))
            pages.append(page)
            if step is not None and behind_the_end(contract, operation, step, pages[:-1], page):
                return Walk(tuple(pages[:-1]), limit, complete=True)
            match self._onward(operation, page):
                case LastPage():
                    return Walk(tuple(pages), limit, complete=True)
                case DeadEnd(why):
                    return Walk(tuple(pages), limit, complete=False, broken_off=why)
                case NextPage(sign=Sign.NONE) if not sure:
                    return Walk(tuple(pages), limit, complete=True)
                case NextPage() as step if step in steps:
                    word = "link" if step.link else "cursor"
                    return Walk(tuple(pages), limit, complete=False, broken_off=f"loop: a {word} came twice")
                case NextPage() as step:
                    steps.append(step)
            if leads_nowhere(contract, operation, pages):
                reason = f"loop: {MOST_EMPTY} pages without an item, and more announced"
                return Walk(tuple(pages), limit, complete=False, broken_off=reason)
        return Walk(tuple(pages), limit, complete=False, broken_off=f"more than {MOST_PAGES} pages")

    def _items(self, operation: Operation, page: Exchange) -> list[Any]:
        return items(self._broker.contract, operation, page) or []

    def walks(self, operation: Operation) -> Walks:
        """Two walks with different page sizes, made one after the other; a third where they disagree."""
        return self._broker.once(("walks", operation.id), lambda: self._walks(operation))

    def _walks(self, operation: Operation) -> Walks:
        reference = self.walk(operation, self._convention.max_page_size, sure=True)
        found = self._ids(operation, reference)
        if len(found) < 2:
            return Walks((reference,))
        other = self.walk(operation, self._small(len(found)), sure=True)
        made: tuple[Walk, ...] = (reference, other)
        if reference.complete and self._ids(operation, other) == found:
            made += self._varied(operation, reference, found)
        if all(_agree(walk, self._ids(operation, walk), found) for walk in made):
            return Walks(made)
        return Walks(made, again=self.walk(operation, self._convention.max_page_size, fresh=True, sure=True))

    def _small(self, count: int) -> int:
        """A page size that cuts a listing into three pages, or into equal ones where that is possible: an end signal is
        most often wrong when the last page is full. Below the maximum, so that it is another walk."""
        largest = (self._convention.max_page_size or count) - 1
        equal = (count // pages for pages in (3, 2) if count % pages == 0)
        return max(next((size for size in equal if size <= largest), min(-(-count // 3), largest)), 1)

    def _ids(self, operation: Operation, walk: Walk) -> list[str]:
        return [one for page in walk.pages for one in identities(self._broker.contract, operation, page) or ()]

    def _varied(self, operation: Operation, reference: Walk, found: list[str]) -> tuple[Walk, ...]:
        """Walks whose page sizes differ from page to page, as far as the target goes along; where one of them finds
        something else, that one alone, cut down to what it takes.

        The documentation does not say that the size may change on the way, so a walk that was refused tells nothing.
        """
        if self._convention.style not in (Style.CURSOR, Style.OFFSET):
            return ()
        made: dict[Partition, Walk] = {}

        def ids(sizes: Partition) -> list[str] | None:
            made[sizes] = self.walk(operation, None, sizes=sizes, sure=True)
            return self._ids(operation, made[sizes]) if made[sizes].complete else None

        largest = max(len(items(self._broker.contract, operation, page) or ()) for page in reference.pages)
        wrong = self._cases.wrong_partition(ids, found, self._convention.max_page_size or largest)
        if wrong is not None:
            return (made[wrong],)
        return tuple(walk for walk in made.values() if walk.complete)

    def few(self, operation: Operation) -> tuple[Exchange, ...]:
        """A page of three items, and every other page so far."""
        self.page(operation, limit=3)
        return tuple(self._broker.client.journal.by_operation(operation.id))

    def default_and_explicit(self, operation: Operation) -> Pair:
        """The first page without a size, and with the documented default size; the first one twice where that has the
        documented size, or everything that the largest page has."""
        size, largest = self._convention.default_page_size, self._convention.max_page_size

        def ask(fresh: bool) -> Pair:
            plain = self.page(operation, fresh=fresh)
            count = len(self._items(operation, plain))
            if count != size and (
                largest is None
                or count != len(self._items(operation, self.page(operation, limit=largest, fresh=fresh)))
            ):
                return Pair(plain, self.page(operation, limit=size, fresh=fresh))
            return Pair(plain, plain)

        return self._settled(operation, ask, lambda plain, explicit: len(plain) == len(explicit))

    def _settled(
        self, operation: Operation, ask: Callable[[bool], Pair], agree: Callable[[list[str], list[str]], bool]
    ) -> Pair:
        """Two pages, asked for again where they do not agree: the listing may have changed between them."""
        pair = ask(False)
        first, second = (identities(self._broker.contract, operation, page) for page in (pair.first, pair.second))
        return pair if first is None or second is None or agree(first, second) else ask(True)

    def small_and_largest(self, operation: Operation) -> Sizes:
        """The first page at the default size, and at the maximum; where that is shorter, what is behind it."""
        convention = self._convention
        small = self.default_and_explicit(operation).second
        large = self.page(operation, limit=convention.max_page_size)
        found = items(self._broker.contract, operation, large)
        step = self._onward(operation, large, wary=True)
        if not found or len(found) >= (convention.max_page_size or 0) or not isinstance(step, NextPage):
            return Sizes(small, large)
        counted = step.sign is not Sign.ANNOUNCED
        if counted and len(self._items(operation, small)) < (convention.default_page_size or 0):
            return Sizes(small, large)
        # An offset needs no more than one item; a page by its number and a cursor are of the size of the one before.
        limit = 1 if convention.style is Style.OFFSET else convention.max_page_size
        purpose = "what is behind the largest page"
        behind = self.page(operation, limit=limit, step=step, purpose=purpose)
        if not counted or not items(self._broker.contract, operation, behind):
            return Sizes(small, large, behind)
        again = self.page(operation, limit=convention.max_page_size, fresh=True)
        grown = items(self._broker.contract, operation, again) or ()
        return Sizes(small, large, behind if len(grown) <= len(found) else None)

    def beyond_maximum(self, operation: Operation) -> Exchange:
        """The first page with a size over the maximum; the largest page where that is not full, and the documentation
        does not say whether more may be asked for: nobody could tell."""
        maximum = self._convention.max_page_size
        if maximum is None:
            raise Undocumented("the documentation names no maximum")
        if self._convention.over_maximum is None:
            largest = self.page(operation, limit=maximum)
            if largest.succeeded and len(self._items(operation, largest)) < maximum:
                return largest
        return self.page(operation, limit=maximum + 1, purpose=f"asks for {maximum + 1} items")

    def first_and_garbage(self, operation: Operation) -> Pair:
        """The first page, and the page of a cursor that was never issued."""
        garbage = self.page(operation, cursor="vendorproof-never-issued", purpose="a cursor that was never issued")
        return Pair(self.page(operation), garbage)

    def skipped(self, operation: Operation, limit: int | None = 3) -> Pair:
        """The first items, and the page that an offset of two gives, with a limit or without; where pages have numbers,
        the second page of two."""
        first = self._convention.first_page
        place = {"limit": limit, "offset": 2} if first is None else {"limit": 2, "page": first + 1}

        def ask(fresh: bool) -> Pair:
            # Asked for again, both name a size: with one, a listing may have another order.
            size = self._convention.default_page_size if fresh and limit is not None else None
            skipped = self.page(operation, **place, purpose="skips two items", fresh=fresh)
            return Pair(self.page(operation, limit=size, fresh=fresh), skipped)

        def agree(first: list[str], second: list[str]) -> bool:
            return first[2 : 2 + len(second)] == second[: max(len(first) - 2, 0)]

        return self._settled(operation, ask, agree)

    def default_and_first(self, operation: Operation) -> Pair:
        """The first page without an offset or a number, and with an offset of 0 or the number of the first page."""
        first = self._convention.first_page

        def ask(fresh: bool) -> Pair:
            explicit = self.page(operation, offset=0, page=first, fresh=fresh)
            return Pair(self.page(operation, fresh=fresh), explicit)

        return self._settled(operation, ask, lambda first, second: first == second)

    def everything(self, operation: Operation) -> Sequence:
        """Every page of a listing that was read for other reasons, at least the first."""
        self._broker.success(operation)
        return Sequence(tuple(self._broker.client.journal.by_operation(operation.id)))

    def past_the_end(self, operation: Operation) -> Exchange:
        """A page far behind the last item of a listing that can be read."""
        self._broker.success(operation)
        word = "an offset" if self._convention.style is Style.OFFSET else "a page number"
        return self.page(operation, limit=1, offset=1_000_000, page=1_000_000, purpose=f"{word} past the end")


def _agree(walk: Walk, ids: list[str], reference: list[str]) -> bool:
    """Whether a walk found what the reference did, as far as it came."""
    return ids == reference if walk.complete else ids == reference[: len(ids)]
