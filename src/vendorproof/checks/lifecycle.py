"""The life of a resource: created, read, listed, changed, deleted, gone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from vendorproof.checks.archived import put_away, says_away
from vendorproof.checks.differences import listed_things, others_changed, others_gone, touched
from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed, shown, unanswered, unlisted
from vendorproof.checks.pages import goes_on, identities, items, view
from vendorproof.checks.reading import document, identity, item, operation_of, resource_of, sent, values
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Change, Pair, Sequence
from vendorproof.contract.check_parameters import LISTED_RESOURCE, needs
from vendorproof.contract.conventions import Resource
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.errors import InternalError
from vendorproof.exchange.model import Exchange

_LATER = 202
"""The status of what is accepted and not done yet (RFC 9110, 15.3.3)."""


_NOTHING = "nothing was asked for"


def _resource(obligation: Obligation) -> Resource:
    resource = resource_of(obligation.contract.conventions, obligation.operation)
    if resource is None:
        raise InternalError(f"{obligation.id} has no resource")
    return resource


def _thing(obligation: Obligation, exchange: Exchange) -> Any:
    return item(_resource(obligation), document(exchange))


def undone(request: Exchange, done: str) -> Inconclusive | None:
    """Why what was asked for is not done, None where it is; `done` is what it would be."""
    if not request.succeeded:
        return Inconclusive(f"nothing was {done} ({answer(request)})")
    if request.status == _LATER:
        return Inconclusive("what was asked for is done later (202)")
    return None


@check("lifecycle.created_is_readable", on="creations")
def created_is_readable(obligation: Obligation, pair: Pair) -> Outcome:
    """What was created can be read under its id, with the values it was given; what it was not given may move on."""
    if why := undone(pair.first, "created"):
        return why
    made = _thing(obligation, pair.first)
    if made is MISSING:
        return Inconclusive("the creation tells no id")
    if pair.second.response is None or pair.second.status in (402, 429):
        return Inconclusive(f"the thing was not asked for to the end ({answer(pair.second)})")
    if not pair.second.succeeded:
        return failed("not-readable", pair.first, pair.second, expected="the new thing", observed=answer(pair.second))
    read = _thing(obligation, pair.second)
    resource = _resource(obligation)
    if identity(resource, read) != identity(resource, made):
        return failed("another-thing", pair.first, pair.second, expected=shown(made), observed=shown(read))
    given = sent(pair.first)
    differing = _differing({key: value for key, value in made.items() if key in given}, read)
    if differing or _another_mark(resource, given, read):
        differing = differing or resource.mark
        return failed("differs", pair.first, pair.second, expected=shown(made), observed=f"{differing} differs")
    return passed(pair.first, pair.second)


def _another_mark(resource: Resource, given: Mapping[str, Any], read: Any) -> bool:
    """Whether a thing shows another text than it was given in the field that takes our mark. Case, and what a vendor
    puts around a text, tell nothing."""
    told, found = (resolve(one, f"/{resource.mark}") for one in (given, read))
    if resource.mark is None or not isinstance(told, str) or not isinstance(found, str):
        return False
    return told.strip("/ ").casefold() not in found.casefold()


def _differing(first: Any, second: Any) -> str | None:
    """The first plain field that both show with different values, moments apart."""
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        return None
    for key in first:
        moment = key.lower().endswith(("at", "timestamp"))
        if key in second and not moment and isinstance(first[key], str | int | float) and first[key] != second[key]:
            return str(key)
    return None


@check("lifecycle.created_is_listed", on="creations")
def created_is_listed(obligation: Obligation, sequence: Sequence) -> Outcome:
    """What was created stands in the listing, and once: first the creation, then the pages of the listing."""
    if not sequence.exchanges:
        return Inconclusive(_NOTHING)
    creation, *pages = sequence.exchanges
    if why := undone(creation, "created"):
        return why
    wanted = identity(_resource(obligation), _thing(obligation, creation))
    if wanted is None:
        return Inconclusive("the creation tells no id")
    listed = _listed(obligation, pages)
    if listed is None:
        return Inconclusive("the listing can't be read")
    if wanted in listed:
        others = _same_mark(obligation, creation, pages) - {wanted}
        if others:
            observed = f"{wanted} and {min(others)}"
            return failed("listed-twice", creation, *pages, expected=f"{wanted} alone", observed=observed)
        return passed(creation, *pages)
    if _goes_on(obligation, pages):
        return Inconclusive(f"the listing goes on behind the {len(listed)} things that were read")
    return failed("not-listed", creation, *pages, expected=f"{wanted} in the listing", observed=f"{len(listed)} others")


def _same_mark(obligation: Obligation, creation: Exchange, pages: list[Exchange]) -> set[str]:
    """The ids of what a listing shows with the very text of ours that the creation sent."""
    resource, mark = _resource(obligation), _mark(obligation, creation)
    if not mark:
        return set()
    operations = ((page, operation_of(obligation.contract, page)) for page in pages)
    things = [one for page, at in operations if at is not None for one in items(obligation.contract, at, page) or ()]
    ids = (identity(resource, one) for one in things if resolve(one, f"/{resource.mark}") == mark)
    return {one for one in ids if one is not None}


def _mark(obligation: Obligation, creation: Exchange) -> str:
    """The text of ours that a creation sent, "" where it sent none."""
    resource = _resource(obligation)
    mark = resolve(sent(creation), f"/{resource.mark}") if resource.mark is not None else MISSING
    return mark if isinstance(mark, str) else ""


@check(
    "lifecycle.not_listed_elsewhere",
    on="creations",
    takes=[needs("resource", LISTED_RESOURCE, "the resource whose listing it stays out of")],
)
def not_listed_elsewhere(obligation: Obligation, sequence: Sequence) -> Outcome:
    """What was created does not stand in the listing of another resource: first the creation, then the pages of that
    listing."""
    if not sequence.exchanges:
        return Inconclusive(_NOTHING)
    creation, *pages = sequence.exchanges
    mark = _mark(obligation, creation)
    if why := undone(creation, "created"):
        return why
    if not mark:
        return Inconclusive("no text of ours tells it from other things")
    if why := unlisted(*pages):
        return why
    ours = re.compile(rf"{re.escape(mark)}(?!\w)")
    for page in pages:
        if any(isinstance(value, str) and ours.search(value) for _, _, value in values(document(page))):
            return failed("listed-elsewhere", creation, page, expected=f"nothing of {mark}", observed=answer(page))
    if _goes_on(obligation, pages):
        return Inconclusive("the listing goes on behind the pages that were read")
    return passed(creation, *pages)


@check("lifecycle.listed_in_place", on="creations")
def listed_in_place(obligation: Obligation, sequence: Sequence) -> Outcome:
    """Where something is there to be listed, it stands in the array that the documentation names: first the creation,
    then the pages of the listing."""
    if not sequence.exchanges:
        return Inconclusive(_NOTHING)
    creation, *pages = sequence.exchanges
    resource = _resource(obligation)
    wanted = identity(resource, _thing(obligation, creation)) if creation.succeeded else None
    if wanted is None:
        return Inconclusive("nothing is known to be there")
    if not pages:
        return Inconclusive("no listing was read")
    for page in pages:
        if resource.items is not None and isinstance(resolve(document(page), resource.items), list):
            continue
        ids = {str(value) for _, _, value in values(document(page)) if isinstance(value, str | int)}
        if page.succeeded and wanted in ids:
            return failed(
                "elsewhere", creation, page, expected=f"an array at {resource.items}", observed=shown(document(page))
            )
        return Inconclusive(f"the listing shows no array and nothing of ours ({answer(page)})")
    return passed(creation, *pages)


def _listed(obligation: Obligation, pages: list[Exchange]) -> list[str] | None:
    """The ids on the pages of a listing, None where one can't be read or there is none."""
    found: list[str] = []
    if not pages:
        return None
    for page in pages:
        operation = operation_of(obligation.contract, page)
        ids = identities(obligation.contract, operation, page) if operation else None
        if ids is None:
            return None
        found.extend(ids)
    return found


