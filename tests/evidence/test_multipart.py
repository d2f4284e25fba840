"""Bodies of multipart/form-data, read back by the standard library's parser."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP

import pytest

from vendorproof.contract.model import Media
from vendorproof.evidence.requests.multipart import File, encode, file_parts, split

BINARY = {"type": "string", "format": "binary"}
FORM = Media(
    "multipart/form-data",
    {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "one": BINARY,
            "other": {"type": "string", "contentMediaType": "image/png"},
            "many": {"type": "array", "items": BINARY},
        },
    },
)


def parsed(content_type: str, body: bytes) -> list[tuple[str, str | None, bytes]]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename(),
            bytes(part.get_payload(decode=True)),
        )
        for part in message.walk()
        if not part.is_multipart()
    ]


def test_fields_and_files_are_read_back() -> None:
    content_type, body = encode(
        {"text": "a\r\n--b", "count": 3}, [("one", File("a.txt", b"\x00\r\n\xff")), ("many", File("b", b""))]
    )
    assert parsed(content_type, body) == [
        ("text", None, b"a\r\n--b"),
        ("count", None, b"3"),
        ("one", "a.txt", b"\x00\r\n\xff"),
        ("many", "b", b""),
    ]


def test_the_same_form_is_the_same_bytes_and_another_has_another_boundary() -> None:
    assert encode({"a": 1}, ()) == encode({"a": 1}, ())
    assert encode({"a": 1}, ())[0] != encode({"a": 2}, ())[0]


@pytest.mark.parametrize(
    ("name", "written"),
    [("Übersicht.txt", "Übersicht.txt"), ('a"b.txt', "a%22b.txt"), ("a\r\nX: b", "a%0D%0AX: b")],
)
def test_a_name_can_neither_end_its_quotes_nor_its_line(name: str, written: str) -> None:
    _, body = encode({}, [("one", File(name, b""))])
    assert f'filename="{written}"\r\n'.encode() in body


def test_files_are_told_from_fields_by_the_schema() -> None:
    assert file_parts(FORM) == ("one", "other", "many")
    fields, files = split(FORM, {"text": "a", "one": "x", "many": ["y", "z"]}, "mark")
    assert fields == {"text": "a"}
    assert files == [
        ("one", File("mark.txt", b"x")),
        ("many", File("mark-2.txt", b"y")),
        ("many", File("mark-3.txt", b"z")),
    ]
