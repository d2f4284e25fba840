"""Ways in which a server gives a key back, and a search for keys that knows nothing of how we hide them."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

Json = Any

CANARIES = {
    "default": "cnry_live_d1/Zq+9fRw0K=x7Lm~Tn3.aB-uVe",
    "second_tenant": "cnry_live_s2/Hy+4kPz8C=q1Wd~Jr6.oN-tGi",
    "read_only": "cnry_live_r3/Bv+2mXj5F=s8Ea~Yk0.uD-wQl",
    "revoked": "cnry_live_v4/Ng+7bTc1S=i6Op~Hx9.eR-yZf",
    "non_owner": "cnry_live_n5/Uk+3wMd6A=h2Vb~Cs4.iJ-qLo",
}
"""A key a role, with every sign in it that some encoding escapes."""


@dataclass(frozen=True)
class Leak:
    """What a way of leaking does to an answer: its status, headers that are added, its body and content type."""

    body: bytes | None = None
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 0
    member: Json = None


def text(body: str, content_type: str = "text/plain; charset=utf-8", status: int = 0) -> Leak:
    return Leak(body.encode(), content_type, status=status)


def shifted(key: str, bytes_before: int, urlsafe: bool) -> Leak:
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    return Leak(member=encode(b"~" * bytes_before + key.encode() + b" and more").decode())


def escaped(key: str) -> Leak:
    pairs = "".join(f"\\u{ord(character):04x}" for character in key)
    return Leak(b'{"data": [], "echo": "' + pairs.encode() + b'"}', "application/json")


def zipped(key: str) -> Leak:
    body = json.dumps({"data": [], "echo": key}).encode()
    return Leak(gzip.compress(body), "application/json", (("content-encoding", "gzip"),))


def deflated(key: str) -> Leak:
    body = json.dumps({"error": {"code": "x", "message": key}}).encode()
    return Leak(zlib.compress(body), "application/json", (("content-encoding", "deflate"),), 500)


WAYS: dict[str, Callable[[str], Leak]] = {
    "in a string": lambda key: Leak(member=key),
    "in a longer string": lambda key: Leak(member=f"you sent Bearer {key}, thank you"),
    "as a name": lambda key: Leak(member={key: 1}),
    "deep": lambda key: Leak(member=[{"a": [{"b": {"c": [[key]]}}]}]),
    "percent-encoded": lambda key: Leak(member=quote(key, safe="")),
    "percent-encoded all of it": lambda key: Leak(member="".join(f"%{ord(one):02X}" for one in key)),
    "percent-encoded in small letters": lambda key: Leak(member="".join(f"%{ord(one):02x}" for one in key)),
    "percent-encoded twice": lambda key: Leak(member=quote(quote(key, safe=""), safe="")),
    "base64": lambda key: shifted(key, 0, False),
    "base64 one further": lambda key: shifted(key, 1, False),
    "base64 two further": lambda key: shifted(key, 2, False),
    "base64 for URLs": lambda key: shifted(key, 0, True),
    "base64 for URLs one further": lambda key: shifted(key, 1, True),
    "base64 for URLs two further": lambda key: shifted(key, 2, True),
    "Basic": lambda key: Leak(member="Basic " + base64.b64encode(f"me:{key}".encode()).decode()),
    "hexadecimal": lambda key: Leak(member=key.encode().hex()),
    "hexadecimal in capitals": lambda key: Leak(member=key.encode().hex().upper()),
    "escaped as JSON": escaped,
    "escaped slashes": lambda key: Leak(b'{"echo": "' + key.replace("/", "\\/").encode() + b'"}', "application/json"),
    "JSON in JSON": lambda key: Leak(member=json.dumps({"inner": json.dumps({"key": key})})),
    "in Python's words": lambda key: Leak(member=repr({"Authorization": f"Bearer {key}".encode()})),
    "HTML": lambda key: text(f"<html><body>Bad key <b>{key}</b></body></html>", "text/html"),
    "HTML in decimal": lambda key: text("".join(f"&#{ord(one)};" for one in key), "text/html"),
    "HTML in hexadecimal": lambda key: text("".join(f"&#x{ord(one):X};" for one in key), "text/html"),
    "XML": lambda key: text(f'<?xml version="1.0"?><error key="{key}"/>', "application/xml", 500),
    "plain text": lambda key: text(f"invalid key {key}\n", status=400),
    "a stack trace": lambda key: text(f'File "auth.py", line 3\n  check("{key}")\nKeyError: {key!r}', status=500),
    "JSON that is none": lambda key: Leak(b'{"key": "' + key.encode() + b'", }', "application/json"),
    "UTF-16": lambda key: Leak(f'{{"key": "{key}"}}'.encode("utf-16"), "application/json"),
    "bytes that are no text": lambda key: Leak(
        b"\xff\xfe\x00" + key.encode() + b"\x80\x81", "application/octet-stream"
    ),
    "a form": lambda key: text(f"a=b&apiKey={quote(key, safe='')}", "application/x-www-form-urlencoded"),
    "events": lambda key: text(f"event: key\ndata: {key}\n\ndata: [DONE]\n\n", "text/event-stream"),
    "gzip": zipped,
    "deflate": deflated,
    "a header": lambda key: Leak(headers=(("x-debug-authorization", f"Bearer {key}"),)),
    "an encoded header": lambda key: Leak(headers=(("x-debug", quote(key, safe="")),)),
    "a cookie": lambda key: Leak(headers=(("set-cookie", f"session={key}; Path=/"),)),
    "a challenge": lambda key: Leak(headers=(("www-authenticate", f'Bearer realm="{key}", error="x"'),), status=401),
    "a Location with apiKey": lambda key: Leak(
        headers=(("location", f"https://elsewhere.example/?apiKey={quote(key, safe='')}"),), status=302
    ),
    "a link": lambda key: Leak(headers=(("link", f'<https://api.example/next?key={key}>; rel="next"'),)),
    "a limit that is no number": lambda key: Leak(headers=(("x-ratelimit-limit", key), ("x-ratelimit-reset", key))),
    "a wait that is no number": lambda key: Leak(headers=(("retry-after", key),), status=503),
    "a content type": lambda key: Leak(b"{}", f"text/{key[10:14]}; key={key}"),
    "an error message": lambda key: Leak(
        json.dumps({"error": {"code": key, "message": f"bad {key}", "request_id": key}}).encode(),
        "application/json",
        status=400,
    ),
    "the URL it was asked by": lambda key: Leak(member=f"https://api.example/v1?apiKey={key}&limit=3"),
    "a curl line": lambda key: Leak(member=f"curl -H 'Authorization: Bearer {key}' https://api.example"),
    "small letters": lambda key: Leak(member=key.lower()),
    "capitals": lambda key: Leak(member=key.upper()),
}


def answered(leak: Leak, status: int, headers: list[tuple[str, str]], body: bytes) -> tuple[int, Any, bytes]:
    """The mock's answer with the leak in it."""
    replaced = {name for name, _ in leak.headers} | {"content-length"}
    if leak.body is not None:
        replaced.add("content-type")
        body = leak.body
    elif leak.member is not None:
        body = _with_member(body, leak.member)
    kept = [(name, value) for name, value in headers if name.lower() not in replaced]
    kept += [("content-type", leak.content_type)] if leak.content_type else []
    status = leak.status or status
    # No body goes with a 204: the server would break off.
    return status, [*kept, *leak.headers], b"" if status == HTTPStatus.NO_CONTENT else body