def _goes_on(obligation: Obligation, pages: list[Exchange]) -> bool:
    """Whether the listing has more pages than were read."""
    operation = operation_of(obligation.contract, pages[-1]) if pages else None
    return operation is not None and goes_on(obligation.contract, operation, pages[-1])


@check("lifecycle.update_persists", on="updates")
def update_persists(obligation: Obligation, change: Change) -> Outcome:
    """After an update the thing shows the new values."""
    if why := undone(change.action, "updated"):
        return why
    after = view(obligation.contract, change.after, change.thing)
    if not isinstance(after, Mapping):
        return Inconclusive(f"the thing can't be seen afterwards ({answer(change.after)})")
    for key, value in sent(change.action).items():
        if isinstance(value, dict | list):
            continue
        if key not in after:
            return Inconclusive(f"the thing shows no {key}")
        if after[key] != value:
            expected = f"{key}: {shown(value)}"
            return failed("not-kept", change.action, change.after, expected=expected, observed=shown(after[key]))
    if not sent(change.action):
        return Inconclusive("the update names no field")
    return passed(change.action, change.after)


@check("lifecycle.update_touches_nothing_else", on="updates")
def update_touches_nothing_else(obligation: Obligation, change: Change) -> Outcome:
    """An update leaves what it does not name as it was."""
    if why := undone(change.action, "updated"):
        return why
    before = view(obligation.contract, change.before, change.thing)
    after = view(obligation.contract, change.after, change.thing)
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return Inconclusive("the thing can't be seen before and after")
    key = touched(obligation.contract, change)
    if key is not None:
        expected, observed = (f"{key}: {shown(one.get(key))}" for one in (before, after))
        return failed("touched", change.action, change.after, expected=expected, observed=observed)
    return passed(change.before, change.action, change.after)


