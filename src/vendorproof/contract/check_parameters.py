"""What `with:` may give a check: each parameter, and the forms that values take."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from vendorproof.contract.conventions import ROLES
from vendorproof.contract.model import Contract, Media
from vendorproof.contract.wording import suggest

Json = Any


@dataclass(frozen=True)
class Form:
    """What a value may be: `says` it in words, `fits` tells whether one is. `words` are those that there are in a
    contract, where the value has to be one of them; with `many` the value is a list of such values, one at least."""

    says: str
    fits: Callable[[Json], bool]
    words: Callable[[Contract], Collection[str]] | None = None
    many: bool = False

    def fault(self, value: Json, contract: Contract) -> tuple[str, str] | None:
        """What is wrong with a value and the likely fix; None where nothing is."""
        if self.many and (not isinstance(value, list) or not value):
            return f"takes a list, not {value!r}", f"write [{value}]" if value else "list one at least"
        for one in value if self.many else (value,):
            if not self.fits(one):
                return f"takes {self.says}, not {one!r}", f"give it {self.says}"
            known = None if self.words is None else self.words(contract)
            if known is not None and one not in known:
                return f"takes {self.says}, not {one!r}", suggest(str(one), known)
        return None


@dataclass(frozen=True)
class CheckParameter:
    """One key that `with:` may hold for a check, what it means, and whether the check can't do without."""

    name: str
    form: Form
    summary: str
    required: bool
    beside: tuple[str, Json] | None = None


def needs(name: str, form: Form, summary: str) -> CheckParameter:
    """A parameter that a requirement has to give."""
    return CheckParameter(name, form, summary, required=True)


def may(name: str, form: Form, summary: str, *, beside: tuple[str, Json] | None = None) -> CheckParameter:
    """A parameter that a requirement may give; with `beside` only where another one has that value or is left out."""
    return CheckParameter(name, form, summary, required=False, beside=beside)


CheckParameters = Mapping[str, Mapping[str, CheckParameter]]
"""The name of every check, with its parameters by their names."""


def _is_string(value: Json) -> bool:
    return isinstance(value, str)


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _status(says: str, first: int, last: int) -> Form:
    def fits(value: Json) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and first <= value <= last

    return Form(f"{says} from {first} to {last}", fits)


def _is_pattern(value: Json) -> bool:
    try:
        return isinstance(value, str) and bool(value) and bool(re.compile(value))
    except (re.error, OverflowError, RecursionError):
        return False


def _is_pointer(value: Json) -> bool:
    return isinstance(value, str) and re.fullmatch(r"(/([^/~]|~[01])*)+", value) is not None


def _upload_forms(contract: Contract) -> list[str]:
    examples = [(name, body) for media in _bodies(contract) for name, body in media.examples.items()]
    return ["multipart", *(name for name, body in examples if isinstance(body, dict) and name in body)]


def _body_fields(contract: Contract) -> list[str]:
    return [name for media in _bodies(contract) for name in media.schema.get("properties", {})]


def _bodies(contract: Contract) -> list[Media]:
    return [media for operation in contract.operations for media in operation.request]


def one_of(*words: str) -> Form:
    """One of these words."""
    return Form(_listed(words), _is_string, lambda contract: words)


def some_of(*words: str) -> Form:
    """A list of some of these words."""
    return replace(one_of(*words), many=True)


def _listed(words: Collection[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _declared(what: str, words: Callable[[Contract], Collection[str]], *, many: bool = False) -> Form:
    return Form(f"{what} that conventions.yaml declares", _is_string, words, many)


TEXT: Final = Form("a text", _is_text)
TEXTS: Final = replace(TEXT, many=True)
FLAG: Final = Form("true or false", lambda value: isinstance(value, bool))
STATUSES: Final = replace(_status("a status", 100, 599), many=True)
SUCCESSES: Final = replace(_status("a status of a success", 200, 299), many=True)
ERROR: Final = _status("a status of an error", 400, 599)
ERRORS: Final = replace(ERROR, many=True)
REFUSAL: Final = _status("a status of a refusal", 400, 499)
PATTERN: Final = Form("a regular expression", _is_pattern)
POINTER: Final = Form("a JSON pointer into an item, such as /created_at", _is_pointer)
PATH: Final = Form(
    "a path that begins with a slash", lambda value: isinstance(value, str) and re.fullmatch(r"/\S*", value) is not None
)
MEDIA: Final = Form(
    "a media type, such as application/json",
    lambda value: isinstance(value, str) and re.fullmatch(r"[\w.+-]+/[\w.+*-]+", value) is not None,
)
WRITING_METHODS: Final = some_of("POST", "PUT", "PATCH", "DELETE")
ROLE: Final = _declared("a role", lambda contract: [*ROLES, *contract.conventions.authentication.roles])
ENVIRONMENTS: Final = replace(ROLE, many=True)
UPLOAD_FORM: Final = Form("multipart, or an array of files in the example of a JSON body", _is_string, _upload_forms)
BODY_FIELD: Final = Form("a field of a body that openapi.yaml documents", _is_string, _body_fields)
CARRIER: Final = _declared(
    "a carrier", lambda contract: [one.name for one in contract.conventions.authentication.carriers]
)
CONTEXT_HEADER: Final = _declared(
    "a scoping header", lambda contract: [one.header for one in contract.conventions.authentication.context]
)
ERROR_FIELD: Final = _declared("a field of errors", lambda contract: list(contract.conventions.errors.fields))
LIMIT_HEADERS: Final = _declared(
    "a header of the rate limit",
    lambda contract: list(contract.conventions.rate_limit.headers) if contract.conventions.rate_limit else [],
    many=True,
)
LISTED_RESOURCE: Final = _declared(
    "a resource with a listing",
    lambda contract: [name for name, one in contract.conventions.resources.items() if one.list is not None],
)
PAGE_PART: Final = _declared(
    "a part of a page's answer",
    lambda contract: (
        ["items", *contract.conventions.pagination.response] if contract.conventions.pagination else ["items"]
    ),
)

PROVOKED: Final = (
    "missing-credential",
    "absent-id",
    "deleted-id",
    "malformed-id",
    "malformed-body",
    "invalid-body",
    "empty-body",
    "invalid-parameter",
    "invalid-offset",
)
"""What `provoke:` may name beside the provocations of conventions.yaml."""

PROVOCATION: Final = Form(
    f"{_listed(PROVOKED)}, or a provocation that conventions.yaml declares",
    _is_string,
    lambda contract: [*PROVOKED, *contract.conventions.provocations],
)
