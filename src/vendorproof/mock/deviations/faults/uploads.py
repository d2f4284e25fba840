"""Lies about files that come along."""

from __future__ import annotations

import base64
from dataclasses import replace

from vendorproof.contract.model import Contract
from vendorproof.mock.data.files import File
from vendorproof.mock.deviations.catalogue import Break, fault, scoped
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import refuse

_OTHER = [Break("uploads.forms_equivalent", "forms-differ")]
_LOST = [Break("uploads.several_files", "file-lost")]
Files = tuple[File, ...]
_MULTIPART = "multipart/form-data"


def _forms(contract: Contract) -> list[str]:
    """The operations that take files as parts of a form."""
    return [one.id for one in contract.operations if any(media.content_type == _MULTIPART for media in one.request)]


@fault(
    "refuses-multipart",
    at=points.FINDINGS,
    breaks=[
        Break("uploads.accepted", "refused", {"form": "multipart"}),
        Break("operations.answers", "not-answered", certain=False),
    ],
    on=_forms,
)
def _json_only(findings: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """A form with files is refused."""
    if (call.header("content-type") or "").lower().startswith(_MULTIPART):
        raise refuse(400, "validation_error", "Send JSON.", details={"field": "Content-Type"})
    return findings


@fault("cuts-files-in-half", at=points.FILES, breaks=())
def _halves(files: Files, call: Call) -> Files:
    """Files are cut in the middle."""
    return tuple(replace(file, data=file.data[: len(file.data) // 2]) for file in files)


# Whoever cuts the files of every form alike is not caught by comparing forms.
scoped("cuts-files-in-half", content_type="application/json", breaks=_OTHER)
scoped("cuts-files-in-half", content_type=_MULTIPART, breaks=_OTHER)


def _as_json(call: Call) -> bool:
    return "json" in (call.header("content-type") or "")


@fault("loses-files-in-base64", at=points.FILES, breaks=_OTHER)
def _lost_in_base64(files: Files, call: Call) -> Files:
    """A file that comes in JSON is taken and forgotten."""
    return () if _as_json(call) else files


@fault("keeps-base64-as-it-came", at=points.FILES, breaks=_OTHER)
def _undecoded(files: Files, call: Call) -> Files:
    """A file that comes in JSON is kept in base64."""
    if not _as_json(call):
        return files
    return tuple(replace(file, data=base64.b64encode(file.data)) for file in files)


@fault("keeps-one-file-of-several", at=points.FILES, breaks=_LOST)
def _one_only(files: Files, call: Call) -> Files:
    """Of several files the last one is kept."""
    return files[-1:]


@fault("refuses-several-files", at=points.FILES, breaks=[Break("uploads.several_files", "refused")])
def _no_more_than_one(files: Files, call: Call) -> Files:
    """A request with more than one file is refused."""
    if len(files) > 1:
        raise refuse(400, "validation_error", "One file at a time.")
    return files


@fault(
    "refuses-base64", at=points.FILES, breaks=[Break("uploads.accepted", "refused", {"form": ("files", "filesBase64")})]
)
def _multipart_only(files: Files, call: Call) -> Files:
    """A file in JSON is refused."""
    if files and _as_json(call):
        # With 415 it would say that it takes another form, which is no lie where the form is our reading.
        raise refuse(400, "validation_error", "Send files as multipart/form-data.")
    return files
