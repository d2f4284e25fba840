"""The one door through which requests leave: rights, credentials, budget, pace, bounds, journal."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier
from time import monotonic
from typing import Final

import httpx

from vendorproof.contract.model import Contract
from vendorproof.errors import BudgetSpent
from vendorproof.exchange.forms import AS_IT_IS
from vendorproof.exchange.journal import Journal
from vendorproof.exchange.model import Exchange, Failure, Request, Response, Trouble
from vendorproof.exchange.redaction import Redactor
from vendorproof.target.budget import Budget
from vendorproof.target.carriage import Carriage, Pairs
from vendorproof.target.clock import Clock, Tell, VirtualClock, Waiting, nobody
from vendorproof.target.compose import compose
from vendorproof.target.credentials import Keyring
from vendorproof.target.deadline import Deadline
from vendorproof.target.draft import DEFAULT, NOBODY, Draft
from vendorproof.target.gate import Gate, Owner
from vendorproof.target.http import Bounds, Http
from vendorproof.target.network import NetworkTransport
from vendorproof.target.profile import Environment, Target
from vendorproof.target.redirects import redirected
from vendorproof.target.throttle import Spacing, Throttle

GARBAGE: Final = "garbage"
"""The role that an exchange with a made-up credential is recorded under."""

_MADE_UP: Final = "$MADE_UP_CREDENTIAL"
_READING: Final = ("GET", "HEAD")


@dataclass(frozen=True)
class _Prepared:
    """A request that passed the gate. `key` is the credential that the vendor counts it under."""

    draft: Draft
    request: Request
    key: str


class Client:
    """Sends drafts to a target and records every exchange in the journal.

    Whatever a server does becomes an exchange; what is raised instead is about us: NeedsRight, NeedsRole, NeedsValue
    and BudgetSpent (all Unavailable) before anything leaves, InternalError for a draft that is no HTTP. Safe to use
    from several threads. `transport` replaces the network, as EmbeddedTransport does. `redactor` learns the
    secrets of the target and every token that a login issues. `budget` and `spacing` are given where several processes
    share them; after `deadline` nothing leaves but what tidies up.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        journal: Journal,
        clock: Clock,
        transport: httpx.BaseTransport | None = None,
        *,
        redactor: Redactor | None = None,
        budget: Budget | None = None,
        spacing: Spacing | None = None,
        deadline: Deadline | None = None,
        tell: Tell = nobody,
    ) -> None:
        self.contract = contract
        self.target = target
        self.journal = journal
        self.clock = clock
        self.redactor = redactor if redactor is not None else Redactor()
        for label, secret in target.secrets.items():
            self.redactor.add(label, secret)
        self.budget = budget if budget is not None else Budget(target.budget)
        waiting = Waiting(clock, tell)
        self._throttle = Throttle(waiting, target.rate, contract.conventions.rate_limit, target.max_wait, spacing)
        self._gate = Gate(contract, target)
        self._deadline = deadline
        # On a clock that is turned a wait takes no time.
        self._patience = None if isinstance(clock, VirtualClock) else deadline
        self._waiting = waiting
        self._carriage = Carriage(contract, target)
        self._carriers = {carrier.parameter.lower() for carrier in contract.conventions.authentication.carriers}
        self._keyring = Keyring(contract, target, self.redactor, self.send, clock)
        self._http = Http(
            transport if transport is not None else NetworkTransport(target.tls_roots, target.proxy),
            Bounds(target.max_seconds, target.max_header_bytes, target.max_body_bytes, target.timeouts),
        )
        self._quota_spent: set[str] = set()

    def close(self) -> None:
        """Closes the transport, and every connection with it."""
        self._http.close()

    def secret(self, role: str = DEFAULT) -> str:
        """The credential of a role; for a vendor with logins this may send one.

        Raises NeedsRole where there is none.
        """
        return self._keyring.credential(role)

    def renew(self, token: str | None, role: str = DEFAULT) -> None:
        """Goes on with another token of a role; with None, with the next one that a login gives."""
        self._keyring.renew(token, role)

    def pause(self, seconds: float, reason: str) -> None:
        """Lets so many seconds pass, and says what for where it takes longer. Raises TimeOver where the run has not so
        many left."""
        if self._patience is not None:
            self._patience.check(seconds)
        self._waiting.wait(seconds, reason)

    def reserve(self) -> None:
        """Sets one call of the budget aside for a draft that tidies up. Raises BudgetSpent where none is left."""
        self.budget.reserve()

    def release(self) -> None:
        """Gives one call that was set aside back."""
        self.budget.release()

    def permit(self, draft: Draft) -> None:
        """Raises NeedsRight or NotOurs where the target does not allow the request; sends nothing."""
        self._gate.check(draft)

    def own(self, resource: str, thing_id: str, creation: Exchange | None = None) -> Owner:
        """Notes that a creation told the id of a thing, which may be changed from now on where it is this run's;
        says whose it is. See Gate.own."""
        return self._gate.own(resource, thing_id, creation)

    def owns(self, resource: str, thing_id: str) -> bool:
        """Whether this run made a thing."""
        return self._gate.owns(resource, thing_id)

    def send(self, draft: Draft) -> Exchange:
        """Sends one request and returns its exchange.

        A 429 is waited out once, as it says, and the second answer returned; one that does not say how long is waited
        out for longer and longer. All answers are in the journal.
        """
        prepared = self._prepare(draft)
        exchange = self._send(prepared)
        if exchange.status != 429 or draft.keep_429 or exchange.response is None:
            return exchange
        if self._throttle.told(exchange.response) > self.target.max_wait:
            return exchange
        try:
            self._throttle.wait(prepared.key, self._patience_for(prepared.draft))
            exchange = self._send(prepared)
            while self._throttle.worth_another(prepared.key, exchange.response):
                self._throttle.wait(prepared.key, self._patience_for(prepared.draft))
                exchange = self._send(prepared)
        except BudgetSpent:
            pass
        return exchange

    def send_all(self, drafts: Sequence[Draft]) -> list[Exchange]:
        """Sends requests that are under way at the same time, and returns their exchanges in the order of the drafts.

        Raises what `send` does before any of them leaves. A 429 among the answers is kept.
        """
        prepared = [self._prepare(draft) for draft in drafts]
        for one in prepared:
            self._in_time(one)
            self._wait(one)
        self.budget.take(len(prepared))
        if not prepared:
            return []
        together = Barrier(len(prepared))

        def leave(one: _Prepared) -> Exchange:
            together.wait()
            return self._transmit(one)[0]

        with ThreadPoolExecutor(len(prepared)) as pool:
            return list(pool.map(leave, prepared))

    def handshake(self, draft: Draft) -> Exchange:
        """Asks to open a WebSocket (RFC 6455, 4.1) and records the answer; 101 where the server agrees.

        The socket is closed at once.
        """
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = (
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", key),
        )
        return self.send(replace(draft, headers=(*draft.headers, *upgrade)))

    def _prepare(self, draft: Draft) -> _Prepared:
        login = self.contract.conventions.authentication.login
        if draft.plain_http or (login is not None and draft.operation == login.operation and draft.role == DEFAULT):
            # Over plain HTTP no credential leaves; and whoever logs in has none yet.
            draft = replace(draft, role=NOBODY, credential=None)
        if draft.plain_http:
            draft = replace(draft, headers=self._bare(draft.headers), query=self._bare(draft.query))
        self._gate.check(draft)
        credential = draft.credential
        if credential is None and draft.role != NOBODY:
            credential = self._keyring.credential(draft.role)
        elif credential is not None and draft.role == DEFAULT:
            draft = replace(draft, role=GARBAGE)
        self._hide_made_up(draft)
        request = compose(draft, self._carriage.carry(draft, credential), self.target)
        key = credential or ""
        if key in self._quota_spent and not draft.keep_429 and not draft.tidying:
            status = self.contract.conventions.quota and self.contract.conventions.quota.status
            raise BudgetSpent(f"the vendor's quota for the role '{draft.role}' is spent: it answered HTTP {status}")
        return _Prepared(draft, request, key)

    def _bare(self, pairs: Pairs) -> Pairs:
        return tuple(pair for pair in pairs if pair[0].lower() not in self._carriers)

    def _hide_made_up(self, draft: Draft) -> None:
        """A credential that evidence made up is made from a real one and may give it away: it is a secret as well."""
        if draft.generated:
            return
        values = [value for name, value in (*draft.headers, *draft.query) if name.lower() in self._carriers]
        for value in (draft.credential or "", *values):
            word = value.rpartition(" ")[2]
            if not self.redactor.knows(word) and not self._begins_a_key(word):
                self.redactor.add(_MADE_UP, word)

    def _begins_a_key(self, word: str) -> bool:
        """Whether a word is so little of the beginning of a key that others have it too: `sk_live_`."""
        keys = [secret.value for secret in self.target.credentials.values() if secret.value.startswith(word)]
        return len(word) < AS_IT_IS.hidden and any(len(word) * 4 < len(key) * 3 for key in keys)

    def _send(self, prepared: _Prepared) -> Exchange:
        """One exchange, or as many as following redirects takes; the last of them."""
        for hops_left in range(self.target.max_redirects, -1, -1):
            self._in_time(prepared)
            tidying = prepared.draft.tidying and prepared.request.method not in _READING
            if self.budget.left == 0 and not tidying:
                self.budget.take()
            self._wait(prepared)
            if tidying:
                self.budget.take_reserved()
            else:
                self.budget.take()
            exchange, onward = self._transmit(prepared, hops_left)
            if onward is None:
                break
            prepared = replace(prepared, request=onward)
        return exchange

    def _in_time(self, prepared: _Prepared) -> None:
        if self._deadline is not None:
            (self._deadline.for_tidying if prepared.draft.tidying else self._deadline).check()

    def _patience_for(self, draft: Draft) -> Deadline | None:
        return self._patience.for_tidying if draft.tidying and self._patience is not None else self._patience

    def _wait(self, prepared: _Prepared) -> None:
        if prepared.draft.pace or not self.target.drain:
            self._throttle.wait(prepared.key, self._patience_for(prepared.draft))

    def _transmit(self, prepared: _Prepared, hops_left: int = 0) -> tuple[Exchange, Request | None]:
        """Sends and records; also the request that a redirect asks for where the draft follows it."""
        draft = prepared.draft
        sent, begun = self.clock.now(), monotonic()
        outcome = self._http.exchange(prepared.request, self.budget.offer)
        elapsed = monotonic() - begun
        onward: Request | None = None
        if isinstance(outcome, Response):
            # Before anybody can quote the answer.
            self._keyring.hide_issued(draft.operation, draft.role, outcome)
            self._throttle.learn(prepared.key, outcome)
            self._mind_quota(prepared.key, outcome)
            if draft.follow:
                outcome, onward = self._followed(prepared.request, outcome, hops_left)
        if isinstance(outcome, Failure):
            outcome = replace(outcome, detail=self.redactor.text(outcome.detail))
        exchange = self.journal.record(
            vendor=self.contract.vendor,
            operation=draft.operation,
            role=draft.role,
            request=prepared.request,
            response=outcome if isinstance(outcome, Response) else None,
            failure=outcome if isinstance(outcome, Failure) else None,
            sent=sent,
            elapsed=elapsed,
            purpose=draft.purpose,
            generated=draft.generated,
        )
        self._gate.meet(exchange)
        return exchange, onward

    def _followed(
        self, request: Request, response: Response, hops_left: int
    ) -> tuple[Response | Failure, Request | None]:
        onward = redirected(request, response)
        if isinstance(onward, Failure):
            return onward, None
        if onward is not None and hops_left == 0:
            return Failure(Trouble.REDIRECTS, f"redirected more than {self.target.max_redirects} times"), None
        return response, onward

    def _mind_quota(self, key: str, response: Response) -> None:
        """A spent allowance refuses everything from now on; a mock's costs nothing, and shows faults in it too."""
        quota = self.contract.conventions.quota
        if quota is None or response.status != quota.status or self.target.environment is Environment.MOCK:
            return
        if key and self.target.environment.value in (quota.environments or (self.target.environment.value,)):
            self._quota_spent.add(key)
