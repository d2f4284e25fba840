"""Whether anybody answers at a target, and takes the tester's own credential: settled before anything is concluded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from vendorproof.contract.model import Effect, Kind, Operation
from vendorproof.errors import NeedsRole, NoAccess, Unavailable
from vendorproof.evidence.auth import AuthEvidence
from vendorproof.evidence.broker.broker import Broker
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import DEFAULT

_TRIED: Final = 5
"""Readings that are tried, at most; each of them is asked for anyway."""


class AccessEvidence:
    """Evidence about the way in."""

    def __init__(self, broker: Broker, auth: AuthEvidence) -> None:
        self._broker = broker
        self._auth = auth
        self._closed = [one for one in broker.contract.operations if not one.public]

    def key_is_good(self) -> bool:
        """Whether the tester's own credential was accepted anywhere; a few readings tell where that is not known
        yet."""
        names = {one.id for one in self._closed}
        journal = self._broker.client.journal
        if any(one.succeeded and one.role == DEFAULT and one.operation in names for one in journal):
            return True
        return any(exchange.succeeded for _, exchange in self._readings())

    def demand(self) -> None:
        """Raises NoAccess where nobody answers, or the tester's own credential is refused wherever it is tried, in each
        way to send it that is documented. Whatever else comes back is for the checks to judge."""
        self._demand_login()
        refused: list[tuple[Operation, Exchange]] = []
        unheard: list[Exchange] = []
        for operation, exchange in self._readings():
            if exchange.response is None:
                unheard.append(exchange)
            elif self._refuses(exchange):
                refused.append((operation, exchange))
            else:
                return
            if len(unheard) > 1 and not refused:
                break
        if not refused:
            self._demand_answer(unheard)
        elif not self._taken_otherwise(refused[0][0]):
            statuses = ", ".join(dict.fromkeys(str(exchange.status) for _, exchange in refused))
            first, more = refused[0][0].label, len(refused) - 1
            where = f"{first} and {more} more" if more else first
            raise NoAccess(f"the key of {self._key()} is refused everywhere ({statuses} at {where})")

    def _demand_login(self) -> None:
        login = self._broker.contract.conventions.authentication.login
        if login is None or DEFAULT not in self._broker.target.logins:
            return
        try:
            self._broker.client.secret()
        except NeedsRole:
            return
        except Unavailable:
            tried = self._broker.client.journal.by_operation(login.operation)
            if not tried:
                return
            if self._refuses(tried[-1]):
                raise NoAccess(f"the login with {self._key()} is refused ({tried[-1].status})") from None
            self._demand_answer([one for one in tried if one.response is None])

    def _demand_answer(self, unheard: list[Exchange]) -> None:
        if unheard:
            why = unheard[0].failure
            raise NoAccess(f"nothing answers at {self._broker.target.base_url}: {why.detail if why else 'no answer'}")

    def _taken_otherwise(self, operation: Operation) -> bool:
        for carrier in self._broker.contract.conventions.authentication.carriers[1:]:
            with contextlib.suppress(Unavailable):
                if self._auth.carrier(operation, carrier.name).succeeded:
                    return True
        return False

    def _readings(self) -> Iterator[tuple[Operation, Exchange]]:
        """Plain readings that want the credential and what came of them, those of no certain thing first."""
        plain = [one for one in self._closed if one.effects == {Effect.READ}]
        plain = [one for one in plain if one.kind not in (Kind.STREAM, Kind.SOCKET)]
        for operation in sorted(plain, key=lambda one: len(one.path_parameters))[:_TRIED]:
            with contextlib.suppress(Unavailable):
                yield operation, self._broker.attempt(operation)

    def _refuses(self, exchange: Exchange) -> bool:
        refusal = self._broker.contract.conventions.authentication.refusal
        return exchange.status in {401, 403, refusal.invalid, refusal.forbidden}

    def _key(self) -> str:
        target = self._broker.target
        secrets = [*target.logins.get(DEFAULT, {}).values()] or [target.credentials[DEFAULT]]
        return " and ".join(secret.label for secret in secrets)
