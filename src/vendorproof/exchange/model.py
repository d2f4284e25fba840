"""One request and its response, as frozen values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from vendorproof.exchange.spool import LARGE, Body

Json = Any


class Headers:
    """Header fields in order; names compare without case."""

    def __init__(self, pairs: tuple[tuple[str, str], ...] = ()) -> None:
        self.pairs = tuple((name, value) for name, value in pairs)

    def get(self, name: str) -> str | None:
        """The first value of a field, None where it is absent."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.pairs if key.lower() == wanted)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self.all(name))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.pairs == other.pairs

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __repr__(self) -> str:
        return f"Headers({self.pairs!r})"


class NotJson(ValueError):
    """A body is not a JSON document (RFC 8259); the message says why."""


def parse_json(body: bytes) -> Json:
    """The JSON value of a body.

    Half a surrogate pair, which JSON allows as an escape and no text can hold, is U+FFFD. Raises NotJson for anything
    that RFC 8259 does not allow: NaN, Infinity, broken UTF-8, duplicate keys, nesting beyond what can be read.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
        return whole(value) if _HALF_ESCAPED.search(text) else value
    except RecursionError:
        raise NotJson("nested too deeply to be read") from None
    except UnicodeDecodeError as error:
        raise NotJson(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except ValueError as error:
        raise NotJson(str(error)) from None


_HALF_ESCAPED: Final = re.compile(r"\\u[dD][89a-fA-F]")
_HALF: Final = re.compile("[\ud800-\udfff]")


def whole(value: Json) -> Json:
    """A JSON value with U+FFFD for every half of a surrogate pair (RFC 8259, 8.2): nothing that writes texts down, or
    sends them, can do with one."""
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [whole(one) for one in value]
    if isinstance(value, dict):
        return {whole(name): whole(one) for name, one in value.items()}
    return value


def _refuse_constant(name: str) -> Json:
    raise NotJson(f"{name} is not JSON")


def _unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise NotJson(f"the key {twice!r} stands twice in one object")
    return value


_recently_parsed = lru_cache(maxsize=1)(parse_json)
"""Of large documents the last one alone: each takes many times its length."""


@dataclass(frozen=True)
class Request:
    """What was sent. `url` is absolute, query included."""

    method: str
    url: str
    headers: Headers = Headers()
    body: bytes = b""

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(frozen=True)
class Response:
    """What came back. `pieces` are the lengths of the pieces in which a streamed body arrived; `cut` says that the body
    was longer than the target's size limit: of such a one only the beginning is kept. A large body lies in a file, and
    so is read anew, and parsed anew, each time that it is asked for."""

    status: int
    headers: Headers = Headers()
    body: Body = Body()
    pieces: tuple[int, ...] = ()
    cut: bool = False
    http_version: str = "HTTP/1.1"

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; "" where there is none."""
        return (self.headers.get("content-type") or "").split(";")[0].strip().lower()

    @property
    def json(self) -> Json:
        """The body as JSON; NotJson where it is not."""
        body = self.body
        return self._parsed if len(body) < LARGE else _recently_parsed(body)

    @cached_property
    def _parsed(self) -> Json:
        return parse_json(self.body)

    def __getstate__(self) -> dict[str, object]:
        """What another process gets of it: the bytes, not the place in this process's file."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)


class Trouble(StrEnum):
    """Why no complete response came."""

    REFUSED = "connection refused"
    DNS = "host name not found"
    TLS = "TLS failed"
    TIMEOUT = "timed out"
    CLOSED = "connection closed early"
    PROTOCOL = "not HTTP"
    REDIRECTS = "redirected too often or elsewhere"
    PROXY = "proxy failed"


@dataclass(frozen=True)
class Failure:
    """No complete response: what kind of trouble, in the transport's words."""

    trouble: Trouble
    detail: str


@dataclass(frozen=True)
class Exchange:
    """One request and what came of it: a response or a failure, exactly one of them.

    `operation` is the id of the contract's operation, None where the request fits none. `role` names the credential
    it was sent with ("default", "none", "second_tenant", "garbage"). `sent` is the target's time in epoch seconds when
    the request left, `elapsed` seconds until the answer was complete. `purpose` says in words what evidence it is of.
    """

    number: int
    vendor: str
    operation: str | None
    role: str
    request: Request
    response: Response | None
    failure: Failure | None = None
    sent: float = 0.0
    elapsed: float = 0.0
    purpose: str = ""
    generated: bool = field(default=False)

    @property
    def status(self) -> int:
        """The response's status, 0 where none came."""
        return self.response.status if self.response else 0

    @property
    def succeeded(self) -> bool:
        """Whether a 2xx came back."""
        return 200 <= self.status < 300
