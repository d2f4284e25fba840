"""What is a secret by its name and its looks: in answers, in the headers of a recording, in a file that holds none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from vendorproof.exchange.model import Headers, whole

Json = Any

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRETS: Final = frozenset(
    "token tokens jwt jwts secret secrets password passwords passwd pwd passphrase credential credentials bearer "
    "apikey accesskey secretkey privatekey signingkey accesstoken refreshtoken idtoken authtoken "
    "sessiontoken bearertoken clientsecret signingsecret webhooksecret".split()
)
_KEYS: Final = frozenset(
    "api access secret private signing signature encryption webhook auth ephemeral service master client session "
    "shared hmac license recovery deploy".split()
)
"""What a key is of that is a secret: no public, primary, idempotency or translation key."""

_MORE_WHERE_ISSUED: Final = frozenset(
    "key keys session sid sessionid code ticket assertion cookie otp csrf xsrf".split()
)
"""Words that mean a secret in an answer that issues some, and anything elsewhere."""

_OF_NO_SECRET: Final = frozenset(
    "public publishable idempotency primary foreign cache object sort status error country currency language post zip "
    "reason response result surrogate socket".split()
)
"""What a key or a code is of that is no secret, also where some are issued."""

_USERS: Final = frozenset(
    "user username login name email mail account id phone type scope audience domain tenant org organization "
    "workspace".split()
)
_LONGEST_NAME: Final = 100
_CURSORS: Final = frozenset("next previous prev page cursor continuation sync start pagination resume".split())
_AS_TEXT: Final = frozenset("value plain plaintext plain_text raw text string data".split())
"""What a field is called that holds the secret of what is around it."""

_SHORTEST: Final = 16
"""Characters of the shortest value that its name alone makes a secret; where secrets are issued `_SHORTEST_ISSUED`."""

_SHORTEST_ISSUED: Final = 8
_LONGEST: Final = 64 * 1024
_SPOKEN: Final = re.compile(r"(?:[A-Z]*+[a-z]++[ _.:/-]?+)++\W*+|(?:[A-Z]++[ _.:/-]?+)++\W*+")
_SPOKEN_WORD: Final = re.compile(r"[A-Z]*[a-z]+|[A-Z]+")
_LETTERS_OF_A_WORD: Final = 3
"""Letters that words have on average, at least: `aXbQcZ` is none."""

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\S+)?")
_ADDRESS: Final = re.compile(r"[^@\s/]+@[^@\s/]+\.[A-Za-z]+")
_ONE_SIGN: Final = re.compile(r"(.)\1*")
_LEFT_OUT: Final = ("***", "...", "…", "•••")
_KNOWN_BEGINNINGS: Final = re.compile(
    r"(?:Bearer|Basic) \S{8}|(?:sk|rk|wak|eak|whsec|ghp|gho|ghs|glpat|xox[abpr]|npm)[-_]\w{8}|AKIA\w{12}|eyJ\w{8}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_TURNS: Final = re.compile(r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")
_FEWEST_TURNS: Final = 3
"""Changes from a letter to a digit, or back, that no name has: `v1/2026-01-01` has one."""

NOT_SHOWN: Final = "(not shown, it may be a secret)"
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s,()]+")
_JWT: Final = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{2,}\.[\w-]{16,}(?:\.[\w-]+){0,2}", re.ASCII)
_PAIR: Final = re.compile(r"""(?<![\w-])([A-Za-z_][\w-]{2,40})["']?\s*[:=>]\s*["']?([^\s"'<>&;,#]{8,})""", re.ASCII)
_MARKUP: Final = re.compile(r"[<>&={}]")
_HOLDS_USER: Final = re.compile(r"//[^/?#\s:@]*:[^/?#\s@]+@")
_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key"})
_DEEPEST: Final = 2
"""JSON in texts of JSON that is looked into."""


def names_a_user(name: str) -> bool:
    """Whether a field of a login's body holds who logs in, and no secret."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return bool(words) and words[-1] in _USERS


def names_a_secret(name: str, *, issued: bool = False) -> bool:
    """Whether a field, parameter or header of this name holds a secret: `accessToken`, `signing_secret`, `apiKey`, and
    none of `tokenType`, `secretId`, `nextPageToken`. `issued` says that it stands in an answer that issues some."""
    return len(name) <= _LONGEST_NAME and _names_a_secret(name, issued)


@lru_cache(maxsize=4096)
def _names_a_secret(name: str, issued: bool) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and words[-1] in _AS_TEXT:
        words.pop()
    if not words:
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in _SECRETS:
        return before not in _CURSORS
    if last in ("key", "keys") and before in _KEYS:
        return True
    if not issued or before in _OF_NO_SECRET:
        return False
    return last in _MORE_WHERE_ISSUED or words[-2:] == ["session", "id"]


def looks_secret(value: str, *, issued: bool = False) -> bool:
    """Whether a value may be a secret: long enough to be told apart, and no words, moment, address or URL.

    `issued` says that it stands in an answer that issues secrets.
    """
    if value.lstrip().startswith("-----BEGIN ") and "PRIVATE KEY" in value:
        return True
    if not (_SHORTEST_ISSUED if issued else _SHORTEST) <= len(value) <= _LONGEST or len(value.split()) > 1:
        return False
    if _spoken(value) or any(form.fullmatch(value) for form in (_MOMENT, _ADDRESS, _ONE_SIGN)):
        return False
    # A URL is judged by its parts, and what shows only the ends of a key is fit to be shown.
    return not value.startswith(("http://", "https://", "wss://")) and not any(sign in value for sign in _LEFT_OUT)


def _spoken(value: str) -> bool:
    words = len(_SPOKEN_WORD.findall(value))
    return bool(_SPOKEN.fullmatch(value)) and words * _LETTERS_OF_A_WORD <= len(value)


def holds_user(text: str) -> bool:
    """Whether a text holds a URL with a user and a password in it."""
    return bool(_HOLDS_USER.search(text))


def begins_like_a_key(text: str) -> bool:
    """Whether a text begins as the keys of well-known makers do, or as a header that carries one."""
    return bool(_KNOWN_BEGINNINGS.match(text.strip()))


def pasted_secret(text: str) -> bool:
    """Whether a text of a file that holds no secrets looks as if somebody had pasted one: a URL with a password, the
    beginning that keys of well-known makers have, or many letters and digits in no order."""
    if holds_user(text) or begins_like_a_key(text):
        return True
    pieces = re.split(r"[/?&=#]", text) if "://" in text or text.startswith((".", "/")) else [text]
    return any(looks_secret(piece) and len(_TURNS.findall(piece)) >= _FEWEST_TURNS for piece in pieces)


def discreet(text: str) -> str:
    """A text without the words in it that look like a secret."""
    return _QUOTED.sub(lambda word: NOT_SHOWN if pasted_secret(word[0].strip("'\"")) else word[0], text)


def secrets_in(
    document: Json, *, issued: bool = False, named: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """The secrets of a JSON document as (name, value), at any depth: in fields that name one, in lists and objects
    below such a field, in JSON inside of texts. `named` are further names of fields."""
    pending: list[tuple[str, bool, Json, int]] = [("", False, document, _DEEPEST)]
    while pending:
        name, secret, value, depth = pending.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                own = key in named or names_a_secret(key, issued=issued)
                below = secret and (not isinstance(inner, str) or _names_the_text(key, name))
                pending.append((key if own else name, own or below, inner, depth))
        elif isinstance(value, list):
            pending.extend((name, secret, inner, depth) for inner in value)
        elif isinstance(value, str):
            inner = _json_in(value) if depth else None
            if inner is not None:
                pending.append((name, secret, inner, depth - 1))
            elif secret and looks_secret(value, issued=issued):
                yield name, value


def _names_the_text(key: str, around: str) -> bool:
    """Whether a field holds the secret that the object around it is about: a session's secret is its id."""
    return key.lower() in ("key", *_AS_TEXT) or (key.lower() == "id" and "session" in around.lower())


def _json_in(text: str) -> Json:
    if not text.startswith(("{", "[")):
        return None
    try:
        return whole(json.loads(text))
    except (ValueError, RecursionError):
        return None


def secrets_in_text(text: str, *, issued: bool = False) -> Iterator[tuple[str, str]]:
    """The secrets of a text that is no JSON document, as (name, value): of the events of a stream, of a form, of
    markup; where secrets are issued, the whole of a short text."""
    if issued and looks_secret(text.strip(), issued=True) and not _MARKUP.search(text):
        yield "token", text.strip()
        return
    for line in text.splitlines():
        inner = _json_in(line.removeprefix("data:").strip())
        if inner is not None:
            yield from secrets_in(inner, issued=issued)
            continue
        for match in _PAIR.finditer(line):
            value = unquote(match[2])
            if names_a_secret(match[1], issued=issued) and looks_secret(value, issued=issued):
                yield match[1], value


def secrets_in_headers(headers: Headers, *, issued: bool = False) -> Iterator[tuple[str, str]]:
    """The secrets in header fields as (name, value): credentials, cookies, and what is called a token."""
    for name, value in headers:
        lowered = name.lower()
        if lowered in ("set-cookie", "cookie"):
            for one in value.split(";")[: 1 if lowered == "set-cookie" else None]:
                inner = one.partition("=")[2].strip(' "')
                if looks_secret(inner, issued=issued):
                    yield "cookie", inner
        elif lowered in _HEADERS or names_a_secret(name.removeprefix("X-").removeprefix("x-"), issued=issued):
            word = value.strip().rpartition(" ")[2]
            if looks_secret(word, issued=issued or lowered in _HEADERS):
                yield name, word
        elif issued and lowered in ("location", "link", "refresh"):
            yield from secrets_in_text(value.partition("?")[2] or value.partition("#")[2], issued=True)


def tokens_in(body: str) -> Iterator[tuple[str, str]]:
    """What is a credential wherever it stands, as (name, value): JSON Web Tokens (RFC 7519) with their signature,
    encrypted ones (RFC 7516) too."""
    yield from (("jwt", match[0]) for match in _JWT.finditer(body))


def without_cookies(headers: Headers) -> Headers:
    """The header fields of an answer, with the names of cookies and what is said of them, without their values: a
    server may send another session with each answer, and none is sent back."""
    return Headers(tuple((name, _without_cookie(name, value)) for name, value in headers))


def _without_cookie(name: str, value: str) -> str:
    if name.lower() != "set-cookie" or not any(True for _ in secrets_in_headers(Headers(((name, value),)))):
        return value
    pair, semicolon, rest = value.partition(";")
    return f"{pair.partition('=')[0]}=$COOKIE{semicolon}{rest}"


def label_of(name: str) -> str:
    """The name of a secret as a word of a label, in capitals: of a server's name only words that we know, since it may
    have put anything there."""
    known = _SECRETS | _KEYS | _MORE_WHERE_ISSUED | {"refresh", "id"}
    words = [word.upper() for word in _WORDS.findall(name) if word.lower() in known]
    return "_".join(words[:4]) or "SECRET"
