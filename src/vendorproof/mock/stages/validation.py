"""Looks for what is wrong with a request's parameters and body."""

from __future__ import annotations

from typing import Any

from vendorproof.contract.model import Operation, Parameter
from vendorproof.exchange.model import NotJson, parse_json
from vendorproof.mock.data.blueprint import is_json
from vendorproof.mock.request.call import Call

Json = Any


def findings(call: Call, operation: Operation) -> tuple[str, ...]:
    """Everything wrong with the request, each finding naming the field; reads the body into `call.payload`."""
    return (*_parameters(call, operation), *_body(call, operation))


def _parameters(call: Call, operation: Operation) -> list[str]:
    found = []
    paging = _paging_parameters(call, operation)
    for parameter in operation.parameters:
        if parameter.location not in ("query", "header") or parameter.name in paging:
            continue
        text = call.query.get(parameter.name) if parameter.location == "query" else call.header(parameter.name)
        if text is None:
            if parameter.required:
                found.append(f"The {parameter.location} parameter {parameter.name} is missing.")
            continue
        problem = next(call.mock.blueprint.validator(parameter.schema).iter_errors(_typed(text, parameter)), None)
        if problem is not None:
            found.append(f"The {parameter.location} parameter {parameter.name} is wrong: {problem.message}")
    return found


def _paging_parameters(call: Call, operation: Operation) -> set[str]:
    # Limits and cursors are looked at where pages are cut: a maximum is no fault of the request everywhere.
    pagination = call.mock.contract.conventions.pagination
    if pagination is None or operation.id not in call.mock.blueprint.paginated:
        return set()
    return set(pagination.request.values())


def _typed(text: str, parameter: Parameter) -> Json:
    kinds = parameter.schema.get("type")
    try:
        if kinds == "integer":
            return int(text)
        if kinds == "number":
            return float(text)
    except ValueError:
        return text
    return {"true": True, "false": False}.get(text, text) if kinds == "boolean" else text


def _body(call: Call, operation: Operation) -> list[str]:
    if not operation.request:
        return []
    if not call.body:
        return ["The body is missing."] if operation.request_required else []
    content_type = call.header("content-type") or ""
    media = next((media for media in operation.request if is_json(media.content_type)), None)
    if not is_json(content_type):
        others = [media.content_type for media in operation.request if not is_json(media.content_type)]
        given = content_type.partition(";")[0].strip().lower()
        return [] if given in others else [f"The header Content-Type is {content_type or 'missing'}; send JSON."]
    try:
        call.payload = parse_json(call.body)
    except NotJson as error:
        return [f"The body is not JSON: {error}"]
    if media is None:
        return []
    errors = call.mock.blueprint.validator(media.schema).iter_errors(call.payload)
    return [f"The field {_field(error.instance_path)} is wrong: {error.message}" for error in errors]


def _field(path: Any) -> str:
    return ".".join(str(part) for part in path) or "body"
