"""Where an operation is at a target, and which ids a path names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from vendorproof.contract.model import Operation
from vendorproof.target.profile import Target


@dataclass(frozen=True)
class Route:
    """Where an operation is at this target: the documented place, or the one that the tester bound."""

    method: str
    path: str
    bound: bool


def route(operation: Operation, target: Target) -> Route:
    """The method and path template of an operation at a target."""
    binding = target.bindings.get(operation.id)
    if binding is None:
        return Route(operation.method, operation.path, bound=False)
    return Route(binding.method or operation.method, binding.path or operation.path, bound=True)


def is_at(operation: Operation, target: Target, path: str) -> bool:
    """Whether an absolute path is one of an operation at a target, with or without a slash at its end."""
    base = urlsplit(target.base_url).path.rstrip("/")
    template = route(operation, target).path.rstrip("/")
    return path.startswith(base) and values_in(template, path.removeprefix(base).rstrip("/")) is not None


def parameters_of(path: str) -> tuple[str, ...]:
    """The parameter names of a path template, in order."""
    return tuple(part.split("}")[0] for part in path.split("{")[1:])


def filled(path: str, values: Mapping[str, str]) -> str:
    """A path template with its parameters percent-encoded."""
    for name, value in values.items():
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return path


def climbs(path: str) -> bool:
    """Whether a path, without its query, leaves its place: a part of it is a dot or two (RFC 3986, 5.2.4), however that
    is written."""
    return any(unquote(part) in (".", "..") for part in path.split("/"))


def values_in(template: str, path: str) -> dict[str, str] | None:
    """The path parameters that a filled path was filled with, None where it is none of the template's."""
    found = _pattern(template).fullmatch(path.partition("?")[0])
    return None if found is None else dict(zip(parameters_of(template), map(unquote, found.groups()), strict=True))


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("([^/]+)".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", template)))
