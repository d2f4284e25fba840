"""Keeping secrets out of everything that is written or shown."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import RLock
from typing import Final, NamedTuple
from weakref import WeakSet

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from vendorproof.exchange.forms import MASKED, Form, begun, encoded, in_common, plain, reduced
from vendorproof.exchange.unescaping import View

SHORTEST: Final = 8
"""Characters of the shortest secret: a shorter value can't be told from ordinary text."""

_LAYERS: Final = 5
"""Of escapes in one another so many are undone; those of the same kind count once."""

_ENDS: Final = 64 * 1024
"""Characters of a text that are read where only its ends are shown."""

_LONGEST_BEGUN: Final = 4 * 1024
"""Characters at the end of a text that are looked at for the beginning of a secret."""

_ALIKE: Final = 8
"""Secrets that share a needle, of which each may be meant."""

_REDUCED: Final = re.compile(rb"[0-9a-z\xff]+")
_WORD: Final = re.compile(rb"\w")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]")

_alive: WeakSet[Redactor] = WeakSet()


class Redactor:
    """Replaces secrets by their labels, in every form in which they travel.

    `secrets` maps labels (`$LEADIOSA_TOKEN`) to values. Recognised are the value itself in any case; with line ends,
    blanks, quotation marks or other signs in between; percent-encoded or escaped as in JSON, Python, JavaScript or
    HTML, wholly or in part, once or repeatedly; base64 (both alphabets) at any of its three alignments, of UTF-8 and
    UTF-16; hexadecimal; lists of octets; UTF-16; and pieces of all of these of at least three quarters. Of a value that
    is short or has few letters and digits, pieces and encodings are recognised as far as they can't be there by chance.
    A value below `SHORTEST` characters is no secret; whoever is given one refuses it. A label is a whole word: where a
    letter follows, `${LEADIOSA_TOKEN}` stands.

    The time that a text takes grows with its length and no faster. Safe to use from several threads.
    """

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self._lock = RLock()
        self._labels: dict[str, str] = {}
        self._fresh: list[str] = []
        self._searches: tuple[_Search, ...] = ()
        for label, secret in (secrets or {}).items():
            self.add(label, secret)
        _alive.add(self)

    def __repr__(self) -> str:
        return f"Redactor({', '.join(self.labels)})"

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands in place of secrets, each once."""
        with self._lock:
            return tuple(dict.fromkeys(self._labels.values()))

    def add(self, label: str, secret: str) -> None:
        """Hides one more secret from now on, such as a token that a login has just issued; of a known one, the label
        becomes this one. A value that is too short is passed over."""
        if len(secret) < SHORTEST:
            return
        with self._lock:
            if secret not in self._labels:
                self._fresh.append(_Hidden(secret))
            self._labels[_Hidden(secret)] = label

    def knows(self, secret: str) -> bool:
        """Whether this very value is hidden already."""
        with self._lock:
            return secret in self._labels

    def text(self, text: str, *, cut: bool = False) -> str:
        """The text with labels in place of secrets; `cut` as in `data`."""
        data = text.encode("utf-8", "surrogatepass")
        redacted = self.data(data, cut=cut)
        if redacted is data:
            return text
        try:
            return redacted.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            # A secret in Latin-1 may look like half a character of UTF-8.
            return redacted.decode("utf-8", "replace")

    def data(self, data: bytes, *, cut: bool = False) -> bytes:
        """The bytes with labels in place of secrets. Of data that was `cut`, the beginning of a secret at its very end
        is hidden as well."""
        if len(data) < SHORTEST and not cut:
            return data
        spans = sorted(self._spans(data, cut), key=lambda span: (span.start, -span.end))
        if not spans:
            return data
        pieces: list[bytes] = []
        at = 0
        for span in _apart(spans):
            pieces += (data[at : span.start], _written(span, data))
            at = span.end
        return b"".join((*pieces, data[at:]))

    def begun(self, text: str) -> int:
        """How many of the last characters of a text are the beginning of a secret, as it is."""
        if len(text) < SHORTEST:
            return 0
        lowered = text[-_LONGEST_BEGUN:].lower().encode("utf-8", "surrogatepass")
        found = max((search.begun(lowered)[0] for search in self._ready()), default=0)
        return len(lowered[len(lowered) - found :].decode("utf-8", "replace"))

    def brief(self, text: str, limit: int) -> str:
        """The text with labels in place of secrets; of more than `limit` characters both ends, and how many there are.

        Of a very long text only the ends are read, with much around what is shown.
        """
        if len(text) <= _ENDS:
            whole = self.text(text)
            first = last = whole
            if len(whole) <= limit:
                return whole
        else:
            first, last = self.text(text[: _ENDS // 2], cut=True), self.text(text[-_ENDS // 2 :])
        shown = limit // 3
        return f"{first[: limit - shown]} … ({len(text)} characters) … {last[-shown:]}"

    def _spans(self, data: bytes, cut: bool) -> Iterator[_Span]:
        searches = self._ready()
        view: View | None = View(data) if searches else None
        for _ in range(_LAYERS):
            if view is None:
                return
            for start, end, secret in _found(view.data, searches, cut):
                yield _Span(*view.origin(start, end), self._labels[secret])
            view = view.unescaped()

    def _ready(self) -> tuple[_Search, ...]:
        """The searches for every secret: few large ones and many small ones, so that another secret costs little."""
        if self._fresh:
            with self._lock:
                secrets, self._fresh = self._fresh, []
                searches = list(self._searches)
                while searches and len(searches[-1].secrets) <= 2 * len(secrets):
                    secrets = [*searches.pop().secrets, *secrets]
                self._searches = (*searches, _Search(secrets)) if secrets else tuple(searches)
        return self._searches


def labels_of(labels: Iterable[str]) -> re.Pattern[str]:
    """Finds labels where they stand as whole words: `$TOKEN` and `${TOKEN}`, and none in `$TOKEN_2`."""
    names = "|".join(re.escape(label[1:]) for label in labels if label.startswith("$")) or "(?!)"
    return re.compile(rf"\$(?:\{{(?:{names})\}}|(?:{names})(?![A-Za-z0-9_]))")


def hidden_everywhere(text: str) -> str:
    """The text without any secret that a redactor of this process knows: for what tells of our own crash."""
    for redactor in tuple(_alive):
        text = redactor.text(text)
    return text


class _Hidden(str):
    """A secret that no representation shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(hidden)"


