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

from ahocorasick_rs import AhoCorasick

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
    "base64 in lines": lambda key: Leak(member=in_lines(base64.b64encode(f"key {key}".encode()).decode(), 16)),
    "base64 in lines of a text": lambda key: text(in_lines(base64.b64encode(key.encode()).decode(), 19, "\r\n  ")),
    "base64 as a list": lambda key: Leak(member=in_lines(base64.b64encode(key.encode()).decode(), 12).split()),
    "base64 of UTF-16": lambda key: Leak(member=base64.b64encode(f"x{key}".encode("utf-16-le")).decode()),
    "base64 of base64": lambda key: shifted(base64.b64encode(key.encode()).decode(), 2, False),
    "base64 of percent-encoding": lambda key: shifted(quote(key, safe=""), 1, True),
    "base64 of JSON": lambda key: shifted(json.dumps({"key": key}), 0, True),
    "hexadecimal with colons": lambda key: Leak(member=key.encode().hex(":")),
    "hexadecimal with blanks": lambda key: Leak(member=key.encode().hex(" ", 2).upper()),
    "hexadecimal with 0x": lambda key: Leak(member=", ".join(f"0x{ord(one):02x}" for one in key)),
    "hexadecimal of UTF-16": lambda key: Leak(member=key.encode("utf-16-le").hex("-")),
    "a dump": lambda key: text("\n".join(dumped(f"key: {key}".encode()))),
    "octets": lambda key: Leak(member={"type": "Buffer", "data": list(key.encode())}),
    "letters": lambda key: Leak(member=list(key)),
    "in lines": lambda key: Leak(member=in_lines(key, 10)),
    "in two halves": lambda key: Leak(member={"one": key[: len(key) // 2], "two": key[len(key) // 2 :]}),
    "but for its end": lambda key: Leak(member=f"{key[:-5]}..."),
    "but for its beginning": lambda key: Leak(member=f"...{key[6:]}"),
    "a zero-width space between all": lambda key: Leak(member="\u200b".join(key)),
    "a soft hyphen between all": lambda key: text("\u00ad".join(key)),
    "a NUL between all": lambda key: Leak(b"{}\x00" + "\0".join(key).encode(), "application/json"),
    "colours of a terminal": lambda key: text(f"\x1b[31m{key[:20]}\x1b[0m{key[20:]}"),
    "octal escapes": lambda key: text("".join(f"\\{ord(one):03o}" for one in key)),
    "escapes of JavaScript": lambda key: text("".join(f"\\u{{{ord(one):x}}}" for one in key)),
    "long escapes of Python": lambda key: text("".join(f"\\U{ord(one):08x}" for one in key)),
    "HTML without semicolons": lambda key: text("".join(f"&#{ord(one)}" for one in key), "text/html"),
    "HTML by name": lambda key: text(
        key.replace("/", "&sol;").replace("+", "&plus;").replace("=", "&equals;").replace(".", "&period;"), "text/html"
    ),
    "HTML in HTML": lambda key: text(html.escape(html.escape("".join(f"&#{ord(one)};" for one in key))), "text/html"),
    "escapes in percent-encoding": lambda key: Leak(member=quote("".join(f"\\u{ord(one):04x}" for one in key))),
    "a pointer": lambda key: Leak(member="/" + key.replace("~", "~0").replace("/", "~1")),
    "a name that stands twice": lambda key: Leak(f'{{"{key}": 1, "{key}": 2}}'.encode(), "application/json"),
    "a URL's user": lambda key: Leak(member=f"https://{quote(key, safe='')}@api.example/"),
    "a character set": lambda key: Leak(b"{}", f'application/json; charset="{key}"'),
    "an id": lambda key: Leak(json.dumps({"data": {"id": key, "key": key}, "id": key}).encode(), "application/json"),
    "ids of a listing": lambda key: Leak(
        json.dumps({"data": [{"id": key}], "pagination": {"next_cursor": key, "has_more": True}}).encode(),
        "application/json",
    ),
    "the name of a header": lambda key: Leak(headers=((f"x-{re.sub('[^a-z0-9_.~+-]', '', key.lower())}", "1"),)),
    "the cut of a shown value": lambda key: Leak(member=["x" * 80 + key[:-2] + "y" * 60] * 3),
    "the cut of a report's body": lambda key: across(key, 600, 2 * 1024, 4_000),
    "the cut of an attachment": lambda key: across(key, 64 * 1024),
    "the cut of an archive": lambda key: across(key, 1024 * 1024),
    "a body that is cut": lambda key: across(key, 64 * 1024, most=5 * 1024 * 1024),
    "a run of backslashes": lambda key: text("\\" * 200_000 + key),
    "a login's answer": lambda key: Leak(member={"accessToken": key, "sessions": [{"token": key}]}),
}


def in_lines(long: str, width: int, between: str = "\n") -> str:
    return between.join(long[start : start + width] for start in range(0, len(long), width))


def dumped(data: bytes) -> Iterator[str]:
    """What `hexdump -C` makes of some bytes."""
    for start in range(0, len(data), 16):
        line = data[start : start + 16]
        yield f"{start:08x}  {line.hex(' '):<48}  |{line.decode('latin-1')}|"


def across(key: str, *cuts: int, most: int = 0) -> Leak:
    """A body with the key across each of these places, all but two characters of it before."""
    body = bytearray(b'{"filler": "')
    for cut in cuts:
        body += b"-" * (cut - len(key) + 2 - len(body)) + key.encode()
    return Leak(bytes(body) + b"." * max(0, most - len(body)) + b'"}', "application/json")


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

_OTHERS = bytes(octet for octet in range(128) if not chr(octet).isalnum())
_RUNS = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")
_CODE = re.compile(
    r"\\++(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|[nrt])"
    r"|&#([0-9]+);?|&#x([0-9a-fA-F]+);?"
)
_BASES = (16, 16, 16, 16, 8, 10, 16)
_NUMBERS = re.compile(r"(?:[0-9]{2,3}[^0-9a-zA-Z]+){11,}[0-9]{2,3}")


def found(data: bytes, canaries: Mapping[str, str] = CANARIES) -> Iterator[str]:
    """Which keys are in some bytes, in whatever form: `default as 'd1/Zq+9fRw0K'`."""
    for reduce in (_small, _letters):
        windows = {
            core[start : start + _WINDOW]: role
            for role, key in canaries.items()
            for core in (reduce(key.removeprefix("cnry_live_")),)
            for start in range(len(core) - _WINDOW + 1)
        }
        search = AhoCorasick(windows)
        for form in _forms(data):
            for window in sorted(set(search.find_matches_as_strings(reduce(form)))):
                yield f"{windows[window]} as {window!r}"


def _small(text: str) -> str:
    return text.lower()


def _letters(text: str) -> str:
    return text.lower().encode("ascii", "ignore").translate(None, _OTHERS).decode()


def _forms(data: bytes) -> Iterator[str]:
    plain = data.decode("latin-1")
    yield plain
    yield data.replace(b"\0", b"").decode("latin-1")
    unescaped = plain
    for _ in range(3):
        unescaped = _CODE.sub(_character, html.unescape(unquote(unescaped)))
        yield unescaped
        yield unescaped.replace("\\", "")
    for run in _NUMBERS.findall(unescaped):
        yield "".join(chr(int(number)) for number in re.findall("[0-9]+", run))
    together = re.sub(r"\\[nr]|0x|[\s\":,|-]", "", plain).encode("latin-1")
    for source in (data, unescaped.encode("latin-1", "replace"), together):
        once = _from_base64(source)
        yield once.replace("\0", "")
        yield unquote(once)
        yield _from_base64(once.encode("latin-1"))
        hexadecimal = "\n".join(bytes.fromhex(run.decode()).decode("latin-1") for run in _HEX.findall(source))
        yield hexadecimal.replace("\0", "")


def _from_base64(source: bytes) -> str:
    return "\n".join(
        base64.b64decode(run[start:] + b"=" * (-len(run[start:]) % 4), validate=False).decode("latin-1")
        for run in (run.replace(b"-", b"+").replace(b"_", b"/") for run in _RUNS.findall(source))
        for start in range(4)
        if len(run[start:]) % 4 != 1
    )


def _character(match: re.Match[str]) -> str:
    points = (int(digits, base) for digits, base in zip(match.groups(), _BASES, strict=True) if digits)
    return chr(min(next(points, 32), 0x10FFFF))


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
