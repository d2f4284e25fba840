"""Which mutants the checks notice, and which of the others break nothing that the documentation says.

A mutant is first judged on answers of the faithful run, changed as the mutant changes them, by the checks that look at
each answer by itself. Only one that none of them notices is told by the mock, to the suites as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from vendorproof.checks.content import is_json, violation
from vendorproof.checks.outcome import Fail, Word
from vendorproof.contract.model import Contract, Operation
from vendorproof.contract.select import select
from vendorproof.exchange.model import Exchange, Headers, NotJson, Response
from vendorproof.mock import Fault
from vendorproof.mock.deviations.fault import Scope
from vendorproof.mock.deviations.traits import free_fields
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Answer
from vendorproof.proof.gate import Gate
from vendorproof.proof.mutants import Kind, Mutant, Part, mutants
from vendorproof.runs.opening import at_mock

_SAMPLES = 6
"""Answers of one operation and status that a mutant is judged on before the mock tells it."""


class Fate(StrEnum):
    """What became of a mutant."""

    NOTICED = "noticed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent by the documentation"
    ALARMED = "noticed, though the documentation allows it"


@dataclass(frozen=True)
class Judged:
    """A mutant and its fate; `by` is the check that noticed it, `why` tells why the documentation allows it."""

    vendor: str
    mutant: Mutant
    fate: Fate
    by: str = ""
    why: str = ""


class Mutation:
    """The mutants of one vendor."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.contract: Contract = gate.contract
        with at_mock(self.contract) as session:
            for item in gate.items:
                session.decide(item)
            self._exchanges: tuple[Exchange, ...] = tuple(session.journal)
        self._samples: dict[tuple[str, int], list[Exchange]] = {}
        for exchange in self._exchanges:
            if exchange.operation is not None and exchange.response is not None:
                self._samples.setdefault((exchange.operation, exchange.status), []).append(exchange)

    @cached_property
    def mutants(self) -> tuple[Mutant, ...]:
        """The mutants that change an answer of the faithful run."""
        return tuple(one for one in mutants(self.contract, self._exchanges) if self._told(one))

    def judge(self, mutant: Mutant) -> Judged:
        """The fate of one mutant."""
        why = self._allowed(mutant)
        by = self._noticed_alone(mutant) or ("" if why else self._noticed_in_a_run(mutant))
        fates = {
            (True, True): Fate.ALARMED,
            (True, False): Fate.NOTICED,
            (False, True): Fate.EQUIVALENT,
            (False, False): Fate.SURVIVED,
        }
        return Judged(self.contract.vendor, mutant, fates[bool(by), bool(why)], by, why)

    def _told(self, mutant: Mutant) -> list[tuple[Exchange, Exchange]]:
        """Answers of the faithful run, each beside what the mutant makes of it: different ones first."""
        found = []
        for exchange in _spread(self._samples[(mutant.operation, mutant.status)]):
            assert exchange.response is not None
            changed = mutant.told(exchange.response)
            if changed is not None:
                found.append((exchange, replace(exchange, response=changed)))
            if len(found) == _SAMPLES:
                break
        return found

    def _noticed_alone(self, mutant: Mutant) -> str:
        """The check that fails on a changed answer and does not on the answer as it was."""
        for item in self.gate.items:
            operation = item.obligation.operation
            if not item.check.each or operation is None or operation.id != mutant.operation:
                continue
            for before, after in self._told(mutant):
                found = item.check.function(item.obligation, after)
                if isinstance(found, Fail) and not isinstance(item.check.function(item.obligation, before), Fail):
                    return item.check.name
        return ""

    def _noticed_in_a_run(self, mutant: Mutant) -> str:
        """The check that fails where the mock tells the mutant."""
        remembering = self.gate.recall.session()
        with at_mock(self.contract, faults=[lie(self.contract, mutant)]) as session:
            for item in self.gate.items:
                verdict = session.decide(remembering(item))
                if verdict.verdict is Word.FAIL and self.gate.faithful[item.obligation.id] is not Word.FAIL:
                    return verdict.check
        return ""

    def _allowed(self, mutant: Mutant) -> str:
        """Why the documentation allows a mutant, "" where it does not."""
        operation = self.contract.operation(mutant.operation)
        if mutant.part is Part.STATUS:
            return "" if self._status_is_told(mutant) else "no statement is about the status of this answer"
        unshown = "response" in operation.assumed and mutant.status < 400
        untyped = mutant.place == "Content-Type" and not self._judges("content.json_responses", mutant)
        if unshown and (mutant.part is Part.FIELD or untyped):
            return "the documentation does not show this answer: its form is our reading"
        if mutant.part is Part.HEADER:
            return self._header_allowed(operation, mutant)
        documented = operation.response_for(mutant.status)
        schemas = [media.schema for media in documented.media if is_json(media.content_type)] if documented else []
        bodies = [after.response for _, after in self._told(mutant) if after.response is not None]
        if not schemas or not all(_keeps(schemas[0], body) for body in bodies):
            return ""
        if self._conventional(mutant):
            return ""
        return "the schema allows it: the field is optional there, or its form is left open"

    def _header_allowed(self, operation: Operation, mutant: Mutant) -> str:
        if mutant.kind is Kind.OTHER_CASE:
            return "names of header fields compare without case (RFC 9110, 5.1)"
        documented = operation.response_for(mutant.status)
        headers = {name.lower(): header for name, header in documented.headers.items()} if documented else {}
        own = headers.get(mutant.place.lower())
        limit = self.contract.conventions.rate_limit
        promised = {
            "content-type",
            "retry-after",
            *(name.lower() for name in (limit.headers if limit else {}).values()),
        }
        if mutant.place.lower() in promised or own is None:
            return ""
        if mutant.kind in (Kind.DROPPED, Kind.RENAMED):
            return "" if own.get("required") else "the contract does not require the header"
        return "" if violation(own.get("schema", {}), "") else "the header may hold any text"

    def _conventional(self, mutant: Mutant) -> bool:
        """Whether a convention speaks of a field that its schema leaves open."""
        conventions = self.contract.conventions
        place = "/" + mutant.place
        if mutant.status >= 400:
            roles = [role for role, pointer in conventions.errors.fields.items() if pointer == place]
            return bool(roles) and (mutant.kind is not Kind.WRONG_FORMAT or self._has_form(roles[0]))
        told = {conventions.data} if conventions.data else set()
        pagination = conventions.pagination
        if pagination is not None and mutant.operation in self._paginated:
            told |= set(pagination.response.values())
        return place in told or self._has_format(mutant)

    def _has_format(self, mutant: Mutant) -> bool:
        """Whether a rule about values speaks of a field of a success: of empty ones, of amounts, of ids."""
        formats = self.contract.conventions.formats
        lost = mutant.kind in (Kind.DROPPED, Kind.RENAMED, Kind.OTHER_CASE)
        if mutant.kind is Kind.NULL and formats.empty_fields == "omitted" and not self._is_free(mutant):
            return True
        if lost and formats.empty_fields == "null" and self._judges("formats.empty_fields", mutant):
            return True
        name = mutant.place.rpartition("/")[2]
        if name in formats.decimal_strings and self._judges("formats.decimal_strings", mutant):
            return True
        resource = self.contract.conventions.resources.get(self.contract.operation(mutant.operation).resource or "")
        own = resource is not None and resource.id == f"/{name}"
        return own and mutant.kind is Kind.EMPTY and self._judges("formats.ids", mutant)

    def _is_free(self, mutant: Mutant) -> bool:
        """Whether the field stands in one in which customers keep what they like."""
        return not free_fields(self.contract).isdisjoint(mutant.place.split("/")[:-1])

    def _judges(self, check: str, mutant: Mutant) -> bool:
        """Whether some requirement has the check judge the operation's answers."""
        return any(
            requirement.check == check
            and mutant.operation in {one.id for one in select(self.contract, requirement.on or ("all",))}
            for requirement in self.contract.requirements
        )

    def _status_is_told(self, mutant: Mutant) -> bool:
        """Whether the documentation says which status an answer has: as one of the errors that it names, or in a
        statement of its own."""
        if mutant.status >= 400:
            documented = (one.status for operation in self.contract.operations for one in operation.responses)
            return any(status.isdecimal() and status >= "400" for status in documented)
        told = ("operations.success_status", "operations.documented_status")
        return any(self._judges(check, mutant) for check in told)

    def _has_form(self, role: str) -> bool:
        """Whether some requirement gives a field of errors a form beyond its type."""
        return any(
            requirement.parameters.get("field") == role
            and (requirement.check == "errors.path_echoed" or {"format", "pattern"} & set(requirement.parameters))
            for requirement in self.contract.requirements
        )

    @cached_property
    def _paginated(self) -> frozenset[str]:
        return frozenset(operation.id for operation in select(self.contract, ["paginated"]))


