"""Builds requests that an operation documents as valid, and their wrong twins."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from vendorproof.checks.pages import NextPage
from vendorproof.contract.model import Contract, Kind, Media, Operation
from vendorproof.contract.select import select
from vendorproof.errors import Lack, Need, NeedsValue
from vendorproof.evidence.requests.multipart import File, encode, file_parts, form_media, split
from vendorproof.exchange.tokens import claims
from vendorproof.target.draft import DEFAULT, NOBODY, Draft
from vendorproof.target.profile import Target
from vendorproof.target.route import filled, route

Json = Any


def json_media(operation: Operation) -> Media | None:
    """The JSON form of an operation's request body, None where it documents none."""
    return next((media for media in operation.request if media.content_type.endswith("json")), None)


def example_body(operation: Operation, target: Target) -> Json:
    """A valid body: the tester's, else the contract's example; of a login, the tester's account. A form's body maps its
    parts to texts.

    Raises NeedsValue where the operation wants a body and neither is there.
    """
    if operation.id in target.bodies:
        return copy.deepcopy(target.bodies[operation.id])
    if operation.kind is Kind.LOGIN:
        return account(operation, target)
    media = json_media(operation) or form_media(operation)
    if media is not None and media.examples:
        return copy.deepcopy(next(iter(media.examples.values())))
    if operation.request_required:
        raise NeedsValue(
            f"{operation.label} needs a body that only the tester knows "
            f"(add it under [targets.NAME.bodies]: {operation.id} = {{...}})",
            Need(Lack.BODY, operation.id),
        )
    return None


OVER_THE_BODY: Final = frozenset({400, 409, 415, 422})
"""Statuses by which a server refuses a body, rather than who sends it."""


def guessed_body(operation: Operation, target: Target) -> bool:
    """Whether the body of an operation is our reading and the tester gave none."""
    given = operation.id in target.bodies or operation.id in target.files
    return "body" in operation.assumed and not given


def demand_body(operation: Operation, target: Target, status: int) -> None:
    """Raises NeedsValue where an operation may have been refused for a body that is our reading."""
    if status in OVER_THE_BODY and guessed_body(operation, target):
        raise NeedsValue(
            f"{operation.label} looked at the body first ({status}), and the body is our reading "
            f"(give the real one: [targets.NAME.bodies] {operation.id} = {{...}})",
            Need(Lack.BODY, operation.id),
        )


def demand_context(contract: Contract, target: Target, operation: Operation, status: int) -> None:
    """Raises NeedsValue where an operation may have been refused for a scoping header that the documentation asks for
    without telling where, and that nobody gave a value for."""
    for context in contract.conventions.authentication.context:
        if context.required or target.value(context.value) is not None:
            continue
        if operation in select(contract, context.applies):
            raise NeedsValue(
                f"{operation.label} may need {context.header} ({status} without it; add its value under "
                f'[targets.NAME.values]: {context.value} = "...", or set {context.variable})',
                Need(Lack.VALUE, context.value),
            )


def account(operation: Operation, target: Target) -> dict[str, str]:
    """The fields of the tester's own login. Raises NeedsValue where the target has none: nobody else's would do."""
    fields = target.logins.get(DEFAULT)
    if not fields:
        raise NeedsValue(
            f"{operation.label} needs an account to log in with (name the variables that hold its fields under "
            '[targets.NAME.credentials]: default = {FIELD = "VARIABLE", ...})',
            Need(Lack.ROLE, DEFAULT),
        )
    return {name: secret.value for name, secret in fields.items()}


def told_number(target: Target, name: str, role: str) -> int | None:
    """A number that the tester told under [targets.NAME.values], None where it is not there."""
    told = target.value(name, role) or ""
    return int(told) if told.isdecimal() and len(told) < 10 else None


def required_query(operation: Operation, target: Target) -> tuple[tuple[str, str], ...]:
    """The query parameters that an operation can't do without."""
    pairs = []
    for parameter in operation.parameters:
        if parameter.location != "query" or not parameter.required:
            continue
        value = target.values.get(parameter.name, parameter.example)
        if value is None:
            raise NeedsValue(
                f"{operation.label} needs the query parameter {parameter.name} "
                f'(add it under [targets.NAME.values]: {parameter.name} = "...")',
                Need(Lack.VALUE, parameter.name),
            )
        pairs.append((parameter.name, str(value)))
    return tuple(pairs)


def draft_for(
    operation: Operation,
    target: Target,
    path_values: Mapping[str, str],
    body: Json = None,
    *,
    file_name: str = "vendorproof",
) -> Draft:
    """The documented request of an operation: authorised, unless it is open to everybody. Where the operation takes
    nothing but a form, the body goes as one, its files under this name."""
    form = form_media(operation)
    if body is None and form is None:
        return _draft(operation, target, path_values)
    if form is None or json_media(operation) is not None:
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return _draft(operation, target, path_values, "application/json" if raw else "", raw)
    fields, files = split(form, body if isinstance(body, Mapping) else {}, file_name)
    given = given_files(operation, target)
    parts = file_parts(form)
    if given and parts:
        files = [(parts[0], file) for file in given]
    return _draft(operation, target, path_values, *encode(fields, files))


