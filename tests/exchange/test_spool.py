"""Large bodies lie in a file, and nobody who reads them notices."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from vendorproof.exchange.model import Headers, Response
from vendorproof.exchange.spool import LARGE


@pytest.mark.parametrize("length", [0, 1, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE])
def test_a_body_is_what_it_was(length: int) -> None:
    body = bytes(number % 251 for number in range(length))
    response = Response(200, Headers(), body)
    assert response.body == body
    assert replace(response, status=201).body == body
    assert pickle.loads(pickle.dumps(response)) == response
    assert response == Response(200, Headers(), body)
    assert hash(response) == hash(Response(200, Headers(), body))


def test_only_large_ones_are_put_away() -> None:
    small, large = Response(200, Headers(), b"x" * (LARGE - 1)), Response(200, Headers(), b"x" * LARGE)
    assert isinstance(small.__dict__["_body_kept"], bytes)
    assert not isinstance(large.__dict__["_body_kept"], bytes)


def test_each_has_a_place_of_its_own() -> None:
    made = [Response(200, Headers(), bytes([number]) * LARGE) for number in range(5)]
    assert [one.body[0] for one in reversed(made)] == [4, 3, 2, 1, 0]


def test_a_large_document_is_read_as_any_other() -> None:
    response = Response(200, Headers(), b'{"a": "%s"}' % (b"x" * LARGE))
    assert response.json == {"a": "x" * LARGE}
    assert response.json is response.json
    assert "json" not in response.__dict__