def _spread(samples: Sequence[Exchange]) -> Iterable[Exchange]:
    """Answers with the longest and shortest bodies first: they differ most."""
    by_size = sorted(samples, key=lambda one: len(one.response.body) if one.response else 0)
    order = [*by_size[-2:], *by_size[:2], *by_size]
    return {exchange.number: exchange for exchange in order}.values()


def _keeps(schema: Mapping[str, Any], response: Response) -> bool:
    try:
        return violation(schema, response.json) is None
    except NotJson:
        return False


def lie(contract: Contract, mutant: Mutant) -> Fault:
    """A mutant as a fault of the mock."""

    def hook(answer: Answer, call: Call) -> Answer:
        if answer.status != mutant.status or answer.chunks:
            return answer
        told = mutant.told(Response(answer.status, Headers(answer.headers), answer.body))
        return answer if told is None else Answer(told.status, told.headers.pairs, told.body)

    scope = Scope(operations=frozenset({mutant.operation}))
    return Fault(mutant.id, f"{mutant.id}.", ((points.ANSWER, hook),), scope, contract.vendor, "mutants")


def shares(judged: Iterable[Judged], by: Callable[[Judged], str]) -> dict[str, tuple[int, int]]:
    """Of each group, how many mutants were noticed and how many break something."""
    noticed: Counter[str] = Counter()
    breaking: Counter[str] = Counter()
    for one in judged:
        if one.fate in (Fate.NOTICED, Fate.SURVIVED):
            breaking[by(one)] += 1
            noticed[by(one)] += one.fate is Fate.NOTICED
    return {name: (noticed[name], count) for name, count in breaking.items()}
