"""What is read out of answers whose shape the documentation leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.builders import acme
from vendorproof.checks.reading import identity, mentioned
from vendorproof.contract.conventions import Resource

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


def test_a_resource_without_a_parameter_is_mentioned_nowhere() -> None:
    assert mentioned(NOTES, {"": "x", "id": "y"}) is None
