"""Bodies of multipart/form-data (RFC 7578), and which fields of a form are files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vendorproof.contract.model import Media, Operation

Json = Any
MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class File:
    """A file to send: its name and its bytes."""

    name: str
    data: bytes


def form_media(operation: Operation) -> Media | None:
    """The multipart form of an operation's request body, None where it documents none."""
    return next((media for media in operation.request if media.content_type == MULTIPART), None)


def file_parts(media: Media) -> tuple[str, ...]:
    """The names of a form's parts that are files."""
    properties: Mapping[str, Mapping[str, Json]] = media.schema.get("properties", {})
    return tuple(name for name, schema in properties.items() if _is_file(schema))


def _is_file(schema: Mapping[str, Json]) -> bool:
    items = schema.get("items")
    return (
        schema.get("format") == "binary"
        or "contentMediaType" in schema
        or (isinstance(items, Mapping) and _is_file(items))
    )


def split(media: Media, body: Mapping[str, Json], name: str) -> tuple[dict[str, Json], list[tuple[str, File]]]:
    """The plain fields of a form's body, and its files with their parts; files are named after `name`."""
    parts = file_parts(media)
    fields = {key: value for key, value in body.items() if key not in parts}
    files: list[tuple[str, File]] = []
    for part in parts:
        contents = body.get(part, ())
        for content in contents if isinstance(contents, list | tuple) else [contents]:
            suffix = f"-{len(files) + 1}" if files else ""
            files.append((part, File(f"{name}{suffix}.txt", str(content).encode())))
    return fields, files


def encode(fields: Mapping[str, Json], files: Sequence[tuple[str, File]]) -> tuple[str, bytes]:
    """The content type and the body of a form. The same form gives the same bytes."""
    parts = [_part(f'name="{_quoted(name)}"', str(value).encode()) for name, value in fields.items()]
    parts += [
        _part(f'name="{_quoted(part)}"; filename="{_quoted(file.name)}"', file.data, "text/plain")
        for part, file in files
    ]
    boundary = f"vendorproof-{hashlib.sha256(b''.join(parts)).hexdigest()[:24]}"
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return f"{MULTIPART}; boundary={boundary}", body + b"--" + boundary.encode() + b"--\r\n"


def _part(disposition: str, data: bytes, content_type: str = "") -> bytes:
    head = f"Content-Disposition: form-data; {disposition}\r\n"
    if content_type:
        head += f"Content-Type: {content_type}\r\n"
    return head.encode() + b"\r\n" + data


def _quoted(text: str) -> str:
    """A name as browsers write it between quotes (HTML, multipart form data)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