def _with_member(body: bytes, member: Json) -> bytes:
    try:
        document = json.loads(body)
    except ValueError:
        document = {}
    return json.dumps({**(document if isinstance(document, dict) else {}), "echo": member}).encode()


_WINDOW = 12
"""So many characters of a key in a row are the key."""

_RUNS = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")
_UNICODE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_BYTE = re.compile(r"\\+x([0-9a-fA-F]{2})")


def found(data: bytes, canaries: Mapping[str, str] = CANARIES) -> Iterator[str]:
    """Which keys are in some bytes, in whatever form: `default as 'd1/Zq+9fRw0K'`."""
    for form in _forms(data):
        lowered = form.lower()
        for role, key in canaries.items():
            core = key.removeprefix("cnry_live_").lower()
            for start in range(len(core) - _WINDOW + 1):
                if core[start : start + _WINDOW] in lowered:
                    yield f"{role} as {core[start : start + _WINDOW]!r}"
                    break


def _forms(data: bytes) -> Iterator[str]:
    plain = data.decode("latin-1")
    yield plain
    yield data.replace(b"\0", b"").decode("latin-1")
    unescaped = plain
    for _ in range(3):
        unescaped = _BYTE.sub(_character, _UNICODE.sub(_character, html.unescape(unquote(unescaped))))
        yield unescaped
        yield unescaped.replace("\\", "")
    for source in (data, unescaped.encode("latin-1", "replace")):
        yield "\n".join(
            base64.b64decode(run[start:] + b"=" * (-len(run[start:]) % 4), validate=False).decode("latin-1")
            for run in (run.replace(b"-", b"+").replace(b"_", b"/") for run in _RUNS.findall(source))
            for start in range(4)
            if len(run[start:]) % 4 != 1
        )
        yield "\n".join(bytes.fromhex(run.decode()).decode("latin-1") for run in _HEX.findall(source))


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def searched(*folders: Path) -> dict[str, list[str]]:
    """Every file below the folders with a key in it, or in its name."""
    hits: dict[str, list[str]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            data = path.read_bytes() if path.is_file() else b""
            told = sorted({*found(path.name.encode()), *found(data)})
            if told:
                hits[str(path.relative_to(folder))] = told
    return hits
