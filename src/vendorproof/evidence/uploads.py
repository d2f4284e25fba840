"""Files in every documented form."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from vendorproof.checks.operations import names_example
from vendorproof.checks.reading import resource_of
from vendorproof.checks.shapes import Upload, Uploads
from vendorproof.contract.model import Effect, Kind, Operation
from vendorproof.errors import Lack, Need, NeedsValue, Unavailable, Undocumented
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.created.marks import mark_field
from vendorproof.evidence.requests.drafting import (
    OVER_THE_BODY,
    draft_for,
    example_body,
    form_draft,
    given_files,
    guessed_body,
    json_media,
)
from vendorproof.evidence.requests.multipart import File, file_parts, form_media
from vendorproof.evidence.views import Views
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import Draft

Json = Any
MULTIPART = "multipart"
"""The form whose files are parts of a multipart body; any other name is that of a JSON array of base64."""

_FILE = File("vendorproof.txt", b"A small file of vendorproof.\n")
_SECOND = File("vendorproof-2.txt", b"Another small file of vendorproof, a little longer.\n")
_SPECIAL: Mapping[str, File] = {
    "empty": File("vendorproof-empty.txt", b""),
    "non-ascii-name": File("vendorproof-Übersicht-日本.txt", b"A file whose name is not ASCII.\n"),
}
_ITEMS: tuple[Callable[[File], Json], ...] = (
    lambda file: base64.b64encode(file.data).decode(),
    lambda file: {"name": file.name, "data": base64.b64encode(file.data).decode(), "content_type": "text/plain"},
)
"""How an item of a base64 array may look; pages seldom show one."""


class UploadsEvidence:
    """Evidence about uploads."""

    def __init__(self, broker: Broker, views: Views) -> None:
        self._broker = broker
        self._views = views

    def accepted(self, operation: Operation, form: str, file: str = "") -> Exchange:
        """A request with one file in a form; `file` names a special one: empty, non-ascii-name.

        Raises NeedsValue where the request is refused and what it says beside the file is our reading.
        """
        if form == MULTIPART and not file and json_media(operation) is None:
            exchange = self._broker.attempt(operation)
        else:
            exchange = self._sent(operation, form, self._file(operation, file))
        lost = exchange.status == 404 and names_example(exchange)
        unsure = exchange.status in OVER_THE_BODY and exchange.status != 415
        if lost or (unsure and guessed_body(operation, self._broker.target)):
            raise NeedsValue(
                f"{operation.label} refused a form that is our reading in part ({exchange.status}); "
                f"give the real fields in the target: [targets.NAME.bodies] {operation.id} = {{...}}",
                Need(Lack.BODY, operation.id),
            )
        return exchange

    def _file(self, operation: Operation, special: str) -> tuple[File, ...]:
        if special:
            if special not in _SPECIAL:
                raise Unavailable(f"there is no file of the kind {special!r}")
            return (_SPECIAL[special],)
        return given_files(operation, self._broker.target)[:1] or (_FILE,)

    def forms(self, operation: Operation) -> Uploads:
        """The same file in every form that the operation documents, beside the same request without a file."""
        return self._broker.once(("forms", operation.id), lambda: self._forms(operation))

    def _forms(self, operation: Operation) -> Uploads:
        forms = self._documented(operation)
        if len(forms) < 2:
            raise Undocumented(f"{operation.label} documents one form only")
        file = self._file(operation, "")
        sent = [(form, self._sent(operation, form, file)) for form in forms]
        return self._beside_plain(operation, *sent)

    def _documented(self, operation: Operation) -> list[str]:
        """The forms of an operation, in the contract's order."""
        forms = [MULTIPART] if form_media(operation) is not None else []
        media = json_media(operation)
        return forms + [name for name in (media.examples if media else {}) if name in self._arrays(operation)]

    def several(self, operation: Operation) -> Uploads:
        """A request with one file and one with two, in the first form that is taken."""
        return self._broker.once(("several", operation.id), lambda: self._several(operation))

    def _several(self, operation: Operation) -> Uploads:
        file = self._file(operation, "")
        forms = self._documented(operation)
        taken = (form for form in forms if self._sent(operation, form, file).succeeded)
        form = next(taken, next(iter(forms), MULTIPART))
        one = self._sent(operation, form, file)
        two = self._sent(operation, form, (*file, _SECOND))
        return self._beside_plain(operation, (form, one), (form, two))

    def _beside_plain(self, operation: Operation, *sent: tuple[str, Exchange]) -> Uploads:
        plain = self._plain(operation)
        shown = self._shown(operation)
        without = Upload("", plain, shown) if plain is not None else None
        return Uploads(without, tuple(Upload(form, one, shown) for form, one in sent))

    def _arrays(self, operation: Operation) -> set[str]:
        """The JSON fields of an operation that hold files: those that its examples are named after."""
        media = json_media(operation)
        examples = media.examples if media else {}
        return {name for name, body in examples.items() if isinstance(body, dict) and name in body}

    def _plain(self, operation: Operation) -> Exchange | None:
        try:
            return self._broker.success(operation)
        except Unavailable:
            return None

    def _shown(self, operation: Operation) -> tuple[Exchange, ...]:
        resource = resource_of(self._broker.contract.conventions, operation)
        if resource is None or resource.list is None:
            return ()
        try:
            return self._views.pages(resource)
        except Unavailable:
            return ()

    def _sent(self, operation: Operation, form: str, files: tuple[File, ...]) -> Exchange:
        key = ("upload", operation.id, form, *((file.name, file.data) for file in files))
        return self._broker.once(key, lambda: self._send(operation, form, files))

    def _send(self, operation: Operation, form: str, files: tuple[File, ...]) -> Exchange:
        self._broker.attempt_if_assumed(operation)
        if form == MULTIPART:
            return self._deliver(operation, self._multipart(operation, files))
        exchange: Exchange | None = None
        for item in _ITEMS:
            exchange = self._deliver(operation, self._in_array(operation, form, [item(file) for file in files]))
            if exchange.status not in (400, 422):
                break
        if exchange is None:
            raise Undocumented(f"{operation.label} takes no files")
        return exchange

    def _multipart(self, operation: Operation, files: tuple[File, ...]) -> Draft:
        media = form_media(operation)
        parts = file_parts(media) if media is not None else ()
        if not parts:
            raise Undocumented(f"{operation.label} documents no form with files")
        fields = {name: value for name, value in self._fields(operation).items() if name not in parts}
        return form_draft(
            operation, self._broker.target, self._values(operation), fields, [(parts[0], file) for file in files]
        )

    def _in_array(self, operation: Operation, name: str, array: list[Json]) -> Draft:
        body = {**self._fields(operation), name: array}
        return draft_for(operation, self._broker.target, self._values(operation), body)

    def _fields(self, operation: Operation) -> dict[str, Json]:
        """What the request says beside its files: the same each time, so that only the form makes a difference."""
        body = example_body(operation, self._broker.target)
        fields = dict(body) if isinstance(body, dict) else {}
        resource = resource_of(self._broker.contract.conventions, operation)
        name = mark_field(resource, fields) if resource is not None else None
        if name is not None:
            fields[name] = self._broker.once(("upload-mark",), self._broker.next_mark)
        return fields

    def _values(self, operation: Operation) -> dict[str, str]:
        touches = operation.kind in (Kind.UPDATE, Kind.DELETE)
        return self._broker.own_path(operation) if touches else self._broker.path_values(operation)

    def _deliver(self, operation: Operation, draft: Draft) -> Exchange:
        draft = replace(draft, purpose=f"a file by {draft.headers[0][1].partition(';')[0]}")
        resource = resource_of(self._broker.contract.conventions, operation)
        if operation.effects != {Effect.READ} and resource is not None and resource.create == operation.id:
            return self._broker.noted(draft)
        return self._broker.ask(draft, fresh=True)
