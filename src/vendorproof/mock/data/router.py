"""Finds the operation that a method and path name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vendorproof.contract.model import Operation


@dataclass(frozen=True)
class Route:
    """The operations of one path by method."""

    pattern: re.Pattern[str]
    names: tuple[str, ...]
    methods: Mapping[str, Operation]


@dataclass(frozen=True)
class Match:
    """What a path fits: the operation (None where the method is not allowed there), the path's parameters, and the
    methods that are."""

    operation: Operation | None
    arguments: Mapping[str, str]
    allowed: tuple[str, ...]


class Router:
    """The paths of a contract; fixed segments win over parameters."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, {})[operation.method.upper()] = operation
        self._fixed = {path: methods for path, methods in by_path.items() if "{" not in path}
        self._routes = [
            Route(_pattern(path), tuple(re.findall(r"{([^{}]+)}", path)), methods)
            for path, methods in sorted(by_path.items(), key=lambda pair: _precedence(pair[0]))
            if "{" in path
        ]

    def match(self, method: str, path: str) -> Match | None:
        """What a path names, None where the contract has no such path."""
        methods: Mapping[str, Operation] | None = self._fixed.get(path)
        if methods is not None:
            return Match(methods.get(method), {}, tuple(methods))
        for route in self._routes:
            found = route.pattern.fullmatch(path)
            if found:
                arguments = dict(zip(route.names, found.groups(), strict=True))
                return Match(route.methods.get(method), arguments, tuple(route.methods))
        return None


def _pattern(path: str) -> re.Pattern[str]:
    pieces = re.split(r"{[^{}]+}", path)
    return re.compile("([^/]+)".join(re.escape(piece) for piece in pieces))


def _precedence(path: str) -> tuple[bool, ...]:
    return tuple("{" in segment for segment in path.split("/"))
