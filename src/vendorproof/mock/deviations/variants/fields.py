"""What fields are called where the documentation does not tell, and how much of a thing an answer shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vendorproof.contract.model import Contract, Kind
from vendorproof.mock.data.names import singular
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.deviations.variants.openness import body_open, covered
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import Data, Nothing, One, Result

Json = Any


def _id_name(call: Call) -> str:
    """The field that a vendor might keep a thing's id in: `conversationId`."""
    resource = call.mock.contract.conventions.resources[(call.operation.resource if call.operation else None) or ""]
    words = re.sub(r"([A-Z])", r" \1", resource.name).split()
    return resource.parameter or f"{singular(words[-1].lower())}Id"


def _ids_unnamed(contract: Contract) -> bool:
    """Whether the documentation leaves the name of the id open at most of the operations."""
    return any(body_open(contract, one) for one in contract.operations if one.resource is not None)


def _renamed(name: Callable[[Call], str]) -> Callable[[Json, Call], Json]:
    def rename(thing: Json, call: Call) -> Json:
        named = call.operation is not None and call.operation.resource in call.mock.contract.conventions.resources
        if not named or not isinstance(thing, dict) or "id" not in thing or not _same_everywhere(call):
            return thing
        new = name(call)
        return {new if key == "id" else key: value for key, value in thing.items()}

    return rename


def _same_everywhere(call: Call) -> bool:
    """Whether no operation of the thing's kind is shown with its fields."""
    contract = call.mock.contract
    own = [one for one in contract.operations if call.operation and one.resource == call.operation.resource]
    return all(body_open(contract, one) or one.kind is Kind.LIST for one in own)


@variant("ids-under-underscore", points.ITEM, legal=_ids_unnamed)
def _underscore(thing: Json, call: Call) -> Json:
    """The id of a thing stands under _id."""
    return _renamed(lambda _: "_id")(thing, call)


@variant("ids-under-uuid", points.ITEM, legal=_ids_unnamed)
def _uuid(thing: Json, call: Call) -> Json:
    """The id of a thing stands under uuid."""
    return _renamed(lambda _: "uuid")(thing, call)


@variant("ids-under-their-names", points.ITEM, legal=_ids_unnamed)
def _own_name(thing: Json, call: Call) -> Json:
    """The id of a thing stands under the name of its kind: conversationId."""
    return _renamed(_id_name)(thing, call)


@variant("ids-in-snake-case", points.ITEM, legal=_ids_unnamed)
def _snake_name(thing: Json, call: Call) -> Json:
    """The id of a thing stands under the name of its kind: conversation_id."""
    return _renamed(lambda one: re.sub(r"([A-Z])", r"_\1", _id_name(one)).lower())(thing, call)


def _other_case(key: str) -> str:
    if "_" in key.strip("_"):
        head, *words = key.split("_")
        return head + "".join(word.capitalize() for word in words)
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key).lower()


@variant("other-case-of-fields", points.ITEM, legal=_ids_unnamed)
def _cased(thing: Json, call: Call) -> Json:
    """Fields of things are in camel case instead of snake case, or the other way round."""
    if not isinstance(thing, dict) or not _same_everywhere(call):
        return thing
    return {_other_case(key): value for key, value in thing.items()}


def _creations_untold(contract: Contract) -> bool:
    """Whether the documentation does not show what a creation answers."""
    return any(one.kind is Kind.CREATE and body_open(contract, one) for one in contract.operations)


def _is_open_creation(call: Call) -> bool:
    operation = call.operation
    if operation is None or operation.kind not in (Kind.CREATE, Kind.UPLOAD):
        return False
    contract = call.mock.contract
    return body_open(contract, operation) and not covered(contract, "envelope.data", operation, frozenset())


@variant("creations-tell-the-id-alone", points.RESULT, legal=_creations_untold)
def _id_alone(result: Result, call: Call) -> Result:
    """A creation answers the id of what it made, and nothing else of it."""
    if not isinstance(result, One) or not _is_open_creation(call):
        return result
    status = result.status or call.mock.blueprint.success_status(call.operation) if call.operation else None
    pointer = call.mock.contract.conventions.resources[result.row.resource].item
    value: Json = {"id": result.row.id}
    if call.mock.contract.conventions.data is None and pointer == "/data":
        value = {"data": value}
    return Data(value, status)


def _bodies_untold(contract: Contract) -> bool:
    """Some creation is open, and the documentation does not say that successes have bodies."""
    return _creations_untold(contract) and not any("bodiless" in one.parameters for one in contract.requirements)


@variant("creations-without-a-body", points.RESULT, legal=_bodies_untold)
def _no_body(result: Result, call: Call) -> Result:
    """A creation answers 201 with nothing in it."""
    if not isinstance(result, One) or not _is_open_creation(call):
        return result
    return Nothing(201)
