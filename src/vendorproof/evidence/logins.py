"""Tokens that operations issue: logging in, going on with a fresh token, asking whether one is good."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from vendorproof.checks.reading import document
from vendorproof.checks.shapes import Pair
from vendorproof.contract.conventions import Login
from vendorproof.contract.model import Operation
from vendorproof.errors import Unavailable, Undocumented
from vendorproof.evidence.auth import AuthEvidence
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.rate_limit import RateLimitEvidence
from vendorproof.evidence.requests.drafting import account, draft_for, example_body
from vendorproof.exchange.model import Exchange
from vendorproof.exchange.tokens import token_in
from vendorproof.target.draft import DEFAULT

_WRONG = "vendorproof-wrong-password"


class LoginsEvidence:
    """Evidence about an API whose credentials are got by logging in."""

    def __init__(self, broker: Broker, auth: AuthEvidence, rate_limit: RateLimitEvidence) -> None:
        self._broker = broker
        self._auth = auth
        self._rate_limit = rate_limit
        login = broker.contract.conventions.authentication.login
        if login is not None:
            broker.makers[login.operation] = self._logged_in
            if login.refresh is not None:
                broker.makers[login.refresh] = lambda operation: self._refreshed(operation, login).first

    @property
    def _convention(self) -> Login:
        login = self._broker.contract.conventions.authentication.login
        if login is None:
            raise Undocumented("the documentation names no login")
        return login

    def _operation(self, name: str | None) -> Operation:
        if name is None:
            raise Undocumented("the documentation names no such operation")
        return self._broker.contract.operation(name)

    def logged_in(self) -> Exchange:
        """A login with the tester's account."""
        return self._broker.attempt(self._operation(self._convention.operation))

    def _logged_in(self, operation: Operation) -> Exchange:
        """The login by which the run got its token, where it got it so."""
        draft = self._broker.valid(operation, {})
        target = self._broker.target
        if DEFAULT in target.logins and DEFAULT not in target.credentials:
            with contextlib.suppress(Unavailable):
                self._broker.client.secret(DEFAULT)
        for exchange in self._broker.client.journal.by_operation(operation.id):
            if exchange.request.body == draft.body and exchange.request.path.endswith(draft.path):
                self._broker.trace.use(exchange.number)
                return exchange
        return self._broker.ask(draft)

    def wrong_password(self) -> Exchange:
        """A login with the tester's account, but for its password."""
        operation = self._operation(self._convention.operation)
        fields = example_body(operation, self._broker.target)
        if not isinstance(fields, dict):
            fields = account(operation, self._broker.target)
        secrets = [name for name in fields if "pass" in name.lower() or "secret" in name.lower()]
        wrong = {**fields, (secrets or list(fields))[-1]: _WRONG}
        draft = draft_for(operation, self._broker.target, {}, wrong)
        return self._broker.ask(replace(draft, purpose="a login with a wrong password"))

    def refreshed(self) -> Pair:
        """A refresh, and a reading with the token that it gave."""
        return self._refreshed(self._operation(self._convention.refresh), self._convention)

    def _refreshed(self, operation: Operation, login: Login) -> Pair:
        return self._broker.once(("refreshed",), lambda: self._refresh(operation, login))

    def _refresh(self, operation: Operation, login: Login) -> Pair:
        """A refresh may end the token that it renews: the run goes on with the fresh one where that is good, and where
        it is not, logs in again."""
        broker = self._broker
        reading = self._rate_limit.cheap()
        refresh = broker.ask(broker.valid(operation, broker.path_values(operation)), fresh=True)
        token = _token(refresh, login)
        if not refresh.succeeded:
            return Pair(refresh, refresh)
        if token is None:
            broker.client.renew(None)
            return Pair(refresh, refresh)
        draft = replace(reading, role="refreshed", credential=token, purpose="reads with the refreshed token")
        read = broker.ask(draft, fresh=True)
        broker.client.renew(token if read.succeeded else None)
        return Pair(refresh, read)

    def shown_to_themselves(self, operation: Operation) -> Pair:
        """A login, and what an operation shows of whoever logged in."""
        return Pair(self.logged_in(), self._broker.success(operation))

    def verified(self) -> Pair:
        """The verification of a good token, and of one that was never issued."""
        operation = self._operation(self._convention.verify)
        return Pair(self._broker.attempt(operation), self._auth.unknown(operation))


def _token(exchange: Exchange, login: Login) -> str | None:
    return token_in(document(exchange), login.token, any_name=True)
