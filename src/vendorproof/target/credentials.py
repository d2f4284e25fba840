"""The credentials of a target by role, got by logging in where the vendor wants that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from threading import RLock
from typing import Final

from vendorproof.contract.conventions import Login
from vendorproof.contract.model import Contract
from vendorproof.errors import NeedsRole, Unavailable
from vendorproof.exchange.model import Exchange, NotJson, Response
from vendorproof.exchange.redaction import SHORTEST, Redactor
from vendorproof.exchange.secrecy import label_of
from vendorproof.exchange.tokens import ends, token_in
from vendorproof.target.clock import Clock
from vendorproof.target.draft import DEFAULT, NOBODY, Draft
from vendorproof.target.issued import IssuedSecrets
from vendorproof.target.profile import Target

_LOGIN_ATTEMPTS: Final = 3
_BEFORE_ITS_END: Final = 5.0
"""Seconds before a token ends at which it is used no more: clocks differ."""
_MOST_ISSUED: Final = 1_000
"""Secrets of answers that are followed in one run; a server may issue without end."""


class UnsetRole(NeedsRole):
    """The target names an environment variable for the role, and it is not set."""

    def __init__(self, role: str, variable: str) -> None:
        super().__init__(role)
        self.args = (f"needs a credential for the role '{role}', and its environment variable {variable} is not set",)


class Keyring:
    """The credentials of a target by role. Safe to use from several threads.

    Where a role has a login instead of a credential, the first request that needs it sends one login through `send`;
    the token is kept until it says that it ends, and hidden by the redactor.
    """

    def __init__(
        self, contract: Contract, target: Target, redactor: Redactor, send: Callable[[Draft], Exchange], clock: Clock
    ) -> None:
        self._contract = contract
        self._target = target
        self._redactor = redactor
        self._send = send
        self._clock = clock
        self._tokens: dict[str, str] = {}
        self._failures: dict[str, list[str]] = {}
        self._issues = IssuedSecrets(contract)
        self._hidden = 0
        self._lock = RLock()

    def credential(self, role: str) -> str:
        """The credential of a role.

        Raises NeedsRole where the target has none, Unavailable where the login is not answered with a token.
        """
        login = self._contract.conventions.authentication.login
        with self._lock:
            token = self._tokens.get(role)
            if token is None and role in self._target.credentials:
                token = self._target.credentials[role].value
            if login is None or role not in self._target.logins:
                if token is not None:
                    return token
            elif token is None or self._ends(token):
                return self._log_in(login, role)
            else:
                return token
        if role in self._target.unset:
            raise UnsetRole(role, self._target.unset[role])
        raise NeedsRole(role)

    def _ends(self, token: str) -> bool:
        told = ends(token)
        return told is not None and told - _BEFORE_ITS_END <= self._clock.now()

    def renew(self, token: str | None, role: str) -> None:
        """Goes on with another token of a role, hidden from now on; with None, or one that is too short to be hidden,
        with the next one that a login gives."""
        with self._lock:
            if token is None or len(token) < SHORTEST:
                self._tokens.pop(role, None)
            else:
                self._redactor.add(self._label(role, ""), token)
                self._tokens[role] = token

    def hide_issued(self, operation_id: str | None, role: str, response: Response) -> None:
        """Hides the secrets that an answer issues."""
        operation = self._contract.find(operation_id)
        for name, value in self._issues.issued_by(operation, response):
            if self._hidden < _MOST_ISSUED and not self._redactor.knows(value):
                self._hidden += 1
                self._redactor.add(self._label(role, name), value)

    def _log_in(self, login: Login, role: str) -> str:
        failures = self._failures.setdefault(role, [])
        if len(failures) >= _LOGIN_ATTEMPTS:
            raise Unavailable(failures[-1])
        operation = self._contract.operation(login.operation)
        binding = self._target.bindings.get(operation.id)
        body = {name: secret.value for name, secret in self._target.logins[role].items()}
        exchange = self._send(
            Draft(
                method=binding.method if binding else operation.method,
                path=binding.path if binding else operation.path,
                headers=(("Content-Type", "application/json"),),
                body=json.dumps(body).encode(),
                operation=operation.id,
                role=NOBODY,
                purpose=f"logs in as {role}",
            )
        )
        token = issued(exchange, login)
        if token is None:
            got = f"HTTP {exchange.status}" if exchange.response else f"{exchange.failure and exchange.failure.trouble}"
            failures.append(f"logging in as '{role}' gave no token at {login.token}: {operation.label} answered {got}")
            raise Unavailable(failures[-1])
        if len(token) < SHORTEST:
            why = f"gave a token of {len(token)} characters at {login.token}, too short to be kept out of reports"
            failures += [f"logging in as '{role}' {why}"] * _LOGIN_ATTEMPTS
            raise Unavailable(failures[-1])
        self._redactor.add(self._label(role, ""), token)
        self._tokens[role] = token
        return token

    def _label(self, role: str, name: str) -> str:
        words = [self._contract.conventions.authentication.variable]
        if role not in (DEFAULT, NOBODY):
            words.append(role.upper())
        if name:
            words.append(label_of(name))
        return "$" + re.sub(r"\W+", "_", "_".join(words))


def issued(exchange: Exchange, login: Login) -> str | None:
    """The token that an answer issues, None where it issues none."""
    if not exchange.succeeded or exchange.response is None:
        return None
    try:
        return token_in(exchange.response.json, login.token, any_name=True)
    except NotJson:
        return None
