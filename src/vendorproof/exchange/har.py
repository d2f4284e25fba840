"""Exchanges as HTTP Archive files (HAR 1.2), out and in.

What HAR has no field for stands in a field of its own, `_vendorproof`, of an entry's request; HAR 1.2 lets names that
begin with an underscore carry what an application adds.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import harfile

from vendorproof import __version__
from vendorproof.contract.files import regular
from vendorproof.errors import UsageError
from vendorproof.exchange.model import Exchange, Failure, Headers, Request, Response, Trouble
from vendorproof.exchange.redaction import Redactor
from vendorproof.exchange.secrecy import discreet, without_cookies

Json = Any

OURS: Final = "_vendorproof"
BODY_LIMIT: Final = 1024 * 1024
"""Bytes of a body that are written; the rest is cut and said to be."""


def write_har(path: Path, exchanges: Iterable[Exchange], redactor: Redactor, body_limit: int = BODY_LIMIT) -> None:
    """Writes exchanges as a HAR 1.2 file, secrets replaced by their labels.

    Bodies beyond `body_limit` bytes are cut. The file appears whole or not at all. OSError where it can't be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    creator = harfile.Creator(name="vendorproof", version=__version__)
    try:
        with beside.open("w", encoding="utf-8") as stream, harfile.open(stream, creator=creator) as archive:
            for exchange in exchanges:
                _write_entry(archive, exchange, redactor, body_limit)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class _Request(harfile.Request):
    """A HAR request with our own fields beside the standard's."""

    ours: Mapping[str, Json]

    def asdict(self) -> dict[str, Any]:
        return {**super().asdict(), OURS: dict(self.ours)}


def _write_entry(archive: harfile.HarFile, exchange: Exchange, redactor: Redactor, body_limit: int) -> None:
    milliseconds = round(exchange.elapsed * 1000, 3)
    archive.add_entry(
        startedDateTime=datetime.fromtimestamp(exchange.sent, UTC),
        time=milliseconds,
        request=_har_request(exchange, redactor, body_limit),
        response=_har_response(exchange, redactor, body_limit),
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
    )


def _har_request(exchange: Exchange, redactor: Redactor, body_limit: int) -> _Request:
    sent = exchange.request
    url = redactor.text(sent.url)
    body = redactor.head(sent.body, body_limit)
    request = _Request(
        method=redactor.text(sent.method),
        url=url,
        httpVersion="HTTP/1.1",
        headers=_records(sent.headers, redactor),
        queryString=[harfile.Record(*pair) for pair in parse_qsl(urlsplit(url).query, keep_blank_values=True)],
        bodySize=len(sent.body),
    )
    ours: dict[str, Json] = {
        "number": exchange.number,
        "vendor": exchange.vendor,
        "operation": exchange.operation,
        "role": exchange.role,
        "purpose": redactor.text(exchange.purpose),
        "generated": exchange.generated,
        "sent": exchange.sent,
        "elapsed": exchange.elapsed,
    }
    if body:
        text, encoding = _as_text(body)
        request.postData = harfile.PostData(mimeType=redactor.text(sent.headers.get("content-type") or ""), text=text)
        if encoding:
            ours["bodyEncoding"] = encoding
    if exchange.failure:
        detail = redactor.text(exchange.failure.detail)
        ours["failure"] = {"trouble": exchange.failure.trouble.name.lower(), "detail": detail}
    if exchange.response:
        ours["cut"] = exchange.response.cut or len(exchange.response.body) > body_limit
        pieces = list(exchange.response.pieces)
        # Where the pieces ended is known only while the body is as long as it came.
        if pieces and redactor.data(exchange.response.body) == exchange.response.body and not ours["cut"]:
            ours["chunks"] = pieces
    request.ours = ours
    return request


def _har_response(exchange: Exchange, redactor: Redactor, body_limit: int) -> harfile.Response:
    received = exchange.response
    if received is None:
        return harfile.Response(status=0, statusText="", httpVersion="")
    text, encoding = _as_text(redactor.head(received.body, body_limit, cut=received.cut))
    mime_type = redactor.text(received.headers.get("content-type") or "")
    return harfile.Response(
        status=received.status,
        statusText=_phrase(received.status),
        httpVersion=received.http_version,
        headers=_records(without_cookies(received.headers), redactor),
        content=harfile.Content(size=len(received.body), mimeType=mime_type, text=text, encoding=encoding),
        redirectURL=redactor.text(received.headers.get("location") or ""),
        bodySize=-1 if "content-encoding" in received.headers else len(received.body),
    )


