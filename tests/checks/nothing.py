"""Evidence of which something was taken away, so that nothing is left to be judged by."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast, get_type_hints

from tests.checks.table import exchanges, numbers
from vendorproof.exchange.model import Exchange, Failure, Trouble

SUCCESSES = frozenset({"allowed"})
"""Fields of shapes that hold successes alone: without its answer an exchange would not stand there."""


def silenced(evidence: Any) -> Any:
    """The same evidence with no answer to any of its requests."""
    return _mapped(evidence, _silent)


def each_silenced(evidence: Any) -> Iterator[tuple[int, Any]]:
    """The same evidence with no answer to one of its requests, and the number of that one; for each of them."""
    successes = {number for part in _parts(evidence) for number in numbers(part)}
    for number in dict.fromkeys(numbers(evidence)):
        if number not in successes:
            yield number, _mapped(evidence, partial(_silent_if, number))


def emptied(evidence: Any) -> Any:
    """The same shape with nothing in it that may be left out; None where it can't be without an exchange."""
    found = _emptied(evidence)
    return None if any(exchanges(found)) else found


def _silent(exchange: Exchange) -> Exchange:
    return dataclasses.replace(exchange, response=None, failure=Failure(Trouble.TIMEOUT, "as the transport says it"))


def _silent_if(number: int, exchange: Exchange) -> Exchange:
    return _silent(exchange) if exchange.number == number else exchange


def _mapped(evidence: Any, change: Callable[[Exchange], Exchange]) -> Any:
    if isinstance(evidence, Exchange):
        return change(evidence)
    if isinstance(evidence, tuple):
        return tuple(_mapped(one, change) for one in evidence)
    if not dataclasses.is_dataclass(evidence):
        return evidence
    return _with(evidence, {name: _mapped(value, change) for name, value in _fields(evidence)})


def _emptied(evidence: Any) -> Any:
    if isinstance(evidence, tuple):
        return ()
    if isinstance(evidence, Exchange) or not dataclasses.is_dataclass(evidence):
        return evidence
    hints = get_type_hints(type(evidence))
    left = {name: None if _may_be_none(hints[name]) else _emptied(value) for name, value in _fields(evidence)}
    return _with(evidence, left)


def _may_be_none(hint: Any) -> bool:
    return type(None) in getattr(hint, "__args__", ())


def _parts(evidence: Any) -> Iterator[Any]:
    """What stands in the fields of successes, however deep."""
    if isinstance(evidence, Exchange) or not dataclasses.is_dataclass(evidence):
        return
    for name, value in _fields(evidence):
        yield from (value,) if name in SUCCESSES else _parts(value)


def _fields(evidence: Any) -> Iterator[tuple[str, Any]]:
    return ((field.name, getattr(evidence, field.name)) for field in dataclasses.fields(evidence))


def _with(evidence: Any, values: dict[str, Any]) -> Any:
    return dataclasses.replace(cast(Any, evidence), **values)
