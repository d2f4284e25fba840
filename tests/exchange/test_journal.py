"""The journal: numbers, order, threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from vendorproof.errors import InternalError
from vendorproof.exchange import Failure, Journal, Request, Response, Trouble

REQUEST = Request("GET", "https://api.example.com/things?limit=2")


def record(journal: Journal, **given: Any) -> Any:
    usual: dict[str, Any] = {
        "vendor": "acme",
        "operation": "listThings",
        "role": "default",
        "request": REQUEST,
        "response": Response(200),
    }
    return journal.record(**(usual | given))


def test_exchanges_are_numbered_from_one_in_order() -> None:
    journal = Journal()
    made = [record(journal, purpose=word) for word in ("a", "b", "c")]
    assert [exchange.number for exchange in made] == [1, 2, 3]
    assert list(journal) == made
    assert len(journal) == 3
    assert journal[2] is made[1]


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_number_that_was_never_given_is_a_key_error(number: int) -> None:
    journal = Journal()
    record(journal)
    with pytest.raises(KeyError):
        journal[number]


def test_exchanges_are_found_by_operation_and_by_predicate() -> None:
    journal = Journal()
    first = record(journal)
    stray = record(journal, operation=None)
    refused = record(journal, response=Response(404))
    assert journal.by_operation("listThings") == (first, refused)
    assert journal.by_operation(None) == (stray,)
    assert journal.by_operation("never") == ()
    assert journal.find(lambda exchange: exchange.status == 404) == (refused,)


@pytest.mark.parametrize(
    "given",
    [{"response": None}, {"failure": Failure(Trouble.CLOSED, "")}],
    ids=["neither", "both"],
)
def test_an_exchange_has_exactly_one_of_response_and_failure(given: dict[str, Any]) -> None:
    journal = Journal()
    with pytest.raises(InternalError, match="either a response or a failure"):
        record(journal, **given)
    assert len(journal) == 0


def test_iterating_goes_over_what_was_there_when_it_began() -> None:
    journal = Journal()
    record(journal)
    seen = [record(journal).number for _ in journal]
    assert seen == [2]


def test_threads_get_numbers_without_gaps() -> None:
    journal = Journal()
    with ThreadPoolExecutor(8) as pool:
        numbers = [exchange.number for exchange in pool.map(lambda _: record(journal), range(400))]
    assert sorted(numbers) == list(range(1, 401))
    assert [exchange.number for exchange in journal] == list(range(1, 401))
