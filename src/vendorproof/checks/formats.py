"""How values look: timestamps, ids, empty fields, decimal strings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from vendorproof.checks.content import documented_media
from vendorproof.checks.errors import is_date_time, is_utc
from vendorproof.checks.outcome import Inconclusive, NotApplicable, Outcome, failed, passed, shown
from vendorproof.checks.pages import items
from vendorproof.checks.reading import Spot, document, identity, item, operation_of, resource_of, values
from vendorproof.checks.registry import Obligation, check, response_check
from vendorproof.checks.shapes import Pair
from vendorproof.contract.check_parameters import TEXTS, may
from vendorproof.contract.pointer import MISSING, resolve
from vendorproof.exchange.model import Exchange

_MOMENT_KEY = re.compile(r"(?:.*_at|.*[a-z]At|(?:.*_)?timestamp|.*Timestamp)")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


_FREE = may("free", TEXTS, "the names of fields in which customers keep what they like")


def _of_the_vendor(obligation: Obligation, found: Any) -> Iterator[tuple[Spot, str, Any]]:
    """Every value of a document but for those in free fields, whose names and values the vendor did not choose."""
    free = frozenset(obligation.parameters.get("free", ()))
    return (one for one in values(found) if free.isdisjoint(str(one[0]).split("/")[:-1]))


@response_check(
    "formats.timestamps",
    on="all",
    takes=[may("fields", TEXTS, "the names that the documentation speaks of, where it does not speak of all"), _FREE],
)
def timestamps(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Values under names of moments (`created_at`, `createdAt`, `timestamp`) are ISO 8601, in UTC where stated.

    `fields` names those that the documentation speaks of, where it does not speak of all; `free` the fields in which
    customers keep what they like.
    """
    named = obligation.parameters.get("fields")
    wanted = _MOMENT_KEY.fullmatch if named is None else frozenset(named).__contains__
    zone = obligation.contract.conventions.formats.timestamps
    if zone is None:
        return NotApplicable("the documentation does not say how timestamps look")
    well_formed = is_utc if zone == "utc" else is_date_time
    seen = False
    for place, key, value in _of_the_vendor(obligation, document(exchange)):
        if not wanted(key) or value is None or isinstance(value, dict | list | bool):
            continue
        seen = True
        if not well_formed(value):
            expected = "an ISO 8601 string in UTC" if zone == "utc" else "an ISO 8601 string with an offset"
            return failed("not-a-timestamp", exchange, expected=f"{expected} at {place}", observed=shown(value))
    return passed(exchange) if seen else NotApplicable("no timestamp in the body")