class _Span(NamedTuple):
    """What is hidden, and by which label."""

    start: int
    end: int
    label: str


def _apart(spans: Sequence[_Span]) -> Iterator[_Span]:
    """Spans in order that do not overlap; of overlapping ones the longest gives the label to them all."""
    start, end, label, longest = *spans[0], spans[0].end - spans[0].start
    for span in spans[1:]:
        if span.start >= end:
            yield _Span(start, end, label)
            start, end, label, longest = *span, 0
        if span.end - span.start > longest:
            label, longest = span.label, span.end - span.start
        end = max(end, span.end)
    yield _Span(start, end, label)


def _written(span: _Span, data: bytes) -> bytes:
    label = span.label
    if label.startswith("$") and _WORD.match(data, span.end):
        label = f"${{{label[1:]}}}"
    # In UTF-16 a NUL stands between any two letters.
    between = b"\0" if data.count(b"\0", span.start, span.end) * 2 >= span.end - span.start - 1 > 0 else b""
    return between.join(octet.to_bytes() for octet in label.encode()) if between else label.encode()


class _Search:
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
        self._exact = BytesAhoCorasick(self._written, matchkind=MatchKind.LeftmostLongest)
        self._reduced = BytesAhoCorasick(self._needles, matchkind=MatchKind.LeftmostLongest)

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
        for index, start, end in self._reduced.find_matches_as_indexes(text):
            if end <= done:
                continue
            first, last, secret, shared = max(
                (*_extended(form, start, done, text), secret, form.shared)
                for form, secret in self._forms[self._needles[index]][:_ALIKE]
            )
            yield -first, last, secret, shared
            done = last

    def begun(self, lowered: bytes) -> tuple[int, str]:
        """How many of the last bytes of a text are the beginning of a secret, and of which."""
        found = ((begun(written, lowered), secrets[0]) for written, secrets in self._plain.items())
        return max(found, default=(0, ""))

    def begun_form(self, letters: bytes) -> tuple[int, str]:
        """How many of the last bytes of a reduced text are the beginning of a form of a secret, and of which."""
        forms = (pair for pairs in self._forms.values() for pair in pairs)
        return max(((begun(form.whole, letters), secret) for form, secret in forms), default=(0, ""))


def _extended(form: Form, start: int, done: int, text: bytes) -> tuple[int, int]:
    """As much of a form as stands around its needle, as (minus the first place, the last)."""
    before, after = form.whole[: form.offset], form.whole[form.offset + len(form.needle) :]
    end = start + len(form.needle)
    left = in_common(before[::-1], text[max(done, start - len(before)) : start][::-1])
    return left - start, end + in_common(after, text[end : end + len(after)])


def _found(text: bytes, searches: Sequence[_Search], cut: bool) -> Iterator[tuple[int, int, str]]:
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