@check("lifecycle.others_untouched", on="updates")
def others_untouched(obligation: Obligation, change: Change) -> Outcome:
    """An update or a deletion leaves the other things as they were: the listing, the change, the listing."""
    if not change.action.succeeded:
        return Inconclusive(f"nothing was changed ({answer(change.action)})")
    before, after = (listed_things(obligation.contract, page) for page in (change.before, change.after))
    others = {name: thing for name, thing in (before or {}).items() if name != change.thing}
    if after is None or not others:
        return Inconclusive("no listings with other things to compare")
    evidence = (change.before, change.action, change.after)
    gone, changed = others_gone(obligation.contract, change), others_changed(obligation.contract, change)
    if gone and not _goes_on(obligation, [change.after]):
        return failed("others-gone", *evidence, expected=f"{gone[0]} in the listing", observed="it is gone")
    if changed:
        expected, observed = shown(others[changed[0]]), shown(after[changed[0]])
        return failed("others-changed", *evidence, expected=expected, observed=observed)
    return passed(*evidence)


@check("lifecycle.deleted_is_gone", on="deletions")
def deleted_is_gone(obligation: Obligation, change: Change) -> Outcome:
    """After a deletion the thing is no longer shown: seen, deleted, asked for again."""
    if why := undone(change.action, "deleted"):
        return why
    before, after = (view(obligation.contract, one, change.thing) for one in (change.before, change.after))
    if before is MISSING:
        return Inconclusive(f"the thing could not be seen before ({answer(change.before)})")
    if after is not MISSING:
        if put_away(before, after):
            return Inconclusive("it is still shown, but not as it was: archived, or emptied of what it held")
        return failed(
            "still-there", change.action, change.after, expected="no such thing", observed=answer(change.after)
        )
    if change.after.status == 401:
        return Inconclusive("the credential was refused afterwards (401)")
    if change.after.succeeded and document(change.after) is MISSING:
        return Inconclusive(f"what is shown afterwards can't be read ({answer(change.after)})")
    return unanswered(change.after) or passed(change.before, change.action, change.after)


@check("lifecycle.deleted_leaves_list", on="deletions")
def deleted_leaves_list(obligation: Obligation, sequence: Sequence) -> Outcome:
    """After a deletion the listing no longer shows the thing: the deletion, then the pages of the listing."""
    if not sequence.exchanges:
        return Inconclusive(_NOTHING)
    deletion, *pages = sequence.exchanges
    if why := undone(deletion, "deleted"):
        return why
    listed = _listed(obligation, pages)
    if listed is None:
        return Inconclusive("the listing can't be read")
    gone = [one for one in listed if deletion.request.path.endswith(f"/{quote(one, safe='')}")]
    if gone:
        shown_now = (view(obligation.contract, page, gone[0]) for page in pages)
        if any(says_away(thing) for thing in shown_now):
            return Inconclusive("it is still listed, as something that was put away")
        return failed("still-listed", deletion, *pages, expected=f"no {gone[0]}", observed="it is listed")
    if _goes_on(obligation, pages):
        return Inconclusive(f"the listing goes on behind the {len(listed)} things that were read")
    return passed(deletion, *pages)
