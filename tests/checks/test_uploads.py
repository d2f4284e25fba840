"""Files that come along with a request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.builders import acme, error, exchange, obligation, silence
from tests.checks.table import Example, Table, accept, examples, reject, undecided
from vendorproof.checks.outcome import Fail, Inconclusive
from vendorproof.checks.shapes import Upload, Uploads
from vendorproof.checks.uploads import accepted

LISTED = acme(pagination=None)


def made(name: str, *sizes: int, **fields: Any) -> Any:
    """A creation whose answer shows these files."""
    files = [{"name": f"{name}-{size}", "size": size} for size in sizes]
    return exchange(201, {"id": name, "files": files, **fields}, operation="createThing")


def bare(name: str) -> Any:
    """A creation whose answer shows the new id alone."""
    return exchange(201, {"id": name}, operation="createThing")


def listing(**files: int) -> tuple[Any, ...]:
    """A listing that shows how many files each thing has."""
    things = [{"id": name, "fileCount": count} for name, count in files.items()]
    return (exchange(200, {"data": things}, operation="listThings"),)


def forms(plain: Any, *uploads: Any, shown: tuple[Any, ...] = ()) -> Uploads:
    names = ("multipart", "files", "filesBase64")
    sent = tuple(Upload(form, one, shown) for form, one in zip(names, uploads, strict=False))
    return Uploads(None if plain is None else Upload("", plain, shown), sent)


ACCEPTED = Table(
    "uploads.accepted",
    accept("a success", exchange(200, {}, operation="send")),
    accept("another one", exchange(202, operation="send")),
    reject("an unknown form", "refused", error(415, operation="send")),
    reject("a validation error", "refused", error(400, operation="send")),
    reject("the server's own mistake", "refused", error(500, operation="send")),
    reject("no such route", "refused", error(404, operation="send")),
    undecided("a right is missing", error(403, operation="send")),
    undecided("the rate limit came first", error(429, operation="send")),
    undecided("no response", silence(operation="send")),
    given={"form": "multipart"},
)

EQUIVALENT = Table(
    "uploads.forms_equivalent",
    accept("the same by all forms", forms(made("a"), made("b", 9), made("c", 9), made("d", 9))),
    accept("names differ, since one form has none", forms(made("a"), made("b", 9), made("other", 9))),
    accept("the same in the listing", forms(bare("a"), bare("b"), bare("c"), shown=listing(a=0, b=1, c=1))),
    accept("a form that was refused is another's matter", forms(made("a"), made("b", 9), error(400), made("d", 9))),
    accept("numbers that tell nothing of files differ", forms(made("a", rank=1), made("b", 9, rank=2), made("c", 9))),
    reject("a file is lost", "forms-differ", forms(made("a"), made("b", 9), made("c"))),
    reject("its bytes are lost", "forms-differ", forms(made("a"), made("b", 9), made("c", 0))),
    reject("base64 is kept as it came", "forms-differ", forms(made("a"), made("b", 9), made("c", 12))),
    reject("a file comes twice", "forms-differ", forms(made("a"), made("b", 9), made("c", 9, 9))),
    reject(
        "the listing lacks it", "forms-differ", forms(bare("a"), bare("b"), bare("c"), shown=listing(a=0, b=1, c=0))
    ),
    undecided(
        "one is behind the page of the listing",
        forms(bare("a"), bare("b"), bare("c"), shown=listing(a=0, b=1)),
        "nothing shows",
    ),
    undecided("nothing shows the files", forms(bare("a"), bare("b"), bare("c")), "nothing shows"),
    undecided("one form is taken alone", forms(made("a"), made("b", 9), error(400)), "fewer than two"),
    undecided("files show without any too", forms(made("a", 9), made("b", 9), made("c", 9)), "nothing shows"),
    contract=LISTED,
    operation="createThing",
)

SEVERAL = Table(
    "uploads.several_files",
    accept("both are kept", forms(made("a"), made("b", 9), made("c", 9, 5))),
    accept("both are taken, and nothing shows", forms(bare("a"), bare("b"), bare("c"))),
    accept("the plain request is not known", forms(None, made("b", 9), made("c", 9, 5))),
    accept("an array beside them does not grow", forms(made("a", tags=[1]), made("b", 9), made("c", 9, 5, tags=[1]))),
    reject("one is lost", "file-lost", forms(made("a"), made("b", 9), made("c", 9))),
    reject("two are too many", "refused", forms(made("a"), made("b", 9), error(400, operation="createThing"))),
    reject("the server's own mistake", "refused", forms(made("a"), made("b", 9), error(500, operation="createThing"))),
    undecided("one is refused too", forms(made("a"), error(400), error(400)), "one file"),
    undecided("the rate limit came first", forms(made("a"), made("b", 9), error(429))),
    undecided("no response", forms(made("a"), made("b", 9), silence())),
    contract=LISTED,
    operation="createThing",
)

TABLES = [ACCEPTED, EQUIVALENT, SEVERAL]


@pytest.mark.parametrize("example", examples(TABLES))
def test_examples(example: Example) -> None:
    example.holds()


def test_a_form_that_the_page_does_not_state_may_be_another_one() -> None:
    unsupported = error(415, operation="send")
    given = {"form": "multipart"}
    stated = obligation(LISTED, "uploads.accepted", operation="send", given=given)
    implied = obligation(LISTED, "uploads.accepted", operation="send", given=given, basis="implied")
    assert isinstance(accepted(stated, unsupported), Fail)
    assert isinstance(accepted(implied, unsupported), Inconclusive)
