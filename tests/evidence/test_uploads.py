"""Files in every documented form, each sent once."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.mocked import mocked, without
from vendorproof.errors import NeedsValue, Unavailable
from vendorproof.exchange.model import Exchange
from vendorproof.mock import Fault
from vendorproof.mock.deviations.fault import Scope
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call

ADD = "addToMemory"


def refusing(words: str) -> Fault:
    """A mock that refuses bodies in which these words stand."""

    def refuse(found: tuple[str, ...], call: Call) -> tuple[str, ...]:
        return (*found, "No.") if words.encode() in call.body else found

    return Fault("refuses", "Refuses some bodies.", ((points.FINDINGS, refuse),), Scope())


def sent(exchange: Exchange) -> Any:
    return json.loads(exchange.request.body)


def test_each_form_carries_the_same_file() -> None:
    with mocked("leni") as session:
        add = session.contract.operation(ADD)
        uploads = session.evidence.uploads
        parts, files, coded = (uploads.accepted(add, form) for form in ("multipart", "files", "filesBase64"))
        assert all(one.succeeded for one in (parts, files, coded))
        (item,) = sent(files)["files"]
        assert sent(coded)["filesBase64"] == [item]
        assert base64.b64decode(item) in parts.request.body
        assert sent(files)["text"].encode() in parts.request.body


def test_what_was_sent_for_one_question_answers_the_others() -> None:
    with mocked("leni") as session:
        add = session.contract.operation(ADD)
        found = session.evidence.uploads.forms(add)
        before = len(session.journal)
        assert [one.form for one in found.uploads] == ["multipart", "files", "filesBase64"]
        assert session.evidence.uploads.accepted(add, "files") == found.uploads[1].request
        assert session.evidence.uploads.forms(add) is found
        assert len(session.journal) == before
        assert len(session.evidence.uploads.several(add).uploads) == 2
        # Two files, and the listing afterwards.
        assert len(session.journal) == before + 2


def test_several_files_go_by_the_first_form_that_is_taken() -> None:
    with mocked("leni", refusing("Content-Disposition")) as session:
        found = session.evidence.uploads.several(session.contract.operation(ADD))
        assert {one.form for one in found.uploads} == {"files"}
        assert [len(sent(one.request)["files"]) for one in found.uploads] == [1, 2]


@pytest.mark.parametrize(("kind", "shown"), [("empty", "filename="), ("non-ascii-name", "Übersicht")])
def test_special_files(kind: str, shown: str) -> None:
    with mocked("leni") as session:
        exchange = session.evidence.uploads.accepted(session.contract.operation(ADD), "multipart", kind)
        assert exchange.succeeded
        assert shown.encode() in exchange.request.body
        with pytest.raises(Unavailable, match="no file of the kind"):
            session.evidence.uploads.accepted(session.contract.operation(ADD), "multipart", "huge")


def test_a_refusal_of_what_is_our_reading_asks_for_the_real_one() -> None:
    with mocked("leni", refusing("vendorproof"), bodies={}) as session, pytest.raises(NeedsValue, match="bodies"):
        session.evidence.uploads.accepted(session.contract.operation(ADD), "multipart")
    with mocked("leni", refusing("vendorproof")) as session:
        assert session.evidence.uploads.accepted(session.contract.operation(ADD), "multipart").status == 400


def test_an_id_that_only_an_example_has_asks_for_a_real_one() -> None:
    with mocked("leni", bodies={}) as session, pytest.raises(NeedsValue, match="updateMemory"):
        session.evidence.uploads.accepted(session.contract.operation("updateMemory"), "files")


def test_items_that_are_no_texts_are_tried_as_objects() -> None:
    with mocked("leni", refusing('"files": ["')) as session:
        exchange = session.evidence.uploads.accepted(session.contract.operation(ADD), "files")
        (item,) = sent(exchange)["files"]
        assert set(item) == {"name", "data", "content_type"}


def test_the_only_form_of_an_operation_is_its_valid_request() -> None:
    with mocked("leancore") as session:
        upload = session.contract.operation("uploadWorkspaceFile")
        attempted = session.evidence.attempt(upload)
        assert attempted.succeeded
        assert session.evidence.uploads.accepted(upload, "multipart") == attempted
        session.evidence.clean_up()
        deleted = [one for one in session.journal if one.operation == "deleteWorkspaceFile"]
        assert [one.status for one in deleted] == [200]
        with pytest.raises(Unavailable, match="one form only"):
            session.evidence.uploads.forms(upload)


def test_a_tester_s_own_file_goes_out(tmp_path: Path) -> None:
    own = tmp_path / "mine.csv"
    own.write_bytes(b"a;b\r\n1;2\r\n")
    with mocked("leancore", files={"uploadChatFile": (own,)}, bodies={}) as session:
        exchange = session.evidence.attempt(session.contract.operation("uploadChatFile"))
        assert exchange.succeeded
        assert b'name="file"; filename="mine.csv"' in exchange.request.body
        assert b"a;b\r\n1;2\r\n" in exchange.request.body


def test_nothing_is_sent_without_the_right_to(tmp_path: Path) -> None:
    with mocked("leni", allow=frozenset(), bodies=without({})) as session:
        with pytest.raises(Unavailable, match="right"):
            session.evidence.uploads.forms(session.contract.operation(ADD))
        assert len(session.journal) == 0
