"""Files that come along with a request: which forms are taken, and whether each has the same effect."""

from __future__ import annotations

import re
from typing import Any

from vendorproof.checks.outcome import Inconclusive, Outcome, answer, failed, passed, shown
from vendorproof.checks.pages import view
from vendorproof.checks.reading import Spot, document, identity, item, resource_of, values
from vendorproof.checks.registry import Obligation, check
from vendorproof.checks.shapes import Upload, Uploads
from vendorproof.contract.check_parameters import UPLOAD_FORM, may, needs, one_of
from vendorproof.contract.model import Basis
from vendorproof.contract.pointer import MISSING
from vendorproof.exchange.model import Exchange

_COUNTED = re.compile(r"count|size|bytes|length", re.IGNORECASE)
"""Names of whole numbers that tell of files."""

Trace = dict[Spot, int]
"""What a thing shows that may come of its files: lengths of arrays and whole numbers, by pointer."""


@check(
    "uploads.accepted",
    on="uploads",
    takes=[
        needs("form", UPLOAD_FORM, "how the file is sent"),
        may("file", one_of("empty", "non-ascii-name"), "a file of another kind than a short text"),
    ],
)
def accepted(obligation: Obligation, exchange: Exchange) -> Outcome:
    """A file in the documented form is taken."""
    if exchange.response is None:
        return Inconclusive(f"no response: {answer(exchange)}")
    if exchange.succeeded:
        return passed(exchange)
    if exchange.status in (402, 403, 429):
        return Inconclusive(f"no upload to judge ({answer(exchange)})")
    if exchange.status == 415 and obligation.basis is not Basis.STATED:
        return Inconclusive("the form is our reading, and another one is wanted (415)")
    return failed("refused", exchange, expected="a 2xx status", observed=answer(exchange))


@check("uploads.forms_equivalent", on="uploads")
def forms_equivalent(obligation: Obligation, uploads: Uploads) -> Outcome:
    """The same file leaves the same behind in whichever form it came: as many files, of the same size."""
    taken = [upload for upload in uploads.uploads if upload.request.succeeded]
    if len(taken) < 2:
        return Inconclusive("fewer than two forms were taken")
    traces = _traces(obligation, uploads.plain, taken)
    if traces is None:
        return Inconclusive("nothing shows the files")
    first = traces[0]
    for upload, trace in zip(taken[1:], traces[1:], strict=True):
        evidence = (taken[0].request, upload.request, *taken[0].shown, *upload.shown)
        places = dict.fromkeys((*first, *trace))
        place = next((one for one in places if first.get(one) != trace.get(one)), None)
        if place is not None:
            return failed(
                "forms-differ",
                *dict.fromkeys(evidence),
                expected=f"{first.get(place, 'nothing')} at {place}, as by {taken[0].form}",
                observed=f"{trace.get(place, 'nothing')} by {upload.form}",
            )
    return passed(*(upload.request for upload in taken))


@check("uploads.several_files", on="uploads")
def several_files(obligation: Obligation, uploads: Uploads) -> Outcome:
    """A request with two files is taken like one with one, and leaves one more behind: first the one, then the two."""
    if len(uploads.uploads) < 2:
        return Inconclusive("no two uploads to compare")
    one, two = uploads.uploads
    if not one.request.succeeded:
        return Inconclusive(f"one file is not taken either ({answer(one.request)})")
    if two.request.response is None or two.request.status in (402, 403, 429):
        return Inconclusive(f"no upload to judge ({answer(two.request)})")
    if not two.request.succeeded:
        return failed("refused", one.request, two.request, expected="a 2xx status", observed=answer(two.request))
    traces = _traces(obligation, uploads.plain, [one, two])
    if traces is None:
        return passed(one.request, two.request)
    arrays = [place for place in dict.fromkeys((*traces[0], *traces[1])) if not _COUNTED.search(place.name)]
    grown = [place for place in arrays if traces[1].get(place, 0) > traces[0].get(place, 0)]
    if arrays and not grown:
        place = arrays[0]
        expected = f"more than {traces[0].get(place, 0)} at {place}"
        observed = shown(traces[1].get(place, 0))
        return failed("file-lost", one.request, two.request, *two.shown, expected=expected, observed=observed)
    return passed(one.request, two.request)


def _traces(obligation: Obligation, plain: Upload | None, uploads: list[Upload]) -> list[Trace] | None:
    """What each upload left behind that the same request without files did not: as its answer tells, or else the
    listing; None where neither does."""
    for told in (_in_answer, _in_listing):
        without = _trace(told(obligation, plain)) if plain is not None else {}
        things = [told(obligation, upload) for upload in uploads]
        if MISSING in things:
            continue
        found = [_trace(thing) for thing in things]
        places = {place for trace in found for place in trace if trace[place] and trace[place] != without.get(place, 0)}
        if places:
            return [{place: trace[place] for place in places if place in trace} for trace in found]
    return None


def _in_answer(obligation: Obligation, upload: Upload) -> Any:
    answered = document(upload.request)
    resource = resource_of(obligation.contract.conventions, obligation.operation)
    found = item(resource, answered) if resource else MISSING
    return answered if found is MISSING else found


def _in_listing(obligation: Obligation, upload: Upload) -> Any:
    resource = resource_of(obligation.contract.conventions, obligation.operation)
    own = identity(resource, item(resource, document(upload.request))) if resource else None
    if own is None:
        return MISSING
    pages = [view(obligation.contract, page, own) for page in upload.shown]
    return next((found for found in pages if found is not MISSING), MISSING)


def _trace(found: Any) -> Trace:
    trace: Trace = {}
    for place, key, value in values(found):
        if isinstance(value, list):
            trace[place] = len(value)
        elif isinstance(value, int) and not isinstance(value, bool) and _COUNTED.search(key):
            trace[place] = value
    return trace
