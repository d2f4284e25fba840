"""An exchange as a command that sends it again."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Set
from urllib.parse import urlsplit

from vendorproof.exchange.model import Exchange
from vendorproof.exchange.redaction import Redactor, labels_of

_CURLS_OWN = frozenset({"host", "content-length", "transfer-encoding", "accept-encoding", "user-agent"})
_PLAIN_TEXT = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")


def curl(exchange: Exchange, redactor: Redactor) -> str:
    """One line for a shell that sends the exchange's request again.

    Secrets stand in it as shell variables (`"$LEADIOSA_TOKEN"`), by the redactor's labels.
    """
    request = exchange.request
    labels = labels_of(redactor.labels)

    def word(text: str) -> str:
        # What stands in the request itself is never expanded: an answer may have put it there to read our variables.
        own = {label.strip("${}") for label in labels.findall(text)}
        return _quoted(redactor.text(text), labels, own)

    words = ["curl", "-sS", "-i"]
    if request.method == "HEAD":
        words[-1] = "-I"
    elif request.method != "GET" or request.body:
        words += ["-X", word(request.method)]
    if re.search(r"[\[\]{}]", request.url):
        words.append("--globoff")
    if "/." in urlsplit(request.url).path:
        words.append("--path-as-is")
    words.append(word(request.url))
    for name, value in request.headers:
        if name.lower() not in _CURLS_OWN:
            words += ["-H", word(f"{name}: {value}" if value else f"{name};")]
    # What curl adds by itself and the exchange did not have is taken away again.
    if "accept" not in request.headers:
        words += ["-H", "'Accept:'"]
    if not request.body:
        return " ".join(words)
    if "content-type" not in request.headers:
        words += ["-H", "'Content-Type:'"]
    text = _as_plain_text(request.body)
    if text is not None:
        return " ".join([*words, "--data-raw", word(text)])
    encoded = base64.b64encode(redactor.data(request.body)).decode()
    return f"echo {encoded} | base64 -d | {' '.join(words)} --data-binary @-"


def _as_plain_text(body: bytes) -> str | None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if _PLAIN_TEXT.fullmatch(text) else None


def _quoted(text: str, labels: re.Pattern[str], own: Set[str]) -> str:
    """One shell word in which labels are expanded, but for the text's own ones, and nothing else is."""
    pieces = re.split(f"({labels.pattern})", text)
    expanded = [index % 2 == 1 and piece.strip("${}") not in own for index, piece in enumerate(pieces)]
    if not any(expanded):
        return shlex.quote(text)
    # An exclamation mark between double quotes is a history reference in an interactive shell.
    if "!" in text:
        return "".join(
            f'"{piece}"' if expand else shlex.quote(piece)
            for piece, expand in zip(pieces, expanded, strict=True)
            if piece
        )
    words = (
        piece if expand else re.sub(r'([\\"$`])', r"\\\1", piece)
        for piece, expand in zip(pieces, expanded, strict=True)
    )
    return f'"{"".join(words)}"'
