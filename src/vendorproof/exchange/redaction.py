"""Keeping secrets out of everything that is written or shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from threading import Lock
from typing import Final

_BASE64: Final = "[A-Za-z0-9+/_-]"
_SHORTEST_ENCODED: Final = 4
"""Below this many bytes the encoded forms of a secret are too short to mean it."""

_HTML_NAMES: Final = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_JSON_LETTERS: Final = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


class Redactor:
    """Replaces secrets by their labels, in every form in which they travel.

    `secrets` maps labels (`$LEADIOSA_TOKEN`) to values. Recognised are the value itself in any case; percent-encoded,
    wholly or in part, once or repeatedly; escaped as in JSON, Python or HTML; base64 (both alphabets) at any of its
    three alignments; hexadecimal; and in bytes UTF-16. An empty value is no secret. Safe to use from several threads.
    """

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self._lock = Lock()
        self._masks: tuple[_Mask, ...] = ()
        for label, secret in (secrets or {}).items():
            self.add(label, secret)

    def __repr__(self) -> str:
        return f"Redactor({', '.join(self.labels)})"

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands in place of secrets, each once."""
        return tuple(dict.fromkeys(mask.label for mask in self._masks))

    def add(self, label: str, secret: str) -> None:
        """Hides one more secret from now on, such as a token that a login has just issued; of a known one, the label
        becomes this one."""
        if not secret:
            return
        with self._lock:
            others = [mask for mask in self._masks if mask.secret != secret]
            # The longest first: a secret that is part of another one must not leave the other's rest behind.
            self._masks = tuple(sorted([*others, _Mask(label, secret)], key=lambda mask: -len(mask.secret)))

    def knows(self, secret: str) -> bool:
        """Whether this very value is hidden already."""
        return any(mask.secret == secret for mask in self._masks)

    def text(self, text: str) -> str:
        """The text with labels in place of secrets."""
        lowered = text.lower()
        escaped = "%" in text or "\\" in text or "&" in text
        for mask in self._masks:
            text = mask.apply(text, lowered, escaped)
        return text

    def data(self, data: bytes) -> bytes:
        """The bytes with labels in place of secrets; bytes that are no text stay as they are."""
        for mask in self._masks:
            for codec in ("utf-16-le", "utf-16-be"):
                data = data.replace(mask.secret.encode(codec), mask.label.encode(codec))
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


class _Mask:
    """One secret in all its forms. Plain searches go first: they are cheap and nearly always find nothing."""

    def __init__(self, label: str, secret: str) -> None:
        self.label = label
        self.secret = secret
        self._lowered = secret.lower()
        self._encoded = secret.encode("utf-8", "surrogateescape")
        self._hex = self._encoded.hex()

    def __repr__(self) -> str:
        return f"_Mask({self.label})"

    def apply(self, text: str, lowered: str, escaped: bool) -> str:
        if self.secret in text or self._lowered in lowered:
            text = self._plain.sub(self._replace, text)
        if escaped:
            text = self._escaped.sub(self._replace, text)
        if len(self._encoded) < _SHORTEST_ENCODED:
            return text
        if self._hex in lowered:
            text = re.sub(self._hex, self._replace, text, flags=re.IGNORECASE)
        for core, pattern in self._base64:
            if core in text or (escaped and not core.isalnum()):
                text = pattern.sub(self._replace, text)
        return text

    def _replace(self, match: re.Match[str]) -> str:
        return self.label

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return re.compile(re.escape(self.secret), re.IGNORECASE)

    @cached_property
    def _escaped(self) -> re.Pattern[str]:
        return re.compile("".join(_any_form(character) for character in self.secret))

    @cached_property
    def _base64(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        forms: dict[str, re.Pattern[str]] = {}
        for shift in range(3):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                core, pattern = _base64_form(encode(bytes(shift) + self._encoded).decode(), shift, len(self._encoded))
                forms[core] = re.compile(pattern)
        return tuple(forms.items())


def _any_form(character: str) -> str:
    """A pattern for one character, as itself or escaped in any way."""
    point = ord(character)
    forms = list(dict.fromkeys((character, character.lower(), character.upper())))
    patterns = [re.escape(form) for form in forms]
    octets = character.encode("utf-8", "surrogateescape")
    patterns.append("".join("%(?:25)*" + _hexadecimal(f"{octet:02x}") for octet in octets))
    units = character.encode("utf-16-be", "surrogatepass")
    pairs = [units[start : start + 2].hex() for start in range(0, len(units), 2)]
    patterns.append("".join(r"\\+u" + _hexadecimal(pair) for pair in pairs))
    patterns.append("".join(r"\\+x" + _hexadecimal(f"{octet:02x}") for octet in octets))
    patterns.append(f"&#0*{point};")
    patterns.append(f"&#[xX]0*{_hexadecimal(f'{point:x}')};")
    if character in _HTML_NAMES:
        patterns.append(f"&{_HTML_NAMES[character]};")
    if character in _JSON_LETTERS:
        patterns.append(r"\\+" + _JSON_LETTERS[character])
    elif not character.isalnum():
        patterns.append(r"\\+" + re.escape(character))
    if character == " ":
        patterns.append(r"\+")
    return f"(?:{'|'.join(patterns)})"


def _hexadecimal(digits: str) -> str:
    return "".join(digit if digit.isdigit() else f"[{digit}{digit.upper()}]" for digit in digits)


def _base64_form(encoded: str, shift: int, length: int) -> tuple[str, str]:
    """The characters that a secret alone decides when it begins `shift` bytes into a base64 group, and a pattern that
    takes the shared characters at its edges along: each of them carries some of the secret's bits too."""
    first = -(-shift * 8 // 6)
    last = (shift + length) * 8 // 6
    core = encoded[first:last]
    head = _BASE64 if shift else ""
    tail = _BASE64 if (shift + length) * 8 % 6 else ""
    return core, head + "".join(_base64_character(character) for character in core) + tail


def _base64_character(character: str) -> str:
    if character.isalnum():
        return character
    octet = _hexadecimal(f"{ord(character):02x}")
    return rf"(?:{re.escape(character)}|\\+{re.escape(character)}|%(?:25)*{octet}|\\+u00{octet})"


def secrets_in(document: object, names: re.Pattern[str]) -> Iterable[tuple[str, str]]:
    """The strings of a JSON document whose key matches, as (key, value), at any depth."""
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            yield from ((key, item) for key, item in value.items() if isinstance(item, str) and names.search(key))
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