def _records(headers: Headers, redactor: Redactor) -> list[harfile.Record]:
    return [harfile.Record(redactor.text(name), redactor.text(value)) for name, value in headers]


def _as_text(body: bytes) -> tuple[str, str | None]:
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def read_har(path: Path, vendor: str) -> list[Exchange]:
    """The exchanges of a HAR file, in order; of a file that we wrote those of this vendor.

    In a foreign file an exchange has no operation, no role ("") and a number by its position. Of a body whose
    text the file leaves out the response says that it is cut. Raises UsageError for what is no HAR, with the entry.
    """
    entries = _entries(path)
    exchanges = []
    for position, entry in enumerate(entries, start=1):
        try:
            exchange = _exchange(entry, position, vendor)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            # What stands in the place of a number, a moment or base64 may be anything, a key as well.
            why = f"{error} is missing" if isinstance(error, KeyError) else discreet(str(error))
            raise UsageError(f"{path}: entry {position} is not as HAR 1.2 describes it: {why}") from None
        if exchange.vendor == vendor:
            exchanges.append(exchange)
    numbers = {exchange.number for exchange in exchanges}
    if len(numbers) < len(exchanges):
        return [replace(exchange, number=number) for number, exchange in enumerate(exchanges, start=1)]
    return exchanges


def _entries(path: Path) -> list[Json]:
    try:
        document = json.loads(regular(path, None).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not a HAR file, because it is not JSON: {error}") from None
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise UsageError(f"{path}: not a HAR file: it has no list at /log/entries")
    return entries


def _exchange(entry: Json, position: int, vendor: str) -> Exchange:
    request, response = entry["request"], entry["response"]
    ours = request.get(OURS, {})
    status = int(response["status"])
    failure = None
    if status == 0:
        told = ours.get("failure", {})
        trouble = Trouble[str(told.get("trouble", "closed")).upper()]
        failure = Failure(trouble, str(told.get("detail", "the file records no answer")))
    return Exchange(
        number=int(ours.get("number", position)),
        vendor=str(ours.get("vendor", vendor)),
        operation=ours.get("operation"),
        role=str(ours.get("role", "")),
        request=Request(
            method=str(request["method"]),
            url=str(request["url"]),
            headers=_headers(request),
            body=_posted(request.get("postData"), ours.get("bodyEncoding")),
        ),
        response=None if failure else _received(response, status, ours),
        failure=failure,
        sent=float(ours["sent"]) if "sent" in ours else _epoch(str(entry["startedDateTime"])),
        elapsed=float(ours["elapsed"]) if "elapsed" in ours else max(float(entry.get("time") or 0), 0.0) / 1000,
        purpose=str(ours.get("purpose", "")),
        generated=bool(ours.get("generated", False)),
    )


def _headers(message: Json) -> Headers:
    # Browsers list HTTP/2's pseudo-fields (":authority") among the fields.
    pairs = ((str(field["name"]), str(field["value"])) for field in message.get("headers", ()))
    return Headers(tuple(pair for pair in pairs if not pair[0].startswith(":")))


def _posted(posted: Json, encoding: str | None) -> bytes:
    if not posted:
        return b""
    return _body(posted.get("text") or "", encoding)


def _received(response: Json, status: int, ours: Mapping[str, Json]) -> Response:
    content = response.get("content") or {}
    body = _body(content.get("text") or "", content.get("encoding"))
    left_out = not body and int(content.get("size") or 0) > 0
    return Response(
        status=status,
        headers=_headers(response),
        body=body,
        pieces=tuple(ours.get("chunks", ())),
        cut=bool(ours.get("cut", False)) or left_out,
        http_version=str(response.get("httpVersion") or "HTTP/1.1"),
    )


def _body(text: str, encoding: str | None) -> bytes:
    if encoding != "base64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"a body is not base64: {error}") from None


def _epoch(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
