"""Pins: choices that the documentation leaves open, as they were observed.

A pin is never a failure. One that differs from that of an earlier run is a change which nobody announced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vendorproof.checks.pages import items
from vendorproof.checks.reading import document
from vendorproof.contract.model import Contract, Operation
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.exchange.model import Exchange


@dataclass(frozen=True, order=True)
class Pin:
    """What was observed of one open choice at one operation ("*" for the API as a whole); `exchange` is the number of
    the first exchange that shows it."""

    vendor: str
    choice: str
    operation: str
    observed: str
    exchange: int


@dataclass(frozen=True)
class _Choice:
    """A choice that a page may leave open: `stated` tells whether this contract's page settles it, `read` what an
    exchange shows of it, None for nothing."""

    name: str
    stated: Callable[[Contract], bool]
    read: Callable[[Contract, Operation | None, Exchange], str | None]


def pins(contract: Contract, exchanges: Iterable[Exchange]) -> tuple[Pin, ...]:
    """Every open choice that these exchanges show, in order; different observations of one are joined by "or"."""
    seen: dict[tuple[str, str], dict[str, int]] = {}
    operations = {operation.id: operation for operation in contract.operations}
    open_choices = [choice for choice in _CHOICES if not choice.stated(contract)]
    for exchange in exchanges:
        if exchange.vendor != contract.vendor or exchange.response is None or exchange.generated:
            continue
        operation = operations.get(exchange.operation or "")
        place = operation.label if operation else "*"
        for choice in open_choices:
            observed = choice.read(contract, operation, exchange)
            if observed is not None:
                seen.setdefault((choice.name, place), {}).setdefault(observed, exchange.number)
    return tuple(
        Pin(contract.vendor, name, place, " or ".join(sorted(found)), min(found.values()))
        for (name, place), found in sorted(seen.items())
    )


def _decides(contract: Contract, check: str, **given: Any) -> bool:
    """Whether a requirement with these parameters settles it."""
    return any(
        requirement.check == check and given.items() <= dict(requirement.parameters).items()
        for requirement in contract.requirements
    )


def _answer(contract: Contract, exchange: Exchange) -> str:
    """The status, and the code of an error where it has one: `404 not_found`."""
    pointer = contract.conventions.errors.fields.get("code")
    code = resolve(document(exchange), pointer) if pointer and exchange.status >= 400 else MISSING
    return f"{exchange.status} {code}" if isinstance(code, str) else str(exchange.status)


def _asked(purpose: str) -> Callable[[Contract, Operation | None, Exchange], str | None]:
    """Reads the answer to requests of a purpose; of a listing, how many items it gave."""
    pattern = re.compile(purpose)

    def read(contract: Contract, operation: Operation | None, exchange: Exchange) -> str | None:
        if not pattern.match(exchange.purpose) or exchange.status in (402, 429):
            return None
        found = items(contract, operation, exchange) if operation is not None and exchange.succeeded else None
        count = "" if found is None else ", no items" if not found else ", items"
        return f"{_answer(contract, exchange)}{count}"

    return read


def _provoked(name: str, way: str, purpose: str) -> _Choice:
    return _Choice(name, lambda contract: _decides(contract, "errors.status", provoke=way), _asked(purpose))


def _over_maximum(contract: Contract, operation: Operation | None, exchange: Exchange) -> str | None:
    asked = re.match(r"asks for (\d+) items", exchange.purpose)
    if not asked or operation is None or exchange.status in (402, 429):
        return None
    found = items(contract, operation, exchange)
    if not exchange.succeeded or found is None:
        return _answer(contract, exchange)
    return "as many as were asked for" if len(found) >= int(asked[1]) else "no more than the maximum"


def _success(contract: Contract, operation: Operation | None, exchange: Exchange) -> str | None:
    if operation is None or not exchange.succeeded or "response" not in operation.assumed:
        return None
    return f"{exchange.status}{'' if exchange.response and exchange.response.body else ', no body'}"


def _error_form(contract: Contract, operation: Operation | None, exchange: Exchange) -> str | None:
    if exchange.status < 400:
        return None
    body = document(exchange)
    return f"{{{', '.join(sorted(map(str, body)))}}}" if isinstance(body, Mapping) else "no JSON object"


def _limit_headers(contract: Contract, operation: Operation | None, exchange: Exchange) -> str | None:
    headers = exchange.response.headers if exchange.response else ()
    names = {name.lower() for name, _ in headers if "ratelimit" in name.lower().replace("-", "")}
    return ", ".join(sorted(names)) or "none"


def _refusal(name: str) -> Callable[[Contract], bool]:
    return lambda contract: getattr(contract.conventions.authentication.refusal, name) is not None


_CHOICES: Final = (
    _Choice("success", lambda contract: _decides(contract, "operations.success_status"), _success),
    _Choice("no-credential", _refusal("missing"), _asked("the same without credentials")),
    _Choice("unknown-credential", _refusal("invalid"), _asked("the same with an unknown credential")),
    _Choice("malformed-credential", _refusal("invalid"), _asked("the same with a malformed credential")),
    _Choice(
        "thing-of-another-tenant",
        lambda contract: _decides(contract, "tenants.like_absent"),
        _asked("another tenant asks for it"),
    ),
    _provoked("absent-id", "absent-id", "asks for what does not exist"),
    _provoked("malformed-id", "malformed-id", "asks for what is no id"),
    _provoked("body-that-is-no-json", "malformed-body", "a body that is not JSON"),
    _provoked("field-of-the-wrong-type", "invalid-body", "a field of the wrong type"),
    _provoked("page-size-that-is-a-word", "invalid-parameter", "a page size that is a word|a page size of many"),
    _Choice("negative-page-size", lambda contract: False, _asked("a page size of -1")),
    _Choice(
        "page-size-over-the-maximum",
        lambda contract: bool(contract.conventions.pagination and contract.conventions.pagination.over_maximum),
        _over_maximum,
    ),
    _Choice(
        "cursor-never-issued",
        lambda contract: _decides(contract, "pagination.garbage_cursor"),
        _asked("a cursor that was never issued|a cursor of "),
    ),
    _Choice(
        "offset-past-the-end",
        lambda contract: _decides(contract, "pagination.past_the_end"),
        _asked("an offset past the end"),
    ),
    _Choice(
        "another-method",
        lambda contract: _decides(contract, "operations.read_only"),
        _asked(r"\w+ on a path that is only read"),
    ),
    _Choice("unknown-path", lambda contract: False, _asked("a path that does not exist")),
    _Choice("errors", lambda contract: bool(contract.conventions.errors.fields), _error_form),
    _Choice(
        "limit-headers",
        lambda contract: bool(contract.conventions.rate_limit and contract.conventions.rate_limit.presence),
        _limit_headers,
    ),
)
