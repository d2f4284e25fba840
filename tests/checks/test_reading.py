"""What is read out of answers whose shape the page leaves open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.builders import ACME, CURSORS, acme, exchange
from vendorproof.checks.reading import goes_on, identity, items, mentioned
from vendorproof.contract.conventions import Resource, Style

MESSAGES = Resource("chatMessages", "messageId", "/id", "", "/messages")
NOTES = Resource("memoryNotes", "", "/id", "", "/memory")
SESSIONS = Resource("chatSessions", "sessionId", "/id", "", "")
UNPAGED = acme(pagination=None)


@pytest.mark.parametrize(
    ("resource", "thing", "found"),
    [
        (MESSAGES, {"id": "a", "messageId": "b"}, "a"),
        (MESSAGES, {"_id": 7}, "7"),
        (MESSAGES, {"messageId": "b", "sessionId": "s"}, "b"),
        (MESSAGES, {"message_id": "b", "chatId": "c"}, "b"),
        (MESSAGES, {"chat_message_id": "b", "userId": "u"}, "b"),
        (MESSAGES, {"userId": "u"}, None),
        (MESSAGES, {"id": ""}, None),
        (MESSAGES, {"id": True}, None),
        (NOTES, {"memory_id": "m", "userId": "u"}, "m"),
        (NOTES, {"noteId": "n"}, "n"),
        (NOTES, {"noteId": "n", "memoryId": "m"}, None),
        (NOTES, {"slug": "s", "noteId": "n"}, "n"),
        (MESSAGES, {"slug": "s", "userId": "u"}, "s"),
        (MESSAGES, {"slug": "s", "uid": "u"}, "u"),
    ],
)
def test_an_id_under_the_name_that_fits(resource: Resource, thing: Any, found: str | None) -> None:
    assert identity(resource, thing) == found


@pytest.mark.parametrize(
    ("thing", "found"),
    [
        ({"id": "m1", "sessionId": "s1"}, "s1"),
        ({"session_id": 5}, "5"),
        ({"session": "s1"}, "s1"),
        ({"session": {"id": "s1"}}, None),
        ({"sessions": 3}, None),
        ({"sessionId": None}, None),
        ("sessionId", None),
    ],
)
def test_a_thing_mentions_another(thing: Any, found: str | None) -> None:
    assert mentioned(SESSIONS, thing) == found


@pytest.mark.parametrize(("status", "found"), [(200, [{"id": "t1"}]), (400, None), (404, None)])
def test_the_details_of_an_error_are_no_items(status: int, found: Any) -> None:
    open_place = acme(pagination=replace(CURSORS, response={}))
    listing = open_place.operation("listThings")
    answered = exchange(status, {"code": "wrong", "details": [{"id": "t1"}]}, operation="listThings")
    assert items(open_place, listing, answered) == found


@pytest.mark.parametrize(
    ("answered", "found"),
    [
        ({"data": {"things": [], "total": 0}}, []),
        ({"data": {"things": []}, "meta": {"filters": []}}, None),
        ({"data": {"things": [{"id": "t1"}]}, "meta": {"filters": []}}, [{"id": "t1"}]),
    ],
)
def test_items_deep_inside_are_found_though_there_are_none(answered: Any, found: Any) -> None:
    open_place = acme(pagination=replace(CURSORS, response={}))
    assert items(open_place, open_place.operation("listThings"), exchange(200, answered)) == found


def test_a_resource_without_a_parameter_is_mentioned_nowhere() -> None:
    assert mentioned(NOTES, {"": "x", "id": "y"}) is None


@pytest.mark.parametrize(
    ("beside", "more"),
    [
        ({}, False),
        ({"total": 2}, False),
        ({"total": 3}, True),
        ({"meta": {"totalCount": 40}}, True),
        ({"totalPages": 1}, False),
        ({"totalPages": 2}, True),
        ({"hasMore": True}, True),
        ({"hasMore": False}, False),
        ({"next": None}, False),
        ({"next": ""}, False),
        ({"links": {"next": "https://api.acme.test/v1/things?page=2"}}, True),
        ({"nextCursor": "abc"}, True),
        ({"took": 40}, False),
    ],
)
def test_an_undocumented_listing_may_show_that_it_goes_on(beside: dict[str, Any], more: bool) -> None:
    listing = exchange(200, {"data": [{"id": "a"}, {"id": "b"}], **beside}, operation="listThings")
    assert goes_on(UNPAGED, UNPAGED.operation("listThings"), listing) is more


def test_a_link_shows_it_too() -> None:
    link = {"Link": '<https://api.acme.test/v1/things?page=2>; rel="next"'}
    listing = exchange(200, {"data": []}, link, operation="listThings")
    assert goes_on(UNPAGED, UNPAGED.operation("listThings"), listing)


def test_a_listing_that_has_pages_in_an_unknown_way_always_may() -> None:
    unknown = acme(pagination=replace(CURSORS, style=Style.NONE))
    listing = exchange(200, {"data": [{"id": "a"}]}, operation="listThings")
    assert goes_on(unknown, unknown.operation("listThings"), listing)
    assert not goes_on(ACME, ACME.operation("listThings"), listing)


@pytest.mark.parametrize(
    ("beside", "more"),
    [
        ({"total": 1}, False),
        ({"meta": {"totalElements": 1, "page": 1}}, False),
        ({"total": 1, "next": "abc"}, True),
        ({"total": 2}, True),
        ({"count": 1}, True),
        ({"totalPages": 1}, True),
        ({"total": True}, True),
    ],
)
def test_but_for_one_that_tells_of_no_more_in_all(beside: dict[str, Any], more: bool) -> None:
    unknown = acme(pagination=replace(CURSORS, style=Style.NONE))
    listing = exchange(200, {"data": [{"id": "a"}], **beside}, operation="listThings")
    assert goes_on(unknown, unknown.operation("listThings"), listing) is more