@response_check("formats.ids", on="all")
def ids(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Ids of resources are strings that are not empty."""
    if obligation.contract.conventions.formats.ids is None:
        return NotApplicable("the documentation does not say what ids are")
    found = _things(obligation, exchange)
    operation = operation_of(obligation.contract, exchange)
    resource = resource_of(obligation.contract.conventions, operation)
    seen = False
    for thing in found:
        value = resolve(thing, resource.id if resource else "/id")
        if value is MISSING:
            continue
        seen = True
        if not isinstance(value, str) or not value:
            return failed("not-a-string", exchange, expected="an id that is a string", observed=shown(value))
    return passed(exchange) if seen else NotApplicable("no id in the body")


def _things(obligation: Obligation, exchange: Exchange) -> list[Any]:
    operation = operation_of(obligation.contract, exchange)
    resource = resource_of(obligation.contract.conventions, operation)
    if operation is None or resource is None or not exchange.succeeded:
        return []
    listed = items(obligation.contract, operation, exchange)
    if listed is not None:
        return listed
    single = item(resource, document(exchange))
    return [] if single is MISSING else [single]


@check("formats.id_stable", on="reads")
def id_stable(obligation: Obligation, pair: Pair) -> Outcome:
    """A thing has the same id wherever it is shown: the second answer shows the id that the first told."""
    shown_ids = []
    for exchange in (pair.first, pair.second):
        resource = resource_of(obligation.contract.conventions, operation_of(obligation.contract, exchange))
        shown_ids.append([identity(resource, thing) for thing in _things(obligation, exchange)])
    if not shown_ids[0] or not shown_ids[1]:
        return Inconclusive("an answer shows no id")
    asked = [one for one in shown_ids[0] if one and pair.second.request.path.endswith(f"/{quote(one, safe='')}")]
    told = asked or shown_ids[0]
    if set(told) & set(shown_ids[1]):
        return passed(pair.first, pair.second)
    return failed("id-changed", pair.first, pair.second, expected=shown(told[0]), observed=shown(shown_ids[1][0]))


@response_check("formats.empty_fields", on="all", takes=[_FREE])
def empty_fields(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Empty optional fields are left out, never null; or, where the documentation has it so, null and never left out.

    What stands in a field that `free` names is no field of the vendor's, and may be null.
    """
    formats = obligation.contract.conventions.formats
    found = document(exchange)
    if formats.empty_fields == "null":
        return _nulls_are_shown(obligation, exchange, found)
    if found is MISSING or formats.empty_fields != "omitted":
        return NotApplicable("no JSON body, or empty fields may be null")
    for place, _, value in _of_the_vendor(obligation, found):
        if value is None and str(place) not in formats.empty_exceptions:
            return failed("null-field", exchange, expected=f"nothing at {place}", observed="null")
    return passed(exchange) if found else NotApplicable("the body has no field")


def _nulls_are_shown(obligation: Obligation, exchange: Exchange, found: Any) -> Outcome:
    media = documented_media(obligation, exchange) if exchange.succeeded else None
    if found is MISSING or media is None:
        return NotApplicable("no documented JSON success")
    missing = next(left_out(media.schema, found), None)
    if missing is not None:
        return failed("field-left-out", exchange, expected=f"{missing}, null where it is empty", observed=shown(found))
    if not _names_nullable(media.schema):
        return NotApplicable("the documentation names no field that may be empty")
    return passed(exchange)


def _names_nullable(schema: Mapping[str, Any]) -> bool:
    """Whether a document may hold a field that may be null, at whatever depth."""
    inner = [*schema.get("properties", {}).values(), schema.get("items")]
    return any(nullable_fields(schema)) or any(_names_nullable(one) for one in inner if isinstance(one, Mapping))


def nullable_fields(schema: Mapping[str, Any]) -> Iterator[str]:
    """The names of an object's documented fields that may be null."""
    for name, inner in schema.get("properties", {}).items():
        if "null" in _types(inner):
            yield name


def left_out(schema: Mapping[str, Any], value: Any, place: str = "") -> Iterator[str]:
    """The places in a document where a documented field that may be null is not there."""
    if isinstance(value, Mapping):
        for name in nullable_fields(schema):
            if name not in value:
                yield f"{place}/{name}"
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from left_out(inner, value[name], f"{place}/{name}")
    elif isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for index, inner in enumerate(value):
            yield from left_out(schema["items"], inner, f"{place}/{index}")


def _types(schema: Mapping[str, Any]) -> set[str]:
    own = schema.get("type", [])
    options = [option for word in ("oneOf", "anyOf") for option in schema.get(word, ())]
    return {*([own] if isinstance(own, str) else own), *(kind for option in options for kind in _types(option))}


@response_check("formats.decimal_strings", on="all")
def decimal_strings(obligation: Obligation, exchange: Exchange) -> Outcome:
    """Amounts are decimal numbers in strings."""
    names = obligation.contract.conventions.formats.decimal_strings
    seen = False
    for place, key, value in values(document(exchange)):
        if key not in names or value is None or isinstance(value, dict | list) or not exchange.succeeded:
            continue
        seen = True
        if not (isinstance(value, str) and _DECIMAL.fullmatch(value)):
            return failed(
                "not-a-decimal-string", exchange, expected=f"a decimal string at {place}", observed=shown(value)
            )
    return passed(exchange) if seen else NotApplicable("no amount in the body")
