"""Whether an id that a request named is known to be good, though the documentation does not say where ids stand."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from vendorproof.checks.pages import items
from vendorproof.checks.reading import operation_of
from vendorproof.checks.shapes import Attempt
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Kind, Operation
from vendorproof.contract.pointer import resolve
from vendorproof.evidence.broker.broker import Broker
from vendorproof.exchange.model import Exchange
from vendorproof.target.route import parameters_of, route

Json = Any
_ID_LIKE = re.compile(r"(^|_)(id|uuid|guid|key|code|slug|number|ref|handle)$|[a-z](Id|Uuid|Key|Code|Slug|Ref)$")
"""Names of what might be meant in the place of an id."""


def attempted(broker: Broker, operation: Operation) -> Attempt:
    """The valid, authorised request of an operation, and whether the id that it named last is known to be good: another
    operation took it, or a listing shows it under the one name that can be meant."""
    exchange = broker.attempt(operation)
    return Attempt(exchange, _id_is_known(broker, operation, exchange))


def _id_is_known(broker: Broker, operation: Operation, exchange: Exchange) -> bool:
    wanted = _named(broker, operation, exchange)
    names = parameters_of(route(operation, broker.target).path)
    resource = broker.contract.conventions.resource_for_parameter(names[-1]) if names else None
    if wanted is None or resource is None:
        return False
    known = False
    for other in broker.client.journal:
        of = operation_of(broker.contract, other)
        if of is None or of.id == operation.id or not other.succeeded or other.role != exchange.role:
            continue
        named = names[-1] in parameters_of(of.path) and _named(broker, of, other, names[-1]) == wanted
        if named and of.kind is Kind.DELETE:
            return False
        known = known or named or (of.id == resource.list and _shown(broker, of, other, resource, wanted))
    return known


def _named(broker: Broker, operation: Operation, exchange: Exchange, parameter: str = "") -> str | None:
    """The value of a path parameter of a request, the last where none is named."""
    template = route(operation, broker.target).path
    names = parameters_of(template)
    if not names:
        return None
    pieces = re.split(r"\{\w+\}", template)
    match = re.search("([^/]+)".join(map(re.escape, pieces)) + "$", exchange.request.path)
    return unquote(match[names.index(parameter or names[-1]) + 1]) if match else None


def _shown(broker: Broker, listing: Operation, exchange: Exchange, resource: Resource, wanted: str) -> bool:
    things = items(broker.contract, listing, exchange) or ()
    found = next((thing for thing in things if str(resolve(thing, resource.id)) == wanted), None)
    return isinstance(found, dict) and sum(_may_be_meant(name, value) for name, value in found.items()) == 1


def _may_be_meant(name: str, value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and _ID_LIKE.search(name) is not None
