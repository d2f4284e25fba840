"""Reads event streams as the HTML standard does (server-sent events, 9.2.5 and 9.2.6)."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

MEDIA_TYPE = "text/event-stream"

_LINE_END = re.compile("\r\n|\n|\r")
_NAME = re.compile(r"\w[\w.-]*")
_KNOWN = frozenset({"event", "data", "id", "retry"})


@dataclass(frozen=True)
class Event:
    """One event as a client is told of it: its type, its data (lines joined by line feeds), the last event id."""

    type: str
    data: str
    id: str


@dataclass(frozen=True)
class EventStream:
    """What a client makes of a stream.

    `unknown` are lines of fields that no client understands and every client passes over; `strays` are such lines that
    can't have been meant as fields, as data without its field name. `unfinished` is data that no blank line dispatched
    before the stream ended, so that no client is told of it; None where there is none.
    """

    events: tuple[Event, ...]
    unknown: tuple[str, ...]
    strays: tuple[str, ...]
    unfinished: str | None


@dataclass
class _Reader:
    events: list[Event] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    type: str = ""
    data: list[str] = field(default_factory=list)
    id: str = ""

    def line(self, line: str) -> None:
        if not line:
            self._dispatch()
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self.data.append(value)
        elif name == "event":
            self.type = value
        elif name == "id" and "\0" not in value:
            self.id = value
        elif name and name not in _KNOWN:
            (self.unknown if _NAME.fullmatch(name) else self.strays).append(line)

    def _dispatch(self) -> None:
        if self.data:
            self.events.append(Event(self.type or "message", "\n".join(self.data), self.id))
        self.type, self.data = "", []


def read(body: bytes, *, cut: bool = False) -> EventStream:
    """The events of a body; `cut` says that the body goes on behind its end, which may be inside a character or event.

    Raises UnicodeDecodeError for a body that is not UTF-8.
    """
    text = codecs.getincrementaldecoder("utf-8")().decode(body, final=not cut)
    reader = _Reader()
    *lines, rest = _LINE_END.split(text.removeprefix("\ufeff"))
    for line in lines:
        reader.line(line)
    if rest and not cut:
        reader.line(rest)
    unfinished = "\n".join(reader.data) if reader.data and not cut else None
    return EventStream(tuple(reader.events), tuple(reader.unknown), tuple(reader.strays), unfinished)
