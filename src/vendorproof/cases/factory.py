"""What schemathesis makes of an operation: cases, none of them sent. The only module that knows how it is driven."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from hypothesis import Phase, given, seed
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from vendorproof.cases.deterministic import deterministic, quiet
from vendorproof.cases.gateway import DOCUMENT, Gateway
from vendorproof.contract.model import Operation
from vendorproof.errors import Unavailable
from vendorproof.evidence.requests.drafting import json_media

if TYPE_CHECKING:
    from schemathesis import APIOperation, Case, GenerationMode

    AnyCase = Case[Any]
    AnyOperation = APIOperation[Any, Any, Any, Any]

_CONFIGURATION: Final[Mapping[str, Any]] = {
    "cache": {"enabled": False},
    "max-redirects": 0,
    "request-retries": 0,
    "generation": {
        "deterministic": True,
        "database": "none",
        "with-security-parameters": False,
        "allow-extra-parameters": False,
    },
    # A method that the documentation does not document may do anything at a live account.
    "phases": {"coverage": {"unexpected-methods": []}, "stateful": {"enabled": False}},
    # It would draw values from the literals of our own source.
    "analysis": {"constants": {"enabled": False}},
    "checks": {"ignored_auth": {"enabled": False}},
}

_OPEN: Final = {"additionalProperties", "allOf", "anyOf", "oneOf", "patternProperties", "$ref"}
"""Keywords of a schema that allow fields which `properties` does not name."""

_PLAINER: Final = {
    "": "random values",
    "Default positive test case": "plain values",
    "Positive test case": "random values",
}


class Factory:
    """Makes cases for the operations of the document that a gateway serves; within `deterministic` always the same
    ones.

    `examples` is how many somebody may want of an operation, `number` the seed of what is drawn. `dropped` names query
    parameters that a valid request leaves out, because no valid value can be made up (a cursor).
    """

    def __init__(self, gateway: Gateway, examples: int, number: int, dropped: Collection[str] = ()) -> None:
        with deterministic():
            import schemathesis
            from schemathesis.config import GenerationConfig

            self._modes = schemathesis.GenerationMode
            self._covering = GenerationConfig(with_security_parameters=False, allow_extra_parameters=False)
            config = schemathesis.Config.from_dict({**_CONFIGURATION, "seed": number})
            self._schema = schemathesis.openapi.from_asgi(DOCUMENT, gateway, config=config)
        self._examples = examples
        self._seed = number
        self._dropped = dropped

    def positive(self, operation: Operation, path_values: Mapping[str, str], *, fuzzing: bool) -> Iterator[AnyCase]:
        """Requests that the contract allows, about these things: the documented examples, then one for each boundary
        and alternative of its schemas, then with `fuzzing` random ones. Lazy, and longer than `examples` perhaps.

        Raises Unavailable where a path parameter has no value.
        """
        own = _encoded(operation, path_values)
        found = self._operation(operation)
        media = json_media(operation)
        documented = (case for one in found.get_strategies_from_examples() for case in self._drawn(one, 1))
        covered = self._covered(found, self._modes.POSITIVE)
        fuzzed = self._fuzzed(found, self._modes.POSITIVE, own) if fuzzing else iter(())
        for case in chain(documented, covered, fuzzed):
            case.path_parameters = dict(own)
            case.query = {name: value for name, value in case.query.items() if name not in self._dropped}
            if media is not None and case.media_type == media.content_type:
                body = documented_fields(case.body, media.schema)
                if body != case.body:
                    case.body = body
                    if breaks_contract(case):
                        continue
            yield case

    def negative(self, operation: Operation, path_values: Mapping[str, str]) -> Iterator[AnyCase]:
        """Requests about these things that break the contract in one place: one for each way to break each of its
        schemas, then random ones. Lazy, and longer than `examples` perhaps.

        Raises Unavailable where a path parameter has no value.
        """
        own = _encoded(operation, path_values)
        found = self._operation(operation)
        covered = self._covered(found, self._modes.NEGATIVE)
        for case in chain(covered, self._fuzzed(found, self._modes.NEGATIVE, own)):
            case.path_parameters = dict(own)
            if not operation.request and "Content-Type" in case.headers:
                # The type of a body that there is not breaks nothing.
                continue
            if breaks_contract(case):
                yield case

    def strangers(self, operation: Operation) -> Iterator[AnyCase]:
        """Allowed requests about things that nobody made: path parameters are random."""
        return self._fuzzed(self._operation(operation), self._modes.POSITIVE, {})

    def _operation(self, operation: Operation) -> AnyOperation:
        return self._schema[operation.path][operation.method]

    def _covered(self, found: AnyOperation, mode: GenerationMode) -> Iterator[AnyCase]:
        """Coverage cases, spread: the first few are about different parameters and different ways to vary them."""
        # Undocumented; the documented way to these cases is a decorator that only pytest's collection can use.
        cases = self._schema.iter_coverage_cases(found, generation_modes=[mode], generation_config=self._covering)
        groups: dict[tuple[object, ...], list[AnyCase]] = {}
        for case in cases:
            data = case.meta.phase.data if case.meta is not None else None
            groups.setdefault((getattr(data, "parameter", None), getattr(data, "description", None)), []).append(case)
        yield from (case for layer in zip_longest(*groups.values()) for case in layer if case is not None)

    def _fuzzed(self, found: AnyOperation, mode: GenerationMode, own: Mapping[str, str]) -> Iterator[AnyCase]:
        strategy = found.as_strategy(generation_mode=mode, path_parameters=dict(own) or None)
        yield from self._drawn(strategy, self._examples)

    def _drawn(self, strategy: SearchStrategy[AnyCase], count: int) -> Iterable[AnyCase]:
        found: list[AnyCase] = []

        @seed(self._seed)
        @quiet(count, phases=(Phase.generate,))
        @given(strategy)
        def collect(case: AnyCase) -> None:
            found.append(case)

        try:
            collect()
        except Unsatisfiable:
            # A schema may leave nothing to draw: no way to break it, for one.
            return found
        return found


def breaks_contract(case: AnyCase) -> bool:
    """Whether a case breaks the contract as it is now, with whatever was replaced in it."""
    return case.meta is not None and case.meta.generation.mode.is_negative


def call(case: AnyCase) -> None:
    """Sends a case to the gateway. Raises Unavailable where it can't be written as HTTP."""
    with _written():
        # Without a limit of its own: our client bounds every exchange, and waits where the vendor asks for it.
        case.call(timeout=None, allow_redirects=False)


