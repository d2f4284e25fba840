"""Keeping secrets out of everything that is written or shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import RLock
from typing import Final, NamedTuple
from weakref import WeakSet

from vendorproof.exchange.search import Search, found
from vendorproof.exchange.unescaping import View

SHORTEST: Final = 8
"""Characters of the shortest secret: a shorter value can't be told from ordinary text."""

_LAYERS: Final = 5
"""Of escapes in one another so many are undone; those of the same kind count once."""

_ENDS: Final = 64 * 1024
"""Characters of a text that are read where only its ends are shown."""

_LONGEST_BEGUN: Final = 4 * 1024
"""Characters at the end of a text that are looked at for the beginning of a secret."""

_WORD: Final = re.compile(rb"\w")

_alive: WeakSet[Redactor] = WeakSet()


class Redactor:
    """Replaces secrets by their labels, in every form in which they travel.

    `secrets` maps labels (`$LEADIOSA_TOKEN`) to values. Recognised are the value itself in any case; with line ends,
    blanks, quotation marks or other signs in between; percent-encoded or escaped as in JSON, Python, JavaScript or
    HTML, wholly or in part, once or repeatedly; base64 (both alphabets) at any of its three alignments, of UTF-8 and
    UTF-16; hexadecimal; lists of octets; UTF-16; and pieces, of three quarters or of a dozen letters and digits that
    are no words. Of a value that is short or has few letters and digits, pieces and encodings are recognised as far as
    they can't be there by chance. A value below `SHORTEST` characters is no secret; whoever is given one refuses it. A
    label is a whole word: where a letter follows, `${LEADIOSA_TOKEN}` stands.

    The time that a text takes grows with its length and no faster. Safe to use from several threads.
    """

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self._lock = RLock()
        self._labels: dict[str, str] = {}
        self._fresh: list[str] = []
        self._searches: tuple[Search, ...] = ()
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

    def head(self, data: bytes, limit: int, *, cut: bool = False) -> bytes:
        """The first `limit` bytes once labels stand in place of secrets. Not much more than that is read."""
        read = limit + _ENDS
        return self.data(data[:read], cut=cut or len(data) > read)[:limit]

    def begun(self, text: str) -> int:
        """How many of the last characters of a text are the beginning of a secret, as it is."""
        if text.endswith("\n"):
            return 0
        lowered = text[-_LONGEST_BEGUN:].lower().encode("utf-8", "surrogatepass")
        found = max((search.begun(lowered, 1)[0] for search in self._ready()), default=0)
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
            for start, end, secret in found(view.data, searches, cut=cut):
                yield _Span(*view.origin(start, end), self._labels[secret])
            view = view.unescaped()

    def _ready(self) -> tuple[Search, ...]:
        """The searches for every secret: few large ones and many small ones, so that another secret costs little."""
        if self._fresh:
            with self._lock:
                secrets, searches = list(self._fresh), list(self._searches)
                while searches and len(searches[-1].secrets) <= 2 * len(secrets):
                    secrets = [*searches.pop().secrets, *secrets]
                self._searches = (*searches, Search(secrets)) if secrets else tuple(searches)
                # Only now: whoever sees that nothing is fresh goes on without the lock.
                self._fresh = []
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
