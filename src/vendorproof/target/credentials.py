"""The credentials of a target by role, got by logging in where the vendor wants that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from threading import RLock
from typing import Final

from vendorproof.contract.conventions import Login
from vendorproof.contract.model import Contract, Kind, Operation
from vendorproof.errors import NeedsRole, Unavailable
from vendorproof.exchange.model import Exchange, NotJson
from vendorproof.exchange.pointer import resolve
from vendorproof.exchange.redaction import Redactor, secrets_in
from vendorproof.target.draft import DEFAULT, NOBODY, Draft
from vendorproof.target.profile import Target

_LOGIN_ATTEMPTS: Final = 3
_SECRET_NAMES: Final = re.compile(r"token|secret|password", re.IGNORECASE)


class UnsetRole(NeedsRole):
    """The target names an environment variable for the role, and it is not set."""

    def __init__(self, role: str, variable: str) -> None:
        super().__init__(role)
        self.args = (f"needs a credential for the role '{role}', and its environment variable {variable} is not set",)


class Keyring:
    """The credentials of a target by role. Safe to use from several threads.

    Where a role has a login instead of a credential, the first request that needs it sends one login through `send`;
    the token is kept for the run and hidden by the redactor.
    """

    def __init__(
        self, contract: Contract, target: Target, redactor: Redactor, send: Callable[[Draft], Exchange]
    ) -> None:
        self._contract = contract
        self._target = target
        self._redactor = redactor
        self._send = send
        self._tokens: dict[str, str] = {}
        self._failures: dict[str, list[str]] = {}
        self._lock = RLock()

    def credential(self, role: str) -> str:
        """The credential of a role.

        Raises NeedsRole where the target has none, Unavailable where the login is not answered with a token.
        """
        if role in self._target.credentials:
            return self._target.credentials[role].value
        login = self._contract.conventions.authentication.login
        if role in self._target.logins and login is not None:
            with self._lock:
                return self._tokens.get(role) or self._log_in(login, role)
        if role in self._target.unset:
            raise UnsetRole(role, self._target.unset[role])
        raise NeedsRole(role)

    def hide_issued(self, exchange: Exchange) -> None:
        """Hides the tokens in the answer of an operation that issues them."""
        operation = operation_of(self._contract, exchange.operation)
        if operation is None or operation.kind is not Kind.LOGIN or not exchange.succeeded or exchange.response is None:
            return
        try:
            document = exchange.response.json
        except NotJson:
            return
        for name, value in secrets_in(document, _SECRET_NAMES):
            if not self._redactor.knows(value):
                self._redactor.add(self._label(exchange.role, name), value)

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
        token = _token(exchange, login.token)
        if token is None:
            got = f"HTTP {exchange.status}" if exchange.response else f"{exchange.failure and exchange.failure.trouble}"
            failures.append(f"logging in as '{role}' gave no token at {login.token}: {operation.label} answered {got}")
            raise Unavailable(failures[-1])
        self._redactor.add(self._label(role, ""), token)
        self._tokens[role] = token
        return token

    def _label(self, role: str, name: str) -> str:
        words = [self._contract.conventions.authentication.variable]
        if role not in (DEFAULT, NOBODY):
            words.append(role.upper())
        if name:
            words.append(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper())
        return "$" + re.sub(r"\W+", "_", "_".join(words))


def _token(exchange: Exchange, pointer: str) -> str | None:
    if not exchange.succeeded or exchange.response is None:
        return None
    try:
        token = resolve(exchange.response.json, pointer)
    except NotJson:
        return None
    return token if isinstance(token, str) and token else None


def operation_of(contract: Contract, operation_id: str | None) -> Operation | None:
    """The contract's operation with this id, None where there is none."""
    return next((operation for operation in contract.operations if operation.id == operation_id), None)