def fingerprint(case: AnyCase) -> int:
    """The same number for the same request on the wire. Raises Unavailable where it can't be written as HTTP."""
    with _written():
        return hash(case)


@contextmanager
def _written() -> Iterator[None]:
    from schemathesis.errors import SchemathesisError

    try:
        yield
    except (OSError, SchemathesisError, ValueError) as error:
        raise Unavailable(f"a generated request can't be written as HTTP: {type(error).__name__}") from error


def purpose_of(case: AnyCase) -> str:
    """What a case varies, in words: `limit: Maximum value`."""
    if case.meta is not None and case.meta.phase.name == "examples":
        return "a documented example"
    data = case.meta.phase.data if case.meta is not None else None
    parameter, description = getattr(data, "parameter", None), getattr(data, "description", None) or ""
    # In brackets stands what was there before, which may be anything.
    lines = [re.sub(r" \(was .*", "", line.removeprefix("- ")) for line in description.splitlines()]
    words = _PLAINER.get("; ".join(lines), "; ".join(lines))
    return f"{parameter}: {words}" if parameter and not words.startswith(f"{parameter}:") else words


def documented_fields(value: Any, schema: Mapping[str, Any]) -> Any:
    """A value without the fields that its schema does not name: what a vendor does with those is nowhere written."""
    properties, item = schema.get("properties"), schema.get("items")
    if isinstance(value, dict) and isinstance(properties, dict) and not _OPEN & set(schema):
        return {name: documented_fields(one, properties[name]) for name, one in value.items() if name in properties}
    if isinstance(value, list) and isinstance(item, dict):
        return [documented_fields(one, item) for one in value]
    return value


def _encoded(operation: Operation, path_values: Mapping[str, str]) -> dict[str, str]:
    missing = [one.name for one in operation.path_parameters if one.name not in path_values]
    if missing:
        raise Unavailable(f"{operation.label} needs a value for {{{missing[0]}}}")
    return {one.name: quote(path_values[one.name], safe="") for one in operation.path_parameters}