def asking(draft: Draft, pairs: Sequence[tuple[str, str]]) -> Draft:
    """The request with these query parameters, in the place of its own of the same names."""
    names = {name for name, _ in pairs}
    return replace(draft, query=(*(pair for pair in draft.query if pair[0] not in names), *pairs))


def following(draft: Draft, step: NextPage) -> Draft:
    """The request of the next page of a listing, made from that of any page."""
    return replace(draft, path=step.link, query=()) if step.link else asking(draft, step.query)


def form_draft(
    operation: Operation,
    target: Target,
    path_values: Mapping[str, str],
    fields: Mapping[str, Json],
    files: Sequence[tuple[str, File]],
) -> Draft:
    """The request with these fields and files in a form of multipart/form-data."""
    return _draft(operation, target, path_values, *encode(fields, files))


def given_files(operation: Operation, target: Target) -> tuple[File, ...]:
    """The files that the tester gave for an operation."""
    return tuple(File(path.name, path.read_bytes()) for path in target.files.get(operation.id, ()))


def _draft(
    operation: Operation, target: Target, path_values: Mapping[str, str], content_type: str = "", raw: bytes = b""
) -> Draft:
    place = route(operation, target)
    headers = (("Content-Type", content_type),) if content_type else ()
    return Draft(
        method=place.method,
        path=filled(place.path, path_values),
        query=required_query(operation, target),
        headers=(*headers, *_accepted(operation)),
        body=raw,
        operation=operation.id,
        role=NOBODY if operation.public else DEFAULT,
        effects=operation.effects,
        purpose=f"a valid request of {operation.label}",
    )


def _accepted(operation: Operation) -> tuple[tuple[str, str], ...]:
    """The Accept of an operation whose successes are never JSON: their types, and JSON for its errors."""
    kinds = [media.content_type for response in operation.successes for media in response.media]
    if not kinds or any(kind.endswith("json") for kind in kinds):
        return ()
    return (("Accept", ", ".join(dict.fromkeys((*kinds, "application/json")))),)


_OVERLONG: Final = 80
"""Characters behind an id that make it longer than a column for ids is, and than a short text."""

_TELLING: Final = 8
"""Characters that a credential has at least if one more or less makes it another."""


def lookalike(secret: str) -> str:
    """A credential of the same shape that was never issued: the last quarter of its letters and digits moved on by one,
    so that a server which only looks at the beginning lets it in; of a JSON Web Token the whole signature, so that only
    its verification tells the two apart."""
    signed, _, signature = secret.rpartition(".")
    if signature and claims(secret) is not None:
        return f"{signed}.{''.join(map(_moved, signature))}"
    kept = len(secret) - max(len(secret) // 4, 4)
    return secret[: max(kept, 0)] + "".join(map(_moved, secret[max(kept, 0) :]))


def never_issued(secret: str) -> tuple[str, ...]:
    """Credentials that were never issued: of the same shape, and, but for a JSON Web Token or one too short to tell, a
    character longer and a character shorter, so that a server which compares the beginnings alone lets one in."""
    if claims(secret) is not None or len(secret) < _TELLING:
        return (lookalike(secret),)
    return (lookalike(secret), f"{secret}0", secret[:-1])


def _moved(character: str) -> str:
    for alphabet in ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"):
        if character in alphabet:
            return alphabet[(alphabet.index(character) + 1) % len(alphabet)]
    return character


def malformed_twin(known: str) -> str:
    """A known id with a last character that no id has."""
    return f"{known[:-1]}!"


def overlong_twin(known: str) -> str:
    """A known id with more behind it than any id has, in letters that few servers expect in one."""
    return f"{known}{'é' * _OVERLONG}"


_LAST_PART: Final = re.compile(r"[A-Za-z0-9]*$")

_COUNTED: Final = 9
"""Digits of the largest numbers that every server can read (below 2^31)."""


def absent_twin(known: str | None) -> str:
    """An id of the same shape as a known one that names nothing: what stands before its last part stays, such as a
    prefix that tells the kind of thing, and the last letters and digits come in another order, which keeps them within
    their alphabet; where they are all alike, they are moved on. Numbers that count upwards are left far behind, since
    any order of their digits may be somebody's."""
    if known is None:
        return "vendorproof-absent-0"
    part = _LAST_PART.search(known)
    last = part.group() if part else ""
    if last.isdecimal() and len(last) < _COUNTED:
        return f"{known.removesuffix(last)}9{last:0>{_COUNTED - 1}}"
    tail = last[-6:]
    if tail != tail[::-1]:
        return known[: -len(tail)] + tail[::-1]
    moved = known[:-6] + "".join(_moved(_moved(character)) for character in known[-6:])
    return moved if moved != known else f"{known}0"


def broken_types(body: Json) -> tuple[Json, str] | None:
    """A body whose first field has another type, and that field's name; None where no field can be broken."""
    if not isinstance(body, dict) or not body:
        return None
    name = next(iter(body))
    wrong = dict(body)
    wrong[name] = ["vendorproof", 0] if isinstance(body[name], dict) else {"vendorproof": [0]}
    return wrong, name
