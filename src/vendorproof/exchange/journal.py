"""The exchanges of a run, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock

from vendorproof.errors import InternalError
from vendorproof.exchange.model import Exchange, Failure, Request, Response


class Journal:
    """Every exchange of a run, numbered in the order in which the answers were complete: from 1, or from the number
    after `last` where another run went before.

    Exchanges are only ever added. Safe to use from several threads; iterating goes over what was there when it began.
    Bodies are kept as the client read them; whoever writes them to disk caps and redacts them.
    """

    def __init__(self, last: int = 0) -> None:
        self._last = last
        self._lock = Lock()
        self._exchanges: list[Exchange] = []
        self._by_operation: dict[str | None, list[Exchange]] = {}

    def record(
        self,
        *,
        vendor: str,
        operation: str | None,
        role: str,
        request: Request,
        response: Response | None = None,
        failure: Failure | None = None,
        sent: float = 0.0,
        elapsed: float = 0.0,
        purpose: str = "",
        generated: bool = False,
    ) -> Exchange:
        """Adds one exchange and returns it with its number.

        Raises InternalError unless it has exactly one of response and failure.
        """
        if (response is None) == (failure is None):
            raise InternalError(f"{request.method} {request.path}: an exchange has either a response or a failure")
        with self._lock:
            exchange = Exchange(
                number=self._last + len(self._exchanges) + 1,
                vendor=vendor,
                operation=operation,
                role=role,
                request=request,
                response=response,
                failure=failure,
                sent=sent,
                elapsed=elapsed,
                purpose=purpose,
                generated=generated,
            )
            self._exchanges.append(exchange)
            self._by_operation.setdefault(operation, []).append(exchange)
        return exchange

    @property
    def last(self) -> int:
        """The number of the newest exchange."""
        with self._lock:
            return self._last + len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        with self._lock:
            return iter(tuple(self._exchanges))

    def __len__(self) -> int:
        with self._lock:
            return len(self._exchanges)

    def __getitem__(self, number: int) -> Exchange:
        """The exchange with this number; KeyError when there is none."""
        with self._lock:
            if not self._last < number <= self._last + len(self._exchanges):
                raise KeyError(number)
            return self._exchanges[number - self._last - 1]

    def by_operation(self, operation_id: str | None) -> tuple[Exchange, ...]:
        """The exchanges of one operation, in order; of None those that fit no operation."""
        with self._lock:
            return tuple(self._by_operation.get(operation_id, ()))

    def find(self, predicate: Callable[[Exchange], bool]) -> tuple[Exchange, ...]:
        """The exchanges that the predicate accepts, in order."""
        return tuple(exchange for exchange in self if predicate(exchange))
