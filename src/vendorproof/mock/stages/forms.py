"""Files and fields as callers send them: multipart/form-data (RFC 7578), or JSON with files in base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any

from vendorproof.mock.data.files import File, Form
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import refuse

Json = Any
_MULTIPART = "multipart/form-data"
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(\w+)="([^"]*)"')


def received(call: Call, arrays: Sequence[str] = ()) -> Form:
    """The fields and files of a request; `arrays` names the JSON fields that hold files in base64.

    Refused (400) for a form or base64 that can't be read.
    """
    if (call.header("content-type") or "").lower().startswith(_MULTIPART):
        form = _parts(call)
    else:
        payload = call.payload if isinstance(call.payload, dict) else {}
        files = [_decoded(name, one) for name in arrays for one in _array(name, payload)]
        form = Form({name: value for name, value in payload.items() if name not in arrays}, tuple(files))
    return Form(form.fields, call.mock.through(points.FILES, form.files, call))


def _parts(call: Call) -> Form:
    match = _BOUNDARY.search(call.header("content-type") or "")
    if match is None:
        raise refuse(400, "validation_error", "The multipart body names no boundary.")
    delimiter = b"\r\n--" + (match[1] or match[2]).encode("latin-1")
    _, *parts = (b"\r\n" + call.body).split(delimiter)
    if not parts or not parts[-1].startswith(b"--"):
        raise refuse(400, "validation_error", "The multipart body does not end with its boundary.")
    fields: dict[str, Json] = {}
    files: list[File] = []
    for part in parts[:-1]:
        head, separator, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        parameters = _parameters(head)
        if not separator or "name" not in parameters:
            raise refuse(400, "validation_error", "A part of the multipart body has no name.")
        if "filename" in parameters:
            files.append(File(parameters["name"], parameters["filename"], data))
        else:
            fields[parameters["name"]] = data.decode("utf-8", "replace")
    return Form(fields, tuple(files))


def _parameters(head: bytes) -> dict[str, str]:
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            return {key.lower(): text for key, text in _PARAMETER.findall(value)}
    return {}


def _array(name: str, payload: Mapping[str, Json]) -> Sequence[Json]:
    found = payload.get(name, ())
    if isinstance(found, list | tuple):
        return found
    raise refuse(400, "validation_error", f"The field {name} is no array.")


def _decoded(name: str, item: Json) -> File:
    try:
        data = base64.b64decode(item, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise refuse(400, "validation_error", f"An item of {name} is no base64.") from None
    return File(name, "", data)
