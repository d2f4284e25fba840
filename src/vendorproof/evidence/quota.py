"""A fixed allowance of calls, spent to the end where the tester wants that and it is small."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from vendorproof.checks.outcome import answer
from vendorproof.checks.shapes import Spending
from vendorproof.contract.conventions import Quota
from vendorproof.contract.model import Effect, Operation
from vendorproof.errors import Lack, Need, Unavailable, Undocumented
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.rate_limit import RateLimitEvidence
from vendorproof.evidence.requests.drafting import told_number
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import DEFAULT, Draft

MOST_CALLS = 300
"""Calls that the spending of an allowance may take: a larger one is left alone."""

_ORDERED = "rate_limit.ordered_by_environment"

_LONGEST = 900.0
"""Seconds that a spending may wait for rate limits in all."""


class QuotaEvidence:
    """Evidence about allowances. Roles are named like the environments of their credentials; a second credential of an
    environment has the role `second_ENVIRONMENT`."""

    def __init__(self, broker: Broker, rate_limit: RateLimitEvidence) -> None:
        self._broker = broker
        self._rate_limit = rate_limit

    @property
    def _convention(self) -> Quota:
        convention = self._broker.contract.conventions.quota
        if convention is None or not convention.environments:
            raise Undocumented("the documentation gives no environment an allowance")
        return convention

    @property
    def _environment(self) -> str:
        return self._convention.environments[0]

    def spent(self, operation: Operation | None = None) -> Spending:
        """Calls of the environment's credential until its allowance is spent; `other` is a call of its second
        credential, where there is one that had something left."""
        return self._broker.once(("spent",), lambda: self._spent(operation))

    def spent_beside(self, operation: Operation | None = None) -> Spending:
        """The same, where there is a second credential."""
        role = f"second_{self._environment}"
        self._broker.client.secret(role)
        spending = self.spent(operation)
        if spending.refused is not None and spending.other is None:
            raise Unavailable(f"the credential of the role '{role}' had nothing left before")
        return spending

    def _spent(self, operation: Operation | None) -> Spending:
        role = self._environment
        draft = self._draft(role, operation)
        told = told_number(self._broker.target, f"{role}Allowance", role)
        if told is not None and told > MOST_CALLS:
            raise Unavailable(f"the allowance of {told} calls is too large to be spent ({MOST_CALLS} at most)")
        second = self._answered(f"second_{role}", operation)
        most = MOST_CALLS if told is None else told + 1
        self._compare_first(role, operation)
        self._burst(role, most, operation)
        allowed, refused = self._until_refused(draft, role, most)
        if refused is None and told is None:
            raise Unavailable(
                f"{len(allowed)} calls did not spend the allowance "
                f'(tell its number: [targets.NAME.values] {role}Allowance = "N")'
            )
        if refused is None or second is None:
            return Spending(allowed, refused)
        other = replace(draft, role=f"second_{role}", purpose="another credential of the environment")
        return Spending(allowed, refused, self._patiently(other))

    def unspent(self, environment: str, operation: Operation | None = None) -> Spending:
        """Calls of another environment's credential, one more than the allowance that it should not have."""
        return self._broker.once(("unspent", environment), lambda: self._unspent(environment, operation))

    def _unspent(self, environment: str, operation: Operation | None) -> Spending:
        refused = self._refused_before(environment, operation)
        if refused is not None:
            return Spending((), refused)
        draft = self._draft(environment, operation)
        told = told_number(self._broker.target, f"{self._environment}Allowance", self._environment)
        spent = self.spent(operation)
        if spent.refused is None:
            raise Unavailable("no allowance was spent, so that its number is not known")
        most = (told or len(spent.allowed)) + 1
        self._burst(environment, most, operation)
        allowed, refused = self._until_refused(draft, environment, most)
        return Spending(allowed, refused)

    def _refused_before(self, environment: str, operation: Operation | None) -> Exchange | None:
        """A call with the environment's credential, in whichever role, that was refused as if an allowance were spent.
        What costs money may be refused for want of money, so where that alone was refused, a call that costs nothing is
        tried."""
        broker = self._broker
        secret = broker.client.secret(environment)
        roles = {role for role in (environment, DEFAULT) if broker.client.secret(role) == secret}
        free = {one.id for one in broker.contract.operations if Effect.COSTLY not in one.effects}
        spent = self._convention.status
        refused = [one for one in broker.client.journal if one.status == spent and one.role in roles]
        found = next((one for one in refused if one.operation in free), None)
        if found is not None or not refused:
            return found
        cheap = replace(self._rate_limit.cheap(operation), role=environment, keep_429=True, pace=False)
        tried = broker.ask(replace(cheap, purpose="whether what costs nothing is refused as well"), fresh=True)
        return tried if tried.status == spent else None

    def _compare_first(self, role: str, operation: Operation | None) -> None:
        """What else the register asks of the credential has its turn before it is spent."""
        for requirement in self._broker.contract.requirements:
            wanted = requirement.parameters
            if requirement.check == _ORDERED and role in wanted.values():
                with contextlib.suppress(Unavailable):
                    self._rate_limit.ordered(wanted["lower"], wanted["higher"], operation)

    def _burst(self, role: str, most: int, operation: Operation | None) -> None:
        """The first calls are those that measure the rate limit, while the credential's window is still fresh."""
        if self._broker.contract.conventions.rate_limit is not None:
            with contextlib.suppress(Unavailable):
                self._rate_limit.burst(role, most, operation)

    def _draft(self, role: str, operation: Operation | None) -> Draft:
        target = self._broker.target
        if not target.drain:
            message = "spending an allowance is not allowed at this target (drain = true allows it)"
            raise Unavailable(message, Need(Lack.DRAIN, "the allowance"))
        self._broker.client.secret(role)
        cheap = self._rate_limit.cheap(operation)
        return replace(cheap, role=role, keep_429=True, pace=False, purpose=f"spends the allowance of {role}")

    def _answered(self, role: str, operation: Operation | None) -> Exchange | None:
        """A success of the role, None where it has no credential or nothing left."""
        with contextlib.suppress(Unavailable):
            exchange = self._patiently(replace(self._draft(role, operation), purpose="has something left"))
            return exchange if exchange.succeeded else None
        return None

    def _until_refused(self, draft: Draft, role: str, most: int) -> tuple[tuple[Exchange, ...], Exchange | None]:
        """The role's successes so far and as many more as are wanted in all, until the allowance refuses one."""
        ended = next((one for one in self._of(role) if one.status == self._convention.status), None)
        waited = 0.0
        while ended is None and len(self._successes(role)) < most:
            exchange = self._broker.ask(draft, fresh=True)
            if exchange.status == 429:
                waited += self._rate_limit.wait(exchange)
                if waited > _LONGEST:
                    raise Unavailable(f"the rate limit makes the spending take longer than {_LONGEST:.0f} seconds")
                self._broker.client.pause(self._rate_limit.wait(exchange), "the rate limit ends")
            elif exchange.succeeded:
                continue
            elif 400 <= exchange.status < 500:
                if exchange.status != self._convention.status and not self._successes(role):
                    raise Unavailable(f"the credential of the role '{role}' is refused: {answer(exchange)}")
                ended = exchange
            else:
                raise Unavailable("the spending was broken off by an answer that is the server's own mistake")
        return self._successes(role), ended

    def _patiently(self, draft: Draft) -> Exchange:
        """One call, sent again after a refusal of the rate limit."""
        exchange = self._broker.ask(draft, fresh=True)
        if exchange.status == 429 and self._rate_limit.wait(exchange) <= _LONGEST:
            self._broker.client.pause(self._rate_limit.wait(exchange), "the rate limit ends")
            exchange = self._broker.ask(draft, fresh=True)
        return exchange

    def _of(self, role: str) -> tuple[Exchange, ...]:
        return tuple(one for one in self._broker.client.journal if one.role == role)

    def _successes(self, role: str) -> tuple[Exchange, ...]:
        return tuple(one for one in self._of(role) if one.succeeded)
