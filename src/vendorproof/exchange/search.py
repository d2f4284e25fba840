"""Finds secrets in a text: in time that grows with its length, however many they are."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from vendorproof.exchange.forms import MASKED, TELLING, Form, begun, encoded, in_common, plain, reduced

_ALIKE: Final = 8
"""Secrets that share a needle, of which each may be meant."""

_REDUCED: Final = re.compile(rb"[0-9a-z\xff]+")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]")


class Search:
    """Finds any of some secrets in a text that is read once: as they are, and in the forms that letters and digits
    make."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self.secrets = secrets
        self._plain: dict[bytes, list[str]] = {}
        self._forms: dict[bytes, list[tuple[Form, str]]] = {}
        for secret in secrets:
            for written in plain(secret):
                self._plain.setdefault(written, []).append(secret)
            for form in encoded(secret):
                self._forms.setdefault(form.needle, []).append((form, secret))
        self._written = list(self._plain)
        self._needles = list(self._forms)
        self._wholes = {form.whole: secret for pairs in self._forms.values() for form, secret in pairs}
        self._exact = _automaton(self._written)
        self._reduced = _automaton(self._needles)

    def exact(self, text: bytes, lowered: bytes) -> Iterator[tuple[int, int, str]]:
        """Where secrets stand as they are; of those that differ in case alone, the one that is meant."""
        for index, start, end in self._exact.find_matches_as_indexes(lowered):
            meant = self._plain[self._written[index]]
            as_written = (one for one in meant if one.encode("utf-8", "surrogatepass") == text[start:end])
            yield start, end, next(as_written, meant[0])

    def reduced(self, text: bytes) -> Iterator[tuple[int, int, str, bool]]:
        """Where forms of secrets, or pieces of them, stand in a reduced text; and whether the characters beside them
        belong to them."""
        done = 0
        left: dict[bytes, int] = {}
        for index, start, end in self._reduced.find_matches_as_indexes(text):
            if end <= done:
                continue
            meant = [
                (*_extended(form, start, done, text), secret, form)
                for form, secret in self._forms[self._needles[index]][:_ALIKE]
                if left.get(form.whole, 0) < end
            ]
            if not meant:
                continue
            first, last, secret, form = max(meant, key=lambda one: one[1] - one[0])
            if form.hides(text[first:last]):
                yield first, last, secret, form.kind.shared
                done = last
            else:
                # So much of them was too little: it is not looked at again, letter by letter, in what is all alike.
                left |= {form.whole: last for _, last, _, form in meant}

    def begun(self, lowered: bytes, fewest: int = TELLING) -> tuple[int, str]:
        """How many of the last bytes of a text, `fewest` or more, are the beginning of a secret, and of which."""
        found = ((begun(written, lowered, fewest), secrets[0]) for written, secrets in self._plain.items())
        return max(found, default=(0, ""))

    def begun_form(self, letters: bytes) -> tuple[int, str]:
        """How many of the last bytes of a reduced text are the beginning of a form of a secret, and of which."""
        return max(((begun(whole, letters), secret) for whole, secret in self._wholes.items()), default=(0, ""))


def _automaton(needles: list[bytes]) -> BytesAhoCorasick:
    # To build the kind that it takes by itself for few needles costs the square of the length of one letter repeated.
    return BytesAhoCorasick(needles, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA)


def _extended(form: Form, start: int, done: int, text: bytes) -> tuple[int, int]:
    """From where to where as much of a form stands as is there around its needle."""
    before, after = form.whole[: form.offset], form.whole[form.offset + len(form.needle) :]
    end = start + len(form.needle)
    left = in_common(before[::-1], text[max(done, start - len(before)) : start][::-1])
    return start - left, end + in_common(after, text[end : end + len(after)])


def found(text: bytes, searches: Sequence[Search], *, cut: bool) -> Iterator[tuple[int, int, str]]:
    """Where secrets stand in a text as it is and, in what that leaves, in its letters and digits."""
    lowered = text.lower()
    exact = [hit for search in searches for hit in search.exact(text, lowered)]
    yield from exact
    if exact:
        rest = bytearray(lowered)
        for start, end, _ in exact:
            rest[start:end] = MASKED * (end - start)
        lowered = bytes(rest)
    letters = reduced(lowered)
    places: _Places | None = None
    for search in searches:
        for start, end, secret, shared in search.reduced(letters):
            places = places or _Places(lowered)
            first, last = places.of(start), places.of(end - 1) + 1
            if shared:
                first -= bool(_BASE64.fullmatch(text, first - 1, first)) if first else 0
                last += bool(_BASE64.fullmatch(text, last, last + 1))
            yield first, last, secret
        if cut:
            count, secret = search.begun_form(letters)
            if count:
                yield (places or _Places(lowered)).of(len(letters) - count), len(text), secret
            count, secret = search.begun(lowered)
            if count:
                yield len(text) - count, len(text), secret


class _Places:
    """Where the letters and digits of a reduced text stood."""

    def __init__(self, lowered: bytes) -> None:
        self._theirs = array("Q", (match.start() for match in _REDUCED.finditer(lowered)))
        self._ours: array[int] = array("Q")
        length = 0
        for match in _REDUCED.finditer(lowered):
            self._ours.append(length)
            length += match.end() - match.start()

    def of(self, at: int) -> int:
        """The place of one of them."""
        index = bisect_right(self._ours, at) - 1
        return self._theirs[index] + at - self._ours[index]
