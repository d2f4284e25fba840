"""Walks over all pages of a listing: what they add up to, and how they end."""

from __future__ import annotations

from collections.abc import Sequence

from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed, shown
from vendorproof.checks.pages import more_announced, next_link
from vendorproof.checks.pagination import asked_limit, convention_of, count_on, ids_on
from vendorproof.checks.reading import document
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Walk, Walks
from vendorproof.contract.conventions import End
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.exchange.model import Exchange


def _walk_ids(obligation: Obligation, walk: Walk) -> list[str] | None:
    found: list[str] = []
    for page in walk.pages:
        ids = ids_on(obligation, page)
        if ids is None:
            return None
        found.extend(ids)
    return found


_NOTHING_WALKED = "no page of the listing was read"


def _broken_off(walk: Walk) -> Inconclusive:
    if not walk.pages:
        return Inconclusive(_NOTHING_WALKED)
    if walk.complete:
        return Inconclusive("the items have no id by which they could be told apart")
    return Inconclusive(f"the walk was broken off: {walk.broken_off or 'a page could not be read'}")


@check("pagination.nothing_twice", on="paginated")
def nothing_twice(obligation: Obligation, walks: Walks) -> Outcome:
    """No item is on two pages of one walk."""
    for walk in walks.walks:
        seen: dict[str, Exchange] = {}
        for page in walk.pages:
            for one in ids_on(obligation, page) or ():
                if one in seen:
                    if seen[one] is not page and _moved(obligation, walks):
                        return Inconclusive("the listing changed while it was walked")
                    return failed(
                        "item-twice", seen[one], page, expected="every item once", observed=f"{shown(one)} twice"
                    )
                seen[one] = page
    return _decided(obligation, walks)


def _decided(obligation: Obligation, walks: Walks) -> Outcome:
    """A pass where some walk has at least two readable pages."""
    judged = [page for walk in walks.walks if len(walk.pages) > 1 for page in walk.pages]
    ids = [ids_on(obligation, page) for page in judged]
    if any(ids) and None not in ids:
        return passed(*judged)
    if judged and not any(ids) and None not in ids:
        return Inconclusive("the listing holds nothing")
    broken = next((walk for walk in walks.walks if not walk.complete), None)
    return _broken_off(broken) if broken else Inconclusive("the listing fits on one page")


@check("pagination.nothing_missing", on="paginated")
def nothing_missing(obligation: Obligation, walks: Walks) -> Outcome:
    """Every walk over the listing, whatever its page size, finds the same items."""
    return _compared(obligation, walks, in_order=False)


@check("pagination.same_order", on="paginated")
def same_order(obligation: Obligation, walks: Walks) -> Outcome:
    """Every walk over the listing, whatever its page size, finds the items in the same order."""
    return _compared(obligation, walks, in_order=True)


def _moved(obligation: Obligation, walks: Walks) -> bool:
    """Whether the first walk, made again, found something else: then the listing is what changed."""
    return walks.again is not None and _walk_ids(obligation, walks.again) != _walk_ids(obligation, walks.walks[0])


def _as_far_as_all(walks: Walks, lists: list[list[str]]) -> list[list[str]]:
    """The walks cut down to how far the shortest unfinished one came."""
    unfinished = [len(ids) for walk, ids in zip(walks.walks, lists, strict=True) if not walk.complete]
    return [ids[: min(unfinished)] for ids in lists] if unfinished else lists


def _compared(obligation: Obligation, walks: Walks, *, in_order: bool) -> Outcome:
    found = [_walk_ids(obligation, walk) for walk in walks.walks]
    for walk, ids in zip(walks.walks, found, strict=True):
        if not walk.pages or ids is None or not (walk.complete or walk.long):
            return _broken_off(walk)
    lists = _as_far_as_all(walks, [ids for ids in found if ids is not None])
    if len(lists) < 2 or not (_went_on(walks) or _ended_too_soon(obligation, walks, lists)):
        return Inconclusive("the listing fits on one page")
    if _moved(obligation, walks):
        return Inconclusive("the listing changed while it was walked")
    for index, ids in enumerate(lists[1:], start=1):
        first, other = walks.walks[0], walks.walks[index]
        known, found_there = frozenset(lists[0]), frozenset(ids)
        lost = [one for one in lists[0] if one not in found_there] or [one for one in ids if one not in known]
        if lost and not in_order:
            return failed(
                "item-missing",
                *first.pages,
                *other.pages,
                expected=f"the same {len(set(lists[0]))} items at {first.cut} and {other.cut}",
                observed=f"{shown(lost[0])} in one walk only ({len(set(lists[0]))} and {len(set(ids))} items)",
            )
        if in_order and not lost and _unique(ids) != _unique(lists[0]):
            expected = f"the same order at {first.cut} and {other.cut}"
            return failed("order-differs", *first.pages, *other.pages, expected=expected, observed="another order")
    if in_order and any(set(ids) != set(lists[0]) for ids in lists[1:]):
        return Inconclusive("the walks found different items")
    return passed(*(page for walk in walks.walks for page in walk.pages))


