"""conventions.yaml as Conventions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vendorproof.contract.conventions import (
    Authentication,
    Carrier,
    ContextHeader,
    Conventions,
    End,
    Errors,
    Formats,
    Idempotency,
    Login,
    Pagination,
    Provocation,
    Quota,
    RateLimit,
    Refusal,
    Resource,
    Step,
    Style,
    Transport,
    Versioning,
)
from vendorproof.contract.schemas import schema_problems
from vendorproof.contract.yaml_source import Source
from vendorproof.errors import Problem

Json = Any

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_SECONDS = (86_400, 3_600, 60, 1)


def read_conventions(source: Source) -> tuple[Conventions | None, list[Problem]]:
    """The conventions of a conventions.yaml, or None and what is wrong with it."""
    problems = schema_problems(source, "conventions")
    if not problems:
        problems = _role_problems(source)
    return (None, problems) if problems else (_conventions(source.data), [])


_OF_STYLES = {
    "cursor": [("request", "cursor"), ("response", "cursor")],
    "offset": [("request", "offset")],
    "page": [("request", "page")],
    "link-body": [("response", "next")],
}
_OF_ENDS = {
    "has-more-false": "hasMore",
    "null-cursor": "cursor",
    "absent-cursor": "cursor",
    "null-link": "next",
    "absent-link": "next",
}


def _role_problems(source: Source) -> list[Problem]:
    """What a style of pagination, or its end, needs and does not find."""
    pagination = _said(source.data, "pagination") or {}
    style, end = str(pagination.get("style")), str(pagination.get("end"))
    needs = dict.fromkeys(_OF_STYLES.get(style, []))
    if end in _OF_ENDS and (style, end) != ("link-header", "absent-link"):
        needs["response", _OF_ENDS[end]] = None
    return [
        *_first_page_problems(source, style, pagination),
        *(
            source.problem(
                f"/pagination/{side}",
                f"/pagination/{side} names no {role!r}, which style {style} and end {pagination.get('end')} need",
                f"add {role} under {side}, or correct style and end",
            )
            for side, role in needs
            if role not in pagination.get(side, {})
        ),
    ]


def _first_page_problems(source: Source, style: str, pagination: Mapping[str, Json]) -> list[Problem]:
    if style == "page" and "firstPage" not in pagination:
        message = "/pagination tells no firstPage, which style page counts from"
        return [source.problem("/pagination", message, "add firstPage: 1, or 0, as the documentation counts")]
    if style != "page" and "firstPage" in pagination:
        message = f"/pagination/firstPage: style {style} has no page numbers"
        return [source.problem("/pagination/firstPage", message, "remove it, or correct style")]
    return []


def _said(section: Mapping[str, Json], key: str) -> Json:
    """The value of a key, None where it is left out or unspecified."""
    value = section.get(key)
    return None if value == "unspecified" else value


def _part(section: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    """The part under a key, empty where it is left out or unspecified."""
    return _said(section, key) or {}


def _conventions(data: Mapping[str, Json]) -> Conventions:
    envelope = _said(_part(data, "envelope"), "data")
    pagination = _pagination(data)
    transport = _part(data, "transport")
    versioning = _part(data, "versioning")
    quota = _said(data, "quota")
    return Conventions(
        authentication=_authentication(data["authentication"]),
        errors=Errors(_part(_part(data, "errors"), "fields")),
        data=envelope,
        pagination=pagination,
        idempotency=_idempotency(_said(data, "idempotency")),
        rate_limit=_rate_limit(_said(data, "rateLimit")),
        quota=Quota(quota["status"], tuple(quota.get("environments", ()))) if quota else None,
        formats=_formats(_part(data, "formats")),
        resources=_resources(data.get("resources", {}), envelope, pagination),
        provocations={name: _provocation(name, entry) for name, entry in data.get("provocations", {}).items()},
        versioning=Versioning(
            deprecation_header=_said(versioning, "deprecationHeader"),
            openapi=_said(versioning, "openapi"),
        ),
        transport=Transport(plain_http=_said(transport, "plainHttp")),
    )


def _authentication(data: Mapping[str, Json]) -> Authentication:
    refusal = data.get("refusal", {})
    return Authentication(
        carriers=tuple(
            Carrier(carrier["name"], carrier["in"], carrier["parameter"], carrier.get("template", "{credential}"))
            for carrier in data["carriers"]
        ),
        variable=data["variable"],
        roles=tuple(data.get("roles", ())),
        refusal=Refusal(_said(refusal, "missing"), _said(refusal, "invalid"), _said(refusal, "forbidden")),
        context=tuple(
            ContextHeader(
                header=context["header"],
                value=context["value"],
                variable=context["variable"],
                template=context.get("template", "{value}"),
                applies=tuple(context.get("applies", ("authenticated",))),
                required=context.get("required", True) is True,
            )
            for context in data.get("context", ())
        ),
        login=_login(data["login"]) if "login" in data else None,
    )


def _login(data: Mapping[str, Json]) -> Login:
    return Login(
        operation=data["operation"],
        request=data["request"],
        token=data["token"],
        refresh=_said(data, "refresh"),
        verify=_said(data, "verify"),
    )


def _pagination(data: Mapping[str, Json]) -> Pagination | None:
    section = _said(data, "pagination")
    if not section:
        return None
    end = _said(section, "end")
    return Pagination(
        style=Style(section["style"]),
        request=section.get("request", {}),
        response=section.get("response", {}),
        default_page_size=_said(section, "defaultPageSize"),
        max_page_size=_said(section, "maxPageSize"),
        over_maximum=_said(section, "overMaximum"),
        end=End(end) if end else None,
        applies=tuple(section["applies"]),
        order=_said(section, "order"),
        first_page=section.get("firstPage"),
    )


def _idempotency(section: Mapping[str, Json] | None) -> Idempotency | None:
    if not section:
        return None
    return Idempotency(
        header=section["header"],
        on_duplicate=_said(section, "onDuplicate"),
        window=_seconds(_said(section, "window")),
        on_mismatch=_said(section, "onMismatch"),
        applies=tuple(section["applies"]),
    )


def _rate_limit(section: Mapping[str, Json] | None) -> RateLimit | None:
    if not section:
        return None
    headers = dict(section.get("headers", {}))
    reset_format = None
    if isinstance(reset := headers.get("reset"), dict):
        headers["reset"] = reset["name"]
        reset_format = _said(reset, "format")
    return RateLimit(
        presence=_said(section, "presence"),
        headers=headers,
        reset_format=reset_format,
        retry_after=_said(section, "retryAfter"),
        window=_seconds(_said(section, "window")),
    )


def _formats(section: Mapping[str, Json]) -> Formats:
    return Formats(
        timestamps=_said(section, "timestamps"),
        ids=_said(section, "ids"),
        empty_fields=_said(section, "emptyFields"),
        empty_exceptions=tuple(section.get("emptyExceptions", ())),
        decimal_strings=tuple(section.get("decimalStrings", ())),
    )


def _resources(
    section: Mapping[str, Mapping[str, Json]], envelope: str | None, pagination: Pagination | None
) -> dict[str, Resource]:
    payload = envelope or ""
    items = pagination.response.get("items", payload) if pagination else payload
    return {
        name: Resource(
            name=name,
            parameter=entry.get("parameter", ""),
            id=entry["id"],
            item=entry.get("item", payload),
            items=entry.get("items", items),
            list=_said(entry, "list"),
            create=_said(entry, "create"),
            read=_said(entry, "read"),
            update=_said(entry, "update"),
            delete=_said(entry, "delete"),
            mark=_said(entry, "mark"),
            change=entry.get("change", {}),
            parent=_said(entry, "parent"),
            scope=_said(entry, "scope"),
        )
        for name, entry in section.items()
    }


def _provocation(name: str, entry: Mapping[str, Json]) -> Provocation:
    steps = tuple(
        Step(
            operation=step["operation"],
            body=step.get("body"),
            query={parameter: _text(value) for parameter, value in step.get("query", {}).items()},
            expect=step.get("expect", {}),
        )
        for step in entry["steps"]
    )
    return Provocation(name, entry["status"], steps, entry.get("assumed", ""))


def _text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _seconds(duration: str | None) -> int | None:
    match = _DURATION.fullmatch(duration) if duration else None
    if not match:
        return None
    return sum(int(count or 0) * seconds for count, seconds in zip(match.groups(), _SECONDS, strict=True))
