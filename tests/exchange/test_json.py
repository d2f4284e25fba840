"""A body is read as RFC 8259 has it, in time that grows with its length."""

from __future__ import annotations

import pytest

from vendorproof.exchange import NotJson, parse_json


def test_the_first_name_that_stands_twice_is_told() -> None:
    with pytest.raises(NotJson, match=r"^the key 'b' stands twice in one object$"):
        parse_json(b'{"a": 1, "b": 2, "c": 3, "b": 4, "a": 5}')


def test_a_name_that_stands_twice_among_many_is_found() -> None:
    # A search that began again at each name would take hours.
    names = ", ".join(f'"{number}": 0' for number in range(200_000))
    with pytest.raises(NotJson, match=r"^the key '199999' stands twice in one object$"):
        parse_json(f'{{{names}, "199999": 1}}'.encode())


@pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 500_000, "1" * 1_000_000, '"' + "\\" * 1_000_001])
def test_what_can_not_be_read_is_no_json(text: str) -> None:
    with pytest.raises(NotJson):
        parse_json(text.encode())