def _went_on(walks: Walks) -> bool:
    return any(len(walk.pages) > 1 for walk in walks.walks)


def _ended_too_soon(obligation: Obligation, walks: Walks, lists: Sequence[Sequence[str]]) -> bool:
    """Whether pages tell of the end in the documented way, one of them before another one's items."""
    told = all(_end_problem(obligation, walk.pages[-1]) is None for walk in walks.walks)
    return told and any(set(ids) != set(lists[0]) for ids in lists)


def _unique(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ids))


@check("pagination.end_signal", on="paginated")
def end_signal(obligation: Obligation, walks: Walks) -> Outcome:
    """A walk ends, and its last page says so in the documented way."""
    judged: list[Exchange] = []
    for walk in walks.walks:
        if not walk.pages:
            return _broken_off(walk)
        last = walk.pages[-1]
        if not walk.complete:
            if walk.broken_off.startswith("loop"):
                return failed("never-ends", *walk.pages, expected="a last page", observed=walk.broken_off)
            return _broken_off(walk)
        if count_on(obligation, last) is None:
            return Inconclusive(f"the last page can't be read ({answer(last)})")
        problem = _end_problem(obligation, last)
        if problem:
            return failed("end-not-signalled", last, expected=problem, observed=shown(document(last)))
        judged.append(last)
    return passed(*judged) if judged else Inconclusive(_NOTHING_WALKED)


def _end_problem(obligation: Obligation, last: Exchange) -> str | None:
    convention = convention_of(obligation)
    more, cursor, link = (
        resolve(document(last), convention.response.get(role, "/")) for role in ("hasMore", "cursor", "next")
    )
    match convention.end:
        case End.HAS_MORE_FALSE if more is not False:
            return "has_more false on the last page"
        case End.NULL_CURSOR if cursor is not None:
            return "a null cursor on the last page"
        case End.ABSENT_CURSOR if cursor is not MISSING:
            return "no cursor on the last page"
        case End.NULL_LINK if link is not None:
            return "a null link on the last page"
        case End.ABSENT_LINK if link is not MISSING or next_link(obligation.contract, last) is not None:
            return "no link on the last page"
    return None


@check("pagination.has_more_truthful", on="paginated")
def has_more_truthful(obligation: Obligation, walks: Walks) -> Outcome:
    """Where a page announces more, the next page holds something; where it announces the end, nothing is left."""
    if not all(walk.pages for walk in walks.walks) or not walks.walks:
        return Inconclusive(_NOTHING_WALKED)
    found = [_walk_ids(obligation, walk) or [] for walk in walks.walks]
    counts = [len(set(ids)) for ids in found]
    for walk in walks.walks:
        for page, following in zip(walk.pages, walk.pages[1:], strict=False):
            if more_announced(obligation.contract, page) and count_on(obligation, following) == 0:
                return failed(
                    "more-announced-falsely",
                    page,
                    following,
                    expected="items on the next page",
                    observed="an empty page",
                )
    if not _moved(obligation, walks) and len(set(counts)) > 1 and all(walk.complete for walk in walks.walks):
        place = counts.index(min(counts))
        shortest, longest = walks.walks[place], found[counts.index(max(counts))]
        if _ends_early(obligation, shortest) and found[place] == longest[: len(found[place])]:
            expected = f"{max(counts)} items before the end is announced"
            return failed("end-announced-early", *shortest.pages, expected=expected, observed=f"{min(counts)} items")
    return _decided(obligation, walks)


def _ends_early(obligation: Obligation, walk: Walk) -> bool:
    """Whether the last page of a walk that found too little is full, so that its end signal may be what is wrong."""
    return count_on(obligation, walk.pages[-1]) == asked_limit(obligation, walk.pages[-1])


@check("pagination.cursor_continues", on="paginated")
def cursor_continues(obligation: Obligation, walks: Walks) -> Outcome:
    """The page that a cursor or a link fetches is another one than the page that told it."""
    judged: list[Exchange] = []
    unread: Exchange | None = None
    for walk in walks.walks:
        for page, following in zip(walk.pages, walk.pages[1:], strict=False):
            if not following.succeeded:
                if following.response is None:
                    return Inconclusive(f"no response: {answer(following)}")
                if following.status in (402, 429):
                    return Inconclusive(f"a limit or quota answered first ({following.status})")
                linked, got = convention_of(obligation).linked, answer(following)
                return failed(
                    "link-refused" if linked else "cursor-refused",
                    page,
                    following,
                    expected="the next page",
                    observed=got,
                )
            first, second = ids_on(obligation, page), ids_on(obligation, following)
            if first and second and set(first) == set(second):
                return failed("same-page-again", page, following, expected="the next page", observed="the same items")
            if first is not None and second is not None and (first or second):
                judged += [page, following]
            else:
                unread = following
    if judged:
        return passed(*judged)
    if unread is not None:
        return Inconclusive(f"the pages show nothing by which they could be told apart ({answer(unread)})")
    return Inconclusive("the listing fits on one page")
