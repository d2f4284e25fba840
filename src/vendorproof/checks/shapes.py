"""Shapes of evidence that hold more than one exchange."""

from __future__ import annotations

from dataclasses import dataclass

from vendorproof.exchange.model import Exchange


@dataclass(frozen=True)
class Pair:
    """Two exchanges that a check compares."""

    first: Exchange
    second: Exchange


@dataclass(frozen=True)
class Attempt:
    """A valid, authorised request; `known` says that the id which it named last is known to be good."""

    exchange: Exchange
    known: bool = False


@dataclass(frozen=True)
class Sizes(Pair):
    """A page of a smaller size and one of the largest; `behind` is the page behind the larger one, where it is shorter
    than asked for and may have more behind it."""

    behind: Exchange | None = None


@dataclass(frozen=True)
class Walk:
    """The pages of one listing, each asked for with what the one before told.

    `limit` is the page size asked for, None where none was or where `sizes` tells it page by page. `complete` says
    that the answer of the last page ended the
    walk; otherwise the walk was broken off and `broken_off` says why.
    """

    pages: tuple[Exchange, ...]
    limit: int | None
    complete: bool
    broken_off: str = ""
    sizes: tuple[int, ...] = ()

    @property
    def long(self) -> bool:
        """Whether the walk is unfinished for no other reason than the length of the listing."""
        return self.broken_off.startswith("more than")

    @property
    def cut(self) -> str:
        """How the listing was cut into pages, in words: `limit 25`, `limits 7 + 43`."""
        return f"limits {' + '.join(map(str, self.sizes))}" if self.sizes else f"limit {self.limit}"


@dataclass(frozen=True)
class Walks:
    """Walks over the same listing with different page sizes; `again` repeats the first one after the others, where
    they disagree, to tell a moving listing from a wrong one."""

    walks: tuple[Walk, ...]
    again: Walk | None = None


@dataclass(frozen=True)
class Sequence:
    """Exchanges whose order matters, oldest first."""

    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True)
class Change:
    """A thing before and after one request: read, changed, read again.

    `before` and `after` are readings of the thing, or listings where the documentation names no reading; `thing` is its
    id. `control` is the same as `before` once more, where it had to be known what moves by itself.
    """

    before: Exchange
    action: Exchange
    after: Exchange
    thing: str
    control: Exchange | None = None


@dataclass(frozen=True)
class Foreign:
    """A thing of one tenant asked for by another: what the owner got, what the other got, and what an id gets that does
    not exist, where that was asked."""

    owner: Exchange
    other: Exchange
    absent: Exchange | None = None


@dataclass(frozen=True)
class Drain:
    """Requests of one credential until the limit refused one: the successes, the refusal (None where none came), and
    the first request after waiting as the refusal told."""

    allowed: tuple[Exchange, ...]
    refused: Exchange | None
    recovered: Exchange | None
    other: Exchange | None = None
    """A request with another credential while the first is refused."""
    limit: int | None = None
    """The limit that the tester told, where no answer does."""


@dataclass(frozen=True)
class Ordered:
    """The limits of two credentials, each drained."""

    lower: Drain
    higher: Drain


@dataclass(frozen=True)
class Replay:
    """A request, and the same request again with the same idempotency key. `early` says why the duplicate came long
    before the end of the key's window though it is meant to come late, "" where it did not."""

    original: Exchange
    duplicate: Exchange
    early: str = ""


@dataclass(frozen=True)
class Effects:
    """What requests for one and the same thing made, counted in the listing afterwards; `complete` says that the
    listing was read to its end."""

    requests: tuple[Exchange, ...]
    listing: tuple[Exchange, ...]
    count: int
    complete: bool = True


@dataclass(frozen=True)
class Race:
    """Requests with one idempotency key that were under way at the same time; `effects` is None where no listing shows
    what they made."""

    rivals: tuple[Exchange, ...]
    effects: Effects | None


@dataclass(frozen=True)
class Claim:
    """A request whose body names another user.

    `plain` is the same request without the claim. Where the request makes something, `mark` is the text that tells it,
    `control` the one that tells what the plain request made, and `own` and `others` are listings of the credential's
    owner and of another tenant afterwards. `told` says that the tester gave the user that is named.
    """

    request: Exchange
    plain: Exchange | None = None
    mark: str = ""
    own: tuple[Exchange, ...] = ()
    others: tuple[Exchange, ...] = ()
    control: str = ""
    told: bool = True


@dataclass(frozen=True)
class Spending:
    """Calls of one credential until its allowance is spent: the successes, the refusal (None where none came), and a
    call of another credential after it."""

    allowed: tuple[Exchange, ...]
    refused: Exchange | None
    other: Exchange | None = None


@dataclass(frozen=True)
class Upload:
    """One request that carries files in one form; `shown` are listings that show afterwards what came of it."""

    form: str
    request: Exchange
    shown: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class Uploads:
    """Requests with files that a check compares; `plain` is the same request without any."""

    plain: Upload | None
    uploads: tuple[Upload, ...]
